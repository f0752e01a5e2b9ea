"""Deals a class out to graders: each gets an equal part of the students, and all parts together are the class."""

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
        of: how many parts there are; 1 if nothing is dealt out.
    """

    number: int = 1
    of: int = 1

    def __str__(self) -> str:
        """Return it as people write it: `2/3`."""
        return f"{self.number}/{self.of}"

    def of_class(self, students: Sequence[Student]) -> list[Student]:
        """Return the students of this part, in their order.

        They are dealt out in the order of their refs, which tell nothing of the students, so every desk on this class
        comes to the same.

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
        UnusableInput: it is no part.
    """
    found = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})", text.strip())
    number, of = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= of <= MOST:
        raise UnusableInput(f"--part {text}: write the number of your part and of all parts, such as 2/3")
    return Part(number, of)
