"""Names the verdict of a probe: a function from the run, as the grader saw it, to an observation."""

import signal
from dataclasses import dataclass, field
from typing import Any

from autograder.model.observation import Observation, StudentError
from autograder.model.verdict import Verdict
from autograder.sandbox.withheld import only_kind
from autograder.wire.built_in import FILES_ARE_FULL
from autograder.wire.limits import Limits
from autograder.wire.usage import Breach, Usage

WITH_VALUE = (Verdict.RETURNED, Verdict.CPU_BUDGET, Verdict.WALL_CLOCK, Verdict.IDLE)
CRASHED = "The process crashed ({})."
KILLED = CRASHED.format(signal.SIGKILL.name)
NO_SPACE = "[Errno 28]"
OUT_OF_MEMORY = ("can't allocate memory", "not enough memory", "cannot allocate memory")


@dataclass
class ProbeRun:
    """One probe, as the grader saw it.

    Attributes:
        confined: the child said that it had confined itself.
        knows: a hidden input was handed over to it.
        answer: the message that it sent at its end; None if it sent none.
        tampered: the fault of the channel; empty if there was none.
        usage: the supervisor's report; None if it died.
        lost: why the supervisor died; empty if it did not.
        printed: the end of its output, or of that until it knew a hidden input.
        printed_bytes: length of its whole output.
        disk_full: whether the disk with the workspace was full.
    """

    confined: bool = False
    knows: bool = False
    answer: dict[str, Any] | None = None
    tampered: str = ""
    usage: Usage | None = None
    lost: str = ""
    printed: str = ""
    printed_bytes: int = field(default=0)
    disk_full: bool = False


def observation_of(run: ProbeRun, limits: Limits) -> Observation:
    """Return the one verdict that is true of the run, with its reason and measurements.

    Args:
        run: the probe.
        limits: within which it ran.
    """
    verdict, reason = _ending(run, limits)
    usage = run.usage or Usage()
    answer = run.answer or {}
    error = None
    if verdict in (Verdict.RAISED, Verdict.MEMORY) and "raised" in answer:
        error = only_kind(answer["raised"]) if run.knows else StudentError(**answer["raised"])
        reason = _reason_of(error) if verdict is Verdict.RAISED else reason
    return Observation(
        verdict=verdict,
        value=answer.get("returned", answer.get("kept")) if verdict in WITH_VALUE else None,
        error=error,
        reason=reason,
        cpu_s=round(usage.cpu_s, 3),
        wall_s=round(usage.wall_s, 3),
        waited_s=round(usage.waited_s, 3),
        peak_memory_mib=round(usage.peak_memory_mib, 1),
        printed=run.printed,
        printed_bytes=run.printed_bytes,
    )


def was_killed(seen: Observation) -> bool:
    """Return whether somebody ended the probe with SIGKILL: the submission, or a stranger on this machine.

    The supervisor's own killings have other verdicts, and so have those that a control group reports.
    """
    return seen.verdict is Verdict.CRASHED and seen.reason == KILLED


def answered(answer: dict[str, Any]) -> Observation:
    """Return the observation of a probe that ran without a sandbox, and so without limits."""
    return observation_of(ProbeRun(confined=True, answer=answer, usage=Usage()), Limits())


def _ending(run: ProbeRun, limits: Limits) -> tuple[Verdict, str]:
    usage = run.usage
    if usage is None:
        return Verdict.HARNESS_FAULT, f"The sandbox stopped: {run.lost}."
    if usage.survivors:
        return Verdict.HARNESS_FAULT, "Some processes of the submission could not be ended."
    if run.tampered:  # before the next: the garbage may have come together with the word that all is confined
        return Verdict.TAMPERED, f"The submission interfered with the grader's channel: {run.tampered}."
    if not run.confined and usage.breach is not Breach.MEMORY:  # a small limit can be met while the child still settles
        return Verdict.HARNESS_FAULT, f"The sandbox could not be set up: {run.printed.strip()[-300:]}"
    if usage.breach:
        return _breached(usage.breach, usage, limits)
    if run.printed_bytes > limits.output_mib << 20:
        return _breached(Breach.OUTPUT, usage, limits)
    if run.answer is not None:
        if run.disk_full and NO_SPACE in str(run.answer.get("raised", "")):
            return Verdict.HARNESS_FAULT, "The grader's own disk is full; your code stayed within its limit."
        return _answered(run.answer, limits)
    return _unanswered(usage, limits)


def _answered(answer: dict[str, Any], limits: Limits) -> tuple[Verdict, str]:
    if "returned" in answer:
        return Verdict.RETURNED, ""
    if "kept" in answer:
        return Verdict.CRASHED, "The process was stopped by a signal that only the grader may send."
    raised = answer["raised"]
    if raised["kind"] == "MemoryError" or any(words in raised["message"].casefold() for words in OUT_OF_MEMORY):
        return Verdict.MEMORY, "Your code asked for more memory than the grader allows."
    if raised["message"].endswith(FILES_ARE_FULL):  # the kernel was quicker than the supervisor
        return Verdict.DISK_SPACE, (
            f"Your code wrote too much: the limit is {limits.disk_mib} MiB in at most {limits.files:,} files."
        )
    return Verdict.RAISED, ""  # the exception says it


def _reason_of(error: StudentError) -> str:
    kind = error.kind or "An exception without a name"
    return f"{kind}: {error.message}" if error.message else kind


def _breached(breach: Breach, usage: Usage, limits: Limits) -> tuple[Verdict, str]:
    match breach:
        case Breach.CPU:
            return Verdict.CPU_BUDGET, (
                f"Stopped after {usage.cpu_s:.0f} CPU seconds; the budget is {limits.cpu_s:.0f}."
            )
        case Breach.WALL:
            return Verdict.WALL_CLOCK, (
                f"Stopped after {usage.wall_s:.0f} seconds by the clock, of which {usage.cpu_s:.0f} were spent "
                f"computing{_waiting(usage)}; the limit is {limits.wall_s:.0f}."
            )
        case Breach.IDLE:
            return Verdict.IDLE, (
                f"Stopped because it had computed nothing for {limits.idle_s:.0f} seconds; it waited for something "
                "that never happened."
            )
        case Breach.DEADLINE:
            return Verdict.HARNESS_FAULT, _too_late(usage)
        case Breach.MEMORY:
            return Verdict.MEMORY, (
                f"Stopped at {usage.peak_memory_mib:.0f} MiB of memory; the limit is {limits.memory_mib} MiB."
            )
        case Breach.DISK:
            return Verdict.DISK_SPACE, (
                f"Stopped after it had written {usage.peak_disk_mib:.0f} MiB of files; "
                f"the limit is {limits.disk_mib} MiB."
            )
        case Breach.FILES:
            return Verdict.DISK_SPACE, f"Stopped after it had created more than {limits.files:,} files."
        case Breach.OUTPUT:
            return Verdict.OUTPUT, (
                f"Stopped after printing more than {limits.output_mib} MiB; print less, once for each epoch at most."
            )
    return Verdict.HARNESS_FAULT, f"The sandbox ended the probe for an unknown reason ({breach})."


def _too_late(usage: Usage) -> str:
    """Return why a probe that broke no limit was ended; nobody knows how long it would have taken."""
    return (
        f"The grader's time was used up in the middle of this test, {usage.wall_s:.0f} seconds after it began, of "
        f"which {usage.cpu_s:.0f} were spent computing{_waiting(usage)}."
    )


def _waiting(usage: Usage) -> str:
    return f" and {usage.waited_s:.0f} waiting for a core, which do not count" if usage.waited_s >= 1 else ""


def _unanswered(usage: Usage, limits: Limits) -> tuple[Verdict, str]:
    # The kernel's own limit, the safety net behind the supervisor's, ends a process with SIGKILL.
    if usage.signal in (signal.SIGXCPU, signal.SIGKILL) and usage.cpu_s >= limits.cpu_s:
        return _breached(Breach.CPU, usage, limits)
    if usage.signal:
        return Verdict.CRASHED, CRASHED.format(_signal_name(usage.signal))
    return Verdict.CRASHED, (
        f"The process ended itself (exit code {usage.exit_code}) before the test was over; "
        "look for calls of exit(), quit() or os._exit()."
    )


def _signal_name(number: int) -> str:
    """Return the signal's name; real-time signals but the first and the last have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
