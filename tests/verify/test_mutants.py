"""Mistakes derived from line_fit's reference are killed, have no effect, or survive; rewrites cost nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import project
from autograder.evidence.session import Session, open_session
from autograder.evidence.store import Record, frame_of
from autograder.manifest import load_assignment
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.mutation.change import Change
from autograder.mutation.derive import change_everywhere, changes_of
from autograder.mutation.mistakes import MISTAKES
from autograder.mutation.rewrites import REWRITES
from autograder.suites.load import PlannedTest, load_suites
from autograder.verify.mutant_report import Ending, MutantReport, RewriteReport, Tried, with_names
from autograder.verify.mutant_terminal import mutant_conclusion, rewrite_conclusion, tried_line
from autograder.verify.mutant_trial import attempt
from autograder.verify.not_graded import NotGraded, UnusableNames, read_not_graded
from autograder.verify.reach import Known, learn
from tests.helpers import returned

LINE_FIT = load_assignment("line_fit")
SOURCE = (project.reference("line_fit") / "submitted.py").read_text()
SURVIVOR = Tried("weight_decay", 27, "a", "b", Ending.SURVIVED)
NAME = NotGraded(operator="weight_decay", reason="It is a choice.")


@pytest.fixture(scope="module")
def lab() -> Iterator[tuple[Session, list[PlannedTest], Known]]:
    """Return an open sandbox, the tests, and what is known of the reference."""
    planned = load_suites(LINE_FIT)
    with open_session(LINE_FIT, "embedded", unsafe=True) as session:
        yield session, planned, learn(session, planned)


def change_of(operator: str) -> Change:
    """Return the first mistake that an operator makes of the reference."""
    return next(changes_of(SOURCE, [one for one in MISTAKES if one.name == operator]))


def test_probe_runs_again_only_for_lines_that_it_reaches(lab: tuple[Session, list[PlannedTest], Known]) -> None:
    """Loading points matters to 1.1, the rate to training; held-out predictions depend on both."""
    _, planned, known = lab
    loading = change_of("slice_off_by_one")
    training = change_of("negated_loss")

    assert {one.number for one in known.tests_for(planned, loading.lines)} == {"1.1", "4.1"}
    assert {one.number for one in known.tests_for(planned, training.lines)} == {"3.1", "3.2", "4.1"}
    assert known.noise == {}


def test_endings_are_told_apart(lab: tuple[Session, list[PlannedTest], Known]) -> None:
    """A wrong slice is killed, a tensor kept as a number changes nothing, and another optimizer survives."""
    ends = {
        name: attempt(*lab, change_of(name), whole=False)
        for name in ("slice_off_by_one", "tensor_kept", "other_optimizer")
    }

    assert (ends["slice_off_by_one"].ending, ends["slice_off_by_one"].lost) == (Ending.KILLED, ("1.1",))
    assert ends["tensor_kept"].ending is Ending.EQUIVALENT
    assert ends["other_optimizer"].ending is Ending.SURVIVED


def test_rewrite_keeps_every_point(lab: tuple[Session, list[PlannedTest], Known]) -> None:
    """All tests that it may matter to are run."""
    rewrite = change_everywhere(SOURCE, next(one for one in REWRITES if one.name == "optimizer_by_keyword"))
    assert rewrite

    assert attempt(*lab, rewrite, whole=True).ending is Ending.KEPT


def test_all_tests_that_a_rewrite_costs_are_named(lab: tuple[Session, list[PlannedTest], Known]) -> None:
    """It does not end at the first."""
    assert set(attempt(*lab, change_of("no_step"), whole=True).lost) == {"3.1", "3.2", "4.1"}


def test_question_of_unknown_cost_comes_last() -> None:
    """It may be a training; most mistakes are caught by a cheaper question."""
    first, second, *_ = planned = load_suites(LINE_FIT)
    questions = {first.key: ("unknown",), second.key: ("a", "b")}
    known = Known("", {}, {"a": frozenset({1}), "b": frozenset({1})}, {}, questions, {"a": 2.0, "b": 3.0, "c": 1.0})

    assert known.tests_for(planned, frozenset({1})) == [second, first]


def test_times_do_not_hide_that_nothing_has_changed() -> None:
    """A field that differs between two runs of the reference may differ; another one may not."""
    first, later = (Record(returned({"seconds": [taken], "loss": 1.0})) for taken in (0.1, 0.2))
    known = Known("", {"a": frame_of(first)}, {}, {"a": frozenset({"['seconds']"})}, {}, {})

    assert known.is_same("a", later)
    assert not known.is_same("a", Record(returned({"seconds": [0.1], "loss": 2.0})))
    assert not known.is_same("a", Record(Observation(Verdict.RAISED, value=first.observation.value)))
    assert not replace(known, noise={}).is_same("a", later)


def test_survivor_that_the_assignment_names_is_no_fault() -> None:
    """A name that fits none is one."""
    tried, stale = with_names([SURVIVOR], [NAME, NotGraded(operator="no_step", reason="Old.")])

    assert [one.ending for one in tried] == [Ending.NAMED]
    assert [one.operator for one in stale] == ["no_step"]
    assert MutantReport("line_fit", "embedded", tried).is_clean
    assert not MutantReport("line_fit", "embedded", tried, stale).is_clean
    assert not MutantReport("line_fit", "embedded", (SURVIVOR,)).is_clean


def test_name_may_be_for_one_line() -> None:
    """The same operator elsewhere still has to be caught."""
    tried, stale = with_names([SURVIVOR], [NotGraded(operator="weight_decay", code="other", reason="A choice.")])

    assert (tried, len(stale)) == ((SURVIVOR,), 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[not_graded]]\noperator = 'a'\n", "missing required field `reason`"),
        ("[[not_graded]]\noperator = 'a'\nreason = 'b'\nline = 3\n", "unknown field `line`"),
        ("[[", "not_graded.toml"),
    ],
)
def test_unusable_names_are_refused(tmp_path: Path, text: str, words: str) -> None:
    """The error names the file and what to write."""
    (tmp_path / "not_graded.toml").write_text(text)

    with pytest.raises(UnusableNames, match="operator, reason") as error:
        read_not_graded(tmp_path)

    assert words in str(error.value)


def test_terminal_lists_survivors_with_line_operator_and_change() -> None:
    """The last line counts."""
    killed = Tried("no_step", 3, "c", "d", Ending.KILLED, ("3.1",))
    text = mutant_conclusion(MutantReport("line_fit", "embedded", (SURVIVOR, killed))).plain

    assert "line 27, weight_decay:\n    - a\n    + b\n" in text
    assert text.endswith("2 mutants: 1 killed, 1 survived")
    assert "killed 3.1" in tried_line("line_fit", 1, 2, killed).plain
    assert "0 of 1 rewrites keep every point" in rewrite_conclusion(RewriteReport("a", "b", (killed,))).plain
