"""When a submission is imported in steps: it trains or waits at its top level, and the probe is not about training.

Students run this on their own machines, too, so it imports nothing but values.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.wire.built_in import ENDS_EARLY

IMPORT = "import"  # the built-in probe that imports the submission and returns
SHOWN = "shown to people"  # returns figures and prose for people; no function of an assignment has such a name
COMMITS = "commits of the upload"  # reads the repository of the upload, and nothing else of it
SLOW_IMPORT_CPU_S = 3.0  # importing pandas and scikit-learn takes two
LONG_WAIT_S = 5.0  # by the clock, without computing: nothing that a submission imports sleeps so long
NAMED = 3  # statements and cells that the student's remark names
LONGEST = 90  # characters of a line and of an error


def imports_slowly(imported: Observation) -> bool:
    """Return whether an import takes so long that not every probe should pay for it."""
    if imported.verdict is Verdict.CPU_BUDGET or waits_long(imported):
        return True
    return imported.verdict is Verdict.RETURNED and imported.cpu_s > SLOW_IMPORT_CPU_S


def waits_long(imported: Observation) -> bool:
    """Return whether an import waits for something, such as `sleep()` or a download, longer than for a core."""
    if imported.verdict is not Verdict.RETURNED:
        return imported.verdict in (Verdict.WALL_CLOCK, Verdict.IDLE)
    return imported.wall_s - imported.waited_s - imported.cpu_s > LONG_WAIT_S


def ended_in_words(cells: Sequence[Any], notebook: str) -> str:
    """Return which cells of a notebook ended early, for the student; empty if none did.

    Args:
        cells: each with its `place`, the `text` of the line, and its `error`.
        notebook: name of its file.
    """
    if not cells:
        return ""
    told = [f"{one.place}{f', `{_short(one.text)}`' if one.text else ''}: {_short(one.error)}" for one in cells]
    more = f"; and {len(cells) - NAMED} more" if len(cells) > NAMED else ""
    listed = "; ".join(told[:NAMED]) + more
    stop = "" if listed.endswith(("?", "!", "…")) else "."
    return (
        f"Cells of `{notebook}` that end early: {listed}{stop} This costs the tests that need what they would define."
    )


def _short(text: str) -> str:
    """Return the beginning of a text, without the reason that is the error of a cell named before."""
    text = text.partition(f", {ENDS_EARLY}")[0]
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


class ImportPolicy:
    """Decides from a first import how probes import the submission."""

    def __init__(self, observe: Callable[..., Observation]) -> None:
        """Make a policy.

        Args:
            observe: observes a built-in probe; called with `IMPORT`, and with `in_steps=True` if that is needed.
        """
        self._observe = observe

    @property
    def problem(self) -> Observation | None:
        """How the import ended, if nothing can be observed for it; None where it returned, if only in steps."""
        imported = self._observe(IMPORT)
        if imported.verdict is Verdict.RETURNED:
            return None
        return None if imports_slowly(imported) and self._in_steps.verdict is Verdict.RETURNED else imported

    @property
    def remarks(self) -> tuple[str, ...]:
        """Notes for the student about the import; none if it went well."""
        return tuple(filter(None, (self._on_ended_cells, self._on_long_statements)))

    @property
    def _on_ended_cells(self) -> str:
        imported = self._observe(IMPORT)
        if imports_slowly(imported) and imported.verdict is not Verdict.RETURNED:
            imported = self._in_steps
        if imported.verdict is not Verdict.RETURNED:
            return ""
        return ended_in_words(imported.value.ended, imported.value.notebook)

    @property
    def _on_long_statements(self) -> str:
        imported = self._observe(IMPORT)
        if not imports_slowly(imported) or self._in_steps.verdict is not Verdict.RETURNED:
            return ""
        given_up = self._in_steps.value.given_up
        if not given_up:  # large packages, say
            return ""
        named = ", ".join([*given_up[:NAMED], *(["…"] if len(given_up) > NAMED else [])])
        takes = f"{imported.cpu_s:.0f} CPU seconds or more, as if it trained"
        if waits_long(imported):
            takes = f"{imported.wall_s:.0f} seconds or more, and waits for most of them"
        return (
            f"Importing the submission takes {takes}. Most tests import it without the slow parts ({named}). "
            'Put such statements under `if __name__ == "__main__":`.'
        )

    def left_out(self, probe: str, arguments: Mapping[str, Any], has_budget: bool) -> tuple[str, ...] | None:
        """Return the statements that a probe's import leaves out; None to import the submission as it is.

        Args:
            probe: its name.
            arguments: its keyword arguments.
            has_budget: whether it has its own budget; then it may need all that the submission does.
        """
        if probe == COMMITS:
            return None
        if probe == IMPORT:
            return () if arguments.get("in_steps") else None
        imported = self._observe(IMPORT)
        needs_training = has_budget or (probe == SHOWN and imported.verdict is Verdict.RETURNED)  # for its plots
        if not imports_slowly(imported) or (needs_training and imported.cpu_s > SLOW_IMPORT_CPU_S):
            return None
        in_steps = self._in_steps
        return tuple(in_steps.value.given_up) if in_steps.verdict is Verdict.RETURNED else None

    @property
    def _in_steps(self) -> Observation:
        return self._observe(IMPORT, in_steps=True)
