"""The class page works in a browser: it sorts, searches, fetches nothing, fits the window, and is readable."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from autograder.checks.plots import confusion_of, line_of, tile_of
from autograder.class_page.page import to_class_page
from autograder.classroom.outputs import PURPOSES
from autograder.model.class_result import ClassResult
from autograder.model.hand_in import Student
from autograder.model.outcome import Explanation, Outcome
from autograder.model.plot import Curve, Interval, Tiles
from autograder.model.verdict import Verdict
from autograder.rendering.student_page import to_student_page
from tests.browser import headless, violations
from tests.class_page.made_up_class import links_of, made_up_class, similar_pairs
from tests.helpers import report_of

STUDENT, SCORE = 0, 1  # columns
WIDE, NARROW, PAPER = 1400, 400, 718  # CSS pixels; the last is A4 within Chromium's margins
ODD_NAMES = (
    "مُحَمَّد عبد الرحمن بن عبد الله الخوارزمي", "欧阳修文静", "<script>alert(1)</script>", "x" * 300, "", "กานต์ธิดา",
    "<img src=https://example.org/x.png onerror=alert(1)>", "Wolfeschlegelsteinhausenbergerdorff " * 4,
)  # fmt: skip
DRAWN = {"tiles": "img", "curve": "svg", "interval": "svg", "confusion": "table"}
READABLE = (Path(__file__).parent / "readable.js").read_text(encoding="utf-8")


def with_odd_names(result: ClassResult) -> ClassResult:
    """Return the class with names that are foreign, far too long, hostile, or empty."""
    named = (Student(ODD_NAMES[place % len(ODD_NAMES)], "20260001") for place in range(len(result.rows)))
    rows = zip(result.rows, named, strict=True)
    return replace(result, rows=tuple(replace(row, hand_in=replace(row.hand_in, students=(who,))) for row, who in rows))


def with_plots() -> Outcome:
    """Return a failed test with one plot of each kind."""
    planes = np.random.default_rng(0).random((3, 32, 32))
    names = ("airplane", "automobile", "bird", "deer", "frog", "horse", "ship", "truck")
    plots = (
        Tiles("The first sample that differs", (tile_of("yours", planes[::-1], "Tensor"), tile_of("right", planes))),
        Curve("Loss", "steps", (line_of("yours", [2.1, np.nan, 1.9]), line_of("reference solution", [2.1, 1.0])), 1.5),
        Interval("Accuracy", 0.8, 0.75, 0.85, 0.94, 0.967),
        confusion_of(np.arange(64).reshape(8, 8), names),
    )
    said = Explanation("red, green, blue", "blue, green, red", "Look at a sample.")
    return Outcome("TestIt.test_it", "1. Suite", "1.1", "It works.", Verdict.FAILED, 5.0, explanation=said, plots=plots)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with headless() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the pages of several classes, and one student's."""
    folder = tmp_path_factory.mktemp("pages")
    sixty = made_up_class()
    classes = {
        "sixty": sixty,
        "three": made_up_class(3),
        "nothing": replace(sixty, rows=tuple(replace(row, report=None) for row in sixty.rows[:5])),
        "odd": with_odd_names(made_up_class(24)),
    }
    for name, result in classes.items():
        pairs = similar_pairs(result) if name == "sixty" else ()
        page = to_class_page(result, links_of(result), pairs, PURPOSES)
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    report = sixty.rows[18].report
    assert report
    (folder / "student.html").write_text(to_student_page(report, ODD_NAMES[3], "sixty.html"), encoding="utf-8")
    (folder / "plots.html").write_text(to_student_page(report_of(with_plots())), encoding="utf-8")
    return folder


@contextmanager
def opened(browser: Browser, path: Path, width: int = WIDE, hash: str = "", **options: Any) -> Iterator[Page]:
    """Open a page, and fail if it reports an error, opens a dialogue, or requests anything but itself."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("request", lambda request: heard.append(request.url) if request.url.split("#")[0] != address else None)
    address = path.as_uri()
    page.goto(address + hash)
    yield page
    context.close()
    assert heard == []


def column(page: Page, place: int) -> list[str]:
    """Return the cells of a column, of the visible rows."""
    cells = page.locator(f"#table tbody tr:not([hidden]) > :nth-child({place + 1})")
    return [" ".join(text.split()) for text in cells.all_inner_texts()]


def header(page: Page, place: int) -> Any:
    """Return the head of a column."""
    return page.locator("#table thead th").nth(place)


def numbers(texts: list[str]) -> list[float]:
    """Return the numbers among the cells, in their order."""
    return [float(text) for text in texts if text != "–"]


def test_click_sorts_by_score_and_a_second_one_reverses_the_order(browser: Browser, folder: Path) -> None:
    """The best come first; hand-ins without a score come last in both orders."""
    with opened(browser, folder / "sixty.html") as page:
        header(page, SCORE).locator("button").click()
        falling = column(page, SCORE)
        said = header(page, SCORE).get_attribute("aria-sort")
        header(page, SCORE).locator("button").click()
        rising = column(page, SCORE)

    assert said == "descending"
    assert numbers(falling) == sorted(numbers(falling), reverse=True)
    assert numbers(rising) == sorted(numbers(rising))
    assert len(rising) == 60 and falling[-1] == rising[-1] == "–"


def test_keyboard_sorts(browser: Browser, folder: Path) -> None:
    """Tab leads from the search field through the table to its headers; Enter and the space bar sort."""
    with opened(browser, folder / "sixty.html") as page:
        page.locator("#find").focus()
        for _ in range(3):  # the selection of states, the scrolling table, the first header
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        rising = column(page, STUDENT)
        said = header(page, STUDENT).get_attribute("aria-sort")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        page.keyboard.press("Space")
        falling = column(page, STUDENT)
        others = [header(page, place).get_attribute("aria-sort") for place in range(1, 12)]

    assert said == "ascending"
    assert rising[0].startswith("Amina Abebe")
    assert falling[0][:1] != "A" and falling != rising
    assert outline == "solid"
    assert set(others) == {"none"}


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true; Playwright's own function evaluates text, which the page's policy forbids."""
    for _ in range(500):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(10)
    pytest.fail(f"it never became true: {expression}")


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("zoe jansen", ["Zoë Jansen"]),
        ("20260074", ["Oskar Kowalski"]),
        ("student11@example.edu", ["Zoë Jansen"]),
        ("submission-1018", ["ليلى الحسن"]),
        ("王小明", ["王小明"]),
        ("nobody at all", []),
    ],
)
def test_search_finds_names_numbers_and_addresses(browser: Browser, folder: Path, words: str, who: list[str]) -> None:
    """The search ignores case and accents, works in any script, and reports how many it found."""
    with opened(browser, folder / "sixty.html") as page:
        page.locator("#find").fill(words)
        until(page, "document.querySelectorAll('#table tbody tr[hidden]').length > 0")
        found = column(page, STUDENT)
        said = page.locator("#found").inner_text()

    assert [re.sub(r" \d+$", "", one) for one in found] == who
    assert said == f"{len(who)} of 60 hand-ins"


def test_rows_of_one_state_are_shown(browser: Browser, folder: Path) -> None:
    """The other rows come back afterwards."""
    with opened(browser, folder / "sixty.html") as page:
        page.locator("#standing").select_option("cannot be graded")
        until(page, "document.querySelectorAll('#table tbody tr[hidden]').length > 0")
        found = column(page, SCORE)
        page.locator("#standing").select_option("")
        until(page, "document.querySelectorAll('#table tbody tr[hidden]').length === 0")
        every = column(page, SCORE)

    assert found == ["0", "0"]
    assert len(every) == 60


def test_address_keeps_search_and_order(browser: Browser, folder: Path) -> None:
    """The address shows a colleague the same rows in the same order."""
    with opened(browser, folder / "sixty.html") as page:
        page.locator("#find").fill("castillo")
        header(page, SCORE).locator("button").click()
        until(page, "location.hash.includes('q=castillo')")
        shown, hash = column(page, STUDENT), page.evaluate("location.hash")
    with opened(browser, folder / "sixty.html", hash=hash) as page:
        again, words = column(page, STUDENT), page.locator("#find").input_value()

    assert len(shown) > 1
    assert (again, words, hash) == (shown, "castillo", "#q=castillo&sort=-1")


@pytest.mark.parametrize("hash", ["#sort=99", "#sort=-0&q=%", "#show=%3Cscript%3E", "#=", "#tests"])
def test_odd_address_is_harmless(browser: Browser, folder: Path, hash: str) -> None:
    """The page ignores the unknown parts."""
    with opened(browser, folder / "three.html", hash=hash) as page:
        shown = len(page.locator("#table tbody tr").all())

    assert shown == 3


@pytest.mark.parametrize("name", ["sixty", "three", "nothing", "odd", "student", "plots"])
@pytest.mark.parametrize("width", [WIDE, 800, NARROW])
def test_page_is_never_wider_than_the_window(browser: Browser, folder: Path, name: str, width: int) -> None:
    """Only the table of everybody scrolls sideways."""
    with opened(browser, folder / f"{name}.html", width=width) as page:
        wide = page.evaluate("document.documentElement.scrollWidth")

    assert wide <= width


@pytest.mark.parametrize(("name", "texts"), [("sixty", 100), ("odd", 100), ("student", 100), ("plots", 40)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_text_is_readable(browser: Browser, folder: Path, name: str, texts: int, scheme: Any, width: int) -> None:
    """Contrast is at least 4.5 and text at least 13 pixels high in both themes, and axe-core finds no fault."""
    with opened(browser, folder / f"{name}.html", width=width, color_scheme=scheme) as page:
        looked_at, unreadable = page.evaluate(READABLE)
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        broken = violations(page)

    assert unreadable == []
    assert broken == []
    assert looked_at > texts
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) > 384) is (scheme == "light")


def test_points_of_the_plot_link_to_the_students(browser: Browser, folder: Path) -> None:
    """Each has a title with the student's name."""
    with opened(browser, folder / "sixty.html") as page:
        points = page.locator(".scatter a")
        address, title = points.first.get_attribute("href"), points.first.locator("title").text_content()
        count = points.count()

    assert count == 57
    assert address and address.startswith("students/submission-")
    assert title and "CPU seconds" in title


def test_plots_are_drawn(browser: Browser, folder: Path) -> None:
    """The policy allows tiles; lines, scales and tables take their room."""
    with opened(browser, folder / "plots.html", width=NARROW) as page:
        images = page.evaluate("[...document.images].map((one) => [one.complete, one.naturalWidth, one.naturalHeight])")
        boxes = [page.locator(f".{kind} {tag}").first.bounding_box() for kind, tag in DRAWN.items()]
        alternative = page.locator(".curve svg[role=img]").get_attribute("aria-label")

    assert images == [[True, 32, 32], [True, 32, 32]]
    assert all(box and box["width"] > 100 and box["height"] > 20 for box in boxes)
    assert alternative and "must end below: 1.5" in alternative


def test_page_prints_completely_in_the_light_theme(browser: Browser, folder: Path) -> None:
    """Paper has no scroll bar, and ink is dark."""
    with opened(browser, folder / "sixty.html", color_scheme="dark") as page:
        page.emulate_media(media="print", color_scheme="dark")
        colour = page.evaluate("getComputedStyle(document.body).color")
        cut = page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflow")
        page.set_viewport_size({"width": PAPER, "height": 1000})
        wide = page.evaluate("document.documentElement.scrollWidth")

    assert wide <= PAPER
    assert sum(map(int, re.findall(r"\d+", colour)[:3])) < 200
    assert cut == "visible"
