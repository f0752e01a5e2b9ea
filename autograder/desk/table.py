"""The table of the class: search, filters with their counts, and order; pure functions of an address."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from autograder.desk.book import Class, Student
from autograder.desk.dealing import WHOLE, Part
from autograder.desk.flags import Flag, flag_named

PAGE = 100  # students; a browser lays them out at once
ORDERS: Mapping[str, Callable[[Student], Any]] = {
    "name": lambda one: (one.who.casefold(), one.ref),
    "score": lambda one: (one.report is None, one.report.score if one.report else 0.0),
    "open": lambda one: one.report.manual_points if one.report else 0.0,
    "handed in": lambda one: one.row.hand_in.submitted_at,
}


@dataclass(frozen=True)
class View:
    """The view of the table that an address asks for.

    Attributes:
        q: words that must all occur.
        show: the flag to filter by; None for everybody.
        lost: number of a test that must have lost points; empty for any.
        mine: whether to show the grader's part alone.
        order: a name in `ORDERS`.
        down: whether the largest comes first.
        page: from 1.
    """

    q: str = ""
    show: Flag | None = None
    lost: str = ""
    mine: bool = False
    order: str = "name"
    down: bool = False
    page: int = 1

    def address(self, **changes: Any) -> str:
        """Return the address of this view with changes; a changed filter begins at its first page."""
        view = replace(self, **{"page": 1, **changes})
        words = {
            "q": view.q,
            "show": view.show.word if view.show else "",
            "lost": view.lost,
            "mine": "yes" if view.mine else "",
            "order": ("-" if view.down else "") + view.order if (view.order, view.down) != ("name", False) else "",
            "page": view.page if view.page > 1 else "",
        }
        said = urlencode({name: word for name, word in words.items() if word})
        return f"/?{said}" if said else "/"

    def sorted_by(self, order: str) -> str:
        """Return the address of this view in another order, or in the same one turned round."""
        return self.address(order=order, down=not self.down if order == self.order else order in ("score", "open"))


@dataclass(frozen=True)
class Table:
    """A page of the table.

    Attributes:
        students: those of this page.
        found: how many there are on all pages.
        counts: for each flag how many students have it, whatever else is filtered.
        lost: number of each test to the count of students who lost points in it.
        mine: how many students are in the grader's part.
        pages: how many pages there are.
    """

    students: tuple[Student, ...]
    found: int
    counts: Mapping[Flag, int]
    lost: Mapping[str, int]
    mine: int
    pages: int


def view_of(words: Mapping[str, str]) -> View:
    """Return the view of an address; unknown parts are left out."""
    order, page = words.get("order", ""), words.get("page", "")
    known = order.removeprefix("-") in ORDERS
    return View(
        q=words.get("q", "")[:200],
        show=flag_named(words.get("show", "")),
        lost=words.get("lost", "")[:40],
        mine=words.get("mine", "") == "yes",
        order=order.removeprefix("-") if known else "name",
        down=known and order.startswith("-"),
        page=int(page) if page.isascii() and page.isdigit() and 0 < int(page) < 10**6 else 1,
    )


def table_of(known: Class, view: View, hidden: bool, part: Part = WHOLE) -> Table:
    """Return a page of the table.

    Args:
        known: the class.
        view: the one to show.
        hidden: whether names are hidden, and are neither searched nor sorted by.
        part: the grader's part of the class.
    """
    students = matching(known, view, hidden, part)
    pages = max(1, -(-len(students) // PAGE))
    begin = (min(view.page, pages) - 1) * PAGE
    return Table(
        students=tuple(students[begin : begin + PAGE]),
        found=len(students),
        counts=Counter(flag for one in known.students for flag in one.flags),
        lost=_lost(known),
        mine=len(part.of_class(known.students)),
        pages=pages,
    )


def matching(known: Class, view: View, hidden: bool, part: Part = WHOLE) -> list[Student]:
    """Return all students of a view, in its order."""
    words = folded(view.q).split()
    students = part.of_class(known.students) if view.mine else known.students
    found = [one for one in students if _fits(one, view, words, hidden)]
    if view.order == "name":
        return sorted(found, key=(lambda one: one.ref) if hidden else ORDERS["name"], reverse=view.down)
    return sorted(found, key=ORDERS[view.order], reverse=view.down)


def _fits(student: Student, view: View, words: list[str], hidden: bool) -> bool:
    if view.show and view.show not in student.flags:
        return False
    if view.lost and view.lost not in student.lost:
        return False
    return not words or all(word in _text(student, hidden) for word in words)


def _text(student: Student, hidden: bool) -> str:
    if hidden:
        return student.alias.casefold()
    hand_in = student.row.hand_in
    people = (text for one in hand_in.students for text in (one.name, one.sid, one.email, one.platform_id))
    return folded(" ".join([hand_in.key, hand_in.submission_id, student.alias, *people]))


def folded(text: str) -> str:
    """Return a text without accents and capitals, so that `muller` finds Müller."""
    if text.isascii():  # as nearly all are, and 2,000 take a while
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char)).casefold()


def _lost(known: Class) -> dict[str, int]:
    counts = Counter(number for one in known.students for number in one.lost)
    return {one.number: counts[one.number] for one in known.tests if counts[one.number]}
