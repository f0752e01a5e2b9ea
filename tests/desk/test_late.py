"""Late hand-ins at the desk: the policy takes points off, a person waives days, and both are published."""

import csv
import json
import re
from datetime import datetime

import msgspec
import pytest

from autograder.classroom import decided
from autograder.classroom.folder import ClassFolder
from autograder.desk import book
from autograder.desk.book import Student
from autograder.desk.flags import Flag
from autograder.manifest import load_assignment
from autograder.model.assignment import Assignment
from autograder.model.lateness import LatePolicy
from tests.desk.client import DeskClient, opened

DUE = datetime.fromisoformat("2026-11-19T00:00:00+01:00")  # the class hands in on the 18th, 19th and 20th


def with_policy(slug: str) -> Assignment:
    """Return an assignment whose late days cost a fifth each."""
    return msgspec.structs.replace(load_assignment(slug), late=LatePolicy(DUE, 0.2))


@pytest.fixture
def late_desk(folder: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> DeskClient:
    """A desk over a class with that policy."""
    for module in (book, decided):
        monkeypatch.setattr(module, "load_assignment", with_policy)
    return opened(folder, "Ada")


def two_days_late(desk: DeskClient) -> Student:
    """Return somebody who is two days late, with points."""
    return next(one for one in desk.students() if one.report and one.report.late and one.report.late.days == 2)


def test_late_days_cost_their_share(late_desk: DeskClient) -> None:
    """A share of the earned points is lost; students in time keep all."""
    one = two_days_late(late_desk)
    assert one.report
    earned = sum(outcome.score for outcome in one.report.outcomes)
    in_time = [other for other in late_desk.students() if Flag.LATE not in other.flags]

    assert one.report.score == pytest.approx(0.6 * earned)
    assert Flag.LATE in one.flags
    assert in_time and not any(other.report and other.report.late for other in in_time)
    assert "Handed in 2 days late: the score is reduced by 40 %." in late_desk.get(f"/student/{one.ref}")


def test_waived_days_cost_nothing_and_can_be_taken_back(late_desk: DeskClient) -> None:
    """The student reads the reason, in the page, in results.json and in the gradebook's note."""
    one = two_days_late(late_desk)
    key, root = one.row.hand_in.key, late_desk.book.folder.root
    page = f"/student/{one.ref}"
    late_desk.post("/waive", **late_desk.fields(page, "/waive"), days="1", reason="A certificate.")
    waived = late_desk.now(one).report
    late_desk.post("/publish")
    late_desk.post("/undo", **late_desk.fields(page, "/undo"))
    changes = late_desk.get("/publish")
    again = late_desk.now(one).report
    results = json.loads((root / "students" / f"{key}.json").read_text())
    shown = (root / "for_students" / f"{key}.html").read_text()
    with (root / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        line = next(row for row in csv.DictReader(file) if row["key"] == key)
    note = "Handed in 2 days late, of which 1 is waived (A certificate.): the score is reduced by 20 %."

    assert one.report and waived and again
    assert waived.score == pytest.approx(one.report.score * 0.8 / 0.6)
    assert again.score == one.report.score
    assert results["score"] == waived.score == float(line["score"])
    for text in (results["output"], shown, line["note"]):
        assert note in text
    assert line["late"] == "yes"
    assert "late days waived" in late_desk.get("/log")
    assert "Publish 1 change<" in changes and "<td>late days</td>" in changes


def test_form_offers_the_days_that_were_waived_last(late_desk: DeskClient) -> None:
    """All days at first; a waiver of none is a decision, too."""
    one = two_days_late(late_desk)
    page = f"/student/{one.ref}"
    first = late_desk.get(page)
    late_desk.post("/waive", **late_desk.fields(page, "/waive"), days="0", reason="No certificate came.")
    second = late_desk.get(page)
    offered = re.compile(r'name="days".*? value="(\d)"')

    assert offered.findall(first) == ["2"]
    assert offered.findall(second) == ["0"]


def test_two_waivers_at_once_are_both_shown(late_desk: DeskClient) -> None:
    """The first one counts until somebody saves again."""
    one = two_days_late(late_desk)
    fields = late_desk.fields(f"/student/{one.ref}", "/waive")
    late_desk.post("/waive", **fields, days="2", reason="Ill.")
    late_desk.post("/waive", **fields, days="1", reason="One day was agreed.")
    report = late_desk.now(one).report
    page = late_desk.get(f"/student/{one.ref}")

    assert report and report.late and report.late.waived == 2
    assert "1 day waived" in page and "One day was agreed." in page


@pytest.mark.parametrize(
    ("days", "reason", "told"), [("3", "Ill.", "from 0 to 2"), ("", "Ill.", "from 0 to 2"), ("1", "", "Say why")]
)
def test_waiver_that_cannot_be_meant_is_refused(late_desk: DeskClient, days: str, reason: str, told: str) -> None:
    """Nothing is added to the log."""
    one = two_days_late(late_desk)
    page = late_desk.post("/waive", 422, student=one.ref, days=days, reason=reason, here="/")

    assert told in page
    assert late_desk.log == ()


def test_without_a_policy_nothing_is_waived(desk: DeskClient) -> None:
    """The platform's word alone takes nothing off."""
    one = next(one for one in desk.students() if Flag.LATE in one.flags)
    assert one.report and one.report.late is None
    assert "not late" in desk.post("/waive", 422, student=one.ref, days="1", reason="Ill.", here="/")
