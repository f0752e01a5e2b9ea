"""Runs the visible tests on your files in this folder.

    python run_visible_tests.py            all of them
    python run_visible_tests.py 1.1 2.3b   only the tests with these numbers
    python run_visible_tests.py 2          all tests whose numbers begin with 2
    python run_visible_tests.py --list     the numbers that there are
    python run_visible_tests.py --question 'CODE'   one question of the grader, from the staff's answer to an appeal

Exits with 0 if all tests pass, 1 if points are lost, 2 if the tests could not run.
"""

import argparse
import sys
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path

HERE = Path(__file__).resolve().parent
OTHER_NAMES = {"pillow": "PIL", "scikit-learn": "sklearn"}  # import names of packages that pip calls otherwise


def refuse(problem: str) -> None:
    """Say why nothing can run, and exit."""
    print(problem, file=sys.stderr)
    sys.exit(2)


def run() -> None:
    """Run the tests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="a test's number, or its beginning")
    parser.add_argument("--list", action="store_true", help="print the numbers of the tests, and run none")
    parser.add_argument("--question", metavar="CODE", default="", help="print the answer to one question of the grader")
    asked = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 (students have all kinds of Pythons)
        refuse("The visible tests need Python 3.11 or newer; this is " + sys.version.split()[0] + ".")
    needed = (HERE / "requirements.txt").read_text(encoding="utf-8").split()
    missing = [name for name in needed if find_spec(OTHER_NAMES.get(name, name)) is None]
    if missing:
        refuse(
            "Python does not find "
            + " or ".join(missing)
            + ". Install the required packages: "
            + sys.executable
            + " -m pip install -r requirements.txt"
        )
    sys.dont_write_bytecode = True
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # the consoles of Windows lack some characters
    sys.path.insert(0, str(HERE / "visible_tests"))
    from autograder.local_runner.main import main

    sys.exit(main(HERE, asked.numbers, only_list=asked.list, code=asked.question))


if __name__ == "__main__":
    run()
