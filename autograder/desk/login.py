"""The door of a shared desk: each grader logs in with a password, and has a session until it ends."""

import hashlib
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from autograder.desk.access import READING, Visitor
from autograder.desk.dealing import part_of
from autograder.desk.graders import Grader, Graders
from autograder.desk.link import LOCAL
from autograder.model.failures import UnusableInput

LOGIN = "/login"
SESSION_S = 12 * 3600.0
MOST_SESSIONS = 1_000
TRIES, WITHIN_S = 10, 300.0  # wrong passwords for one name
ENDED = (
    "Your session has ended, and nothing was saved. Log in again in another tab; then go back in this one, where your "
    "words still are, and save again."
)


@dataclass(frozen=True)
class Session:
    """One browser of a grader; it ends if the grader gets another password, or is removed."""

    grader: Grader
    until: float


class LoginDoor:
    """Lets in whoever has logged in.

    Attributes:
        origin: the address under which browsers reach the desk.
        graders: those of the class.
    """

    def __init__(self, origin: str, graders: Graders, clock: Callable[[], float] = time.monotonic) -> None:
        self.origin = origin
        self.graders = graders
        self._clock = clock
        self._turn = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._failed: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=TRIES))

    @property
    def origins(self) -> frozenset[str]:
        """The desk's own origins."""
        return frozenset({self.origin})

    @property
    def is_shared(self) -> bool:
        """Whether people at other machines come in."""
        return True

    @property
    def suffix(self) -> str:
        """The end of this desk's cookies' names."""
        return str(urlsplit(self.origin).port or "shared")

    @property
    def is_secure(self) -> bool:
        """Whether browsers may send the cookie over TLS alone."""
        return self.origin.startswith("https://")

    @property
    def cookie(self) -> str:
        """Name of the cookie; with `__Host-` no other host of the domain can set it."""
        return "__Host-desk" if self.is_secure else f"desk-{self.suffix}"

    def admit(self, request: Request) -> Visitor | Response:
        """Return the visitor; lead others to the log-in page."""
        grader = self.session(request)
        if grader:
            return Visitor(grader.name, part_of(grader.part))
        if request.url.path == LOGIN:
            return Visitor("")
        if request.url.path == "/run/events" or request.method not in READING:
            return PlainTextResponse(ENDED, 403)
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{LOGIN}?here={quote(here, safe='/')}", 303)

    def session(self, request: Request) -> Grader | None:
        """Return the grader of a request's session; None if there is none, or if it has ended."""
        session = self._sessions.get(_name_of(request.cookies.get(self.cookie, "")))
        if session is None or session.until < self._clock():
            return None
        now = self.graders.all().get(session.grader.name.casefold())
        return now if now and now.hashed == session.grader.hashed else None

    def wait_s(self, name: str) -> float:
        """Return for how many seconds no password of this name is looked at, because too many were wrong."""
        failed = self._failed.get(_key(name), deque[float]())
        return max(0.0, failed[0] + WITHIN_S - self._clock()) if len(failed) == TRIES else 0.0

    def log_in(self, name: str, password: str, answer: Response) -> bool:
        """Begin a session if the password is right, and set its cookie; return whether it is."""
        self._failed[_key(name)].append(self._clock())  # before the look, so that many at once count as many
        grader = self.graders.check(name, password)
        if grader is None:
            return False
        token = secrets.token_urlsafe(32)
        with self._turn:
            self._failed.pop(_key(name), None)
            now = self._clock()
            kept = {key: one for key, one in self._sessions.items() if one.until >= now}
            while len(kept) >= MOST_SESSIONS:
                kept.pop(next(iter(kept)))
            self._sessions = kept | {_name_of(token): Session(grader, now + SESSION_S)}
        answer.set_cookie(self.cookie, token, httponly=True, secure=self.is_secure, samesite="strict", path="/")
        return True

    def log_out(self, request: Request, answer: Response) -> None:
        """End the session of a request."""
        with self._turn:
            token = _name_of(request.cookies.get(self.cookie, ""))
            self._sessions = {key: one for key, one in self._sessions.items() if key != token}
        answer.delete_cookie(self.cookie, httponly=True, secure=self.is_secure, samesite="strict", path="/")


def _key(name: str) -> str:
    """Return one of 4,096 places for a name, known or not, so that guesses take no memory and tell nothing."""
    return hashlib.sha256(" ".join(name.split()).casefold().encode("utf-8", "replace")).hexdigest()[:3]


def shared_origin(url: str) -> str:
    """Return the origin of the address under which graders reach a desk, as browsers write it.

    Raises:
        UnusableInput: it is no such address, or would send passwords over a network without TLS.
    """
    advice = "give the address that graders open, such as https://desk.example.edu"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UnusableInput(f"--share {url}: this is not an address: {advice}") from None
    if parts.scheme not in ("http", "https") or not host.isascii() or parts.path not in ("", "/") or parts.query:
        raise UnusableInput(f"--share {url}: this is not the address of a host alone: {advice}")
    if not host or parts.username is not None or parts.fragment:
        raise UnusableInput(f"--share {url}: this is not the address of a host alone: {advice}")
    if parts.scheme == "http" and host not in LOCAL:
        raise UnusableInput(
            f"--share {url}: others could read the passwords on the way: let a proxy end TLS, as docs/desk.md shows, "
            f"and {advice}"
        )
    shown = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, default) else "")


def _name_of(token: str) -> str:
    """Return the name under which a session is kept, which opens nothing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
