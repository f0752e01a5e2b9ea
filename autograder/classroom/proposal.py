"""The list of changed scores that `rejudge --preview` leaves in the folder, until somebody accepts it."""

from dataclasses import dataclass

from autograder.classroom.changes import ScoreChange
from autograder.classroom.folder import ClassFolder
from autograder.classroom.rejudge import Judging
from autograder.classroom.rubric import Rubric
from autograder.classroom.serialization import from_json, to_json
from autograder.system.files import write_whole

PROPOSED = "proposed.json"


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
    """

    former: str
    rubric: str
    because: tuple[str, ...] = ()
    scores: tuple[ScoreChange, ...] = ()
    reworded: int = 0
    observed_again: int = 0

    @property
    def changes_nothing(self) -> bool:
        """Whether accepting it would change neither a score nor a word."""
        return not (self.because or self.scores or self.reworded)


def keep_proposal(folder: ClassFolder, judging: Judging) -> None:
    """Keep a judging as a proposal."""
    found = judging.rejudged
    proposal = Proposal(
        former=judging.former.digest,
        rubric=judging.rubric.digest,
        because=tuple(change.words for change in found.rubric),
        scores=found.scores,
        reworded=found.reworded,
        observed_again=found.observed_again,
    )
    write_whole(folder.root / PROPOSED, to_json(proposal, indent=1), mode=0o600)


def remove_proposal(folder: ClassFolder) -> None:
    """Forget the proposal, because another judging holds."""
    (folder.root / PROPOSED).unlink(missing_ok=True)


def proposal_in(folder: ClassFolder) -> Proposal | None:
    """Return the proposal; None if there is none, or if another judging has come into force since."""
    index = folder.index
    try:
        found = from_json((folder.root / PROPOSED).read_bytes(), Proposal)
    except (OSError, ValueError):
        return None
    return found if index and found.former == Rubric(index.rubric).digest else None
