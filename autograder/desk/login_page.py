"""The page at which a grader logs in to a shared desk."""

import math

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from autograder.desk.actions import address_in
from autograder.desk.forms import Form
from autograder.desk.login import LOGIN, LoginDoor
from autograder.desk.pages import desk_of, to_answer
from autograder.rendering.text import counted

WRONG = "This name and this password do not belong together."


def login_page(request: Request, problem: str = "", name: str = "", here: str = "", status: int = 200) -> Response:
    """Show the form."""
    leads_to = here or address_in({"here": [request.query_params.get("here", "/")]}, "here")
    return to_answer(
        request, "login.html.jinja", None, status, problem=problem, typed=name, leads_to=leads_to
    )  # fmt: skip


def log_in(request: Request, form: Form) -> Response:
    """Begin a session, and lead to the page that was asked for."""
    door = _door(request)
    name, password = (form.get(field, [""])[0][:500] for field in ("name", "password"))
    here = address_in(form, "here")
    wait_s = door.wait_s(name)
    if wait_s:
        minutes = counted_minutes(wait_s)
        return login_page(request, f"Too many wrong passwords for this name. Try again in {minutes}.", name, here, 429)
    answer = RedirectResponse(here, 303)
    if not door.log_in(name, password, answer):
        return login_page(request, WRONG, name, here, 403)
    return answer


def log_out(request: Request, _form: Form) -> Response:
    """End the session."""
    answer = RedirectResponse(LOGIN, 303)
    _door(request).log_out(request, answer)
    return answer


def counted_minutes(seconds: float) -> str:
    """Return whole minutes in words, rounded up."""
    return counted(math.ceil(seconds / 60), "minute")


def _door(request: Request) -> LoginDoor:
    door = desk_of(request).door
    assert isinstance(door, LoginDoor)  # only a shared desk has these addresses
    return door
