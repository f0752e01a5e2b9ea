"""A known mistake: a small edit of the reference solution, and the tests that it must lose."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class UnusableMistake(ValueError):
    """An edit does not fit the reference solution."""


@dataclass(frozen=True)
class Mistake:
    """One way in which students get it wrong.

    Attributes:
        name: identifier, in words joined by underscores.
        story: what the student did, in a sentence.
        edits: pairs of an old and a new text; each old text stands exactly once in the reference's source.
        loses: numbers of the tests that must lose points; all others must keep theirs.
        edits_in: such pairs for other text files of the reference, by their names.
        renames: names of the reference's files to what they are called instead; None leaves a file out.
        forfeits: whether the mistake takes all points of the whole result.
    """

    name: str
    story: str
    edits: tuple[tuple[str, str], ...]
    loses: frozenset[str]
    edits_in: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    renames: Mapping[str, str | None] = field(default_factory=dict)
    forfeits: bool = False

    def applied_to(self, files: Mapping[str, bytes], entry: str) -> dict[str, bytes]:
        """Return the reference's files with the mistake in them.

        Args:
            files: of the reference, by name.
            entry: name of the source file that `edits` are for.

        Raises:
            UnusableMistake: an old text is missing or stands there several times, or there is no such file.
        """
        changed = dict(files)
        for name, edits in {entry: self.edits, **self.edits_in}.items():
            changed[name] = self._edited(self._content(changed, name).decode(), edits, name).encode()
        for old, new in self.renames.items():
            content = self._content(changed, old)
            del changed[old]
            if new is not None:
                changed[new] = content
        return changed

    def _content(self, files: Mapping[str, bytes], name: str) -> bytes:
        if name not in files:
            raise UnusableMistake(f"{self.name}: the reference has no file {name!r}, only {', '.join(sorted(files))}")
        return files[name]

    def _edited(self, text: str, edits: tuple[tuple[str, str], ...], name: str) -> str:
        for old, new in edits:
            count = text.count(old)
            if count != 1:
                raise UnusableMistake(
                    f"{self.name}: the reference's {name} holds {old[:60]!r} {count} times; "
                    "quote a text that stands there once"
                )
            text = text.replace(old, new)
        return text
