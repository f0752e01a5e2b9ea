"""Pages from templates. Every text of a submission is escaped, and its invisible characters are made visible."""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from autograder.desk.access import Door, visitor_of
from autograder.desk.book import Book, Class, Student
from autograder.desk.flags import Flag
from autograder.desk.live import Live
from autograder.desk.reading import Piece
from autograder.desk.run import Run
from autograder.rendering import html
from autograder.rendering.text import UNWANTED, counted

HERE = Path(__file__).parent
STYLES = (
    html.HERE / "frame.css", html.HERE / "one_test.css", html.HERE / "plots.css", HERE / "desk.css",
)  # fmt: skip
NAMES, HIDDEN = "desk-names", "hidden"
SEPARATORS = ("Zl", "Zp")
MOST_PARTS = 40  # of a piece; one that is full of invisible characters is marked as a whole
PLAIN = re.compile(r"[\x20-\x7e\t]*\Z")


class Desk:
    """The state that all requests share.

    Attributes:
        book: the class.
        door: who may come in.
        live: the run at work in the folder, wherever it was started.
        run: the last run that was started here.
        turn: for whoever starts one.
    """

    def __init__(self, book: Book, door: Door) -> None:
        self.book = book
        self.door = door
        self.live = Live(book.folder)
        self.turn = threading.Lock()
        self.run: Run | None = None

    def hides_names(self, request: Request) -> bool:
        """Return whether this browser asked for no names."""
        return request.cookies.get(self.names_cookie) == HIDDEN

    @property
    def names_cookie(self) -> str:
        """Name of the cookie that keeps this wish."""
        return f"{NAMES}-{self.door.suffix}"


def desk_of(request: Request) -> Desk:
    """Return the desk that serves a request."""
    desk: Desk = request.app.state.desk
    return desk


def to_answer(request: Request, template: str, known: Class | None, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page.

    Args:
        request: the one that it answers.
        template: file name.
        known: the class; None if it was not graded to the end yet.
        status: HTTP's status.
        values: the template's variables.
    """
    desk = desk_of(request)
    hidden = desk.hides_names(request)

    def name(student: Student) -> str:
        return student.alias if hidden else student.who

    page = _environment().get_template(template)
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    text = page.render(
        known=known, grader=visitor_of(request).name, shared=desk.door.is_shared, hidden=hidden, name=name, here=here,
        Flag=Flag, **values,
    )  # fmt: skip
    return HTMLResponse(text.encode("utf-8", "replace"), status)


@cache
def _environment() -> Environment:
    environment = html.environment_of(HERE, html.HERE)
    environment.filters |= {"visible": visible, "counted": counted}
    return environment


@cache
def style() -> str:
    """Return the style of all pages."""
    return "".join(path.read_text(encoding="utf-8") for path in STYLES)


@cache
def script() -> str:
    """Return the script of all pages."""
    return (HERE / "desk.js").read_text(encoding="utf-8")


def visible(piece: Piece) -> list[Piece]:
    """Return a piece with characters that nobody sees, or that turn text round, as `⟨U+202E⟩`."""
    if PLAIN.match(piece.text):
        return [piece]
    parts = list(_parts(piece))
    return parts if len(parts) <= MOST_PARTS else [Piece("odd", "".join(part.text for part in parts))]


def _parts(piece: Piece) -> Iterator[Piece]:
    seen = ""
    for char in piece.text:
        if char != "\t" and unicodedata.category(char) in (*UNWANTED, *SEPARATORS):
            if seen:
                yield Piece(piece.kind, seen)
            yield Piece("odd", f"⟨U+{ord(char):04X}⟩")
            seen = ""
        else:
            seen += char
    if seen:
        yield Piece(piece.kind, seen)
