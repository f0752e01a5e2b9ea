"""Lets in whoever the door knows, and sets the headers that restrict the pages."""

import secrets
from dataclasses import dataclass
from typing import Protocol

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autograder.desk.dealing import WHOLE, Part
from autograder.model.failures import UnusableInput

STYLE, SCRIPT = "/static/desk.css", "/static/desk.js"  # the same for everybody
READING = ("GET", "HEAD")
VISITOR = "desk.visitor"  # in a request's scope
HEADERS = {
    # No page runs a script or uses a style that is not ours, whatever text it shows, and none fetches from elsewhere.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with `no-referrer` browsers would send no Origin, which we check
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Visitor:
    """Whoever sends a request.

    Attributes:
        name: under which they decide.
        part: their part of the class.
    """

    name: str
    part: Part = WHOLE


class Door(Protocol):
    """Knows who may come in."""

    @property
    def origins(self) -> frozenset[str]:
        """The desk's own origins, such as `http://127.0.0.1:8899`, as browsers write them."""

    @property
    def is_shared(self) -> bool:
        """Whether people at other machines come in, who must not name files of this one."""

    @property
    def suffix(self) -> str:
        """The end of this desk's cookies' names: browsers send a cookie to every port of a machine."""

    def admit(self, request: Request) -> Visitor | Response:
        """Return the visitor, or the answer to somebody who may not come in."""


class Gate:
    """Answers whoever may not come in, and passes all others on."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door
        self._hosts = frozenset(origin.split("://", 1)[1] for origin in door.origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._answer(Request(scope))
        await (answer or self._app)(scope, receive, send_guarded)

    def _answer(self, request: Request) -> Response | None:
        """Return the answer to whoever must not pass; None if they may."""
        if request.headers.get("host", "").lower() not in self._hosts:  # a foreign name that leads to this machine
            return PlainTextResponse(f"This desk is open at {', '.join(sorted(self._door.origins))} alone.", 421)
        if request.method not in (*READING, "POST"):
            return PlainTextResponse("The desk reads and posts, and does nothing else.", 405)
        if request.method == "POST" and request.headers.get("origin", "") not in self._door.origins:
            return PlainTextResponse("A page from elsewhere sent this. Nothing was changed.", 403)
        if request.url.path in (STYLE, SCRIPT):
            return None
        try:
            found = self._door.admit(request)
        except UnusableInput as error:
            return PlainTextResponse(f"Nobody can come in at the moment.\n\n{error}", 503)
        if isinstance(found, Response):
            return found
        request.scope[VISITOR] = found
        return None


def may_stay(door: Door, request: Request) -> bool:
    """Return whether a request that was let in would still be let in now."""
    try:
        return not isinstance(door.admit(request), Response)
    except UnusableInput:
        return False


def visitor_of(request: Request) -> Visitor:
    """Return who sent a request that the gate let in."""
    visitor: Visitor = request.scope[VISITOR]
    return visitor


def equal(one: str, other: str) -> bool:
    """Return whether two secrets are equal, in a time that does not tell where they differ."""
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode())
