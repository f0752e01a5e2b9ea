"""Makes the pictures of the README: a graded submission at the terminal, as SVG.

.venv/bin/python docs/make_pictures.py
"""

import io
import sys
from pathlib import Path

from rich.console import Console

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from autograder.grading import Request, grade  # noqa: E402 (the project is not installed)
from autograder.manifest import load_assignment  # noqa: E402
from autograder.rendering.terminal import WIDTH, to_terminal  # noqa: E402

SUBMISSION = PROJECT / "tests" / "golden" / "cifar8_finetune" / "half_finished" / "submitted.py"
PICTURE = PROJECT / "docs" / "pictures" / "report.svg"


def main() -> None:
    """Grade one partly right submission and save what the terminal shows."""
    report = grade(Request(SUBMISSION, load_assignment("cifar8_finetune")))
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
    console.print(to_terminal(report), markup=False)
    console.save_svg(str(PICTURE), title="./run_autograder grade submitted.py")
    print(f"{PICTURE}: {report.score:g} / {report.max_score:g}")


if __name__ == "__main__":
    main()
