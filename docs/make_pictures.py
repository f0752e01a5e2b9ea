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
from autograder.classroom.folder import ClassFolder  # noqa: E402
from autograder.classroom.outputs import PURPOSES  # noqa: E402
from autograder.decisions.log import DecisionLog, new_decision  # noqa: E402
from autograder.desk.book import Book  # noqa: E402
from autograder.manifest import load_assignment  # noqa: E402
from autograder.model.decision import DecisionKind  # noqa: E402
from autograder.model.report import Report  # noqa: E402
from autograder.rendering.overview import to_overview  # noqa: E402
from autograder.rendering.student_page import to_page_for_students  # noqa: E402
from autograder.rendering.terminal import WIDTH  # noqa: E402
from autograder.suites.load import load_suites  # noqa: E402
from autograder.verify.cases import cases_of  # noqa: E402
from autograder.verify.pool import grade_all  # noqa: E402
from tests.browser import headless  # noqa: E402
from tests.class_page.made_up_class import links_of, made_up_class, similar_pairs  # noqa: E402
from tests.desk.client import BY_HAND  # noqa: E402
from tests.desk.made_up_folder import made_up_folder  # noqa: E402
from tests.desk.serving import served  # noqa: E402

PICTURES = PROJECT / "docs" / "pictures"
ASSIGNMENT, MISTAKE = "cifar8_finetune", "planes_read_as_interleaved"
REPORT = """# What I tried

I trained the head alone, for ten epochs, with Adam.

| step | accuracy on validation |
|-----:|-----------------------:|
| 0.01 | 0.71 |
| 0.003 | 0.78 |
| 0.0003 | 0.74 |

The middle one was best. With the largest, the loss rose after the third epoch.
"""
COLOURS = 128  # of a picture of a page; more make the file larger and nothing clearer


def main() -> None:
    """Make all pictures, and tell their sizes."""
    report = report_of_mistake()
    draw_terminal(report, PICTURES / "report.svg")
    students, everybody = to_page_for_students(report, "Ada Lovelace"), class_page()
    with headless() as browser:
        photograph(browser, students, PICTURES / "student.png", 1100, 900)
        photograph(browser, students, PICTURES / "student_narrow.png", 390, 1085, dark=True)
        photograph(browser, everybody, PICTURES / "class.png", 1280, 1240)  # as far as the tests
        photograph_desk(browser, PICTURES / "desk.png")
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


def photograph_desk(browser: Browser, path: Path) -> None:
    """Save what a grader sees who has given half of the class points for an item."""
    with tempfile.TemporaryDirectory() as root:
        folder = made_up_folder(Path(root, "class"), made_up_class(40), source_and_report)
        given_by_hand(folder)
        with served(folder) as place:
            shown = browser.new_page(viewport={"width": 1280, "height": 860})
            shown.goto(place.link)
            shown.goto(f"{place.link.split('/?')[0]}/item/{BY_HAND}")
            shown.click("a[rel=next]")
            shown.keyboard.press("1")
            shown.keyboard.press("3")
            shown.screenshot(path=path)
            shown.close()
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)


def source_and_report(place: int) -> dict[str, str]:
    """Return an upload of the picture's class: the template, and a report."""
    source = (PROJECT / "student_template" / ASSIGNMENT / "submitted.py").read_text(encoding="utf-8")
    return {"submitted.py": f"{source}# {place}\n", "README.md": REPORT}


def given_by_hand(folder: ClassFolder) -> None:
    """Make rubric lines, and give half of the class points and comments by them."""
    lines = {"a": ("Says what was tried, with numbers", 4.0), "b": ("Says what follows from them", 3.0),
             "c": ("Reads easily", 1.0)}  # fmt: skip
    decisions = [
        new_decision("Ada", DecisionKind.LINE, item=BY_HAND, lines=(name,), points=points, comment=text)
        for name, (text, points) in lines.items()
    ]
    for place, student in enumerate(Book(folder).now().students[:20]):
        comment = ("Which step size did you choose in the end?", "", "A table would help.")[place % 3]
        decisions.append(
            new_decision(
                ("Ada", "Grace")[place % 2], DecisionKind.POINTS, student=student.row.hand_in.key, item=BY_HAND,
                lines=tuple("abc"[: place % 4]), comment=comment,
            )
        )  # fmt: skip
    DecisionLog(folder.root).append(decisions)


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
