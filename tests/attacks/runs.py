"""Runs the corpus of attacks in several environments at once."""

import json
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from tests.environments import Environment, environments
from tests.parts import Part

# Nobody else on this machine. An attack's traces are looked for among the files of the user who grades it, so other
# tests in the environments of ordinary users, which have another one, would be taken for it.
ATTACKED_USER = 64_181
ENVIRONMENTS = {environment.name: environment for environment in environments(ATTACKED_USER)}
Results = dict[str, dict[str, Any]]  # by the attacks' names
GRACE_S = 10.0  # to clean up in


class AttackRuns:
    """The corpus in each environment, two at a time, because an attack mostly waits.

    One lane for ordinary users, who would see each other's temporary files, and one for root.

    Attributes:
        took_s: wall seconds from the beginning to the end of the last one; 0 before.
    """

    def __init__(self, names: Iterable[str], on_end: Callable[[], None] = lambda: None) -> None:
        """Make runs that have not begun.

        Args:
            names: of the environments to run the corpus in; results of those that cannot be had here are empty.
            on_end: called when it has come to its end in all of them; by another thread.
        """
        self.took_s = 0.0
        self._begin = 0.0
        self._on_end = on_end
        self._stopped = threading.Event()
        self._running: set[subprocess.Popen[str]] = set()
        self._chosen = [ENVIRONMENTS[name] for name in names]
        self._results: dict[str, Future[Results]] = {}

    def begin(self) -> None:
        """Begin, unless they have begun already."""
        if self._results:
            return
        self._begin = time.monotonic()
        lanes = {True: ThreadPoolExecutor(1), False: ThreadPoolExecutor(1)}
        self._results = {one.name: lanes[one.uid == 0].submit(self._run_in, one) for one in self._chosen}
        for future in self._results.values():
            future.add_done_callback(self._one_has_ended)

    def result(self, environment: str) -> Results:
        """Return what came of the corpus in an environment.

        Raises:
            RuntimeError: the corpus did not come to its end there.
        """
        return self._results[environment].result()

    def wait(self) -> None:
        """Wait until the corpus has come to its end everywhere."""
        wait(self._results.values())

    def part(self) -> Part:
        """Return how long it took, for the table at the end."""
        words = f"in {len(self._chosen)} environments, two at a time"
        return Part("attacks", self.took_s, words if self.took_s else f"{words}; stopped")

    @property
    def are_running(self) -> bool:
        """Whether they have begun and not ended."""
        return not all(future.done() for future in self._results.values())

    def stop(self) -> None:
        """End what runs; nobody wants to know any more."""
        self._stopped.set()
        for future in self._results.values():
            future.cancel()
        for process in list(self._running):
            process.send_signal(signal.SIGINT)  # Python ends with all clean-ups; a launcher hands it on
            try:
                process.wait(GRACE_S)
            except subprocess.TimeoutExpired:  # a shell's background, where it is ignored
                process.kill()

    def _one_has_ended(self, _: Future[Results]) -> None:
        if not self.are_running:
            self.took_s = time.monotonic() - self._begin
            self._on_end()

    def _run_in(self, environment: Environment) -> Results:
        if environment.reason:
            return {}
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            Path(folder).chmod(0o777)
            output = Path(folder) / "attacks.json"
            command = [environment.python, "-m", "autograder", "verify", "--attacks"]
            said = self._run(environment, [*command, "--environment", environment.name, "--json", str(output)])
            if not output.exists():
                raise RuntimeError(f"the corpus did not come to its end: {said[-3000:]}")
            return {f"{one['family']}/{one['name']}": one for one in json.loads(output.read_text())}

    def _run(self, environment: Environment, argv: list[str]) -> str:
        """Run a command in an environment, unless all is to end; return what it printed."""
        with environment.start(argv) as process:
            self._running.add(process)
            if self._stopped.is_set():
                process.send_signal(signal.SIGINT)
            said, _ = process.communicate()
            self._running.remove(process)
        return said
