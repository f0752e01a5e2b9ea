"""Runs the visible tests on the files in the handout's folder, and prints the outcome."""

import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from autograder.checks.evidence import Evidence
from autograder.evidence.import_policy import ended_in_words
from autograder.local_runner.choice import UnknownNumber, chosen, listed
from autograder.local_runner.hand_out import ANSWERS, HandOut, answers_from, digest_of
from autograder.local_runner.observing import Here, Recorded, declared_in
from autograder.local_runner.showing import answer_text, conclusion, note_text, outcome_text
from autograder.local_runner.upload import UnusableFolder, Upload, upload_of
from autograder.local_runner.workspace import workspace_of
from autograder.model.assignment import Profile
from autograder.model.outcome import Outcome
from autograder.rendering.text import short
from autograder.suites.explain import problem_of
from autograder.suites.load import PlannedTest, planned_tests
from autograder.suites.run import run_suites
from autograder.wire.question_code import UnreadableCode, question_in
from autograder.worker import ended_cells, notebook_stand_ins
from autograder.worker.without_workers import do_without_workers

PACKAGE, TESTS = "autograder.assignments", "visible_tests"
ALL_PASSED, POINTS_LOST, UNUSABLE = 0, 1, 2


def main(own: Path, numbers: Sequence[str], only_list: bool = False, code: str = "") -> int:
    """Run the tests of these numbers, or all, and return the exit status.

    Args:
        own: the handout's folder, in which the student's files lie.
        numbers: of tests, such as `"1.1a"`, or their beginnings.
        only_list: whether to print their numbers and run none.
        code: of one question, which is asked in place of any test; its answer is printed. Empty for none.

    Returns:
        0 if these tests pass, 1 if points are lost, 2 if they could not be run.
    """
    hand_out = HandOut.read(own / TESTS)
    try:
        planned = chosen(_planned(hand_out), numbers)
        question = _question(hand_out, code) if code else None
    except (UnknownNumber, UnreadableCode) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    if only_list:
        print(listed(planned))
        return ALL_PASSED
    try:
        _refuse_changed_files(hand_out, own)
        upload = upload_of(hand_out, own)
    except UnusableFolder as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    _prepare(hand_out)
    if question:
        print(_answered(hand_out, own, upload, *question))
        return ALL_PASSED
    print("\n".join([f"{hand_out.title}: visible tests", *map(note_text, upload.remarks)]))
    outcomes = _run(hand_out, own, upload, planned)
    print("\n" + conclusion(hand_out, outcomes, whole=not numbers))
    return POINTS_LOST if any(one.score < (one.weight or 0.0) for one in outcomes) else ALL_PASSED


def _question(hand_out: HandOut, code: str) -> tuple[str, dict[str, Any]]:
    """Return a question that this handout's probes can ask.

    Raises:
        UnreadableCode: there is none.
    """
    probe, arguments = question_in(code)
    if probe not in hand_out.probes:
        raise UnreadableCode(f"This handout does not ask `{probe}`: the question is the grader's alone.")
    return probe, arguments


def _answered(hand_out: HandOut, own: Path, upload: Upload, probe: str, arguments: Mapping[str, Any]) -> str:
    """Ask one question of the submission; return the answer as text."""
    with workspace_of(hand_out, own, upload.files) as workspace:
        here = Here(hand_out, workspace, _probes(hand_out, own))
        return answer_text(probe, here.observe(probe, **arguments))


def _probes(hand_out: HandOut, own: Path) -> Path:
    return own / TESTS / "autograder" / "assignments" / hand_out.assignment


def _planned(hand_out: HandOut) -> list[PlannedTest]:
    modules = [importlib.import_module(f"{PACKAGE}.{hand_out.assignment}.{name}") for name in hand_out.suites]
    return sorted((test for module in modules for test in planned_tests(module)), key=_place_in(hand_out))


def _place_in(hand_out: HandOut) -> Callable[[PlannedTest], int]:
    return lambda test: hand_out.tests.index(test.key)


def _refuse_changed_files(hand_out: HandOut, own: Path) -> None:
    """Refuse a folder in which a file of the handout is missing or changed."""
    missing = [own / name for name in hand_out.given if not (own / name).exists()]
    if missing:
        raise UnusableFolder(f"{missing[0]} is missing: lay it beside run_visible_tests.py, as it lay in the handout.")
    if digest_of(own, hand_out.given) != hand_out.data_digest:
        names = ", ".join(hand_out.given)
        raise UnusableFolder(
            f"The handout's files have been changed ({names}): unpack it again, and lay your own files there."
        )


def _prepare(hand_out: HandOut) -> None:
    """Let the submission find the same files as in the grader."""
    os.environ["MPLBACKEND"] = "Agg"  # a figure must not wait for somebody to close it
    do_without_workers()
    notebook_stand_ins.install()
    if hand_out.with_torchvision:
        importlib.import_module("autograder.worker.stand_ins").install()


def _run(hand_out: HandOut, own: Path, upload: Upload, planned: list[PlannedTest]) -> list[Outcome]:
    tests = own / TESTS
    declared = declared_in(f"{PACKAGE}.{hand_out.assignment}")
    reference = Recorded(answers_from((tests / ANSWERS).read_bytes()), declared)
    with workspace_of(hand_out, own, upload.files) as workspace:
        here = Here(hand_out, workspace, _probes(hand_out, own))
        if here.problem:
            print("\n" + short(problem_of(here.problem, upload.notebook or hand_out.entry)))
        if ended := ended_in_words(ended_cells.ended, upload.notebook):
            print("\n" + note_text(ended))
        profile = cast(Profile, SimpleNamespace(thresholds=dict(hand_out.thresholds)))
        return run_suites(
            planned, Evidence(here, reference, profile, workspace.folder, secret=""), on_outcome=_telling()
        )


def _telling() -> Callable[[Outcome], None]:
    """Return what prints each outcome as it is known, below the title of its suite."""
    suites = [""]

    def tell(outcome: Outcome) -> None:
        if outcome.suite != suites[-1]:
            suites.append(outcome.suite)
            print(f"\n{outcome.suite}")
        print(outcome_text(outcome), flush=True)

    return tell
