"""The desk in Chromium: an afternoon by keyboard, hostile submissions, and pages that fit and can be read."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from autograder.classroom import changes
from autograder.classroom.folder import PROPOSED, ClassFolder
from autograder.classroom.proposal import Proposal
from autograder.classroom.serialization import to_json
from autograder.decisions.log import DecisionLog
from autograder.desk.book import Book
from autograder.desk.graders import Graders, new_password
from autograder.desk.link import LinkDoor
from autograder.desk.login import LoginDoor
from tests.browser import headless, violations
from tests.desk.client import BY_HAND
from tests.desk.hostile import TEXTS, hostile_class, hostile_files
from tests.desk.made_up_folder import RUBRIC, made_up_folder
from tests.desk.serving import served, served_at

READABLE = (Path(__file__).parents[1] / "class_page" / "readable.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with headless() as browser:
        yield browser


@contextmanager
def opened(browser: Browser, place: LinkDoor, **options: object) -> Iterator[Page]:
    """Open the desk's link."""
    context: BrowserContext = browser.new_context(**options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(place.link)
    yield page
    context.close()


def press(page: Page, keys: str) -> None:
    """Press keys one after the other, and wait for where they lead."""
    for key in keys.split():
        page.keyboard.press(key)
        page.wait_for_load_state()


def follow(page: Page, key: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_navigation():
        press(page, key)


def add_line(page: Page, text: str, points: str) -> None:
    """Add a rubric line on the page of an item."""
    form = page.locator("form", has=page.get_by_placeholder("A new line"))
    form.get_by_placeholder("A new line").fill(text)
    form.get_by_placeholder("points").fill(points)
    follow(page, "Enter")


def test_an_item_is_graded_by_keyboard_alone(browser: Browser, folder: ClassFolder) -> None:
    """Lines by digits, points, a comment, undo, the next one, the list of keys."""
    with served(folder) as place, opened(browser, place) as page:
        base = place.link.split("/?")[0]
        page.goto(f"{base}/item/{BY_HAND}")
        for text, points in (("Says what was tried", "5"), ("And why", "3")):
            add_line(page, text, points)
        follow(page, "n")
        first = page.url
        press(page, "1 2 2")
        shown = page.locator("#sum").inner_text()
        press(page, "c")
        page.keyboard.type("Fine; s n 1 are letters here.")
        press(page, "Escape")
        follow(page, "s")
        second = page.url
        press(page, "0")
        page.keyboard.type("7")
        press(page, "Escape")
        follow(page, "Control+Enter")
        follow(page, "p")
        press(page, "?")
        keys_are_shown = page.locator("#keys").is_visible()
        press(page, "Escape")
        page.goto(second)
        follow(page, "u")
        page.wait_for_function("performance.now() > 400")
        follow(page, "f")
        follow(page, "u")  # the last one, from the next page
        back = page.url
        follow(page, "Shift+Digit2")
        log = DecisionLog(folder.root).entries()

    assert shown == "= 5 from the lines"
    assert first != second
    assert keys_are_shown
    assert [(one.kind.value, one.points, len(one.lines), one.comment) for one in log[2:]] == [
        ("points", None, 1, "Fine; s n 1 are letters here."),
        ("points", 7.0, 0, ""),
        ("undo", None, 0, ""),
        ("points", None, 2, ""),
        ("undo", None, 0, ""),
        ("points", None, 1, ""),
    ]
    assert back == second


def test_two_graders_log_in_and_see_a_clash(browser: Browser, folder: ClassFolder) -> None:
    """At one shared desk, each in a browser of their own; the log-in page can be read in both themes."""
    graders, wrong = Graders(folder.root), list[str]()
    passwords = {"Ada": new_password(), "Grace": new_password()}
    for name, password in passwords.items():
        graders.add(name, password, "1/1")
    one = next(one for one in Book(folder).now().students if one.report and not one.report.problem)
    with served_at(folder, lambda port: LoginDoor(f"http://127.0.0.1:{port}", graders)) as door, ExitStack() as stack:
        pages = []
        for (name, password), scheme, width in zip(passwords.items(), ("dark", "light"), (360, 1600), strict=True):
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]
            stack.callback(context.close)
            pages.append(page := context.new_page())
            page.goto(f"{door.origin}/grade/{BY_HAND}/{one.ref}")
            wrong += [*page.evaluate(READABLE)[1], *violations(page)]
            wrong += [f"wider than {width}"] if page.evaluate("document.documentElement.scrollWidth") > width else []
            page.fill("[name=name]", name)
            page.fill("[name=password]", password)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        for page, points in zip(pages, ("3", "7"), strict=True):  # both have the page open
            page.fill("#points", points)
            with page.expect_navigation():
                page.keyboard.press("Control+Enter")
        told = pages[1].locator(".alarm").inner_text()
        pages[1].click("text=Log out")
        pages[1].wait_for_url("**/login")
    log = DecisionLog(folder.root).entries()

    assert wrong == []
    assert [(entry.by, entry.points) for entry in log] == [("Ada", 3.0), ("Grace", 7.0)]
    assert "Grace decided at the same time: 7 points." in told


def test_hostile_submissions_run_nothing_and_fetch_nothing(browser: Browser, tmp_path: Path) -> None:
    """Names, sources and explanations, on every page that shows them."""
    folder = made_up_folder(tmp_path / "class", hostile_class(), hostile_files)
    told: list[str] = []
    with served(folder) as place, opened(browser, place) as page:
        base = place.link.split("/?")[0]
        page.context.on("request", lambda request: told.append(request.url) if base not in request.url else None)
        page.context.on("dialog", lambda dialog: told.append(dialog.message))
        known = Book(folder).now()
        addresses = ["/", "/publish", "/log", f"/item/{BY_HAND}"]
        uploads = {one.row.digest: one.ref for one in known.students if one.row.digest}.values()
        for ref in uploads:
            addresses += [f"/student/{ref}/source", f"/grade/{BY_HAND}/{ref}"]
        addresses.append(f"/student/{ref}")  # every report shows all texts
        for address in addresses:
            page.goto(base + address)
            if page.title() == "ran" or not page.title().endswith("· desk"):
                told.append(f"{address}: {page.title()}")
            if page.locator("main script, main style, main iframe, main img, main object, main link").count():
                told.append(f"{address}: an element")

    assert [one for one in told if not one.startswith("data:")] == []
    assert len(known.students) == len(TEXTS)


def test_pages_fit_and_can_be_read(browser: Browser, folder: ClassFolder) -> None:
    """No page is wider than its window, every text has contrast enough in both themes, and axe-core finds no fault."""
    wrong: list[str] = []
    one = next(one for one in Book(folder).now().students if one.row.digest)
    source = f"/student/{one.ref}/source"
    of_one = [
        f"/student/{one.ref}",
        f"/grade/{BY_HAND}/{one.ref}",
        f"{source}?line=6",
        f"{source}?against=template&line=6",
    ]
    change = changes.ScoreChange(one.row.hand_in, 3.0, 6.0, (changes.TestChange("1.1", 3.0, 6.0, ("a weight",)),))
    proposal = Proposal(RUBRIC.digest, "0", ("weight of 1.1: 3 → 6",), (change,) * 12)
    (folder.root / PROPOSED).write_bytes(to_json(proposal))
    with served(folder) as place:
        base = place.link.split("/?")[0]
        for width, scheme in ((360, "dark"), (1600, "light")):
            size = {"width": width, "height": 900}
            with opened(browser, place, viewport=size, color_scheme=scheme) as page:
                for address in ("/", "/run", "/publish", "/log", "/help", f"/item/{BY_HAND}", *of_one):
                    page.goto(base + address)
                    if page.evaluate("document.documentElement.scrollWidth") > width:
                        wrong.append(f"{address} is wider than {width}")
                    looked_at, unreadable = page.evaluate(READABLE)
                    wrong += [f"{address}, {scheme}: {fault}" for fault in (*unreadable, *violations(page))]

                    assert looked_at > 10

    assert wrong == []
