"""Lets one browser in, by a link with a token as Jupyter has it, and sets the headers that restrict its pages."""

import secrets
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL = ("127.0.0.1", "localhost")
STYLE, SCRIPT = "/static/desk.css", "/static/desk.js"  # the same for everybody
READING = ("GET", "HEAD")
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
class Place:
    """Where the desk is served, and the secrets that open it.

    Attributes:
        port: on this machine alone.
        token: in the link that is printed.
        session: in the cookie that the link is changed for.
    """

    port: int
    token: str
    session: str

    @property
    def cookie(self) -> str:
        """Name of the cookie; browsers send it to every port of a machine, and two desks must not meet."""
        return f"desk-{self.port}"

    @property
    def link(self) -> str:
        """The link to open."""
        return f"http://{LOCAL[0]}:{self.port}/?token={self.token}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Values of the header `Host` that mean this place."""
        return tuple(f"{name}:{self.port}" for name in LOCAL)


def new_place(port: int) -> Place:
    """Return a place with fresh secrets."""
    return Place(port, secrets.token_urlsafe(32), secrets.token_urlsafe(32))


class Gate:
    """Answers whoever may not come in, and passes all others on."""

    def __init__(self, app: ASGIApp, place: Place) -> None:
        self._app = app
        self._place = place

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
        if request.headers.get("host") not in self._place.hosts:  # a foreign name that leads to this machine
            return PlainTextResponse("This desk is open on 127.0.0.1 alone.", 421)
        if request.method not in (*READING, "POST"):
            return PlainTextResponse("The desk reads and posts, and does nothing else.", 405)
        if request.method == "POST" and not self._is_ours(request.headers.get("origin", "")):
            return PlainTextResponse("A page from elsewhere sent this. Nothing was changed.", 403)
        token = request.query_params.get("token")
        if token is not None and request.method == "GET" and _equal(token, self._place.token):
            return self._opened(request)
        if request.url.path in (STYLE, SCRIPT) or _equal(
            request.cookies.get(self._place.cookie, ""), self._place.session
        ):
            return None
        return PlainTextResponse("Open the link that `run_autograder desk` has printed.", 403)

    def _is_ours(self, origin: str) -> bool:
        return origin in {f"http://{host}" for host in self._place.hosts}

    def _opened(self, request: Request) -> Response:
        """Change the token for a cookie, so that no history and no bookmark holds it."""
        answer = RedirectResponse(str(request.url.remove_query_params("token").replace(scheme="", netloc="")), 303)
        answer.set_cookie(self._place.cookie, self._place.session, httponly=True, samesite="strict", path="/")
        return answer


def _equal(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode())
