"""The page of similar sources."""

import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from autograder.model.class_result import ClassResult
from autograder.model.hand_in import Student
from autograder.similarity.find import find_similar
from autograder.similarity.found import Fragment, Similar, Similarity
from autograder.similarity.page import SIDE_BY_SIDE, to_similarity_page
from tests.browser import headless, violations
from tests.gradebook.made import a_class, a_report, a_row

HOSTILE = "</code></details><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
CODE = (Path(__file__).parents[1] / "golden/cifar8_finetune/trainer_class/submitted.py").read_text()


def a_class_of(sources: dict[str, dict[str, str]]) -> ClassResult:
    """Return a class in which each student's name is the digest of their upload."""
    rows = [a_row(f"key-{name}", Student(name), report=a_report(submission=name)) for name in sources]
    return a_class(*rows, sources=sources)


def a_page(sources: dict[str, dict[str, str]]) -> str:
    """Return the page of a class."""
    return to_similarity_page(a_class_of(sources), find_similar(sources, {}), "index.html")


class Tags(HTMLParser):
    """Collects the tags of a page, and those left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags_of(page: str) -> Tags:
    """Return the tags of a page."""
    tags = Tags()
    tags.feed(page)
    return tags


def test_page_begins_with_its_caution() -> None:
    """Every reader sees the caution first, with or without pairs."""
    for page in (a_page({}), a_page({"Ada": {"s.py": CODE}, "Bob": {"s.py": CODE + "\n#"}})):
        assert "This is no proof of copying." in page
        assert "hear the students" in page


def test_page_shows_both_sources_and_their_shared_parts() -> None:
    """The page shows both names, the share, and an anchor for the link, and fetches nothing."""
    page = a_page({"Ada": {"s.py": CODE}, "Bob": {"s.py": CODE + "\n#"}})

    tags = tags_of(page)
    assert tags.open == []
    assert ("details", {"class": "pair", "id": "pair-1"}) in tags.found
    assert sum(tag == "mark" for tag, _ in tags.found) > 100
    assert all(name in page for name in ("<bdi>Ada</bdi>", "<bdi>Bob</bdi>", "100 %"))
    addresses = [value for _, attrs in tags.found for name, value in attrs.items() if name in ("src", "href")]
    assert set(addresses) == {"index.html", "#content", "#pair-1-fragment-1"}


def test_text_of_students_is_never_markup() -> None:
    """Names, file names and sources that look like markup appear as text."""
    source = f"{CODE}\n# {HOSTILE}\n"
    page = a_page({HOSTILE: {f"{HOSTILE}.py": source}, "Bob\u202e": {"b.py": source, "c.py": "# \x1b[31m\x07"}})

    tags = tags_of(page)
    assert tags.open == []
    assert [tag for tag, _ in tags.found].count("script") == 1
    assert not any(tag == "img" for tag, _ in tags.found)
    assert not re.search("[\u202e\x1b\x07]", page)


def test_uploads_that_were_not_compared_are_named() -> None:
    """The page names every upload that was not compared."""
    page = a_page({"Ada": {"s.py": CODE}, "Bob": {"s.py": "x" * 300_000}})

    assert "1 upload could not be compared" in page
    assert "<bdi>Bob</bdi>: its source has 293 KiB; the limit is 256 KiB." in page


def test_pairs_beyond_the_first_have_a_line_but_no_sources() -> None:
    """The page stays readable, and every link has its target."""
    names = [hashlib.sha256(bytes([n])).hexdigest() for n in range(SIDE_BY_SIDE + 3)]
    sources = {name: {"s.py": "one = 1\n"} for name in [*names, "other"]}
    fragments = (Fragment(0, 7, (1,)),)
    pairs = tuple(Similar(name, "other", 0.9, 9, fragments, fragments) for name in names)

    page = to_similarity_page(a_class_of(sources), Similarity(pairs, len(sources)))

    assert page.count('<details class="pair"') == SIDE_BY_SIDE
    assert all(f'id="pair-{number}"' in page for number in range(1, len(names) + 1))
    assert "The sources of the other 3 are not on this page." in page


def test_page_is_the_same_twice() -> None:
    """The same class gives the same bytes."""
    sources = {"Ada": {"s.py": CODE}, "Bob": {"s.py": CODE + "\n#"}, "Cyd": {"s.py": CODE + "\n\n#"}}

    assert a_page(sources) == a_page(dict(reversed(sources.items())))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser for all tests of this file."""
    with headless() as browser:
        yield browser


def opened(browser: Browser, folder: Path, place: str = "", width: int = 1200) -> Page:
    """Return the page of a hostile pair in a browser that has reported no error."""
    source = f"{CODE}\n# {HOSTILE}\n"
    (folder / "similarity.html").write_text(a_page({HOSTILE: {"a.py": source}, "Bob": {"b.py": source}}))
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.on("console", lambda message: pytest.fail(message.text))
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(f"{(folder / 'similarity.html').as_uri()}{place}")
    return page


def test_link_opens_its_pair(browser: Browser, tmp_path: Path) -> None:
    """A link from the class page opens the sources at once, and only the page's own script runs."""
    page = opened(browser, tmp_path, "#pair-1")

    assert page.locator("details.pair[open] mark").count() > 100
    assert page.title() == "A small one: similar sources"


def test_sources_stand_side_by_side_where_there_is_room(browser: Browser, tmp_path: Path) -> None:
    """On a narrow screen they stand below each other, and nothing scrolls sideways; axe-core finds no fault."""
    wide, narrow = (opened(browser, tmp_path, "#pair-1", width) for width in (1200, 380))

    (left, right), (upper, lower) = (
        [side.bounding_box() for side in page.locator(".side").all()] for page in (wide, narrow)
    )
    assert left["y"] == right["y"]
    assert upper["x"] == lower["x"]
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 380
    assert violations(narrow) == []
