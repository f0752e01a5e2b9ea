"""Judges `denormalize`, `imshow` and `plot_history`."""

from typing import Any

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.pictures import FloatArray
from autograder.checks import SubmissionTestCase, manual
from autograder.checks.differences import first_difference
from autograder.checks.layout import wrong_layout
from autograder.checks.plots import tile_of
from autograder.checks.value_range import wrong_range
from autograder.model.plot import Tiles

BEYOND = 1.6  # takes about a third of the pixels out of [0, 1]
CLOSE = 2 / 255
AXES = ("row", "column", "colour")
NETWORKS = ("scratch", "finetune", "fixed_extractor")
CURVES = ("train_loss", "train_acc", "val_loss", "val_acc", "lr", "time")
COMPARED = CURVES[:4]  # whose curves must be there
EPOCHS = 7
SINGLE_FORMS = ("one network", "one network, six lists")


def pixels() -> FloatArray:
    """Return a picture, (6, 5, 3) in [0, 1]."""
    levels: FloatArray = np.random.default_rng(11).uniform(0.02, 0.98, (6, 5, 3)).round(3)
    return levels


def histories() -> dict[str, dict[str, list[float]]]:
    """Return a history for each network; no two curves are alike."""
    random = np.random.default_rng(12)
    return {
        name: {curve: random.uniform(0.05, 0.95, EPOCHS).round(4).tolist() for curve in CURVES} for name in NETWORKS
    }


class TestPictures(SubmissionTestCase):
    """1.2 Showing pictures"""

    @number("1.2a")
    @weight(3)
    @visibility("visible")
    def test_denormalize(self) -> None:
        """The normalisation is undone by denormalize: (3, H, W) becomes (H, W, 3) in [0, 1]."""
        seen, want = self.observe("denormalized", pixels=pixels().tolist(), beyond=BEYOND), pixels()
        picture = seen["picture"]
        told = "" if _same(picture, want) else self._shown("A picture after denormalize()", picture)
        self.require(
            picture.shape == want.shape,
            expected=f"{want.shape} for a tensor of shape (3, {want.shape[0]}, {want.shape[1]})",
            seen=f"{picture.shape}{told}",
            hint="Colours come last in a picture that is shown: transpose(1, 2, 0).",
        )
        self.require(
            _same(picture, want),
            expected=f"the pixels as they were before normalisation: ({_listed(want[0, 0])}) at the top left",
            seen=f"({_listed(picture[0, 0])}); {first_difference(picture, want, CLOSE, AXES)}{told}",
            hint="Multiply by ImageNet's standard deviation and add its mean, channel by channel.",
        )
        low, high = float(seen["beyond"].min()), float(seen["beyond"].max())
        self.require(
            low >= -1e-6 and high <= 1 + 1e-6,
            expected="values in [0, 1], whatever comes in",
            seen=f"{low:.2f} to {high:.2f}",
            hint="np.clip(picture, 0, 1).",
        )

    @number("1.2b")
    @weight(2)
    @visibility("visible")
    def test_figure_is_drawn(self) -> None:
        """A figure with the denormalised picture is drawn by imshow."""
        seen = self.observe("shown", pixels=pixels().tolist())
        self.require(
            bool(seen["pictures"]),
            expected="imshow draws a figure with a picture in it",
            seen="no picture in any figure",
            hint="plt.imshow(denormalize(inp)).",
        )
        # A slip in denormalize costs its own points, and not these too.
        wanted = [pixels()] + ([seen["own"]] if seen["own"] is not None else [])
        same = any(_same(picture, want) for picture in seen["pictures"] for want in wanted)
        self.require(
            same,
            expected="the picture that denormalize(inp) gives",
            seen="another one" + ("" if same else self._shown("What imshow() draws", seen["pictures"][0])),
            hint="Show denormalize(inp), not the tensor: with ImageNet's statistics and colours last.",
        )

    def _shown(self, title: str, picture: FloatArray) -> str:
        """Show a picture beside the right one; return what is wrong with it, behind a semicolon."""
        want = pixels()
        self.show(Tiles(title, (tile_of("yours", picture), tile_of("right", want))))
        fault = wrong_layout(picture, want.transpose(2, 0, 1)) or (
            wrong_range(picture.reshape(-1, 3), want.reshape(-1, 3), (0, 0, 0), (1, 1, 1))
            if picture.shape == want.shape
            else ""
        )
        return f"; {fault}" if fault else ""


class TestHistoryFigure(SubmissionTestCase):
    """2.4 Curves"""

    @number("2.4a")
    @weight(2)
    @visibility("visible")
    def test_axes_are_labelled(self) -> None:
        """The axes of plot_history's figure are labelled, across and upwards."""
        bare = [one for one in self._axes() if not (one["xlabel"].strip() and one["ylabel"].strip())]
        self.require(
            not bare,
            expected="a label at the horizontal and at the vertical axis of each panel with curves",
            seen=f"{len(bare)} of {len(self._axes())} panels lack one" + (f": {bare[0]['title']!r}" if bare else ""),
            hint='axes.set(xlabel="epoch", ylabel="loss"), or plt.xlabel("epoch") and plt.ylabel("loss").',
        )

    @number("2.4b")
    @weight(4)
    @visibility("visible")
    def test_curves(self) -> None:
        """The figure shows losses and accuracies of training and validation for each network."""
        missing = min((self._missing(one) for one in self._drawn()), key=len)
        self.require(
            not missing,
            expected="a line for train_loss, val_loss, train_acc and val_acc of each network",
            seen=f"{len(missing)} are not there: {', '.join(missing[:6])}{' …' if len(missing) > 6 else ''}",
            hint='For each network: axes.plot(history["train_loss"], label=name), and the other curves likewise.',
        )

    @manual(4)
    @number("2.4c")
    @visibility("visible")
    def test_comparison(self) -> None:
        """The three networks are compared."""
        self.remark(
            "A person will look for: which network is best, which learns fastest and at what cost in time, and why, "
            "with reference to the curves."
        )

    def _drawn(self) -> list[dict[str, Any]]:
        drawn: list[dict[str, Any]] = self.observe("plotted", histories=histories())["drawn"]
        return drawn

    def _axes(self) -> list[dict[str, Any]]:
        """Return the panels with curves, of the form of the argument that shows most."""
        axes: list[dict[str, Any]] = min(self._drawn(), key=lambda one: len(self._missing(one)))["axes"]
        self.require(
            bool(axes),
            expected="plot_history returns a figure with curves, or leaves it as the current one",
            seen="no line in any figure",
            hint="End with: return fig.",
        )
        return axes

    def _missing(self, drawn: dict[str, Any]) -> list[str]:
        """Return the curves that are in no panel; accuracies may be shown in percent."""
        lines = [line for axes in drawn["axes"] for line in axes["lines"]]
        names = NETWORKS[:1] if drawn["form"] in SINGLE_FORMS else NETWORKS
        return [
            f"{curve} of {name}"
            for name in names
            for curve in COMPARED
            if not any(_shows(line, np.array(histories()[name][curve]), percent="acc" in curve) for line in lines)
        ]


def _shows(line: FloatArray, values: FloatArray, *, percent: bool) -> bool:
    if line.shape != values.shape:
        return False
    return bool(np.allclose(line, values, atol=1e-3)) or (percent and bool(np.allclose(line, 100 * values, atol=0.1)))


def _same(picture: FloatArray, want: FloatArray) -> bool:
    return picture.shape == want.shape and bool(np.abs(picture - want).max() <= CLOSE)


def _listed(values: FloatArray) -> str:
    return ", ".join(f"{value:.2f}" for value in values.tolist())
