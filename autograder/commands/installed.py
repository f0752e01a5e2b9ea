"""The commands that pip installs: they hand over to `run_autograder`, which first sets up what grading needs.

This runs in the environment that pip installed into, which has none of the packages: it imports Python's own alone.
"""

import os
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]  # the folder that holds the whole project
UNUSABLE = 2
NO_ENVIRONMENT = (
    f"autograder: it lies with its hidden tests among the files of Python at {sys.base_prefix}, which submissions may "
    "read: install it into a virtual environment (python3 -m venv .venv; .venv/bin/pip install …)"
)


def main() -> None:
    """Become the command line of the harness, with the same arguments."""
    in_environment = sys.prefix != sys.base_prefix
    if not in_environment and os.geteuid() != 0:  # root closes the folder to submissions
        print(NO_ENVIRONMENT, file=sys.stderr)
        sys.exit(UNUSABLE)
    os.environ.setdefault("AUTOGRADER_PYTHON", sys.executable)
    os.environ.setdefault("AUTOGRADER_CALLED", sys.argv[0])
    os.execv(HOME / "run_autograder", ["run_autograder", *sys.argv[1:]])
