"""Judges the class again from the desk: starts `rejudge`, shows its lines while it runs, and stops it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from autograder.desk.forms import Form
from autograder.desk.pages import desk_of, to_answer
from autograder.desk.run import Run

LOOK_S = 0.2  # between two looks at a run's lines


def rejudge_command(root: Path) -> list[str]:
    """Return the command that judges the class of a folder again."""
    return [sys.executable, "-s", "-P", "-m", "autograder", "rejudge", str(root.resolve())]


def run_page(request: Request) -> Response:
    """Show the run, or offer to start one."""
    desk = desk_of(request)
    return to_answer(request, "run.html.jinja", desk.book.now(), run=desk.run)


def start_run(request: Request, _form: Form) -> Response:
    """Judge the class again, unless a run is under way."""
    desk = desk_of(request)
    with desk.turn:
        if desk.run is None or desk.run.status is not None:
            desk.run = Run(rejudge_command(desk.book.folder.root))
    return RedirectResponse("/run", 303)


def stop_run(request: Request, _form: Form) -> Response:
    """Stop the run, if there is one."""
    desk = desk_of(request)
    if desk.run:
        desk.run.stop()
    return RedirectResponse("/run", 303)


async def run_events(request: Request) -> Response:
    """Send the run's lines as server-sent events, and at last its exit status."""
    run = desk_of(request).run
    return StreamingResponse(_events(run) if run else _nothing(), media_type="text/event-stream")


async def _events(run: Run) -> AsyncIterator[str]:
    sent = 0
    while True:
        status = run.status  # before the lines, so that none is missed
        for line in run.lines[sent:]:
            sent += 1
            yield f"data: {json.dumps(line)}\n\n"
        if status is not None:
            yield f"event: end\ndata: {status}\n\n"
            return
        await asyncio.sleep(LOOK_S)


async def _nothing() -> AsyncIterator[str]:
    yield "event: end\ndata: 0\n\n"
