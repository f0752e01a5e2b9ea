"""How long each part of a run takes: the table at the end."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

LEAST_S = 5.0  # a room of tests that takes less is among the others
OTHERS = "others"


@dataclass(frozen=True)
class Part:
    """One row of the table.

    Attributes:
        name: what was done.
        took_s: wall seconds.
        words: how much of it there was.
    """

    name: str
    took_s: float
    words: str = ""


@dataclass
class Rooms:
    """Seconds that the tests of each room take, without what they wait for that runs beside.

    Attributes:
        seconds: for each room its wall seconds.
        tests: for each room how many tests were run.
    """

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    tests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, test: str, seconds: float) -> None:
        """Add a test, or its fixtures.

        Args:
            test: pytest's name of it, such as `"tests/wire/test_frames.py::test_…"`.
            seconds: how long it took.
        """
        room = room_of(test)
        self.seconds[room] += seconds
        self.tests[room].add(test)

    def parts(self) -> Iterator[Part]:
        """Yield a part for each room, the longest first, and one for all that take little."""
        long = sorted(
            (room for room, took in self.seconds.items() if took >= LEAST_S), key=lambda room: -self.seconds[room]
        )
        for room in long:
            yield Part(f"tests of {room}", self.seconds[room], _count(len(self.tests[room])))
        short = self.seconds.keys() - set(long)
        if short:
            count = sum(len(self.tests[room]) for room in short)
            yield Part(
                f"tests of {OTHERS}" if long else "tests", sum(self.seconds[room] for room in short), _count(count)
            )


def room_of(test: str) -> str:
    """Return the folder below `tests` that a test lies in, or its file's name without `test_`."""
    file = test.partition("::")[0].removeprefix("tests/")
    return file.partition("/")[0].removeprefix("test_").removesuffix(".py").replace("_", " ")


def _count(tests: int) -> str:
    return f"{tests} test" if tests == 1 else f"{tests} tests"


def table_of(parts: list[Part]) -> Iterator[str]:
    """Yield the table's lines."""
    width = max(len(part.name) for part in parts)
    for part in parts:
        yield f"{part.name:<{width}}  {part.took_s:6.0f} s  {part.words}".rstrip()
