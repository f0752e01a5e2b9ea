"""Shows people what they grade: figures, prose and files of a submission, beside an item by hand."""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.checks.case import SubmissionTestCase
from autograder.checks.commits import Commits, show_commits
from autograder.checks.findings import ProbeEnded
from autograder.model.plot import MAX_IMAGES, MAX_PASSAGE, Images, Passage, Plot, PngImage
from autograder.model.png import NotPlainPng
from autograder.wire.built_in import Shown, ShownImage

HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
LAST = 10**9  # beyond the number of any cell


@dataclass(frozen=True)
class Figures:
    """Figures that a submission draws while it is imported, and those among its notebook's saved outputs.

    Attributes:
        below: words of a text cell; figures of the cells from there to the next heading then count. All if empty.
    """

    below: str = ""


@dataclass(frozen=True)
class Prose:
    """Text cells of a notebook.

    Attributes:
        below: words of a text cell; that cell and those up to the next heading then count. All if empty.
    """

    below: str = ""


@dataclass(frozen=True)
class TextFile:
    """A file of text beside the source, such as a README.

    Attributes:
        name: of the file, as it is uploaded.
    """

    name: str


Wanted = Figures | Prose | TextFile | Commits


def gather(case: SubmissionTestCase, wanted: Sequence[Wanted]) -> None:
    """Show these parts of a submission beside a test; say so where there are none. No points depend on it."""
    if any(isinstance(one, Commits) for one in wanted):
        show_commits(case)
    others = [one for one in wanted if not isinstance(one, Commits)]
    if others:
        _gather_shown(case, others)


def _gather_shown(case: SubmissionTestCase, wanted: Iterable[Figures | Prose | TextFile]) -> None:
    try:
        observation = case.observation(Shown)
    except ProbeEnded as ended:
        case.remark(f"The submission's figures and texts could not be gathered: {ended}")
        return
    if observation.value is None:
        case.remark("Nothing can be shown, because the submission could not be imported.")
        return
    for one in wanted:
        plots = _plots(case, one, observation.value)
        for plot in plots:
            case.show(plot)
        if not plots and not (isinstance(one, Prose) and not observation.value.texts):  # a source has no text cells
            case.remark(f"The submission has no {_called(one)}.")


def _plots(case: SubmissionTestCase, wanted: Figures | Prose | TextFile, shown: Shown) -> list[Plot]:
    if isinstance(wanted, TextFile):
        return [Passage(f"`{one.name}`", one.text[:MAX_PASSAGE]) for one in shown.files if one.name == wanted.name]
    first, last = _section(case, wanted.below, shown)
    if isinstance(wanted, Prose):
        texts = [one.text for one in shown.texts if first <= one.cell <= last]
        return [Passage("Text of the notebook", "\n\n".join(texts)[:MAX_PASSAGE])] if texts else []
    more = f"{shown.more} more were drawn." if shown.more else ""
    drawn = _images("Figures that the program drew here", shown.drawn, (first, last), "", more)
    return drawn + _images("Figures that were saved with the notebook", shown.saved, (first, last), ", as saved", "")


def _images(title: str, images: Sequence[ShownImage], cells: tuple[int, int], mark: str, says: str) -> list[Plot]:
    """Return the images of some cells; a remark says if one was no plain PNG and is left out."""
    kept, odd = [], 0
    for one in images[:MAX_IMAGES]:
        if cells[0] <= one.cell <= cells[1]:
            try:
                kept.append(PngImage(f"{one.place}{mark}", base64.b64encode(one.png.tobytes()).decode()))
            except NotPlainPng:
                odd += 1
    said = f"Left out, since they are no plain PNG: {odd}." if odd else ""
    return [Images(title, tuple(kept), " ".join(filter(None, (says, said))))] if kept or odd else []


def _section(case: SubmissionTestCase, words: str, shown: Shown) -> tuple[int, int]:
    """Return the first and the last cell below some words, up to the next heading; all if no cell has the words."""
    if not words:
        return 0, LAST
    first = next((one.cell for one in shown.texts if words.casefold() in one.text.casefold()), None)
    if first is None:
        case.remark(f"No text cell holds “{words}”, so everything is shown.")
        return 0, LAST
    following = (one.cell - 1 for one in shown.texts if one.cell > first and HEADING.match(one.text))
    return first, next(following, LAST)


def _called(wanted: Figures | Prose | TextFile) -> str:
    match wanted:
        case Figures():
            return "figures there" if wanted.below else "figures"
        case Prose():
            return "text there" if wanted.below else "text cells"
    return f"file `{wanted.name}`"
