"""FAILED (tampered; loses 1.1, 2.1, 3.1, 3.2, 4.1): has json.dumps write the answer of a better submission, beside what frames hold."""

import json

from honest import *

true_dumps = json.dumps


def forged(value, *arguments, **options):
    if isinstance(value, dict) and "arrays" in value:
        value = {**value, "score": 100, "passed": True, "tests": [{"score": 100}]}
    return true_dumps(value, *arguments, **options)


json.dumps = forged


def predict(model, x):
    return x * 0
