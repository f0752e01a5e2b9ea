"""Runs in a forked child: confines it, imports the submission, runs one probe, answers, ends."""

import contextlib
import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from autograder.confinement import confine, namespaces
from autograder.confinement.prepared import Prepared
from autograder.probes.submitted import Submitted
from autograder.wire import built_in
from autograder.wire.entry import Entry
from autograder.wire.layers import Feature
from autograder.wire.messages import RunJob
from autograder.wire.signals import SOFT_LIMIT
from autograder.worker import a_user, ended_cells, given_modules, import_in_steps, own_modules, self_test, streams
from autograder.worker.allowance import StatementAllowance
from autograder.worker.calibration import calibration_cpu_s
from autograder.worker.channel import Channel
from autograder.worker.commits import read_history
from autograder.worker.figures import Figures
from autograder.worker.run_probe import BudgetSpent, Probe, hand_over, load_probe, prepare, run_probe
from autograder.worker.without_workers import do_without_workers

CHANNEL_DESCRIPTOR = 3
CONFINEMENT_FAILED = 97
SHOWN_FIELDS = ("drawn", "saved", "texts", "files", "more")

imported_once: set[str] = set()  # packages that the zygote has imported for submissions


def _imported(submitted: Submitted) -> built_in.Imported:
    """Import the submission."""
    _ = submitted.module
    ended = [
        built_in.Ended(place=cell.place, text=cell.text[: built_in.MAX_LINE], error=cell.error)
        for cell in ended_cells.ended[: built_in.MAX_ENDED]
    ]
    given_up = import_in_steps.given_up[: built_in.MAX_GIVEN_UP]
    return built_in.Imported(given_up=given_up, ended=ended, notebook="".join(ended_cells.notebook))


def _shown(submitted: Submitted) -> built_in.Shown:
    """Import the submission, and return figures and prose for people."""
    figures = Figures(Path.cwd(), submitted.entry.file_in(Path()))
    submitted.keep(**{field: partial(_field_of, figures, field) for field in SHOWN_FIELDS})
    figures.watch()
    with contextlib.suppress(Exception):  # another probe says so; figures drawn until then count
        _ = submitted.module
    figures.take_open_figures()
    return figures.shown


def _field_of(figures: Figures, field: str) -> Any:
    return getattr(figures.shown, field)


# Probes that belong to the harness, for jobs without a probe source.
BUILT_IN: dict[str, Callable[..., Any]] = {
    "import": _imported,
    "shown to people": _shown,
    "commits of the upload": lambda _: read_history(Path.cwd(), Path(os.environ["HOME"])),
    "calibrate": lambda _: built_in.Calibration(cpu_s=calibration_cpu_s()),
    **{
        attack.__name__: (lambda _, attack=attack, **arguments: attack(**arguments))
        for attack in (
            self_test.attempts,
            self_test.surroundings,
            self_test.held,
            self_test.take_memory,
            self_test.spin,
            self_test.leave_daemon,
        )
    },
}


def run(job: RunJob, channel: int, output: int, others: list[int], prepared: Mapping[Feature, Prepared]) -> NoReturn:
    """Confine this process, run the job's probe, send the answer, and end the process.

    Args:
        job: names the probe, the folders and the policy.
        channel: descriptor for frames to and from the grader.
        output: descriptor for printed text.
        others: descriptors of the namespaces to enter; none to stay in the zygote's.
        prepared: features of the kernel, in the order in which they are put into force.
    """
    policy = job.confinement
    try:
        namespaces.join(others)
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        confine.keep_only([nothing, output, output, channel])
        confine.enter_workspace(job.workspace, job.scratch)
        confine.limit_resources(job.limits, own_user=policy.uid is not None or bool(others))
        confine.prefer_as_victim()
        confine.drop_privileges(policy.uid)
        for feature, one in prepared.items():  # last, since the steps before need files and system calls
            if one.apply and feature not in policy.without:
                one.apply(policy)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(CONFINEMENT_FAILED)
    try:
        _serve(job, Channel(CHANNEL_DESCRIPTOR, job.nonce))
    finally:
        os._exit(0)  # neither atexit handlers nor destructors of the student's get a say


def _serve(job: RunJob, link: Channel) -> None:
    _prepare_interpreter(job)
    link.send({"confined": True})
    process = os.getpid()
    answer = run_probe(
        lambda: _probe_of(job),
        json.loads(job.arguments),
        Submitted(job.entry, link.ask),
        job.workspace,
        _interruptible(),
    )
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # the submission may have closed or replaced it
            stream.flush()
    if os.getpid() == process:  # and not a fork of the submission's own that came back here
        hand_over(answer, job.workspace, link.send)


def _prepare_interpreter(job: RunJob) -> None:
    """Make the interpreter look as if the submission had started it, in its workspace."""
    workspace = Path(job.workspace)
    search = Entry.of(job.entry).search(job.workspace)
    sys.path[:] = [*search, *(path for path in sys.path if path != job.harness)]
    _forget_packages_that_are_its_own(search)
    gc.enable()  # the zygote does without
    streams.reopen()
    a_user.install()
    # Processes that multiprocessing spawns import the parent's __main__, and the zygote's is out of their reach.
    sys.modules["__main__"] = ModuleType("__main__")
    prepare(job.entry, job.seed, job.threads)
    if not job.confinement.workers:
        do_without_workers()
    given_modules.install(job.modules)
    own_modules.install(search)
    in_steps = job.import_without is not None
    allowance = StatementAllowance(job.limits.cpu_s) if in_steps else None
    import_in_steps.install(workspace, job.import_without or (), search, allowance)


def _forget_packages_that_are_its_own(search: list[str]) -> None:
    """Let a submission's own file `pandas.py` take precedence over the package, as it does at home."""
    if not imported_once:
        return
    for package in imported_once & {path.stem for folder in search for path in Path(folder).glob("*")}:
        for module in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[module]


def _probe_of(job: RunJob) -> Probe:
    name = job.function
    return (
        load_probe(job.probe_source, name) if job.probe_source else Probe(BUILT_IN[name], built_in.BUILT_IN.get(name))
    )


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let the supervisor's soft limit end the probe where it stands; the data that it has kept still count."""
    signal.signal(SOFT_LIMIT, _stop)
    try:
        yield
    finally:
        signal.signal(SOFT_LIMIT, signal.SIG_IGN)


def _stop(number: int, frame: object) -> None:
    signal.signal(SOFT_LIMIT, signal.SIG_IGN)
    raise BudgetSpent
