"""The desk in Chromium: an afternoon by keyboard, hostile submissions, and pages that fit and can be read."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from autograder.classroom import decided
from autograder.classroom.at_work import noted
from autograder.classroom.folder import ClassFolder
from autograder.decisions.log import DecisionLog
from autograder.desk import book
from autograder.desk.book import Book
from autograder.desk.graders import Graders, new_password
from autograder.desk.link import LinkDoor
from autograder.desk.login import LoginDoor
from tests.browser import headless, violations
from tests.desk.client import BY_HAND
from tests.desk.crawl import watched
from tests.desk.hostile import TEXTS, hostile_folder
from tests.desk.kinds import pages_of_each_kind
from tests.desk.serving import served, served_at
from tests.desk.test_late import with_policy

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
        # `wait_for_function` calls eval while it waits, and the policy refuses that.
        page.wait_for_timeout(max(0, 400 - page.evaluate("performance.now()")))
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
    """On a page of each kind, and on pages for students; bench/desk_crawl.py follows every link of the desk."""
    folder = hostile_folder(tmp_path / "class")
    known = Book(folder).now()
    uploads = {one.row.digest: one.ref for one in known.students if one.row.digest}
    ref, *others = uploads.values()
    with served(folder) as place, opened(browser, place) as page, watched(page, place.link.split("/?")[0]) as desk:
        desk.open_all(
            ["/", "/?q=<script>", "/run", f"/run/result/{ref}", "/log", f"/item/{BY_HAND}", f"/student/{ref}"]
        )
        desk.open_all(f"/grade/{BY_HAND}/{one}" for one in uploads.values())
        desk.open_all(f"/student/{one}/source?file=submitted.py&line=2" for one in uploads.values())
        desk.open(f"/student/{ref}/source?file=README.md&against={others[0]}")
        shown = [page.locator("main").inner_text() for one in uploads.values() if desk.open(f"/student/{one}/source")]
        desk.open("/publish")
        page.get_by_role("button", name="Publish").click()
        page.wait_for_url("**/publish?done=*")
    with browser.new_page() as page, watched(page, f"{folder.root.as_uri()}/") as files:
        files.open_all(path.relative_to(folder.root).as_posix() for path in [*folder.root.glob("*/*.html")][:6])
        files.open_all(["class.html", "similarity.html"])
    in_one_line = [text for text in TEXTS if text.isascii() and text.isprintable() and len(text) < 1000]

    assert desk.faults + files.faults == []
    assert len(known.students) == len(TEXTS)
    assert [text for text in in_one_line if not any(text in one for one in shown)] == []


def faults_of(page: Page, width: int) -> list[str]:
    """Return what is wrong with a page as it is: its width, text that cannot be read, and what axe-core finds."""
    wider = ["wider than the window"] if page.evaluate("document.documentElement.scrollWidth") > width else []
    looked_at, unreadable = page.evaluate(READABLE)
    assert looked_at > 3
    return [f"{page.url}, {width}: {fault}" for fault in (*wider, *unreadable, *violations(page))]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1600, "light")])
def test_pages_of_each_kind_fit_and_can_be_read(
    browser: Browser, folder: ClassFolder, monkeypatch: pytest.MonkeyPatch, width: int, scheme: str
) -> None:
    """With a late student, a clash, former uploads, a list of changed scores, a refusal, and a run at work."""
    for module in (book, decided):
        monkeypatch.setattr(module, "load_assignment", with_policy)
    addresses = pages_of_each_kind(folder)
    wrong: list[str] = []
    size = {"width": width, "height": 900}
    with served(folder) as place, opened(browser, place, viewport=size, color_scheme=scheme) as page:
        base = place.link.split("/?")[0]
        for address in addresses:
            page.goto(base + address)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            wrong += faults_of(page, width)
        press(page, "?")
        wrong += faults_of(page, width)
        page.goto(f"{base}/item/{BY_HAND}")
        add_line(page, "A line", "many")
        refused = page.title()
        wrong += faults_of(page, width)
        with noted(folder, "class", lambda *_: None) as tell:
            tell("grading", 3, 24)
            for address in ("/run", "/"):
                page.goto(base + address)
                wrong += faults_of(page, width)

    assert refused.startswith("Not done")
    assert wrong == []


def test_new_folder_fits_and_can_be_read(browser: Browser, tmp_path: Path) -> None:
    """The desk offers to grade a class."""
    wrong: list[str] = []
    with served(ClassFolder(tmp_path / "new")) as place:
        for width, scheme in ((360, "dark"), (1600, "light")):
            with opened(browser, place, viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
                wrong += faults_of(page, width)

                assert page.locator("select[name=assignment]").count() == 1

    assert wrong == []
