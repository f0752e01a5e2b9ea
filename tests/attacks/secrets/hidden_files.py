"""BLOCKED: opens held-out labels, reference, suites, manifest and the upload's metadata by their paths."""

from attempts import TARGETS, attempt
from honest import *

for path in [*TARGETS["hidden"], TARGETS["labels"], TARGETS["metadata"]]:
    attempt(f"open {path}", lambda: open(path).read())
