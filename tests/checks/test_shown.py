"""An item by hand shows the evidence that it names, and costs nothing where there is none."""

import base64

import numpy as np
import pytest

from autograder.checks.case import SubmissionTestCase
from autograder.checks.commits import Commits
from autograder.checks.manual import manual
from autograder.checks.shown import Figures, Prose, TextFile
from autograder.model.observation import Observation
from autograder.model.outcome import Outcome
from autograder.model.plot import MAX_PASSAGE, Curve, Images, Passage, PngImage
from autograder.model.verdict import Verdict
from autograder.wire.built_in import (
    DAY_S,
    LATEST_S,
    MAX_COMMITS,
    MAX_LINE,
    MAX_WHO,
    Commit,
    History,
    Shown,
    ShownFile,
    ShownImage,
    ShownText,
)
from tests.helpers import FakeObserver, outcome, returned
from tests.model.test_png import by_pillow

PNG = by_pillow("RGB")
TEXTS = ["# Question 1\n\nWhy?", "It falls.", "## Question 2", "It rises."]


def image(cell: int, png: bytes = PNG) -> ShownImage:
    """Return a figure of a cell."""
    return ShownImage(place=f"cell {cell}, line 1", cell=cell, png=np.frombuffer(png, np.uint8))


SHOWN = Shown(
    drawn=[image(2), image(6)],
    saved=[image(6)],
    texts=[ShownText(cell=number, text=text) for number, text in zip((1, 3, 5, 7), TEXTS, strict=True)],
    files=[ShownFile(name="readme.md", text="How to run it")],
    more=0,
)


def judged(*evidence: object, seen: Observation | None = None) -> Outcome:
    """Return the outcome of an item by hand with this evidence."""

    class Items(SubmissionTestCase):
        @manual(2, evidence=evidence)  # type: ignore[arg-type]
        def test_item(self) -> None:
            """An item."""
            self.remark("A person reads it.")

    return outcome(Items, submission=FakeObserver({"shown to people": seen or returned(SHOWN)}))


def captions(shown: Outcome) -> list[list[str]]:
    """Return the captions of the figures."""
    return [[one.caption for one in plot.images] for plot in shown.plots if isinstance(plot, Images)]


def test_item_is_one_by_hand_as_ever() -> None:
    """No score, and the author's own words."""
    item = judged(Figures())

    assert (item.manual, item.weight, item.verdict) == (2, None, Verdict.PASSED)
    assert item.remarks == ("A person reads it.",)


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (Figures(), [["cell 2, line 1", "cell 6, line 1"], ["cell 6, line 1, as saved"]]),
        (Figures(below="question 1"), [["cell 2, line 1"]]),
        (Figures(below="Question 2"), [["cell 6, line 1"], ["cell 6, line 1, as saved"]]),
    ],
)
def test_figures_are_shown_by_their_section(wanted: Figures, shown: list[list[str]]) -> None:
    """A section ends at the next heading."""
    assert captions(judged(wanted)) == shown


def test_prose_and_files_are_shown() -> None:
    """With their line breaks."""
    item = judged(Prose(below="Question 1"), TextFile("readme.md"))

    assert item.plots == (
        Passage("Text of the notebook", "# Question 1\n\nWhy?\n\nIt falls."),
        Passage("`readme.md`", "How to run it"),
    )


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (TextFile("report.md"), "The submission has no file `report.md`."),
        (Figures(below="Question 9"), "No text cell holds “Question 9”, so everything is shown."),
    ],
)
def test_missing_evidence_is_told(wanted: object, said: str) -> None:
    """The person then knows that nothing was overlooked."""
    assert judged(wanted).remarks[0] == said


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (Observation(Verdict.NOT_RUN), "Nothing can be shown, because the submission could not be imported."),
        (
            Observation(Verdict.HARNESS_FAULT, reason="The sandbox failed."),
            "could not be gathered: The sandbox failed.",
        ),
    ],
)
def test_item_without_an_observation_stays_one_by_hand(seen: Observation, said: str) -> None:
    """Nobody loses anything by it, and nothing counts as a fault."""
    item = judged(Figures(), seen=seen)

    assert item.verdict is Verdict.PASSED
    assert item.remarks[0].endswith(said)


def test_bytes_that_are_no_plain_png_are_left_out() -> None:
    """A submission may lie about its figures; the page gets none of it."""
    lie = Shown(drawn=[image(1), image(2, PNG + b"<script>")], saved=[], texts=[], files=[], more=4)
    (images,) = judged(Figures(), seen=returned(lie)).plots

    assert isinstance(images, Images)
    assert [base64.b64decode(one.png) for one in images.images] == [PNG]
    assert images.says == "4 more were drawn. Left out, since they are no plain PNG: 1."


def test_stored_image_is_looked_at_again() -> None:
    """A report that somebody changed cannot put other bytes on a page."""
    with pytest.raises(ValueError, match="no base64"):
        PngImage("cell 1", '"><script>')


def commit(number: int, **changed: object) -> Commit:
    """Return a commit of a day in November."""
    given = {"who": "Ada", "when": 1_762_000_000 + number * 86_400, "offset_s": 3600, "message": f"Change {number}"}
    return Commit(**{**given, "added": 10 * number, "removed": 1, **changed})  # type: ignore[arg-type]


def of_history(seen: Observation | History) -> Outcome:
    """Return the outcome of an item by hand with the commits as its evidence."""

    class Items(SubmissionTestCase):
        @manual(2, evidence=[Commits()])
        def test_item(self) -> None:
            """An item."""

    answer = seen if isinstance(seen, Observation) else returned(seen)
    return outcome(Items, submission=FakeObserver({"commits of the upload": answer}))


def test_commits_are_listed_with_their_lines_and_days() -> None:
    """Who, when on their own clock, what, how many lines; and how their number grew."""
    commits = [commit(3, who="Grace"), commit(1, added=-1, removed=-1), commit(0)]
    shown = of_history(History(is_there=True, commits=commits, more=2, unread=1))
    curve, passage = shown.plots

    assert isinstance(curve, Curve)
    assert isinstance(passage, Passage)
    assert curve.lines[0].values == (1.0, 2.0, 2.0, 3.0)
    assert passage.text.splitlines() == [
        "2025-11-04 13:26        +30 −1  Grace: Change 3",
        "2025-11-02 13:26                Ada: Change 1",
        "2025-11-01 13:26         +0 −1  Ada: Change 0",
        "… and 2 older ones",
    ]
    assert shown.remarks[0].startswith(
        "5 commits by 2 people, from 2025-11-01 to 2025-11-04. 1 commit could not be read."
    )
    assert shown.manual == 2


def test_impossible_dates_and_long_texts_of_commits_are_shown_within_bounds() -> None:
    """Their author writes them."""
    far = [commit(0, when=LATEST_S, offset_s=DAY_S), commit(0, when=0, offset_s=-DAY_S)]
    many = [commit(0, who="A" * MAX_WHO, message="m" * MAX_LINE)] * MAX_COMMITS
    (passage,) = of_history(History(is_there=True, commits=far, more=0, unread=0)).plots
    (long,) = of_history(History(is_there=True, commits=many, more=0, unread=0)).plots

    assert isinstance(passage, Passage)
    assert isinstance(long, Passage)
    assert passage.text.startswith("9892-03-")
    assert "1969-12-31 00:00" in passage.text
    assert len(long.text) <= MAX_PASSAGE
    assert long.text.endswith("older ones")


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (History(is_there=False, commits=[], more=0, unread=0), "The upload holds no repository with commits."),
        (Observation(Verdict.MEMORY, reason="too much"), "The repository could not be read"),
    ],
)
def test_missing_and_unreadable_repositories_are_told(seen: Observation | History, said: str) -> None:
    """And cost nothing."""
    shown = of_history(seen)

    assert shown.remarks[0].startswith(said)
    assert (shown.plots, shown.manual) == ((), 2)
