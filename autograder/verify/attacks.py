"""Runs the corpus of attacks in one session and reports the outcome of each."""

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
from autograder.evidence.observer import observers_of
from autograder.evidence.session import Session, open_session
from autograder.grading.flow import judge
from autograder.intake.submission import take_submission
from autograder.manifest import load_assignment
from autograder.model.verdict import Verdict
from autograder.suites.load import PlannedTest, load_suites
from autograder.verify.attack import Attack, Expectation, attacks_in
from autograder.verify.canaries import (
    Canaries,
    lay_out,
    processes_of,
    stage_targets,
    zygote_of_this_process,
)
from autograder.verify.choice import chosen_by
from autograder.verify.display import unsafe_to_show
from autograder.verify.trial import BREACH, Trial, differences
from autograder.wire.limits import Limits

CORPUS = project.PROJECT / "tests" / "attacks"
SLUG = "line_fit"
# Low, so that attacks on resources end soon; the honest solution needs a hundredth of it.
LIMITS = Limits(
    cpu_s=1.0, wall_s=4.0, memory_mib=256, file_mib=8, disk_mib=200, files=1000, processes=64, descriptors=128,
    output_mib=8,
)  # fmt: skip
MEMORY, MOST_GROWTH_MIB = "the grader's memory", 16  # the largest honest result of the corpus has one kilobyte
# After any other verdict the sandbox had to clean up, so the next submission is checked as well.
CALM = {Verdict.FAILED, Verdict.RAISED}


@dataclass(frozen=True)
class AttackResult:
    """The result of one attack.

    Attributes:
        expected: the expected outcome on this machine.
        seen: the actual outcome.
        faults: how the two differ, and all damage by the attack; empty if all is well.
        printed: the attack's own report of its attempts.
        wall_s: its duration, seconds.
    """

    family: str
    name: str
    story: str
    expected: str
    seen: str
    faults: tuple[str, ...]
    printed: tuple[str, ...]
    wall_s: float


def corpus_is_here() -> bool:
    """Return whether the corpus can be run: in a checkout of the harness, on the assignment that it is written for."""
    return CORPUS.is_dir() and project.course() == project.Course.built_in(project.PROJECT)


def run_attacks(only: str = "", environment: str = "", corpus: Path = CORPUS) -> Iterator[AttackResult]:
    """Yield the result of each attack as soon as it is known.

    Args:
        only: a word; only attacks whose `family/name` contains it run.
        environment: a name for this machine, which attacks' exceptions may use beside the facts found here.
        corpus: folder of the families.

    Raises:
        UnusableInput: no attack has the word in its name.
        UnusableAttack: a file of the corpus does not state its expected outcome.
        UnsafeMachine: this machine cannot protect the grader.
    """
    chosen = chosen_by(only, list(attacks_in(corpus)), lambda one: f"{one.family}/{one.name}", "attack")
    assignment = msgspec.structs.replace(load_assignment(SLUG), limits=LIMITS)
    hidden = [
        project.data(SLUG, "embedded") / "heldout.txt",
        project.reference(SLUG) / "submitted.py",
        project.definition(SLUG) / "test_heldout.py",
        project.definition(SLUG) / "assignment.toml",
    ]
    with lay_out(hidden) as canaries, open_session(assignment, "embedded") as session:
        session.sandbox.features()  # waits until the zygote is ready
        canaries.targets["zygote_pid"] = zygote_of_this_process()
        range_ = _Range(session, canaries, load_suites(assignment), facts_of(session, environment), corpus)
        range_.warm_up()
        canaries.contacted(session.sandbox.protection.uid)  # the sandbox's self-check has tried every socket
        for attack in chosen:
            yield range_.run(attack)


def facts_of(session: Session, environment: str) -> frozenset[str]:
    """Return the facts that exceptions may name: who grades, the missing layers, and the machine's given name."""
    layers = session.protections.items()
    missing = {f"no {name}" for name, state in layers if state.startswith("missing")}
    if not any("namespace" in name and state.startswith("active") for name, state in layers):
        missing.add("no namespaces")
    who = "ordinary user" if session.sandbox.protection.uid is None else "root"
    return frozenset({who, *missing, *filter(None, [environment])})


@dataclass(frozen=True)
class _Range:
    """The attacks' environment: one session, and the canaries around it."""

    session: Session
    canaries: Canaries
    planned: Sequence[PlannedTest]
    facts: frozenset[str]
    corpus: Path

    def warm_up(self) -> None:
        """Grade the honest solution, so that the store has everything it needs from the reference."""
        faults = self._faults_of_honest_submission()
        if faults:
            raise RuntimeError(f"the honest submission is not graded as expected: {'; '.join(faults)}")

    def run(self, attack: Attack) -> AttackResult:
        """Grade one attack, and check everything that it could have damaged."""
        begin = time.monotonic()
        expected = attack.expected_where(self.facts)
        try:
            with self._laid_out(attack) as path:
                before = self._snapshot()
                trial = self._graded(path)
            faults = self._faults(expected, trial, before)
            seen, said = trial.words, trial.said
        except Exception as error:  # an attack that makes the harness raise has succeeded; the others continue
            faults, seen, said = [f"the harness fails: {type(error).__name__}: {error}"[:300]], "the harness fails", []
        took = round(time.monotonic() - begin, 2)
        return AttackResult(
            attack.family, attack.name, attack.story, str(expected), seen, tuple(faults), tuple(said), took
        )

    def _faults(self, expected: Expectation, trial: Trial, before: dict[str, Any]) -> list[str]:
        damage = [*(line for line in trial.said if line.startswith(BREACH)), *trial.shown, *self._damage(before)]
        if expected.outcome == "POSSIBLE":
            faults = [] if damage else ["it is blocked here now: remove the exception"]
        else:
            faults = [*damage, *differences(expected, trial)]
        if trial.report:
            faults += unsafe_to_show(trial.report)
        if trial.verdicts - CALM:
            faults += self._faults_of_honest_submission()
        return faults

    @contextlib.contextmanager
    def _laid_out(self, attack: Attack | None) -> Iterator[Path]:
        """Lay out an upload: the attack's, or the honest solution alone."""
        with tempfile.TemporaryDirectory(dir=self.canaries.uploads) as name:
            folder = Path(name) / "upload"
            folder.mkdir()
            (folder / "honest.py").write_bytes((project.reference(SLUG) / "submitted.py").read_bytes())
            (folder / "attempts.py").write_bytes((self.corpus / "attempts.py").read_bytes())
            (folder / "submitted.py").write_text("from honest import *\n")
            stage_targets(self.canaries, folder)
            yield attack.upload(folder) if attack else folder

    def _graded(self, path: Path) -> Trial:
        submission = take_submission(path, self.session.assignment)
        if submission.problem:
            return Trial(submission)
        observers = observers_of(self.session, submission)
        report = judge(self.session, submission, self.planned, time.monotonic(), observers=observers)
        return Trial(submission, report, observers[0])

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
        self.canaries.clear()
        if grown > MOST_GROWTH_MIB:
            damaged.append(f"the grader has grown by {grown} MiB")
        return damaged + [
            f"it reached the socket {name}" for name in self.canaries.contacted(self.session.sandbox.protection.uid)
        ]

    def _faults_of_honest_submission(self) -> list[str]:
        """Return the faults of the next grading, which an attack must not affect."""
        with self._laid_out(None) as path:
            trial = self._graded(path)
        return [f"the next submission: {trial.words}"] if trial.lost or trial.report is None else []


def _short(before: Any, after: Any) -> str:
    if isinstance(before, list) and isinstance(after, list):
        new, gone = [x for x in after if x not in before], [x for x in before if x not in after]
        return f"new {new[:3]}, gone {gone[:3]}"
    return f"{str(before)[:80]} to {str(after)[:80]}"
