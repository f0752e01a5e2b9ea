"""The outcome of one test."""

from dataclasses import dataclass

from autograder.model.decided import Decided
from autograder.model.grounds import JudgedAt
from autograder.model.measurement import Measurement
from autograder.model.plot import Plot
from autograder.model.verdict import Verdict


@dataclass(frozen=True)
class Explanation:
    """Why a test lost points, in the student's terms. Empty parts are not shown.

    Attributes:
        expected: the behaviour of a right submission.
        seen: the behaviour of this one.
        hint: where to look, or the next step.
        detail: text that keeps its line breaks: a traceback, a table, the tail of the output.
    """

    expected: str = ""
    seen: str = ""
    hint: str = ""
    detail: str = ""


@dataclass(frozen=True)
class LeaderboardEntry:
    """One column of the leaderboard.

    Attributes:
        name: of the column.
        value: the number.
        order: `"desc"` (higher is better) or `"asc"`.
        at_once: whether students may see it at once; not if it tells of hidden data.
    """

    name: str
    value: float
    order: str = "desc"
    at_once: bool = True


@dataclass(frozen=True)
class Aside:
    """Words and plots of a test that only the staff read, because they tell about hidden data.

    Attributes:
        explanation: why there was no value to judge.
        remarks: notes.
        plots: plots.
    """

    explanation: Explanation = Explanation()
    remarks: tuple[str, ...] = ()
    plots: tuple[Plot, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """One line of the result.

    Attributes:
        key: the test's identity in the suites, `Class.method`.
        suite: title of the test's suite.
        number: the rubric's number, such as `"1.1a"`; empty if it has none.
        title: the line that the student reads.
        verdict: how the test was judged.
        weight: points it can earn; None for a line without points.
        score: points earned, in [0, worth]; 0 if it is worth nothing yet.
        explanation: why points were lost.
        remarks: notes that cost no points, measured values among them.
        visibility: Gradescope's word, or empty for the assignment's default.
        tags: the author's tags.
        leaderboard: a leaderboard column that the test filled, if any.
        measurements: numbers that a threshold judged; for the audit of the suites, never shown to students.
        manual: points that a person gives for this item; None if the harness judges it.
        forfeits: whether this test's finding costs all points of the whole result.
        leaks: whether it failed because the submission learned from data that it must not see, or a person must look.
        plots: plots that are shown beside the words.
        decided: a person's decision, which `score` then holds; None if there is none.
        judged_at: the statements of the suite that took points; for the staff, never shown to students.
        aside: words and plots for the staff alone; None if there are none.
    """

    key: str
    suite: str
    number: str
    title: str
    verdict: Verdict
    weight: float | None
    score: float = 0.0
    explanation: Explanation = Explanation()
    remarks: tuple[str, ...] = ()
    visibility: str = ""
    tags: tuple[str, ...] = ()
    leaderboard: LeaderboardEntry | None = None
    measurements: tuple[Measurement, ...] = ()
    manual: float | None = None
    forfeits: bool = False
    leaks: bool = False
    plots: tuple[Plot, ...] = ()
    decided: Decided | None = None
    judged_at: tuple[JudgedAt, ...] = ()
    aside: Aside | None = None

    @property
    def worth(self) -> float | None:
        """The points that it can earn, as far as it is judged; None without points, and until a person gives them."""
        return self.manual if self.decided and self.manual is not None else self.weight

    @property
    def is_open(self) -> bool:
        """Whether a person still has to give its points."""
        return self.manual is not None and self.decided is None
