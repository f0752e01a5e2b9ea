"""The list of changed scores waits until somebody accepts or refuses it, whatever else is asked for meanwhile."""

import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.classroom import changes, rejudge
from autograder.classroom.folder import LOCK, ClassFolder
from autograder.classroom.grade import Means
from autograder.classroom.proposal import Proposal, accepted_judging, keep_proposal, proposal_in
from autograder.classroom.rejudge import Judging
from autograder.classroom.result import result_of
from autograder.classroom.rubric import Rubric
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


def tell(what: str, done: int, total: int, now: object = ()) -> None:
    """Show nothing."""


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


@pytest.fixture
def unchanged_suites(folder: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge by the rubric in force, without suites; each upload was one in which the harness failed."""
    index = folder.index
    assert index
    session = SimpleNamespace(assignment=load_assignment(index.assignment))
    monkeypatch.setattr(rejudge, "judge_for", lambda *_: SimpleNamespace(rubric=RUBRIC, session=session, planned=()))
    monkeypatch.setattr(rejudge, "judge_stored", lambda *_: list(index.digests))


def test_each_list_for_everybody_is_accepted_under_a_name_of_its_own(folder: ClassFolder) -> None:
    """A page that still shows the former list accepts nothing, and neither does one whose results are gone."""
    index = folder.index
    assert index
    hold(folder, index.digests[0], 1.0)
    hold(folder, index.digests[1], 1.0)
    first = keep_proposal(folder, judging_of(folder))
    hold(folder, index.digests[1], 0.5)
    outdated = proposal_in(folder)
    second = keep_proposal(folder, judging_of(folder))
    (folder.root / "proposed").rename(folder.root / "elsewhere")

    assert len({first.id, second.id, RUBRIC.digest}) == 3
    assert outdated is None and proposal_in(folder) is None


@pytest.mark.usefixtures("unchanged_suites")
def test_accepted_list_puts_in_force_what_it_shows_and_runs_nothing(
    folder: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed during the preview keeps its former result."""
    index = folder.index
    assert index
    ran = list[str]()

    def run(*given: Sequence[str], **_: object) -> dict[str, str]:
        ran.extend(given[3])
        return {}

    monkeypatch.setattr(rejudge, "grade_by_workers", run)
    hold(folder, index.digests[0], 0.25)
    proposal = keep_proposal(folder, judging_of(folder))
    judging = accepted_judging(folder, Means(), tell, proposal.id)
    others = [folder.report(RUBRIC, one) for one in index.digests[1:]]
    rejudge.put_in_force(folder, judging)
    report = folder.report(RUBRIC, index.digests[0])

    assert ran == []
    assert report and {one.score for one in report.outcomes} == {0.25}
    assert [folder.report(RUBRIC, one) for one in index.digests[1:]] == others
    assert proposal_in(folder) is None and not folder.held.root.exists()


def test_lost_list_is_made_again_as_it_was_made(folder: ClassFolder) -> None:
    """A list for one upload comes from another command than one for everybody."""
    with pytest.raises(UnusableInput, match=r"--preview`, or with `rejudge .* --student KEY` if it was for one upload"):
        accepted_judging(folder, Means(), tell, "lost")


@pytest.mark.usefixtures("unchanged_suites")
def test_command_that_accepts_a_list_can_be_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A shell takes a folder with a blank in its name for two words."""
    monkeypatch.setattr(rejudge, "judge_stored", lambda *_: [])  # nothing runs again
    root = made_up_folder(tmp_path / "hw 3", made_up_class(4)).root
    rejudge_and_show(root, Again(preview=True))

    assert f"rejudge '{root}' --accept" in capsys.readouterr().err


@pytest.mark.usefixtures("unchanged_suites")
def test_list_is_refused_if_a_result_in_force_is_lost(folder: ClassFolder) -> None:
    """It would have to run again, with a result that nobody has seen."""
    index = folder.index
    assert index
    hold(folder, index.digests[0], 0.25)
    proposal = keep_proposal(folder, judging_of(folder))
    (folder.root / "judged" / RUBRIC.digest / index.digests[1]).unlink()
    with pytest.raises(UnusableInput, match="a result in force is lost"):
        accepted_judging(folder, Means(), tell, proposal.id)

    assert proposal_in(folder) == proposal


def test_request_to_stop_waits_until_a_judging_is_in_force(
    folder: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise some results would be new, and the index would be the former one."""
    proposal, judging = listed(folder, 0.25), judging_of(folder)
    later = Rubric({"weight: 1.1": "7"})
    accept = ClassFolder.accept_held

    def stopped(self: ClassFolder, rubric: Rubric, digests: tuple[str, ...]) -> None:
        accept(self, rubric, digests)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(ClassFolder, "accept_held", stopped)
    with pytest.raises(KeyboardInterrupt):
        rejudge.put_in_force(folder, replace(judging, index=replace(judging.index, rubric=later.parts)))

    assert proposal.student and folder.index and folder.index.rubric == later.parts
    assert not folder.held.root.exists() and proposal_in(folder) is None
