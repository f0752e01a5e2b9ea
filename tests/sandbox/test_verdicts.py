"""Each way in which a run can end has one verdict and one true reason."""

import signal
from typing import Any

import msgspec
import pytest

from autograder.model.verdict import Verdict
from autograder.sandbox.verdicts import KILLED, ProbeRun, observation_of, was_killed
from autograder.wire.built_in import FILES_ARE_FULL
from autograder.wire.limits import Limits
from autograder.wire.usage import Breach, Usage

NO_ROOM = "[Errno 28] No space left on device"

LIMITS = Limits(cpu_s=30, wall_s=90, memory_mib=512)
ENDED = Usage(exit_code=0, cpu_s=1.23456, wall_s=2.5, peak_memory_mib=100.04)


def raised(kind: str, message: str = "") -> dict[str, Any]:
    """Return the answer of a probe that raised."""
    return {"raised": {"kind": kind, "message": message, "traceback": "line 1", "importing": False}}


def run(**parts: Any) -> ProbeRun:
    """Return a confined run that ended by itself, but for the parts given."""
    usage = msgspec.structs.replace(ENDED, **parts.pop("usage", {}))
    return ProbeRun(**({"confined": True, "usage": usage} | parts))


@pytest.mark.parametrize(
    ("seen", "verdict", "reason"),
    [
        (run(answer={"returned": 1}), Verdict.RETURNED, ""),
        (run(answer={"returned": None}), Verdict.RETURNED, ""),
        (run(answer=raised("ValueError", "no")), Verdict.RAISED, "ValueError: no"),
        (run(answer=raised("KeyboardInterrupt")), Verdict.RAISED, "KeyboardInterrupt"),
        (run(answer=raised("MemoryError")), Verdict.MEMORY, "more memory than the grader allows"),
        (
            run(answer=raised("RuntimeError", "DefaultCPUAllocator: can't allocate memory: you tried")),
            Verdict.MEMORY,
            "more memory",
        ),
        (run(answer=raised("OSError", "[Errno 12] Cannot allocate memory")), Verdict.MEMORY, "more memory"),
        (
            run(usage={"breach": Breach.CPU, "cpu_s": 31.2}),
            Verdict.CPU_BUDGET,
            "after 31 CPU seconds; the budget is 30.",
        ),
        (run(usage={"signal": signal.SIGKILL, "cpu_s": 35.1}), Verdict.CPU_BUDGET, "after 35 CPU seconds"),
        (run(usage={"signal": signal.SIGXCPU, "cpu_s": 35.1}), Verdict.CPU_BUDGET, "after 35 CPU seconds"),
        (run(usage={"signal": signal.SIGXCPU, "cpu_s": 1.0}), Verdict.CRASHED, "crashed (SIGXCPU)"),
        (
            run(usage={"breach": Breach.WALL, "wall_s": 90.4, "signal": 9}),
            Verdict.WALL_CLOCK,
            "90 seconds by the clock",
        ),
        (
            run(usage={"breach": Breach.WALL, "wall_s": 95.4, "waited_s": 5.0}),
            Verdict.WALL_CLOCK,
            "of which 1 were spent computing and 5 waiting for a core, which do not count; the limit is 90.",
        ),
        (
            run(usage={"breach": Breach.DEADLINE, "wall_s": 20.0}, answer={"kept": {"returned": "a network"}}),
            Verdict.HARNESS_FAULT,
            "The grader's time was used up in the middle of this test",
        ),
        (run(usage={"breach": Breach.MEMORY, "signal": 9}), Verdict.MEMORY, "100 MiB of memory; the limit is 512 MiB"),
        (run(usage={"signal": signal.SIGSEGV}), Verdict.CRASHED, "crashed (SIGSEGV)"),
        (run(usage={"signal": signal.SIGKILL}), Verdict.CRASHED, KILLED),
        (run(usage={"signal": signal.SIGRTMIN + 3}), Verdict.CRASHED, f"crashed (signal {signal.SIGRTMIN + 3})"),
        (run(answer={"returned": 1}, usage={"survivors": True}), Verdict.HARNESS_FAULT, "could not be ended"),
        (run(usage={"exit_code": 3}), Verdict.CRASHED, "ended itself (exit code 3)"),
        (run(tampered="garbage"), Verdict.TAMPERED, "interfered with the grader's channel: garbage"),
        (run(confined=False, printed="OSError: no\n"), Verdict.HARNESS_FAULT, "be set up: OSError: no"),
        (ProbeRun(lost="it ended unexpectedly"), Verdict.HARNESS_FAULT, "stopped: it ended unexpectedly."),
    ],
)
def test_ending_has_its_verdict(seen: ProbeRun, verdict: Verdict, reason: str) -> None:
    """The verdict and the reason follow from what was seen, and from nothing else."""
    observation = observation_of(seen, LIMITS)

    assert observation.verdict is verdict
    assert reason in observation.reason
    assert bool(observation.reason) is (verdict is not Verdict.RETURNED)


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (run(answer={"returned": 1}, tampered="a second one"), Verdict.TAMPERED),
        (run(confined=False, tampered="garbage"), Verdict.TAMPERED),
        (run(answer={"returned": 1}, usage={"breach": Breach.WALL, "signal": 9}), Verdict.WALL_CLOCK),
        (ProbeRun(confined=True, answer={"returned": 1}, lost="gone"), Verdict.HARNESS_FAULT),
        (run(usage={"breach": Breach.CPU, "signal": signal.SIGSEGV}), Verdict.CPU_BUDGET),
    ],
)
def test_stronger_sign_decides(seen: ProbeRun, verdict: Verdict) -> None:
    """Where two things are true of a run, the one that says more about the other decides."""
    observation = observation_of(seen, LIMITS)

    assert observation.verdict is verdict


@pytest.mark.parametrize(
    "seen", [run(answer={"returned": 7}, tampered="x"), ProbeRun(answer={"returned": 7}, lost="x"), run(confined=False)]
)
def test_value_leaves_with_the_verdict_returned_only(seen: ProbeRun) -> None:
    """A value of a run that did not return is not handed on."""
    observation = observation_of(seen, LIMITS)

    assert observation.value is None


def test_figures_are_rounded_and_kept() -> None:
    """Usage and output stand in the observation, whatever the verdict."""
    observation = observation_of(run(usage={"signal": 11}, printed="tail", printed_bytes=9000), LIMITS)

    assert (observation.cpu_s, observation.wall_s, observation.peak_memory_mib) == (1.235, 2.5, 100.0)
    assert (observation.printed, observation.printed_bytes) == ("tail", 9000)


def test_error_is_kept_of_exceptions_only() -> None:
    """The student's exception stands in the observation, of memory errors too, and of nothing else."""
    of_value = observation_of(run(answer=raised("ValueError", "no")), LIMITS)
    of_memory = observation_of(run(answer=raised("MemoryError")), LIMITS)
    of_tampering = observation_of(run(answer=raised("ValueError"), tampered="x"), LIMITS)

    assert of_value.error is not None
    assert (of_value.error.kind, of_value.error.traceback) == ("ValueError", "line 1")
    assert of_memory.error is not None
    assert of_tampering.error is None


def test_full_disk_of_the_machine_is_the_harness_own_fault() -> None:
    """Without namespaces a submission's files lie on the machine's disk, which may be smaller than the limit."""
    seen = observation_of(run(answer=raised("OSError", NO_ROOM), disk_full=True), LIMITS)

    assert seen.verdict is Verdict.HARNESS_FAULT


def test_full_file_system_of_the_submission_is_its_own_fault() -> None:
    """In namespaces its files have a file system of their size; other places, such as shared memory, are told apart."""
    its_own, elsewhere = (
        observation_of(run(answer=raised("OSError", words)), LIMITS) for words in (NO_ROOM + FILES_ARE_FULL, NO_ROOM)
    )

    assert (its_own.verdict, elsewhere.verdict) == (Verdict.DISK_SPACE, Verdict.RAISED)


def test_kill_by_a_stranger_is_no_other_crash() -> None:
    """The probe may run once more after it, and after nothing else that the submission can do."""
    killed, segfault = (observation_of(run(usage={"signal": one}), LIMITS) for one in (signal.SIGKILL, signal.SIGSEGV))

    assert (was_killed(killed), was_killed(segfault)) == (True, False)
