"""Shares a class among graders: each gets an equal part of the students, and the parts together are the class."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.desk.book import Student
from autograder.model.failures import UnusableInput

MOST = 99  # graders


@dataclass(frozen=True)
class Part:
    """One grader's part of a class.

    Attributes:
        number: from 1.
        of: number of parts; 1 if one person grades the whole class.
    """

    number: int = 1
    of: int = 1

    def __str__(self) -> str:
        """Return it as people write it: `2/3`."""
        return f"{self.number}/{self.of}"

    def of_class(self, students: Sequence[Student]) -> list[Student]:
        """Return the students of this part, in their order.

        The order of their refs decides, which says nothing about the students. So every desk on this class gets the
        same parts.

        Args:
            students: all students of the class.
        """
        dealt = sorted(one.ref for one in students)[self.number - 1 :: self.of]
        mine = frozenset(dealt)
        return [one for one in students if one.ref in mine]


WHOLE = Part()


def part_of(text: str) -> Part:
    """Return the part that a text such as `2/3` means.

    Raises:
        UnusableInput: the text does not name a part.
    """
    found = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})", text.strip())
    number, of = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= of <= MOST:
        raise UnusableInput(f"--part {text}: write the number of your part and of all parts, such as 2/3")
    return Part(number, of)
