"""Shows the progress of long work: a bar at a terminal, a line now and then elsewhere."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from autograder.classroom.judge_stored import Progress as Tell
from autograder.commands.console import errors
from autograder.model.hand_in import HandIn
from autograder.rendering.pace import pace_in_words
from autograder.rendering.text import plain

EACH_S = 10.0  # between two lines of progress, if there is no moving bar
LONGEST_NAMES = 48  # characters


@contextlib.contextmanager
def progress_shown(console: Console | None = None) -> Iterator[Tell]:
    """Yield a function that shows progress on a console, standard error unless given."""
    console = console or errors()
    if not console.is_terminal:
        yield Lines(lambda line: _write(console, line))
        return
    columns = (TextColumn("{task.description}"), BarColumn(20), Done(), Pace(), TimeElapsedColumn(), Now())
    with Progress(*columns, console=console, transient=True) as shown:
        yield Bar(shown)


def _write(console: Console, line: str) -> None:
    """Write a line past the console's buffer, which an interrupt at this moment would print twice."""
    console.file.write(f"{line}\n")
    console.file.flush()


class Bar:
    """Shows a bar for the current step."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._what, self._task = "", shown.add_task("", visible=False)

    def __call__(self, what: str, done: int, total: int, now: Sequence[HandIn] = ()) -> None:
        """Show it."""
        if what != self._what:
            self._shown.remove_task(self._task)
            self._what, self._task = what, self._shown.add_task(what)
        self._shown.update(self._task, completed=done, total=total or None, now=shortened(now))


class Done(ProgressColumn):
    """A column such as "3 of 12"; empty until the first item is done."""

    def render(self, task: Task) -> Text:
        """Return it."""
        return Text(f"{task.completed:.0f} of {task.total:.0f}" if task.completed and task.total else "")


class Pace(ProgressColumn):
    """A column with the rate since the step began, and the time left at that rate."""

    def render(self, task: Task) -> Text:
        """Return them once they mean something."""
        return Text(pace_in_words(int(task.completed), int(task.total or 0), task.elapsed or 0.0), style="dim")


class Now(ProgressColumn):
    """A column with the items in work."""

    def render(self, task: Task) -> Text:
        """Return it."""
        return Text(task.fields.get("now", ""), style="dim")


class Lines:
    """Prints a line when a step begins, and every few seconds its progress, its rate and the time left."""

    def __init__(self, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._clock = tell, clock
        self._what, self._began, self._shown_at = "", 0.0, 0.0

    def __call__(self, what: str, done: int, total: int, now: Sequence[HandIn] = ()) -> None:
        """Print a line if it is time for one."""
        moment = self._clock()
        if what != self._what:
            self._what, self._began, self._shown_at = what, moment, moment
            self._tell(f"{what} …")
        elif moment - self._shown_at >= EACH_S and total:
            self._shown_at = moment
            parts = [f"{done} of {total}", pace_in_words(done, total, moment - self._began)]
            self._tell(f"{what}: {', '.join(filter(None, parts))}{f'; now {shortened(now)}' if now else ''}")


def shortened(now: Sequence[HandIn]) -> str:
    """Return the names of whoever handed in, on one line of bounded length."""
    text = " ".join(plain(", ".join(one.who for one in now), 500).split())
    return text if len(text) <= LONGEST_NAMES else f"{text[: LONGEST_NAMES - 1]}…"
