"""Whose item comes next: the open items of a class, by question or by student."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.desk.book import Class, Student

BY_STUDENT, BY_QUESTION = "student", "question"


@dataclass(frozen=True)
class Turn:
    """An item of one student."""

    student: Student
    item: str

    @property
    def is_open(self) -> bool:
        """Whether it has no points yet."""
        outcome = self.student.outcome(self.item)
        return outcome is not None and outcome.is_open


def turns(known: Class, students: Sequence[Student], order: str, item: str) -> list[Turn]:
    """Return the items in the order in which they are graded.

    Args:
        known: the class.
        students: in their order.
        order: `BY_QUESTION`: this item of all students; `BY_STUDENT`: all items of one student after the other.
        item: key of the current item.
    """
    graded = [one for one in students if one.report and not one.report.problem]
    if order == BY_STUDENT:
        return [Turn(one, other.key) for one in graded for other in known.items if one.outcome(other.key)]
    return [Turn(one, item) for one in graded if one.outcome(item)]


def neighbour(every: Sequence[Turn], here: Turn, step: int, only_open: bool = True) -> Turn | None:
    """Return the next turn in a direction, and from the other end again; None if there is no other one.

    Args:
        every: all turns.
        here: the current one.
        step: 1 or -1.
        only_open: whether turns with points are passed over.
    """
    places = [place for place, one in enumerate(every) if (one.student.ref, one.item) == (here.student.ref, here.item)]
    begin = places[0] if places else -step
    for distance in range(1, len(every) + (not places)):
        one = every[(begin + step * distance) % len(every)]
        if one.is_open or not only_open:
            return one
    return None


def comments_used(known: Class, item: str, most: int = 12) -> list[tuple[str, int]]:
    """Return the comments in force on an item, the most frequent first, each with its count."""
    held = (thread.in_force for (_, key), thread in known.threads.points.items() if key == item)
    return Counter(one.comment for one in held if one and one.comment).most_common(most)
