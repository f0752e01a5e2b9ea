"""Runs linters, a second lane of tests and gradings beside the tests, from the beginning of the session.

The tests that look at attacks and gradings come last. One process grades from the beginning, because tests and attacks
often wait; more of them grade where a core is left. Attacks begin after the other tests, because Dask's workers, of
which other tests kill many, do not start again in time on a machine that attacks keep busy.
"""

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from tests import lanes
from tests.commands import LINTERS, Command
from tests.parts import Part, Rooms, table_of

if TYPE_CHECKING:  # importing them takes a second, which a run of few tests can do without
    from tests.assignments.serving import Gradings
    from tests.attacks.runs import AttackRuns

ATTACKS, GRADINGS = "attack_runs", "graded"  # fixtures of the tests that look at them
SLOW, OF_ATTACKS, OF_GRADINGS = 1, 2, 3  # how late a test comes


class Beside:
    """A plugin for pytest.

    Attributes:
        attack_runs: the corpus of attacks; None where no test looks at it.
        gradings: the gradings; None where no test looks at one.
    """

    def __init__(self, linters: Mapping[str, Sequence[str]] = LINTERS) -> None:
        """Make a plugin.

        Args:
            linters: command lines by their names.
        """
        self.attack_runs: AttackRuns | None = None
        self.gradings: Gradings | None = None
        self._linters = linters
        self._commands: list[Command] = []
        self._lane: Command | None = None
        self._told: set[str] = set()
        self._rooms = Rooms()
        self._waited_s = 0.0
        self._is_waiting = False
        self._begin = time.monotonic()

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """While a test waits for what runs beside: gradings get the machine, and the time is not the test's."""
        begin, self._is_waiting = time.monotonic(), True
        self._make_room()
        try:
            yield
        finally:
            self._waited_s += time.monotonic() - begin
            self._is_waiting = False
            self._make_room()

    def wait_for_lane(self) -> None:
        """Wait until the second lane has ended, if there is one."""
        if self._lane:
            with self.waiting():
                self._lane.wait()

    def _make_room(self) -> None:
        """Leave a core to each lane of tests, and one to the attacks, of which two at a time mostly wait."""
        if self.gradings:
            attacks_run = self.attack_runs is not None and self.attack_runs.are_running
            lane_runs = self._lane is not None and self._lane.is_running
            self.gradings.leave_room(for_others=(not self._is_waiting) + lane_runs + attacks_run)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Begin with what needs no tests."""
        if session.config.getoption("--lint"):
            self._commands = [Command(name, argv) for name, argv in self._linters.items()]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Put files with slow tests behind the others, and what looks at something that runs beside at the end."""
        if lanes.are_wanted(config) and lanes.split(config, items) and not config.getoption("--collect-only"):
            self._lane = Command("second lane", lanes.command(config), self._make_room, config.rootpath)
            self._commands.append(self._lane)
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: _lateness(item) or SLOW * (item.path in slow))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Begin with what the chosen tests look at."""
        if session.config.getoption("--collect-only") or session.testsfailed:
            return
        late = [item for item in session.items if _lateness(item)]
        if environments := [_parameters(item)["environment"] for item in late if _lateness(item) == OF_ATTACKS]:
            from tests.attacks.runs import AttackRuns

            self.attack_runs = AttackRuns(dict.fromkeys(environments), on_end=self._make_room)
        if wanted := [one for item in late if not _is_skipped(item) for one in _parameters(item).get(GRADINGS, ())]:
            from tests.assignments.freshness import freshness_of
            from tests.assignments.serving import Gradings

            option = session.config.getoption
            freshness = freshness_of(afresh=option("--afresh"), fifth=option("--fifth"))
            session.config.get_terminal_writer().line(str(freshness))
            self.gradings = Gradings(wanted, freshness)
        self._make_room()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the time of a test."""
        self._rooms.add(report.nodeid, max(0.0, report.duration - self._waited_s))
        self._waited_s = 0.0

    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Say as soon as possible that a command has failed; what it says follows at the end."""
        for one in self._commands:
            if one.has_failed and one.name not in self._told:
                self._told.add(one.name)
                reporter = item.config.pluginmanager.get_plugin("terminalreporter")
                reporter.write_line(f"\n{one.name} fails; Ctrl-C shows its words now, else they follow at the end")

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """End what still runs, and let a command's fault count."""
        is_cut_short = bool(session.shouldfail or session.shouldstop) or exitstatus == pytest.ExitCode.INTERRUPTED
        for command in self._commands:
            command.end(wait=not is_cut_short)
        for beside in filter(None, (self.attack_runs, self.gradings)):
            beside.stop()
        if any(command.has_failed for command in self._commands) and exitstatus in _GOOD:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show what commands found, how the second lane went, and how long each part took."""
        for command in self._commands:
            if command.has_failed:
                terminalreporter.section(f"{command.name} fails", red=True, bold=True)
                terminalreporter.write(command.output)
            elif command is self._lane:
                terminalreporter.section(command.name)
                terminalreporter.write(command.output)
        if self._rooms.tests or self._commands:
            terminalreporter.section("time by part")
            for line in table_of(list(self._parts())):
                terminalreporter.write_line(line)

    def _parts(self) -> Iterator[Part]:
        for command in self._commands:
            words = "stopped, because tests failed" if command.was_stopped else "fails" if command.has_failed else ""
            yield Part(command.name, command.took_s, f"beside the tests; {words}" if words else "beside the tests")
        if self.attack_runs:
            yield self.attack_runs.part()
        if self.gradings:
            yield self.gradings.part()
        yield from self._rooms.parts()
        yield Part("in all", time.monotonic() - self._begin)


_GOOD = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def _lateness(item: pytest.Item) -> int:
    """Return how late a test comes for what it looks at; 0 for most."""
    if GRADINGS in _parameters(item):  # other modules have a fixture of this name without a parameter
        return OF_GRADINGS
    return OF_ATTACKS if ATTACKS in getattr(item, "fixturenames", ()) else 0


def _parameters(item: pytest.Item) -> Mapping[str, Any]:
    callspec = getattr(item, "callspec", None)
    return callspec.params if callspec else {}


def _is_skipped(item: pytest.Item) -> bool:
    return any(mark.args[0] for mark in item.iter_markers("skipif"))
