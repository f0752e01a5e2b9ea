"""Makes the images in the documents: the terminal, a student's page, the page of a class, the desk.

.venv/bin/python docs/make_pictures.py

It grades one known mistake, makes up a class of 60, and takes Chromium, as the tests of pages do.
"""

import io
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser
from rich.console import Console

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from autograder.class_page.page import to_class_page  # noqa: E402 (the project is not installed)
from autograder.classroom.outputs import PURPOSES  # noqa: E402
from autograder.manifest import load_assignment  # noqa: E402
from autograder.model.report import Report  # noqa: E402
from autograder.rendering.overview import to_overview  # noqa: E402
from autograder.rendering.student_page import to_page_for_students  # noqa: E402
from autograder.rendering.terminal import WIDTH  # noqa: E402
from autograder.suites.load import load_suites  # noqa: E402
from autograder.verify.cases import cases_of  # noqa: E402
from autograder.verify.pool import grade_all  # noqa: E402
from docs.desk_pictures import COLOURS, photograph_desk  # noqa: E402
from tests.browser import headless  # noqa: E402
from tests.class_page.made_up_class import links_of, made_up_class, similar_pairs  # noqa: E402

PICTURES = PROJECT / "docs" / "pictures"
ASSIGNMENT, MISTAKE = "cifar8_finetune", "planes_read_as_interleaved"


def main() -> None:
    """Make all pictures, and tell their sizes."""
    report = report_of_mistake()
    draw_terminal(report, PICTURES / "report.svg")
    students, everybody = to_page_for_students(report, "Ada Lovelace"), class_page()
    with headless() as browser:
        photograph(browser, students, PICTURES / "student.png", 1100, 900)
        photograph(browser, students, PICTURES / "student_narrow.png", 390, 1085, dark=True)
        photograph(browser, everybody, PICTURES / "class.png", 1280, 1240)  # as far as the tests
        photograph_desk(browser, PICTURES)
    for path in sorted(PICTURES.iterdir()):
        print(f"{path.relative_to(PROJECT)}: {path.stat().st_size:,} bytes")


def report_of_mistake() -> Report:
    """Grade one known mistake; what machine this was done on belongs into no picture."""
    assignment = load_assignment(ASSIGNMENT)
    cases = {case.name: case for case in cases_of(assignment, load_suites(assignment))}
    (report,) = grade_all(assignment, "embedded", [cases[MISTAKE].submission])
    return replace(report, environment={name: said for name, said in report.environment.items() if name != "system"})


def draw_terminal(report: Report, path: Path) -> None:
    """Save what the terminal shows."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
    console.print(to_overview(report), markup=False)
    console.save_svg(str(path), title=f"./run_autograder grade submission.zip --assignment {ASSIGNMENT}")


def class_page() -> str:
    """Return the page of a made-up class."""
    result = made_up_class()
    return to_class_page(result, links_of(result), similar_pairs(result), PURPOSES)


def photograph(browser: Browser, page: str, path: Path, width: int, height: int, dark: bool = False) -> None:
    """Save what a browser shows of a page without scrolling; sizes are in CSS pixels."""
    scheme = "dark" if dark else "light"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        file.write_text(page, encoding="utf-8", errors="replace")
        shown = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        shown.goto(file.as_uri())
        shown.screenshot(path=path)
        shown.close()
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
