"""The desk as a web application: its addresses."""

from collections.abc import Callable
from pathlib import PurePosixPath

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from autograder.classroom.result import NotGraded
from autograder.desk import actions, login_page, publishing, running, views
from autograder.desk.access import SCRIPT, STYLE, Door, Gate
from autograder.desk.book import Book
from autograder.desk.login import LOGIN
from autograder.desk.pages import Desk, desk_of, script, style, to_answer
from autograder.model.failures import HarnessFailure, UnusableInput


def _style(_request: Request) -> Response:
    return Response(style(), media_type="text/css")


def _script(_request: Request) -> Response:
    return Response(script(), media_type="text/javascript")


SHOWS: dict[str, Callable[[Request], Response]] = {
    "/": views.table_page,
    "/student/{student}": views.student_page,
    "/student/{student}/source": views.source_page,
    "/item/{item}": views.item_page,
    "/grade/{item}/{student}": views.grade_page,
    "/log": views.log_page,
    "/help": views.help_page,
    "/publish": publishing.publish_page,
    "/run": running.run_page,
    "/run/result/{student}": running.result_page,
    STYLE: _style,
    SCRIPT: _script,
}
DOES: dict[str, actions.Handler] = {
    "/decide": actions.decide,
    "/undo": actions.undo,
    "/waive": actions.waive,
    "/carry": actions.carry,
    "/note": actions.add_note,
    "/line": actions.change_line,
    "/names": actions.hide_names,
    "/publish": publishing.publish,
    "/run": running.start_run,
    "/run/stop": running.stop_run,
}


def desk_application(book: Book, door: Door) -> Starlette:
    """Return the application.

    Args:
        book: the class.
        door: who may come in.
    """
    shared = door.is_shared
    shows = SHOWS | ({LOGIN: login_page.login_page} if shared else {})
    does = DOES | ({LOGIN: login_page.log_in, "/logout": login_page.log_out} if shared else {})
    application = Starlette(
        routes=[
            *(Route(path, view, methods=["GET"]) for path, view in shows.items()),
            Route("/run/events", running.run_events, methods=["GET"]),
            *(Route(path, actions.posting(action), methods=["POST"]) for path, action in does.items()),
        ],
        middleware=[Middleware(Gate, door=door)],
        exception_handlers={
            NotGraded: _to_run,
            HTTPException: _not_there,
            UnusableInput: _failed,
            HarnessFailure: _failed,
        },
    )
    application.state.desk = Desk(book, door)
    return application


def _not_there(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if PurePosixPath(request.url.path).suffix:
        return PlainTextResponse(error.detail, error.status_code)
    known = desk_of(request).book.if_graded()
    return to_answer(request, "refused.html.jinja", known, error.status_code, problem=error.detail, form={}, back="/")


def _to_run(_request: Request, _error: Exception) -> Response:
    """Lead to the page that grades the class, because nothing else can be shown yet."""
    return RedirectResponse("/run", 303)


def _failed(_request: Request, error: Exception) -> Response:
    """Say what is wrong with the folder; nothing that was decided is lost by it."""
    return PlainTextResponse(f"{error}\n\nDecisions that were confirmed are kept.", 500)
