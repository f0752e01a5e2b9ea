"""Runs the corpus of attacks in one session, and says of each what came of it."""

import contextlib
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from autograder import project
from autograder.evidence.observer import IMPORT, Observer, observers_of
from autograder.evidence.session import Session, open_session
from autograder.grading import judge
from autograder.intake.submission import take_submission
from autograder.manifest import load_assignment
from autograder.nouns.assignment import Limits
from autograder.nouns.report import Report
from autograder.nouns.submission import Submission
from autograder.nouns.verdict import Verdict
from autograder.suites.load import PlannedTest, load_suites
from autograder.verify.attack import SHARED, Attack, Expectation, attacks_in
from autograder.verify.canaries import (
    Canaries,
    lay_out,
    processes_of,
    stage_targets,
    zygote_of_this_process,
)
from autograder.verify.display import unsafe_to_show

CORPUS = project.PROJECT / "tests" / "attacks"
SLUG = "line_fit"
# Low, so that an attack on a resource ends soon; the honest solution needs a hundredth of it.
LIMITS = Limits(cpu_s=1.0, wall_s=3.0, memory_mib=256, file_mib=8, processes=64, descriptors=128)
MEMORY, MOST_GROWTH_MIB = "the grader's memory", 16  # the largest honest result of the corpus has a kilobyte
NO_REASON = (Verdict.PASSED, Verdict.NOT_RUN, Verdict.RETURNED)


@dataclass(frozen=True)
class AttackResult:
    """What came of one attack.

    Attributes:
        expected: what must come of it on this machine.
        seen: what came of it.
        faults: how the two differ, and what the attack has damaged; empty if all is well.
        printed: what the attack itself said of its attempts.
        wall_s: seconds that it took.
    """

    family: str
    name: str
    story: str
    expected: str
    seen: str
    faults: tuple[str, ...]
    printed: tuple[str, ...]
    wall_s: float


def run_attacks(only: str = "", environment: str = "", corpus: Path = CORPUS) -> Iterator[AttackResult]:
    """Yield what came of each attack, as it is known.

    Args:
        only: a word; attacks whose `family/name` does not hold it are left out.
        environment: a name for this machine that attacks' exceptions may use, beside the facts found here.
        corpus: folder of the families.

    Raises:
        UnusableAttack: a file of the corpus does not say what is expected.
        UnsafeMachine: this machine cannot protect the grader.
    """
    chosen = [attack for attack in attacks_in(corpus) if only in f"{attack.family}/{attack.name}"]
    assignment = msgspec.structs.replace(load_assignment(SLUG), limits=LIMITS)
    hidden = [
        project.data(SLUG, "embedded") / "heldout.txt",
        project.reference(SLUG) / "submitted.py",
        project.definition(SLUG) / "test_heldout.py",
        project.definition(SLUG) / "assignment.toml",
    ]
    with lay_out(hidden) as canaries, open_session(assignment, "embedded") as session:
        session.sandbox.layers()  # waits until the zygote is there
        canaries.targets["zygote_pid"] = zygote_of_this_process()
        range_ = _Range(session, canaries, load_suites(assignment), facts_of(session, environment), corpus)
        range_.warm_up()
        for attack in chosen:
            yield range_.run(attack)


def facts_of(session: Session, environment: str) -> frozenset[str]:
    """Return what exceptions may name: who grades, which layers are missing, and the machine's given name."""
    layers = session.protections.items()
    missing = {f"no {name}" for name, state in layers if state.startswith("missing")}
    if not any("namespace" in name and state.startswith("active") for name, state in layers):
        missing.add("no namespaces")
    who = "ordinary user" if session.sandbox.protection.uid is None else "root"
    return frozenset({who, *missing, *filter(None, [environment])})


@dataclass(frozen=True)
class _Range:
    """Where attacks are run: one session, and the canaries around it."""

    session: Session
    canaries: Canaries
    planned: Sequence[PlannedTest]
    facts: frozenset[str]
    corpus: Path

    def warm_up(self) -> None:
        """Grade the honest solution, so that all it needs from the reference is in the store."""
        faults = self._faults_of_honest_submission()
        if faults:
            raise RuntimeError(f"the honest submission is not graded as it must be: {'; '.join(faults)}")

    def run(self, attack: Attack) -> AttackResult:
        """Grade one attack and look after everything that it could have damaged."""
        begin = time.monotonic()
        expected = attack.expected_where(self.facts)
        before = self._snapshot()
        try:
            with self._upload_of(attack) as submission:
                report, observer = self._graded(submission)
        except Exception as error:  # an attack that makes the harness raise has succeeded; the others go on
            fault = f"the harness fails: {type(error).__name__}: {error}"[:300]
            return AttackResult(
                attack.family, attack.name, attack.story, str(expected), "the harness fails", (fault,), (), 0.0
            )
        printed = _said(observer)
        damage = [*(line for line in printed if line.startswith("BREACH:")), *self._damage(before)]
        if expected.outcome == "POSSIBLE":
            faults = [] if damage else ["it is blocked here by now: take the exception away"]
        else:
            faults = [*damage, *_differences(expected, submission, report, observer, printed)]
        if report:
            faults += unsafe_to_show(report)
        if expected.outcome == "FAILED":
            faults += self._faults_of_honest_submission()
        return AttackResult(
            attack.family, attack.name, attack.story, str(expected), _seen(submission, report, observer, printed),
            tuple(faults), tuple(printed), round(time.monotonic() - begin, 2),
        )  # fmt: skip

    @contextlib.contextmanager
    def _upload_of(self, attack: Attack | None) -> Iterator[Submission]:
        """Lay out an upload: the attack's, or the honest solution alone."""
        assignment = self.session.assignment
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "upload"
            folder.mkdir()
            reference = project.reference(assignment.slug) / "submitted.py"
            sources = {"honest": reference, "attempts": self.corpus / "attempts.py"}
            for module in SHARED:
                (folder / f"{module}.py").write_bytes(sources[module].read_bytes())
            stage_targets(self.canaries, folder)
            if attack is None:
                (folder / "submitted.py").write_text("from honest import *\n")
            yield take_submission(attack.upload(folder) if attack else folder, assignment)

    def _graded(self, submission: Submission) -> tuple[Report | None, Observer | None]:
        if submission.problem:
            return None, None
        observers = observers_of(self.session, submission)
        return judge(self.session, submission, self.planned, time.monotonic(), observers=observers), observers[0]

    def _snapshot(self) -> dict[str, Any]:
        uid, zygote = self.session.sandbox.protection.uid, self.canaries.targets["zygote_pid"]
        return {
            **self.canaries.snapshot(uid),
            MEMORY: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
            "the zygote": Path(f"/proc/{zygote}").exists(),
            "the sandbox's processes": processes_of(uid, zygote),
        }

    def _damage(self, before: dict[str, Any]) -> list[str]:
        after = self._snapshot()
        grown = after.pop(MEMORY) - before.pop(MEMORY)
        damaged = [f"{name} changed: {_short(before[name], now)}" for name, now in after.items() if now != before[name]]
        if grown > MOST_GROWTH_MIB:
            damaged.append(f"the grader has grown by {grown} MiB")
        return damaged + [f"it reached the socket {name}" for name in self.canaries.spoken_to()]

    def _faults_of_honest_submission(self) -> list[str]:
        """Return what is wrong with the next grading; an attack must not reach into it."""
        with self._upload_of(None) as submission:
            report, _ = self._graded(submission)
        if report is None or report.score < report.max_score:
            return [f"the next submission earns {report.score if report else 0:g} points"]
        return []


def _said(observer: Observer | None) -> list[str]:
    """Return the lines in which an attack reports of its attempts, each once."""
    if observer is None:
        return []
    lines = [line for seen in observer.seen for line in seen.printed.splitlines()]
    return list(dict.fromkeys(line[:300] for line in lines if line.startswith(("denied:", "BREACH:"))))


def _lost(report: Report) -> set[str]:
    return {outcome.number for outcome in report.outcomes if outcome.score < (outcome.weight or 0.0)}


def _verdicts(report: Report, observer: Observer) -> set[Verdict]:
    """Return why points were lost: the verdicts of the tests, and of the import where that ended them all."""
    reasons = {outcome.verdict for outcome in report.outcomes if outcome.number in _lost(report)}
    return (reasons | {observer.observe(IMPORT).verdict}) - set(NO_REASON)


def _differences(
    expected: Expectation, submission: Submission, report: Report | None, observer: Observer | None, said: list[str]
) -> list[str]:
    """Return how what came of an attack differs from what must come of it."""
    if report is None or observer is None:
        return [] if expected.outcome == "BLOCKED" else [f"the upload was refused: {submission.problem}"]
    faults = []
    if Verdict.HARNESS_FAULT not in expected.verdicts:
        faults += [f"the harness fails in {outcome.number}: {outcome.explanation.seen}" for outcome in report.faults]
    lost = _lost(report)
    if expected.outcome == "FAILED":
        must = {o.number for o in report.outcomes if o.weight} if expected.loses is None else set(expected.loses)
        reasons = _verdicts(report, observer)
        faults += [f"keeps {', '.join(sorted(must - lost))}"] if must - lost else []
        faults += [f"also loses {', '.join(sorted(lost - must))}"] if lost - must else []
        faults += [
            f"some points are left in {o.number}" for o in report.outcomes if o.number in must & lost and o.score
        ]
        faults += [] if reasons and reasons <= expected.verdicts else [f"the verdict is {_listed(reasons)}"]
        return faults
    if lost:
        why = next(o.explanation.seen for o in report.outcomes if o.number in lost)
        faults.append(
            f"loses {', '.join(sorted(lost))} ({_listed(_verdicts(report, observer))}): {report.problem or why}"
        )
    left_out = any(remark.startswith("Not used for grading") for remark in submission.remarks)
    if expected.outcome == "BLOCKED" and not left_out and not any(line.startswith("denied:") for line in said):
        faults.append("no attempt was made")
    return faults


def _seen(submission: Submission, report: Report | None, observer: Observer | None, said: list[str]) -> str:
    """Return in a few words what came of an attack."""
    if report is None or observer is None:
        return f"refused: {submission.problem}"
    if lost := _lost(report):
        numbers = "all" if report.score == 0 else ", ".join(sorted(lost))
        return f"loses {numbers} ({_listed(_verdicts(report, observer))})"
    denied = sum(line.startswith("denied:") for line in said)
    return f"full points, {denied} denied" if denied else "full points"


def _listed(verdicts: set[Verdict]) -> str:
    return " and ".join(sorted(verdicts)) or "none"


def _short(before: Any, after: Any) -> str:
    if isinstance(before, list) and isinstance(after, list):
        new, gone = [x for x in after if x not in before], [x for x in before if x not in after]
        return f"new {new[:3]}, gone {gone[:3]}"
    return f"{str(before)[:80]} to {str(after)[:80]}"
