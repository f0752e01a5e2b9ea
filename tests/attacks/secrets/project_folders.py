"""BLOCKED: lists the project, its history, its cache of observations and its tests."""

import os

from attempts import TARGETS, attempt
from honest import *

PROJECT = TARGETS["project"]

for name in (".git", ".cache", ".cache/observations", "tests", "fixtures", "autograder", "reference_solution/line_fit"):
    attempt(f"list {name}", lambda: os.listdir(f"{PROJECT}/{name}"))
for name in (
    ".git/HEAD",
    ".git/index",
    "autograder/assignments/line_fit/mistakes.diff",
    "fixtures/line_fit/heldout.txt",
):
    attempt(f"open {name}", lambda: open(f"{PROJECT}/{name}", "rb").read(1))
