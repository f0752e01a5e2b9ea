"""Runs from the desk: they are watched while they run, can be stopped, and one is at work at a time."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.classroom import changes, similar_uploads
from autograder.classroom.at_work import LOOK_S, NOTED, STOP, at_work, noted
from autograder.classroom.folder import PROPOSED, ClassFolder
from autograder.classroom.index import Line
from autograder.classroom.proposal import Proposal, keep_proposal, proposal_in
from autograder.classroom.rejudge import Judging
from autograder.classroom.serialization import to_json
from autograder.desk import running
from autograder.desk.book import Book, alias_of, ref_of
from autograder.desk.serve import desk_folder
from autograder.model.failures import UnusableInput
from autograder.project import PROJECT
from autograder.similarity.found import Similar, Similarity
from tests.desk.client import DeskClient, opened
from tests.desk.made_up_folder import RUBRIC

QUICK = "print('changed: weight of 1.1: 2 → 5'); print('<b>1 of 2</b> hand-ins')"
NOTING = """
import os, time
from pathlib import Path
from autograder.classroom.at_work import noted
from autograder.classroom.folder import PROPOSED, ClassFolder
folder = ClassFolder(Path({root!r}))
with noted(folder, "class", lambda *_: None) as tell:
    tell("grading", 3, 24)
    time.sleep(0.1)
    os.utime(next(folder.root.glob("judged/*/{digest}")))
    time.sleep(2)
"""
SLOW = "import time; print('begun', flush=True); time.sleep(60)"


def running_instead(monkeypatch: pytest.MonkeyPatch, program: str) -> list[tuple[str, ...]]:
    """Let the desk run this program instead of a command; return the arguments that it was asked for."""
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(
        running, "command", lambda *arguments: asked.append(arguments) or [sys.executable, "-c", program]
    )
    return asked


def test_lines_arrive_as_events_and_the_end_with_its_status(desk: DeskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Afterwards the page shows them, escaped, and leads to what has changed."""
    asked = running_instead(monkeypatch, QUICK)
    desk.post("/run", what="preview")
    events = desk.get("/run/events").split("\n\n")
    page = desk.get("/run")
    desk.post("/names", names="hidden", here="/run")
    hidden = desk.get("/run/events") + desk.get("/run")

    assert "hand-ins" not in hidden and "may name students" in hidden
    assert asked == [("rejudge", str(desk.book.folder.root), "--preview")]
    assert [json.loads(one.removeprefix("data: ")) for one in events[:2]] == [
        "changed: weight of 1.1: 2 → 5", "<b>1 of 2</b> hand-ins"
    ]  # fmt: skip
    assert events[2] == "event: end\ndata: 0"
    assert 'done. <a href="/publish">What has changed since the last publication</a>' in page
    assert "&lt;b&gt;1 of 2&lt;/b&gt;" in page


def test_one_run_at_a_time_and_it_can_be_stopped(desk: DeskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by Ctrl-C."""
    asked = running_instead(monkeypatch, SLOW)
    desk.post("/run", what="preview")
    refusal = desk.post("/run", 409, what="preview")
    run = desk.desk.run
    assert run
    while not run.lines:
        time.sleep(0.01)
    while_running = desk.get("/run")
    desk.post("/run/stop")
    desk.get("/run/events")

    assert len(asked) == 1
    assert "A run is at work" in refusal
    assert "starting" in while_running and "begun" in while_running
    assert run.status not in (None, 0)
    assert "stopped. Finished work is kept" in desk.get("/run")


def test_run_at_work_elsewhere_is_watched(desk: DeskClient) -> None:
    """Its step, whom it grades, and a result for each of two equal uploads; this desk starts no run beside it."""
    folder = desk.book.folder
    one, other = (student.row for student in desk.students()[:2])
    twin = Line(replace(one.hand_in, key="twin-1"), one.digest)
    index = folder.index
    assert index
    folder.keep_index(replace(index, lines=(*index.lines, twin)))
    with noted(folder, "class", lambda *_: None) as tell:
        tell("grading", 1, 24, [one.hand_in])
        assert one.report
        folder.keep_report(RUBRIC, one.digest, one.report)
        page = desk.get("/run")
        started = desk.post("/run", 409, what="preview")
        refused = desk.post("/run", 422, what="refuse", list="any")
        desk.post("/names", names="hidden", here="/run")
        hidden = desk.get("/run")
        result = desk.get(f"/run/result/{ref_of(one.hand_in.key)}")
    after = desk.get("/run")

    assert "1 of 24" in page and f"<bdi>{one.hand_in.who}</bdi>" in page
    assert f'id="result-{ref_of(one.hand_in.key)}"' in page and f'id="result-{ref_of(other.hand_in.key)}"' not in page
    assert f'id="result-{ref_of("twin-1")}"' in page and '<span class="count" id="results-kept">2<' in page
    assert "A run is at work" in started and "no longer holds" in refused
    assert one.hand_in.who not in hidden + result and alias_of(ref_of(one.hand_in.key)) in result
    assert "List what would change" in after


def test_steps_and_results_arrive_as_events(desk: DeskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with a script adds them without being loaded again."""
    folder, row = desk.book.folder, desk.students()[0].row
    running_instead(monkeypatch, NOTING.format(root=str(folder.root), digest=row.digest))
    desk.post("/run", what="preview")
    events = [one.split("\n") for one in desk.get("/run/events").strip().split("\n\n")]
    told = {lines[0]: json.loads(lines[1].removeprefix("data: ")) for lines in events if lines[0].startswith("event")}

    assert (told["event: step"]["what"], told["event: step"]["done"]) == ("grading", 3)
    assert told["event: result"]["ref"] == ref_of(row.hand_in.key)
    assert told["event: end"] == 0


@pytest.mark.parametrize("before", ["", "signal.signal(signal.SIGINT, signal.SIG_IGN)"])
def test_run_started_elsewhere_is_stopped_by_a_request(desk: DeskClient, before: str) -> None:
    """It interrupts itself, also below `nohup`; a request that names another run does nothing."""
    root = desk.book.folder.root
    program = f"import signal\n{before}{NOTING.format(root=str(root), digest='*').replace('sleep(2)', 'sleep(60)')}"
    run = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT)
    while not (work := at_work(root)) or not work.run:
        time.sleep(0.02)
    (root / STOP).write_text("a run that was killed")
    time.sleep(3 * LOOK_S)
    alive = run.poll() is None
    desk.post("/run/stop")
    page = desk.get("/run")

    assert alive
    assert "Stopping." in page or run.poll() is not None  # a busy machine may show the page later
    assert run.wait(20) not in (0, None)
    assert at_work(root) is None and not (root / STOP).exists()


def test_run_that_was_killed_is_not_taken_for_one_at_work(folder: ClassFolder) -> None:
    """Its note stays, and its lock goes."""
    with noted(folder, "class", lambda *_: None) as tell:
        tell("grading", 1, 24)
        note = (folder.root / NOTED).read_bytes()
        seen = at_work(folder.root)
    (folder.root / NOTED).write_bytes(note)

    assert seen and (seen.what, seen.done) == ("grading", 1)
    assert at_work(folder.root) is None


def test_changed_scores_are_listed_and_accepted(desk: DeskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the list that is shown is accepted; one on a former judging is gone."""
    asked = running_instead(monkeypatch, QUICK)
    one = desk.students()[0]
    change = changes.ScoreChange(
        one.row.hand_in, 3.0, 6.0, (changes.TestChange("1.1", 3.0, 6.0, ("weight of 1.1: 2 → 5",)),)
    )
    proposal = Proposal(RUBRIC.digest, "0123456789abcdef", ("weight of 1.1: 2 → 5",), (change,), 2)
    (desk.book.folder.root / PROPOSED).write_bytes(to_json(proposal))
    page = desk.get("/run")
    refusal = desk.post("/run", 422, what="accept", list="another")
    desk.post("/run", 422, what="refuse", list="another")
    unknown = desk.post("/run", 422, what="rm")
    desk.post("/run", what="accept", list=proposal.rubric)
    (desk.book.folder.root / PROPOSED).write_bytes(to_json(replace(proposal, former="older")))
    desk.get("/run/events")
    later = desk.get("/run")

    assert f"<bdi>{one.who}</bdi>" in page and "1.1: 3 → 6" in page and "1 score would change, 2 would keep" in page
    assert "no longer holds" in refusal and "Choose what to start." in unknown
    assert asked == [("rejudge", str(desk.book.folder.root), f"--accept={proposal.rubric}")]
    assert "Accept, and judge again" in page and "Accept, and judge again" not in later


def test_one_upload_is_graded_again_from_its_page(desk: DeskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command names the hand-in."""
    asked = running_instead(monkeypatch, QUICK)
    one = desk.students()[0]
    fields = desk.fields(f"/student/{one.ref}", "/run")
    desk.post("/run", **fields)

    assert asked == [("rejudge", str(desk.book.folder.root), f"--student={one.row.hand_in.key}")]


def test_new_result_of_one_upload_waits_and_is_refused(desk: DeskClient) -> None:
    """The former one is in force before and after; a list of an upload that is no longer there does not hold."""
    folder, one = desk.book.folder, desk.students()[0]
    report = one.report
    assert report and folder.index
    better = replace(report, outcomes=tuple(replace(each, score=each.weight or 0.0) for each in report.outcomes))
    folder.held.keep_report(RUBRIC, one.row.digest, better)
    change = changes.ScoreChange(one.row.hand_in, 3.0, 6.0, (changes.TestChange("1.1", 3.0, 6.0, ("asked for",)),))
    rejudged = changes.Rejudged(desk.book.now().result, (), (change,), 0, 1)
    proposal = keep_proposal(folder, Judging(rejudged, RUBRIC, folder.index), one.row.hand_in.key)
    page, while_waiting = desk.get("/run"), desk.now(one).report
    desk.post("/run", what="refuse", list=proposal.id)

    assert "The former result holds until you accept the new one." in page and f'value="{proposal.id}"' in page
    assert while_waiting == report == desk.now(one).report
    assert proposal_in(folder) is None and not folder.held.root.exists()
    assert "Accept" not in desk.get("/run")


def test_class_is_graded_from_a_new_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page leads to the form until there is a result; what cannot be meant is refused with a sentence."""
    asked = running_instead(monkeypatch, QUICK)
    desk = opened(desk_folder(tmp_path / "new"), "Ada")
    page = desk.get("/run")
    refusals = [
        desk.post("/run", 422, what="class"),
        desk.post("/run", 422, what="class", export="/nowhere"),
        desk.post("/run", 422, what="class", export=str(tmp_path), assignment="none"),
        desk.post("/run", 422, what="class", export=str(tmp_path), assignment="line_fit", profile="none"),
        desk.post("/run", 422, what="class", export=str(tmp_path), assignment="line_fit", workers="-1"),
        desk.post("/run", 422, what="preview"),
    ]
    desk.post("/run", what="class", export=str(tmp_path), assignment="line_fit", workers="2")

    assert desk.http.get("/").headers["location"] == "/run"
    assert "This folder is new." in page
    said = ("Name the export", "no such file", "Choose the assignment", "has no data", "whole number", "grade it first")
    for refusal, words in zip(refusals, said, strict=True):
        assert words in refusal.split('role="alert">', 1)[1].split("</p>", 1)[0]
    grading = ["--assignment=line_fit", "--profile=embedded", "--workers=2", "--", str(tmp_path)]
    assert [list(one) for one in asked] == [["class", f"--out={tmp_path / 'new'}", *grading]]


def test_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    """Nothing is written between other people's files."""
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(UnusableInput, match="holds no class"):
        desk_folder(tmp_path)
    with pytest.raises(UnusableInput, match="not a folder"):
        desk_folder(tmp_path / "thesis.tex")


def test_no_page_waits_while_a_run_is_about_to_compare(folder: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk shows what the last run found; when the run has ended, it reads what is new."""
    first, second = [one.row for one in Book(folder).now().students if one.row.digest][:2]
    former = Similarity((Similar(first.digest, second.digest, 0.9, 20),))
    (folder.root / similar_uploads.KEPT).write_bytes(to_json(similar_uploads.Compared("other uploads", former)))
    searched: list[object] = []
    monkeypatch.setattr(similar_uploads, "find_similar", lambda *asked: searched.append(asked) or Similarity())
    book = Book(folder)
    with noted(folder, "class", lambda *_: None):
        meanwhile, searched_meanwhile = book.now(), list(searched)
    later, again = book.now(), book.now()
    one, then = meanwhile.of_key(first.hand_in.key), later.of_key(first.hand_in.key)

    assert searched_meanwhile == [] and len(searched) == 1
    assert one and list(one.similar) == [ref_of(second.hand_in.key)]
    assert then and not then.similar
    assert (meanwhile.awaits_run, later.awaits_run) == (True, False)
    assert again is later
