"""Runs from the desk: grades the class, judges it again, observes one student again; shows each run, and stops it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from autograder import project
from autograder.classroom.at_work import ask_to_stop, at_work
from autograder.classroom.folder import opened_folder
from autograder.classroom.proposal import proposal_in
from autograder.desk.access import may_stay
from autograder.desk.forms import Form, Refused, one, student_of
from autograder.desk.live import name_of
from autograder.desk.pages import Desk, desk_of, to_answer
from autograder.desk.run import Run
from autograder.manifest import load_assignment
from autograder.model.failures import UnusableInput
from autograder.rendering.asides import with_asides
from autograder.rendering.student_page import MEANINGS, lines_of

LOOK_S = 0.4  # between two looks at a run
AT_ONCE = {"X-Accel-Buffering": "no"}  # a proxy must not collect events
BUSY = "A run is at work in this class's folder. Wait for it, or stop it, and then start this one again."
GONE = "This list of changes no longer holds, because another judging has begun: make it again."


def command(*arguments: str) -> list[str]:
    """Return a command of the harness, run by this Python."""
    return [sys.executable, "-s", "-P", "-m", "autograder", *arguments]


def run_page(request: Request, problem: str = "", status: int = 200) -> Response:
    """Show the run at work, and what can be started."""
    desk = desk_of(request)
    watched = desk.live.watch(desk.hides_names(request))
    runs = bool(desk.run and desk.run.status is None)
    return to_answer(
        request, "run.html.jinja", desk.book.if_graded(), status,
        run=desk.run, runs=runs, watched=watched, problem=problem, proposal=proposal_in(desk.book.folder),
        slugs=project.slugs(),
    )  # fmt: skip


def result_page(request: Request) -> Response:
    """Show the latest report of one student, also while the rest of the class is still graded."""
    desk = desk_of(request)
    found = desk.live.report(request.path_params["student"])
    if found is None:
        raise HTTPException(404, "There is no result of this student yet.")
    hand_in, report = found
    return to_answer(
        request, "result.html.jinja", desk.book.if_graded(),
        who=name_of(hand_in, desk.hides_names(request)), report=report, lines=lines_of(with_asides(report)),
        meanings=MEANINGS,
    )  # fmt: skip


def start_run(request: Request, form: Form) -> Response:
    """Start what the form asks for, unless a run is at work."""
    desk = desk_of(request)
    if one(form, "what") == "refuse":
        return _refuse(request, one(form, "list"))
    try:
        title, arguments = _asked(desk, form)
    except Refused as refusal:
        return run_page(request, str(refusal), 422)
    with desk.turn:
        if (desk.run and desk.run.status is None) or at_work(desk.book.folder.root):
            return run_page(request, BUSY, 409)
        desk.run = Run(title, command(*arguments))
    return RedirectResponse("/run", 303)


def stop_run(request: Request, _form: Form) -> Response:
    """Stop the run at work, wherever it was started."""
    desk = desk_of(request)
    if not ask_to_stop(desk.book.folder.root) and desk.run:  # one that has just begun is asked as its parent
        desk.run.stop()
    return RedirectResponse("/run", 303)


def _refuse(request: Request, name: str) -> Response:
    """Forget the list of changes; the former results hold."""
    folder = desk_of(request).book.folder
    try:
        with opened_folder(folder.root, new=False):
            proposal = proposal_in(folder)
            if proposal is None or proposal.id != name:
                return run_page(request, GONE, 422)
            folder.forget_proposed()
    except UnusableInput as error:  # a run is at work
        return run_page(request, str(error), 409)
    return RedirectResponse("/run", 303)


def _asked(desk: Desk, form: Form) -> tuple[str, list[str]]:
    """Return the title of a run, and the arguments of its command.

    Raises:
        Refused: the form means no run, or one that cannot begin.
    """
    root, what = str(desk.book.folder.root.resolve()), one(form, "what")
    if what == "class":
        return "Grade the class", _grading(desk, form, root)
    known = desk.book.if_graded()
    if known is None:
        raise Refused("This class was not graded to the end: grade it first.")
    if what == "student":
        student = student_of(form, known)
        return "Grade one upload again", ["rejudge", root, f"--student={student.row.hand_in.key}"]
    if what == "preview":
        return "List what would change", ["rejudge", root, "--preview"]
    if what == "accept":
        proposal = proposal_in(desk.book.folder)
        if proposal is None or proposal.id != one(form, "list"):
            raise Refused(GONE)
        return "Accept the changes", ["rejudge", root, f"--accept={proposal.id}"]
    raise Refused("Choose what to start.")


def _grading(desk: Desk, form: Form, root: str) -> list[str]:
    index = desk.book.folder.index
    named = "" if desk.door.is_shared else one(form, "export")  # people elsewhere name no file of this machine
    export = named or (index.export if index else "")
    if not export:
        raise Refused("Name the export to grade: a folder or an archive on this machine.")
    if not Path(export).expanduser().exists():
        raise Refused(f"{export}: there is no such file or folder on the machine where the desk runs.")
    slug = index.assignment if index else one(form, "assignment")
    if slug not in project.slugs():
        raise Refused(f"Choose the assignment: one of {', '.join(project.slugs())}.")
    profile = index.profile if index else one(form, "profile") or "embedded"
    if profile not in load_assignment(slug).profiles:
        raise Refused(f"{slug} has no data {profile!r}: use one of {', '.join(load_assignment(slug).profiles)}.")
    workers = one(form, "workers")
    if workers and not (workers.isascii() and workers.isdigit() and 0 < int(workers) < 1000):
        raise Refused("The number of workers must be a whole number from 1; leave it empty for one on each core.")
    export = str(Path(export).expanduser().resolve())
    also = [f"--workers={workers}"] if workers else []
    return ["class", f"--out={root}", f"--assignment={slug}", f"--profile={profile}", *also, "--", export]


async def run_events(request: Request) -> Response:
    """Send a run's lines, progress and results as server-sent events, and at last its exit status."""
    return StreamingResponse(_events(desk_of(request), request), media_type="text/event-stream", headers=AT_ONCE)


async def _events(desk: Desk, request: Request) -> AsyncIterator[str]:
    run, hidden = desk.run, desk.hides_names(request)
    sent, shown, told = 0, "", dict[str, float]()
    while may_stay(desk.door, request):  # a session may end meanwhile
        status = run.status if run else 0  # before the lines, so that none is missed
        for line in run.lines[sent:] if run and not hidden else ():  # they may name students
            sent += 1
            yield f"data: {json.dumps(line)}\n\n"
        watched = await run_in_threadpool(desk.live.watch, hidden)
        step = json.dumps(asdict(watched.step) | {"kept": watched.kept}) if watched.step else ""
        if step not in ("", shown):
            shown = step
            yield f"event: step\ndata: {step}\n\n"
        for result in reversed(watched.results):
            if told.get(result.ref) != result.at:
                told[result.ref] = result.at
                yield f"event: result\ndata: {json.dumps(asdict(result))}\n\n"
        if status is not None and watched.step is None:
            yield f"event: end\ndata: {status}\n\n"
            return
        await asyncio.sleep(LOOK_S)
