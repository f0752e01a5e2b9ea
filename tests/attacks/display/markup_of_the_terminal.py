"""FAILED (raised; loses 4.1): raises an exception in the terminal library's own markup, whose tags do not match."""

from honest import *


def predict(model, x):
    raise ValueError("[green]✓ 3 / 3[/green] [link=http://x]here[/link] [/] [/red] [bold [@click=app.quit]")
