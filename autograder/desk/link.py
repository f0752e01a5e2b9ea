"""The door of a desk on one's own machine: a link with a token, as Jupyter has it."""

import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from autograder.desk.access import Visitor, equal

LOCAL = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class LinkDoor:
    """Lets in the browser that has opened the link.

    Attributes:
        port: on this machine alone.
        visitor: whoever started the desk.
        token: in the link that is printed.
        session: in the cookie that the link is changed for.
    """

    port: int
    visitor: Visitor
    token: str
    session: str

    @property
    def origins(self) -> frozenset[str]:
        """The desk's own origins."""
        return frozenset(f"http://{name}:{self.port}" for name in LOCAL)

    @property
    def is_shared(self) -> bool:
        """Whether people at other machines come in."""
        return False

    @property
    def suffix(self) -> str:
        """The end of this desk's cookies' names."""
        return str(self.port)

    @property
    def cookie(self) -> str:
        """Name of the cookie."""
        return f"desk-{self.port}"

    @property
    def link(self) -> str:
        """The link to open."""
        return f"http://{LOCAL[0]}:{self.port}/?token={self.token}"

    def admit(self, request: Request) -> Visitor | Response:
        """Return the visitor, or change the token for a cookie, or refuse."""
        token = request.query_params.get("token")
        if token is not None and request.method == "GET" and equal(token, self.token):
            return self._opened(request)
        if equal(request.cookies.get(self.cookie, ""), self.session):
            return self.visitor
        return PlainTextResponse("Open the link that `run_autograder desk` has printed.", 403)

    def _opened(self, request: Request) -> Response:
        """Change the token for a cookie, so that no history and no bookmark holds it."""
        answer = RedirectResponse(str(request.url.remove_query_params("token").replace(scheme="", netloc="")), 303)
        answer.set_cookie(self.cookie, self.session, httponly=True, samesite="strict", path="/")
        return answer


def new_link(port: int, visitor: Visitor) -> LinkDoor:
    """Return a door with fresh secrets."""
    return LinkDoor(port, visitor, secrets.token_urlsafe(32), secrets.token_urlsafe(32))
