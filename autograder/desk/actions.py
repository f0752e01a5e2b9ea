"""The actions of a grader: each post adds one decision to the log."""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from autograder.desk import forms
from autograder.desk.access import visitor_of
from autograder.desk.book import Class
from autograder.desk.forms import Form, Refused
from autograder.desk.pages import HIDDEN, desk_of, to_answer
from autograder.model.decision import Decision

MAX_BYTES, MAX_FIELDS = 64 << 10, 200
ADDRESS = re.compile(r"/(?!/)[A-Za-z0-9_./?=&%#+\-]*\Z")
Handler = Callable[[Request, Form], Response]


def posting(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that reads a form and lets the handler answer it, in a thread."""

    async def endpoint(request: Request) -> Response:
        body = b""
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BYTES:
                    return PlainTextResponse("This form is too long.", 413)
            form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
        except (ValueError, ClientDisconnect):
            return PlainTextResponse("This form cannot be read.", 400)
        return await run_in_threadpool(handler, request, form)

    return endpoint


def _deciding(make: Callable[[Form, str, Class], Decision | list[Decision]]) -> Handler:
    """Return a handler that adds the decisions of a form, and goes on to the address that the form names."""

    def handler(request: Request, form: Form) -> Response:
        desk = desk_of(request)
        known = desk.book.now()
        try:
            made = make(form, visitor_of(request).name, known)
        except Refused as refusal:
            return to_answer(
                request, "refused.html.jinja", known, 422, problem=str(refusal), form=form, back=_back(form)
            )
        decisions = made if isinstance(made, list) else [made]
        desk.book.log.append(decisions)
        later = desk.book.now()
        clash = any(_is_rival(later, one) for one in decisions)
        return RedirectResponse(_back(form) if clash else _next(form), 303)

    return handler


decide = _deciding(forms.points_decision)
undo = _deciding(forms.undo_decision)
waive = _deciding(forms.waiver_decision)
carry = _deciding(forms.carried_decisions)
add_note = _deciding(forms.note_decision)
change_line = _deciding(forms.line_decision)


def hide_names(request: Request, form: Form) -> Response:
    """Hide or show names, in this browser."""
    answer = RedirectResponse(_back(form), 303)
    wish = HIDDEN if form.get("names") == [HIDDEN] else "shown"
    answer.set_cookie(desk_of(request).names_cookie, wish, httponly=True, samesite="strict", path="/")
    return answer


def _is_rival(known: Class, decision: Decision) -> bool:
    """Return whether somebody else decided at the same time; the page then shows both."""
    threads = known.threads
    return decision in (*threads.on(decision.student, decision.item).rivals, *threads.waiver(decision.student).rivals)


def _back(form: Form) -> str:
    return address_in(form, "here")


def _next(form: Form) -> str:
    return address_in(form, "next") if form.get("next") else _back(form)


def address_in(form: Form, name: str) -> str:
    """Return an address of this desk that the form holds; any other one leads to the table."""
    address = (form.get(name) or ["/"])[0]
    return address if ADDRESS.match(address) else "/"
