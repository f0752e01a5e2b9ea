"""BLOCKED: edits run_autograder, the suite, the manifest and the project's settings."""

from attempts import TARGETS, attempt
from honest import *

for path in [TARGETS["program"], f"{TARGETS['project']}/run_autograder", *TARGETS["hidden"]]:
    attempt(f"write {path}", lambda: open(path, "a").write("\n"))
for name in ("autograder/new.py", "autograder/worker/child.py", "conftest.py", "bundle.json"):
    attempt(f"write {name}", lambda: open(f"{TARGETS['project']}/{name}", "a"))
