"""Former uploads of the same students, which stay in the folder when a class is graded anew with another export."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from autograder.classroom.index import ClassIndex, Line
from autograder.model.hand_in import HandIn

MOST = 10  # former uploads of one hand-in, the latest ones


def with_former(lines: Sequence[Line], index: ClassIndex | None) -> tuple[Line, ...]:
    """Return the lines of a class with the uploads that each hand-in replaces.

    A platform may give a new upload another number, and so another key. Then what it tells of the students decides; a
    name alone counts if nobody else has it.

    Args:
        lines: today's.
        index: the folder's content before; None if it is new.
    """
    if index is None:
        return tuple(lines)
    there = {line.hand_in.key: line for line in index.lines}
    old, new = (_owners([line.hand_in for line in some]) for some in (index.lines, lines))
    present = {line.hand_in.key for line in lines}  # somebody else's, if a group has split
    found = []
    for line in lines:
        marks = [mark for mark in _marks(line.hand_in) if new.get(mark) == line.hand_in.key and mark in old]
        before = there.get(line.hand_in.key) or (there[old[marks[0]]] if marks else None)
        found.append(_after(line, before, present) if before else line)
    return tuple(found)


def _after(line: Line, before: Line, present: Collection[str]) -> Line:
    keys = (key for key in (before.hand_in.key, *before.former_keys) if key not in present)
    return replace(line, former=_former(line, before), former_keys=tuple(dict.fromkeys(keys))[:MOST])


def _former(line: Line, before: Line) -> tuple[str, ...]:
    chain = dict.fromkeys(digest for digest in (before.digest, *before.former) if digest and digest != line.digest)
    return tuple(chain)[:MOST]


def _owners(hand_ins: Sequence[HandIn]) -> Mapping[tuple[str, str], str]:
    """Return the key of the only hand-in that has a mark of a student, by that mark."""
    pairs = [(mark, one.key) for one in hand_ins for mark in _marks(one)]
    count = Counter(mark for mark, _ in pairs)
    return {mark: key for mark, key in pairs if count[mark] == 1}


def _marks(hand_in: HandIn) -> Iterator[tuple[str, str]]:
    """Yield what tells the students of a hand-in from others, the surest first."""
    for kind in ("sid", "email", "platform_id", "name"):
        yield from {(kind, text): None for one in hand_in.students if (text := getattr(one, kind).strip().casefold())}
