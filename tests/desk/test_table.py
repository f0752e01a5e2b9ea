"""The table of the class: search, filters with counts, order, pages, and an address for each view."""

import pytest

from autograder.class_page.standing import borderline
from autograder.desk.book import Class
from autograder.desk.flags import Flag
from autograder.desk.table import PAGE, View, folded, matching, table_of, view_of
from tests.desk.client import DeskClient

# Of the made-up class: the mishaps that it plants, and what its reports say.
PLANTED = {Flag.FAULT: 1, Flag.FORFEIT: 1, Flag.NOT_GRADABLE: 2, Flag.NOTHING: 1, Flag.LATE: 2, Flag.OPEN: 21}


@pytest.fixture
def known(desk: DeskClient) -> Class:
    """The class as the desk shows it."""
    return desk.book.now()


def test_each_filter_has_its_count_and_shows_as_many(known: Class) -> None:
    """Counts stay those of the whole class, whatever is filtered."""
    table = table_of(known, View(show=Flag.LATE), hidden=False)

    assert {flag: table.counts[flag] for flag in PLANTED} == PLANTED
    for flag, count in table.counts.items():
        assert table_of(known, View(show=flag), hidden=False).found == count
    assert table.counts[Flag.BORDERLINE] == sum(bool(one.report and borderline(one.report)) for one in known.students)


def test_lost_tests_are_counted_and_filtered(known: Class) -> None:
    """By the points that hold now."""
    table = table_of(known, View(), hidden=False)
    number, count = next(iter(table.lost.items()))
    found = matching(known, View(lost=number), hidden=False)

    assert len(found) == count > 0
    assert all(one.report and number in one.report.lost for one in found)


@pytest.mark.parametrize(
    ("words", "finds"), [("YILMAZ", 0), ("amina", 1), ("student0@example.edu", 1), ("20260037", 1)]
)
def test_search_finds_names_numbers_and_addresses(known: Class, words: str, finds: int) -> None:
    """Without regard to capitals and accents."""
    assert len(matching(known, View(q=words), hidden=False)) == finds


def test_search_ignores_accents() -> None:
    """Nobody has all keys."""
    assert folded("Jürgen Łukasz ÉMILIE") == folded("jurgen Łukasz emilie")


def test_order_and_its_reverse(known: Class) -> None:
    """By score, with those without one at the end of the ascending order."""
    scores = [one.report.score for one in matching(known, View(order="score"), hidden=False) if one.report]
    down = matching(known, View(order="score", down=True), hidden=False)

    assert scores == sorted(scores)
    assert [one.report.score for one in down if one.report] == scores[::-1]


def test_view_has_an_address_that_gives_it_again() -> None:
    """Nonsense in an address is left out."""
    view = View(q="ada & co", show=Flag.LATE, lost="1.2", order="score", down=True, page=3)
    words = dict(pair.split("=") for pair in view.address(page=3).removeprefix("/?").split("&"))
    decoded = {name: word.replace("+", " ").replace("%26", "&") for name, word in words.items()}

    assert view_of(decoded) == view
    assert view.address(q="x") == "/?q=x&show=late&lost=1.2&order=-score"
    assert view_of({"show": "all", "order": "-height", "page": "-1"}) == View()


def test_pages_hold_a_hundred(desk: DeskClient) -> None:
    """And a page beyond the last one shows the last."""
    known = desk.book.now()
    many = Class(
        known.result, known.students * 10, known.tests, known.threads, known.entries, known.stated, known.looks
    )
    table = table_of(many, View(page=99), hidden=False)

    assert (table.found, table.pages, len(table.students)) == (240, 3, 240 - 2 * PAGE)


def test_hidden_names_are_nowhere(desk: DeskClient) -> None:
    """Neither in the pages nor in their addresses, and nobody finds a student by a name."""
    students = desk.students()
    one = students[0]
    desk.grade(one, points="1")
    desk.post("/names", names="hidden", here="/")
    pages = ["/", f"/student/{one.ref}", f"/student/{one.ref}/source", f"/grade/TestReport.test_text/{one.ref}", "/log"]
    told = "".join(desk.get(address) for address in [*pages, "/publish", "/item/TestReport.test_text"])

    for student in students:
        hand_in = student.row.hand_in
        for text in (student.who, hand_in.key, *(one.email for one in hand_in.students)):
            assert text not in told
    assert one.alias in told
    assert "0 of 24 match" in desk.get(f"/?q={one.who.split()[0]}")
