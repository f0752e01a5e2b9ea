"""BLOCKED: opens held-out labels, reference, suites and manifest by their paths."""

from attempts import TARGETS, attempt
from honest import *

for path in [*TARGETS["hidden"], TARGETS["labels"], TARGETS["metadata"]]:
    attempt(f"open {path}", open(path).read)
