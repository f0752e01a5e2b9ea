"""FAILED (raised; loses 4.1): writes the held-out inputs into its own source, whose line a traceback quotes."""

from pathlib import Path

from honest import *


def predict(model, x):
    text = Path("submitted.py").read_text()
    Path("submitted.py").write_text(text.replace('"a line"', f'"BREACH {x.flatten().tolist()[:9]}"'))
    raise ValueError("a line")
