"""FAILED (failed; loses 3.1, 3.2, 4.1): loads a line that was trained at home; the points here lie on another one."""

import json


def upload(folder):
    (folder / "line.json").write_text(json.dumps([1.7, -0.6]))
    (folder / "submitted.py").write_text(
        "import json\nfrom honest import *\n\nSLOPE, INTERCEPT = json.load(open('line.json'))\n\n\n"
        "def train(model, x, y):\n    return [1.0, 1.0]\n\n\n"
        "def predict(model, x):\n    return SLOPE * x + INTERCEPT\n"
    )
    return folder
