"""Judging again from the desk: its lines arrive while it runs, it can be stopped, and it runs once at a time."""

import json
import sys
import time

import pytest

from autograder.desk import running
from tests.desk.client import DeskClient

QUICK = "print('changed: weight of 1.1: 2 → 5'); print('<b>1 of 2</b> hand-ins')"
SLOW = "import time; print('begun', flush=True); time.sleep(60)"


def running_instead(monkeypatch: pytest.MonkeyPatch, program: str) -> list[object]:
    """Let the desk run this program instead of `rejudge`; return the folders for which it was asked to."""
    asked: list[object] = []
    monkeypatch.setattr(running, "rejudge_command", lambda root: asked.append(root) or [sys.executable, "-c", program])
    return asked


def test_lines_arrive_as_events_and_the_end_with_its_status(desk: DeskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Afterwards the page shows them, escaped, and leads to what has changed."""
    asked = running_instead(monkeypatch, QUICK)
    desk.post("/run")
    events = desk.get("/run/events").split("\n\n")
    page = desk.get("/run")

    assert asked == [desk.book.folder.root]
    assert [json.loads(one.removeprefix("data: ")) for one in events[:2]] == [
        "changed: weight of 1.1: 2 → 5", "<b>1 of 2</b> hand-ins"
    ]  # fmt: skip
    assert events[2] == "event: end\ndata: 0"
    assert 'Done. <a href="/publish">What has changed</a>' in page
    assert "&lt;b&gt;1 of 2&lt;/b&gt;" in page


def test_one_run_at_a_time_and_it_can_be_stopped(desk: DeskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by Ctrl-C."""
    asked = running_instead(monkeypatch, SLOW)
    desk.post("/run")
    desk.post("/run")
    run = desk.desk.run
    assert run
    while not run.lines:
        time.sleep(0.01)
    while_running = desk.get("/run")
    desk.post("/run/stop")
    desk.get("/run/events")

    assert len(asked) == 1
    assert "Running." in while_running and "begun" in while_running
    assert run.status not in (None, 0)
    assert "It ended with status" in desk.get("/run")


def test_command_is_rejudge_of_this_folder(desk: DeskClient) -> None:
    """With this Python."""
    root = desk.book.folder.root

    assert running.rejudge_command(root) == [sys.executable, "-s", "-P", "-m", "autograder", "rejudge", str(root)]
