"""A known mistake: a small edit of the reference solution, and the tests that it must lose."""

from dataclasses import dataclass


class UnusableMistake(ValueError):
    """An edit does not fit the reference solution."""


@dataclass(frozen=True)
class Mistake:
    """One way in which students get it wrong.

    Attributes:
        name: identifier, in words joined by underscores.
        story: what the student did, in a sentence.
        edits: pairs of an old and a new text; each old text stands exactly once in the reference.
        loses: numbers of the tests that must lose points; all others must keep theirs.
    """

    name: str
    story: str
    edits: tuple[tuple[str, str], ...]
    loses: frozenset[str]

    def applied_to(self, source: str) -> str:
        """Return the reference's source with the mistake in it.

        Raises:
            UnusableMistake: an old text is missing or stands there several times; quotes it.
        """
        for old, new in self.edits:
            count = source.count(old)
            if count != 1:
                raise UnusableMistake(
                    f"{self.name}: the reference holds {old[:60]!r} {count} times; quote a text that stands there once"
                )
            source = source.replace(old, new)
        return source
