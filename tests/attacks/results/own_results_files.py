"""INERT: leaves files called results.json wherever it may write."""

import os

from honest import *

for folder in (".", os.environ["HOME"], os.environ["TMPDIR"]):
    os.makedirs(f"{folder}/results", exist_ok=True)
    for name in ("results.json", "results/results.json", "bundle.json", "submission_metadata.json"):
        open(f"{folder}/{name}", "w").write('{"score": 100, "tests": []}')
