"""The list of changed scores waits until somebody accepts or refuses it, whatever else is asked for meanwhile."""

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.classroom import changes
from autograder.classroom.folder import LOCK, ClassFolder
from autograder.classroom.grade import Means
from autograder.classroom.proposal import Proposal, keep_proposal, proposal_in
from autograder.classroom.rejudge import Judging
from autograder.classroom.result import result_of
from autograder.commands.classes import Again, grade_class_and_show, rejudge_and_show
from autograder.manifest import load_assignment
from autograder.model.failures import UnusableInput
from tests.class_page.made_up_class import made_up_class
from tests.desk.made_up_folder import RUBRIC, made_up_folder


@pytest.fixture
def folder(tmp_path: Path) -> ClassFolder:
    """The folder of a graded class."""
    return made_up_folder(tmp_path / "class", made_up_class(4))


def judging_of(folder: ClassFolder) -> Judging:
    """Return a judging by the rubric in force that would change nothing."""
    index = folder.index
    assert index
    result = result_of(folder, index, RUBRIC, load_assignment(index.assignment), (), with_held=True)
    return Judging(changes.Rejudged(result, (), (), 0, 1), RUBRIC, index)


def hold(folder: ClassFolder, digest: str, score: float) -> None:
    """Hold a result of an upload with this score in each test."""
    report = folder.report(RUBRIC, digest)
    assert report
    outcomes = tuple(replace(one, score=score) for one in report.outcomes)
    folder.held.keep_report(RUBRIC, digest, replace(report, outcomes=outcomes))


def listed(folder: ClassFolder, score: float = 0.0) -> Proposal:
    """Keep a list for one upload, which ran again and got this score in each test."""
    index = folder.index
    assert index
    line = next(line for line in index.lines if line.digest)
    hold(folder, line.digest, score)
    return keep_proposal(folder, judging_of(folder), line.hand_in.key)


@pytest.mark.parametrize(
    ("again", "words"),
    [
        (Again(student="no-such-key"), "no upload to grade of 'no-such-key'"),
        (Again(student="no-such-key", preview=True), "no upload to grade of 'no-such-key'"),
        (Again(accepted="typo"), "has the name 'typo'"),
        (Again(accepted=RUBRIC.digest), "has the name"),
    ],
)
def test_refused_command_leaves_the_list_and_its_results(folder: ClassFolder, again: Again, words: str) -> None:
    """A wrong key or name costs nobody the hour in which the uploads ran again."""
    proposal = listed(folder)
    with pytest.raises(UnusableInput, match=words):
        rejudge_and_show(folder.root, again)

    assert proposal_in(folder) == proposal


def test_class_of_another_assignment_leaves_the_list(folder: ClassFolder, tmp_path: Path) -> None:
    """The command says to give another folder, and touches nothing in this one."""
    proposal = listed(folder)
    (folder.root / LOCK).touch()  # as a run leaves it
    with pytest.raises(UnusableInput, match="give another --out"):
        grade_class_and_show(tmp_path, folder.root, "line_fit", "embedded", Means())

    assert proposal_in(folder) == proposal
