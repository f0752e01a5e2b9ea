"""Points, comments, rubric lines and overrides at the desk: each is an entry of the log, and none is lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.classroom.folder import ClassFolder
from autograder.desk.flags import Flag
from autograder.model.plot import Images, Passage, Plot, PngImage
from autograder.model.report import Report
from autograder.rendering.text import points
from tests.class_page.made_up_class import made_up_class
from tests.desk.client import BY_HAND, DeskClient, opened
from tests.desk.made_up_folder import made_up_folder
from tests.rendering.reports import SMALLEST_PNG


def test_points_by_hand_count_and_the_next_open_one_follows(desk: DeskClient) -> None:
    """The verdict that the grader saw is part of the entry."""
    first, second = desk.students()[:2]
    before = first.report
    fields = desk.fields(f"/grade/{BY_HAND}/{first.ref}", "/decide")
    following = desk.post("/decide", **fields, points="6,5", comment="Say which step size.")
    after = desk.now(first).report
    assert before and after

    assert following == f"/grade/{BY_HAND}/{second.ref}"
    assert after.score == before.score + 6.5
    assert after.max_score == before.max_score + 8
    assert [(one.by, one.points, one.comment, one.verdict != "") for one in desk.log] == [
        ("Ada", 6.5, "Say which step size.", True)
    ]
    assert Flag.OPEN not in desk.now(first).flags


@pytest.mark.parametrize("points", ["-1", "8.5", "nan", "inf", "a lot", ""])
def test_points_beyond_the_maximum_are_refused_with_the_range(desk: DeskClient, points: str) -> None:
    """The comment is shown again, so that it is not lost."""
    page = desk.grade(desk.students()[0], 422, points=points, comment="A long thought.")

    assert "from 0 to 8" in page
    assert "A long thought." in page
    assert desk.log == ()


def test_rubric_lines_made_at_the_desk_give_the_points(desk: DeskClient) -> None:
    """A line that is changed later scores everybody again who has it."""
    one, other = desk.students()[:2]
    desk.post("/line", item=BY_HAND, text="Says what was tried", points="5")
    desk.post("/line", item=BY_HAND, text="And why", points="2")
    first, second = desk.book.now().lines(BY_HAND)
    desk.grade(one, lines=[first.id, second.id])
    desk.grade(other, lines=[second.id], points="4")
    was = [desk.now(student).outcome(BY_HAND).score for student in (one, other)]  # type: ignore[union-attr]
    fields = desk.fields(f"/item/{BY_HAND}", "/line")
    desk.post("/line", **fields, text="Says what was tried", points="3")

    assert was == [7, 4]
    assert desk.now(one).outcome(BY_HAND).score == 5  # type: ignore[union-attr]
    assert "1 have it" in desk.get(f"/item/{BY_HAND}")


def test_override_needs_a_reason_and_leaves_the_automatic_verdict_in_sight(desk: DeskClient) -> None:
    """On the page of the staff and in the log."""
    one = desk.students()[0]
    fields = desk.fields(f"/student/{one.ref}", "/decide")
    was = one.outcome(fields["item"])
    refusal = desk.post("/decide", 422, **fields, points="2.5")
    desk.post("/decide", **fields, points="2.5", reason="The files were ambiguous.")
    page = desk.get(f"/student/{one.ref}")

    assert was and was.score != 2.5
    assert "Say why" in refusal
    assert f"Changed by staff: 2.5 instead of {points(was.score)} points. The files were ambiguous." in page
    assert Flag.DECIDED in desk.now(one).flags


def test_undo_brings_back_what_was_there(desk: DeskClient) -> None:
    """As a separate entry."""
    one = desk.students()[0]
    address = f"/grade/{BY_HAND}/{one.ref}"
    desk.grade(one, points="3")
    desk.grade(one, points="4")
    desk.post("/undo", **desk.fields(address, "/undo"))
    back = desk.now(one).outcome(BY_HAND)
    desk.post("/undo", **desk.fields(address, "/undo"))

    assert back and back.score == 3
    assert len(desk.log) == 4


def test_two_desks_show_a_clash_and_neither_overwrites(folder: ClassFolder) -> None:
    """Both had the page open; the second one is told, and a third decision settles it."""
    ada, grace = opened(folder, "Ada"), opened(folder, "Grace")
    one = ada.students()[0]
    address = f"/grade/{BY_HAND}/{one.ref}"
    hers = grace.fields(address, "/decide")  # the page that Grace has open
    ada.grade(one, points="3")
    told = grace.post("/decide", **hers, points="7", comment="Well argued.")
    page = ada.get(address)
    clashing = ada.now(one)
    ada.grade(one, points="6")

    assert told == address
    assert "<b>Grace</b> decided at the same time: 7 points. Well argued." in page
    assert Flag.CLASH in clashing.flags
    assert clashing.outcome(BY_HAND).score == 3  # type: ignore[union-attr]
    assert grace.now(one).outcome(BY_HAND).score == 6  # type: ignore[union-attr]
    assert Flag.CLASH not in grace.now(one).flags


def test_comment_on_a_line_is_shown_there_and_can_be_removed(desk: DeskClient) -> None:
    """On the page of the source, and beside the item."""
    one = desk.students()[0]
    address = f"/student/{one.ref}/source?file=submitted.py"
    desk.post("/note", **desk.fields(f"{address}&line=8", "/note"), comment="Why three?")
    page, beside = desk.get(address), desk.get(f"/grade/{BY_HAND}/{one.ref}")
    report = desk.now(one).report
    desk.post("/undo", **desk.fields(address, "/undo"))

    assert "<b>Ada:</b> Why three?" in page and "<b>Ada:</b> Why three?" in beside
    assert report and [(note.line, note.comment) for note in report.notes] == [(8, "Why three?")]
    assert "Why three?" not in desk.get(address)


def test_comments_used_before_are_offered_by_frequency(desk: DeskClient) -> None:
    """Those of this item."""
    one, two, three, four = desk.students()[:4]
    for student, comment in ((one, "No numbers."), (two, "Too short."), (three, "Too short.")):
        desk.grade(student, points="1", comment=comment)
    page = desk.get(f"/grade/{BY_HAND}/{four.ref}")

    assert page.index('data-comment="Too short."') < page.index('data-comment="No numbers."')
    assert "2×" in page


def test_next_open_one_is_by_question_or_by_student_and_ends(desk: DeskClient) -> None:
    """It passes over what has points; after the last one there is none."""
    students = desk.students()
    for student in students[1:]:
        desk.grade(student, points="1")
    address = f"/grade/{BY_HAND}/{students[0].ref}"
    last = desk.fields(address, "/decide")["next"]
    desk.grade(students[0], points="1")

    assert last == f"/item/{BY_HAND}"
    assert "Everybody has points." in desk.get(last)
    assert "No other one is open." in desk.get(f"/grade/{BY_HAND}/{students[3].ref}?by=student")


def test_judging_again_is_seen_at_once(desk: DeskClient) -> None:
    """The desk reads the folder anew, and keeps the decisions."""
    one = desk.students()[0]
    desk.grade(one, points="2")
    made_up_folder(desk.book.folder.root, files=lambda place: {"README.md": f"{place}\n"})  # no source to compare
    now = desk.now(one)

    assert now.row.digest != one.row.digest
    assert now.outcome(BY_HAND).score == 2  # type: ignore[union-attr]
    assert Flag.OUTDATED in now.flags
    assert "the upload or the rubric has changed since" in desk.get(f"/grade/{BY_HAND}/{one.ref}")


def test_evidence_stands_beside_the_form(tmp_path: Path) -> None:
    """A grader looks at figures and texts while giving points; what a student wrote is escaped."""
    result = made_up_class(3)
    shown = (
        Passage("Text of the notebook", "My <b>conclusion</b>"),
        Images("Figures", (PngImage("cell 7", SMALLEST_PNG),)),
    )
    rows = [replace(row, report=_with_evidence(row.report, shown)) for row in result.rows if row.report]
    desk = opened(made_up_folder(tmp_path / "class", replace(result, rows=tuple(rows))), "Ada")
    page = desk.get(f"/grade/{BY_HAND}/{desk.students()[0].ref}")

    assert "My &lt;b&gt;conclusion&lt;/b&gt;" in page
    assert f'src="data:image/png;base64,{SMALLEST_PNG}"' in page


def _with_evidence(report: Report, shown: tuple[Plot, ...]) -> Report:
    outcomes = (replace(one, plots=shown) if one.key == BY_HAND else one for one in report.outcomes)
    return replace(report, outcomes=tuple(outcomes))
