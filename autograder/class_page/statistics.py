"""Statistics of a class: its scores, and how well each test discriminates between students."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.model.class_result import ClassResult
from autograder.model.report import Report
from autograder.model.verdict import Verdict

LEAST_FOR_CORRELATION = 10  # hand-ins; with fewer the correlation is chance
WEAK = 0.2  # the usual rule of thumb of item analysis (Ebel and Frisbie, Essentials of Educational Measurement)
NEGATIVE = -0.1  # nearer to 0 it is weak; in a class of 100 chance alone can reach it
NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
BINS = 10


@dataclass(frozen=True)
class Overview:
    """The scores of the class.

    Attributes:
        hand_ins: lines of the class.
        students: people behind them; a hand-in that names nobody counts as one.
        with_score: hand-ins that have a score: all with something to grade.
        gradable: those of them that could be graded; the others have 0 points, and no test judged them.
        distinct: different uploads among those with a score.
        full: hand-ins with all points.
        zero: hand-ins without points, including those that cannot be graded.
        mean, lower, median, upper: of the scores; quartiles by linear interpolation; NaN without a score.
        most: maximum number of points that the harness gives.
    """

    hand_ins: int
    students: int
    with_score: int
    gradable: int
    distinct: int
    full: int
    zero: int
    mean: float
    lower: float
    median: float
    upper: float
    most: float


@dataclass(frozen=True)
class Item:
    """The results of the class in one scored test; "item" is the term of item analysis.

    Attributes:
        key: the test's identity in the suites.
        suite, number, title, weight: as in its outcomes.
        judged: hand-ins that it judged, without those where the harness failed in it or that cannot be graded.
        pass_rate: share of them with full points, in [0, 1]; NaN if nobody was judged.
        mean_share: mean share of its points, in [0, 1]; never below the pass rate.
        discrimination: Pearson correlation of its points with the sum of all other tests' points, in [-1, 1]; for a
            test without partial credit this is the point-biserial correlation. NaN if it is undefined.
        why_none: why there is no discrimination, in words; empty if there is one.
    """

    key: str
    suite: str
    number: str
    title: str
    weight: float
    judged: int
    pass_rate: float
    mean_share: float
    discrimination: float
    why_none: str

    @property
    def remark(self) -> str:
        """A remark on the test's quality; empty if it does its job."""
        if not self.judged:
            return "judged nobody"
        if self.mean_share == 0:
            return "nobody earns a point"
        if self.pass_rate == 1:
            return "everybody passes"
        if self.discrimination < NEGATIVE:
            return "negative discrimination"
        return "weak discrimination" if round(self.discrimination, 2) < WEAK else ""


@dataclass(frozen=True)
class Bin:
    """Hand-ins whose shares of the points lie in [place, place + 1) tenths; full marks belong to the last bin.

    Attributes:
        place: lower end in tenths of the points, 0 to 9.
        gradable: hand-ins that could be graded.
        not_gradable: the others, which have 0 points.
    """

    place: int
    gradable: int
    not_gradable: int

    @property
    def count(self) -> int:
        """Number of hand-ins in the bin."""
        return self.gradable + self.not_gradable


def overview_of(result: ClassResult) -> Overview:
    """Return the statistics of the scores. A hand-in counts once, however many students it has."""
    reports = [row.report for row in result.rows if row.report]
    scores = np.array([report.score for report in reports])
    lower, median, upper = np.percentile(scores, (25, 50, 75)) if len(scores) else (math.nan,) * 3
    most = most_points(reports)
    return Overview(
        hand_ins=len(result.rows),
        students=sum(len(row.hand_in.students) or 1 for row in result.rows),
        with_score=len(reports),
        gradable=len(gradable(result)),
        distinct=len({report.submission for report in reports}),
        full=sum(report.score >= report.max_score > 0 for report in reports),
        zero=int(np.count_nonzero(scores <= 0)),
        mean=float(scores.mean()) if len(scores) else math.nan,
        lower=float(lower),
        median=float(median),
        upper=float(upper),
        most=most,
    )


def gradable(result: ClassResult) -> list[Report]:
    """Return the reports of all hand-ins that could be graded, in the order of the class."""
    return [row.report for row in result.rows if row.report and not row.report.problem]


def most_points(reports: Iterable[Report]) -> float:
    """Return the maximum number of points that the harness gives; 0 without a report."""
    return max((report.max_score for report in reports), default=0.0)


def items_of(reports: Sequence[Report]) -> list[Item]:
    """Return the results of the class in each scored test, in the rubric's order.

    A report in which the harness failed has no final total, so it does not count for any discrimination.

    Args:
        reports: those of hand-ins that could be graded.
    """
    tests = {one.key: one for report in reports for one in report.outcomes if one.weight}
    table = _shares(reports, list(tests))  # (reports, tests), NaN where the harness failed
    earned = table * np.array([test.weight or 0.0 for test in tests.values()])
    whole = earned[~np.isnan(earned).any(axis=1)]
    items = []
    for place, test in enumerate(tests.values()):
        shares = table[~np.isnan(table[:, place]), place]
        discrimination, why_none = discrimination_of(whole[:, place], np.delete(whole, place, axis=1).sum(axis=1))
        items.append(
            Item(
                key=test.key,
                suite=test.suite,
                number=test.number,
                title=test.title,
                weight=test.weight or 0.0,
                judged=len(shares),
                pass_rate=float(np.mean(shares >= 1)) if len(shares) else math.nan,
                mean_share=float(np.mean(shares)) if len(shares) else math.nan,
                discrimination=discrimination,
                why_none=why_none,
            )
        )
    return items


def _shares(reports: Sequence[Report], keys: Sequence[str]) -> NDArray[np.float64]:
    table = np.full((len(reports), len(keys)), np.nan)
    places = {key: place for place, key in enumerate(keys)}
    for row, report in enumerate(reports):
        for outcome in report.outcomes:
            if outcome.weight and outcome.verdict is not Verdict.HARNESS_FAULT:
                table[row, places[outcome.key]] = outcome.score / outcome.weight
    return table


def discrimination_of(earned: NDArray[np.float64], others: NDArray[np.float64]) -> tuple[float, str]:
    """Return the correlation of a test's points with those of all others, or NaN and the reason.

    Args:
        earned: (N,) points in the test.
        others: (N,) points in all other tests together.
    """
    if len(earned) < LEAST_FOR_CORRELATION:
        return math.nan, f"fewer than {LEAST_FOR_CORRELATION} complete results"
    if np.ptp(earned) == 0:
        return math.nan, "all earned the same in it"
    if np.ptp(others) < 1e-9:
        return math.nan, "all earned the same in the other tests"
    return float(np.clip(np.corrcoef(earned, others)[0, 1], -1, 1)), ""


def bins_of(result: ClassResult) -> list[Bin]:
    """Return the distribution of the scores over tenths of the points; empty if there are no points."""
    reports = [row.report for row in result.rows if row.report and row.report.max_score > 0]
    scored = [
        (min(int(10 * report.score / report.max_score + 1e-9), BINS - 1), bool(report.problem)) for report in reports
    ]
    bins = [Bin(place, scored.count((place, False)), scored.count((place, True))) for place in range(BINS)]
    return bins if reports else []


def nice_step(span: float, most: int) -> float:
    """Return the least step of 1, 2, 2.5 or 5 times a power of ten that covers a span in at most `most` steps."""
    size = 10.0 ** math.floor(math.log10(span / most))
    return next(size * step for step in NICE if size * step * most >= span * (1 - 1e-9))
