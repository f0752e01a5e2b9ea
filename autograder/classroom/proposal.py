"""The list of changed scores that `rejudge --preview` leaves in the folder, until somebody accepts or refuses it."""

import hashlib
from dataclasses import dataclass
from shlex import quote

from autograder.classroom.changes import ScoreChange
from autograder.classroom.folder import PROPOSED, ClassFolder
from autograder.classroom.grade import Means
from autograder.classroom.index import ClassIndex
from autograder.classroom.judge_stored import Progress
from autograder.classroom.rejudge import Judging, judge_again, observed_again
from autograder.classroom.rubric import Rubric
from autograder.classroom.serialization import from_json, to_json
from autograder.model.failures import UnusableInput
from autograder.system.files import write_whole


@dataclass(frozen=True)
class Proposal:
    """A judging that nobody has accepted yet.

    Attributes:
        former: digest of the rubric in force when it was made.
        rubric: digest of the rubric that it judged by.
        because: the changes of rubric, suites, probes or data, in words.
        scores: the hand-ins whose score would change.
        reworded: number of hand-ins with the same score and different words.
        observed_again: number of uploads that ran again.
        student: key of the only hand-in that ran again; empty if everybody was judged.
        report: digest of all reports that are held; empty if none is.
    """

    former: str
    rubric: str
    because: tuple[str, ...] = ()
    scores: tuple[ScoreChange, ...] = ()
    reworded: int = 0
    observed_again: int = 0
    student: str = ""
    report: str = ""

    @property
    def id(self) -> str:
        """The name under which it is accepted."""
        return self.report or self.rubric

    @property
    def changes_nothing(self) -> bool:
        """Whether accepting it would change neither a score nor a word."""
        return not (self.because or self.scores or self.reworded)


def keep_proposal(folder: ClassFolder, judging: Judging, student: str = "") -> Proposal:
    """Keep a judging as a proposal, and return it.

    Args:
        folder: of the class.
        judging: the judging.
        student: key of the only hand-in that ran again; empty if everybody was judged.
    """
    found = judging.rejudged
    proposal = Proposal(
        former=judging.former.digest,
        rubric=judging.rubric.digest,
        because=tuple(change.words for change in found.rubric),
        scores=found.scores,
        reworded=found.reworded,
        observed_again=found.observed_again,
        student=student,
        report=_held(folder, judging.index),
    )
    write_whole(folder.root / PROPOSED, to_json(proposal, indent=1), mode=0o600)
    return proposal


def accepted_judging(folder: ClassFolder, means: Means, progress: Progress, name: str) -> Judging:
    """Return the judging that somebody has accepted; it is not in force yet.

    Args:
        folder: of a class that was graded to the end.
        means: the workers, if something must run.
        progress: called with the progress.
        name: of the proposal.

    Raises:
        UnusableInput: no list of this name holds, or rubric, suites, data or the upload have changed since it was made.
    """
    proposal = proposal_in(folder)
    if proposal is None or proposal.id != name:
        again = f"rejudge {quote(str(folder.root))}"
        raise UnusableInput(
            f"{folder.root}: no list that holds has the name {name!r}: either another one has replaced it, or rubric, "
            "suites, data or results have changed since the list of changed scores was made: make it again with "
            f"`{again} --preview`, or with `{again} --student KEY` if it was for one upload"
        )
    if proposal.student:
        return observed_again(folder, progress, proposal.student)
    return judge_again(folder, means, progress, proposal.rubric)


def proposal_in(folder: ClassFolder) -> Proposal | None:
    """Return the proposal; None if there is none, or if the judging in force or the held results have changed since."""
    index = folder.index
    try:
        found = from_json((folder.root / PROPOSED).read_bytes(), Proposal)
    except (OSError, ValueError):
        return None
    if not index or found.former != Rubric(index.rubric).digest:
        return None
    return found if found.report == _held(folder, index) else None


def _held(folder: ClassFolder, index: ClassIndex) -> str:
    """Return the digest of the held reports of a class; empty if there is none."""
    if not folder.held.root.exists():  # as nearly always
        return ""
    rubric = Rubric(index.rubric)
    held = [(digest, report) for digest in index.digests if (report := folder.held.report(rubric, digest))]
    return hashlib.sha256(to_json(held)).hexdigest()[:16] if held else ""
