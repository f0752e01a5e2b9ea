"""The page and the JUnit XML show all findings, whatever text these contain."""

import re

import pytest
from junitparser import JUnitXml

from autograder.model.measurement import Measurement
from autograder.verify.attacks import AttackResult
from autograder.verify.audit import Audit, Run
from autograder.verify.findings import Findings
from autograder.verify.junit import junit_of
from autograder.verify.matrix import Mark, Matrix, Row
from autograder.verify.page import failed_by, page_of, strip_of
from autograder.verify.spread import Spread
from autograder.verify.surprise import Surprise
from tests.outline import Outline, outline_of
from tests.verify.made import COLUMNS

WHY = Surprise(("1.1",), "a loss of <b>points</b>", "4 of 4 points; accuracy 0.93, at least 0.9")
ROWS = (
    Row("reference", "Earns all.", 10, (Mark.KEPT, Mark.KEPT), (), 1.25),
    Row(
        "slip",
        "Takes <script>alert(1)</script> & more.",
        4,
        (Mark.SURVIVED, Mark.LOST),
        ("keeps 1.1",),
        2.0,
        surprises=(WHY,),
    ),
)
MATRIX = Matrix("small", "A small one", "embedded", 10, COLUMNS, ROWS, COLUMNS[:1], ("left_alone",))
SPREAD = Spread(("6.1",), tuple(Measurement("accuracy", value, 0.9) for value in (0.91, 0.93, 0.95)))
AUDIT = Audit("small", "A small one", "embedded", 10, (Run(41, 10, (), 3.0), Run(42, 9, ("6.1",), 3.0)), (SPREAD,))
ATTACK = AttackResult(
    "secrets", "frames", "reads frames.", "INERT", "full \x00\x1b[31mpoints", ("BREACH: \x08x",), (), 1.0
)
FOUND = Findings((MATRIX,), (AUDIT,), (ATTACK,))
CLEAN = Findings((Matrix("small", "A small one", "embedded", 10, COLUMNS, ROWS[:1]),))


@pytest.fixture(scope="module")
def outline() -> Outline:
    """The parsed page of all kinds of findings."""
    return outline_of(page_of(FOUND))


def test_page_is_self_contained(outline: Outline) -> None:
    """It works offline: no script, font or image comes from elsewhere."""
    links = [value for _, found in outline.seen for name, value in found.items() if name in ("src", "href")]

    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in outline.seen}
    assert links and all(link and link.startswith("#") for link in links)
    assert "url(" not in page_of(FOUND)


def test_page_escapes_all_text(outline: Outline) -> None:
    """Markup in a story or a title becomes text, and control characters are removed."""
    text = " ".join(outline.words)

    assert "Takes <script>alert(1)</script> & more." in text
    assert "The second <thing> is right." in text
    assert not re.search(r"[\x00-\x08\x1b]", page_of(FOUND))


def test_page_has_a_header_for_each_test_and_a_row_for_each_case(outline: Outline) -> None:
    """Column headers hold the numbers, row headers the cases, and each symbol has words for screen readers."""
    scopes = [found.get("scope") for tag, found in outline.seen if tag == "th"]
    text = " ".join(outline.words)

    assert scopes.count("row") >= len(ROWS) + 1
    assert text.count("loses points, as expected") >= 2
    assert "keeps points that it must lose" in text
    assert "No known mistake fails test 1.1" in text
    assert "1 cases were skipped" in text


def test_page_says_what_a_surprising_test_expected_and_saw(outline: Outline) -> None:
    """It stands below the fault, escaped."""
    text = " ".join(" ".join(outline.words).split())

    assert "1.1 expected a loss of <b>points</b> seen 4 of 4 points; accuracy 0.93, at least 0.9" in text


def test_heading_says_whether_all_is_well() -> None:
    """So does the title, which a browser's tab shows."""
    assert "<title>✓ verify</title>" in page_of(CLEAN)
    assert "Everything is as expected" in page_of(CLEAN)
    assert "<title>✗ verify</title>" in page_of(FOUND)


def test_counts_are_of_mistakes_alone() -> None:
    """The template fails all tests and proves none; a row marks expected and unexpected losses."""
    template = Row("template", "", 0, (Mark.LOST, Mark.LOST), (), 1.0, is_mistake=False)
    forfeit = Row("leak", "", 0, (Mark.LOST_TOO, Mark.KEPT), (), 1.0)

    assert failed_by(Matrix("small", "", "embedded", 10, COLUMNS, (*ROWS, template, forfeit))) == [1, 1]


def test_strip_holds_values_threshold_and_spreads() -> None:
    """All lie within the drawing, in their order."""
    strip = strip_of(SPREAD)
    places = [strip["low"], *strip["values"], strip["high"]]  # type: ignore[misc]

    assert places == sorted(places)
    assert all(0 < place < 180 for place in [*places, strip["threshold"]])
    assert strip_of(Spread((), (Measurement("share", 0, 0, False),) * 2))["threshold"] == 6.0


def test_junit_has_a_case_for_each_graded_submission_and_for_each_gap() -> None:
    """A CI server counts the faults, and shows them with the story."""
    document = JUnitXml.fromstring(junit_of(FOUND))
    matrix, audit, attacks = document
    by_name = {case.name: case for case in matrix}

    assert [suite.name for suite in document] == ["small (embedded)", "small (embedded), audit", "attacks"]
    assert (document.tests, document.failures, document.skipped) == (8, 5, 1)
    assert by_name["reference"].is_passed and by_name["reference"].time == 1.25
    assert by_name["slip"].result[0].message == "keeps 1.1"
    assert "Takes <script>" in by_name["slip"].result[0].text
    assert by_name["1.1"].result[0].message == "no known mistake fails it"
    assert by_name["left_alone"].is_skipped
    assert [case.name for case in audit if not case.is_passed] == ["seed 42", "accuracy (6.1)"]
    assert [case.result[0].message for case in attacks] == ["BREACH: x"]


def test_junit_of_clean_findings_has_no_failures() -> None:
    """Clean findings give no failure to look at."""
    document = JUnitXml.fromstring(junit_of(CLEAN))

    assert (document.tests, document.failures) == (1, 0)
