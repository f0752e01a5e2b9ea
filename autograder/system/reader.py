"""Lets a process of our own read hostile texts: a text costs itself, at most that process, never the grader.

The reading process gets a JSON object on standard input, with `sources`, a list of pairs of an upload's digest and
what is to be read. It writes its answer as JSON to standard output. Before it reads an upload, it writes the digest to
standard error, so that the grader knows which one killed it.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]  # where the package is found
# Fingerprints are hashes of strings, and Python salts them in each process: the same class must give the same answer.
FOR_THE_READER = {"PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"}


class OverBudget(Exception):
    """Reading a text takes longer than any program of its size needs."""


def ask(module: str, request: Mapping[str, Any], max_deaths: int) -> tuple[Any, list[str]]:
    """Return the reader's answer, and the digests of uploads that killed it, which it was then not asked about again.

    Args:
        module: full name of the module to run.
        request: plain data for it, with `sources`.
        max_deaths: after this many, or if the reader dies for another reason, the answer is None.
    """
    deaths: list[str] = []
    while len(deaths) < max_deaths:
        rest = [pair for pair in request["sources"] if pair[0] not in deaths]
        answer, last_read = _asked(module, {**request, "sources": rest})
        if answer is not None:
            return answer, deaths
        if not last_read:
            break
        deaths.append(last_read)
    return None, deaths


def _asked(module: str, request: dict[str, Any]) -> tuple[Any, str]:
    """Return the reader's answer, or None if it died, and the last upload that it began to read."""
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | FOR_THE_READER,
        check=False,
    )
    digests = {digest for digest, _ in request["sources"]}
    read = [line for line in done.stderr.splitlines() if line in digests]
    return (json.loads(done.stdout) if done.returncode == 0 else None), (read[-1] if read else "")


def reply(answer: Callable[[dict[str, Any]], Any], cpu_s: float, cpu_s_per_upload: float, memory_mib: int) -> None:
    """Answer one request; the reading process calls this, and the kernel ends it beyond these limits.

    Args:
        answer: returns plain data for the request.
        cpu_s: CPU seconds for all uploads together; the timer of `at_most` cannot stop one long search, say.
        cpu_s_per_upload: CPU seconds more for each upload.
        memory_mib: address space.
    """
    request = json.load(sys.stdin)
    seconds = int(cpu_s + cpu_s_per_upload * len(request["sources"])) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib << 20,) * 2)
    json.dump(answer(request), sys.stdout)


def announce(digest: str) -> None:
    """Say that the process begins to read an upload."""
    print(digest, file=sys.stderr, flush=True)


@contextmanager
def at_most(cpu_s: float) -> Iterator[None]:
    """Raise OverBudget in a block that takes longer than this many CPU seconds."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise OverBudget

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
