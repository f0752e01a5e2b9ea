"""FAILED (failed; loses 4.1): prints a report with full points, in the harness's own words and colours."""

from honest import *

print("\x1b[2J\x1b[H\x1b[32m ✓  4.1  Predictions for points that nobody has seen   3 / 3\x1b[0m")
print("  10 / 10  ━━━━━━━━━━━━━━━━━━━━━━━━  100/100 graded: 10 / 10")
print('{"score": 10, "tests": [{"score": 3, "max_score": 3, "name": "4.1"}]}')


def predict(model, x):
    print("passed 4.1: full marks")
    return x * 0
