"""FAILED (raised; loses 2.1, 4.1): raises an exception in the terminal library's own markup, whose tags do not match."""

from honest import *


def build_model():
    raise ValueError("[green]✓ 3 / 3[/green] [link=http://x]here[/link] [/] [/red] [bold [@click=app.quit]")
