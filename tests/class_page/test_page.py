"""The class page shows all results, escapes all text, and is self-contained."""

import html
import unicodedata
from dataclasses import replace

from hypothesis import given, settings

from autograder.class_page.page import to_class_page
from autograder.class_page.table import LONGEST_NAME, shown_name, table_of
from autograder.model.class_result import ClassResult
from autograder.model.hand_in import HandIn, Student
from autograder.model.similarity import SimilarPair
from tests.class_page.classes import class_of, classes, report, row, scored
from tests.class_page.made_up_class import links_of, made_up_class, similar_pairs
from tests.outline import outline_of

SIXTY = made_up_class()
PAGE = to_class_page(SIXTY, links_of(SIXTY), similar_pairs(SIXTY))


@settings(max_examples=30)
@given(classes())
def test_no_class_breaks_the_page(result: ClassResult) -> None:
    """Whatever names, exports and submissions contain, elements close, and no character misleads."""
    pairs = tuple(SimilarPair(one.hand_in.key, "gone", 0.7, 9, "") for one in result.rows)
    page = to_class_page(result, links_of(result), pairs)
    outline = outline_of(page)

    assert {c for c in html.unescape(page) if unicodedata.category(c) in ("Cc", "Cf", "Cs")} <= {"\n", "\t"}
    assert len(outline.all("script")) == 1
    assert len([one for one in outline.all("tr") if "data-find" in one]) == len(result.rows)


def test_files_beside_the_page_are_listed_with_their_purpose() -> None:
    """Each file has a link; without files, the page does not mention any."""
    beside = {"gradebook.csv": "a line for each student", "for_students/": "to hand out"}
    outline = outline_of(to_class_page(SIXTY, links_of(SIXTY), beside=beside))

    assert [one["href"] for one in outline.all("a") if one.get("href") in beside] == list(beside)
    assert "to hand out" in outline.text
    assert "Files beside this page" not in outline_of(PAGE).text


def test_page_fetches_nothing_and_runs_only_its_own_script() -> None:
    """No address leads elsewhere, and the policy names the digests of style and script."""
    outline = outline_of(PAGE)
    policy = next(one["content"] for one in outline.all("meta") if one.get("http-equiv")) or ""
    addresses = [value or "" for _, found in outline.seen for name, value in found.items() if name in ("src", "href")]

    assert {"link", "img", "iframe"}.isdisjoint(tag for tag, _ in outline.seen)
    assert all(address.startswith(("#", "students/", "similarity.html#pair-")) for address in addresses)
    assert policy.count("'sha256-") == 2
    assert "unsafe" not in policy and policy.startswith("default-src 'none'")


def test_page_is_the_same_at_every_call() -> None:
    """Two calls give the same bytes, so a class that is judged again changes only where results changed."""
    assert to_class_page(made_up_class(), links_of(SIXTY), similar_pairs(SIXTY)[::-1]) == PAGE


def test_markup_in_names_and_messages_is_text() -> None:
    """A student may have any name, and raise any error."""
    hostile = '<img src=x onerror="alert(1)">'
    lost = report(scored("1", 0.0, seen=hostile))
    result = class_of(
        row("a", lost, students=(Student(hostile, hostile, hostile),), problem=hostile), complaints=(hostile,)
    )
    outline = outline_of(to_class_page(result, {}))

    assert outline.all("img") == []
    assert outline.text.count(hostile) >= 4


def test_head_counts_the_class() -> None:
    """There are 60 hand-ins: four by two students, one empty, two equal."""
    shown = outline_of(PAGE).text

    assert "hand-ins 60 students 64 different uploads 58 median of 92" in shown
    assert "59 of 60 hand-ins have a score. The hatched part, 2, could not be graded and has 0 points." in shown
    assert "2 parts of the export could not be used" in shown


def test_every_hand_in_links_to_its_page_and_shows_its_numbers() -> None:
    """So do rows in the table, for readers who cannot see the plots."""
    table = table_of(SIXTY, links_of(SIXTY))
    graded = [one for one in SIXTY.rows if one.report]

    assert [line.link for line in table.lines if line.link] == [f"students/{one.hand_in.key}.html" for one in graded]
    assert [suite.points for suite in table.suites] == [15, 10, 19, 23, 9, 16]
    assert all(
        abs(sum(points or 0 for points in line.suites) - (line.score or 0)) < 1e-6
        for line in table.lines
        if line.standing.value != "forfeited"
    )
    assert table.column == "accuracy"


def test_headers_of_the_table_are_headers() -> None:
    """Each has a scope, and each that sorts is a button and says so."""
    outline = outline_of(PAGE)
    headers = outline.all("th")
    sorting = [one for one in headers if "aria-sort" in one]

    assert all(one.get("scope") for one in headers)
    assert len(sorting) == len(outline.all("button")) == 12
    assert [tag for tag, _ in outline.seen if tag in ("header", "nav", "main")] == ["header", "nav", "main"]


def test_class_without_gradable_hand_ins_says_so() -> None:
    """Sentences replace the missing numbers."""
    nothing = replace(SIXTY, rows=tuple(replace(one, report=None) for one in SIXTY.rows))
    shown = outline_of(to_class_page(nothing, {})).text

    assert "No hand-in has a score yet." in shown
    assert "there are no results for the tests" in shown
    assert "Accuracy and CPU seconds" not in shown
    assert "nan" not in shown.lower().split()


def test_empty_class_is_a_page() -> None:
    """An export may contain no hand-ins and many complaints."""
    shown = outline_of(to_class_page(class_of(complaints=("The export is empty.",)), {})).text

    assert "1 part of the export could not be used The export is empty." in shown
    assert "Nothing calls for a person." in shown


def test_class_without_lost_points_says_so() -> None:
    """A sentence says that nobody lost a point."""
    result = class_of(*(row(key, report(scored("1", 1.0))) for key in "abc"))
    shown = outline_of(to_class_page(result, {})).text

    assert "Nobody lost a point." in shown
    assert "everybody passes" in shown


def test_name_is_one_line_of_bounded_length() -> None:
    """A name in any script is cut to one line; a name without printable characters becomes the key."""

    def shown(name: str) -> str:
        return shown_name(HandIn("key-1", (Student(name),), None))

    assert shown("مُحَمَّد\n الخوارزمي") == "مُحَمَّد الخوارزمي"
    assert shown("x" * 10_000) == "x" * (LONGEST_NAME - 1) + "…"
    assert shown("\u202e\x00") == shown("") == "key-1"
