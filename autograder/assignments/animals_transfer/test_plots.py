"""Judges `denormalize`, `imshow` and `plot_history`."""

import math

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.images import FloatArray
from autograder.assignments.animals_transfer.observed import Denormalized, Drawn, Panel, Plotted, Shown
from autograder.checks import SubmissionTestCase, manual
from autograder.checks.differences import first_difference
from autograder.checks.draw import Draw
from autograder.checks.layout import wrong_layout
from autograder.checks.plots import tile_of
from autograder.checks.shown import Figures, Prose
from autograder.checks.value_range import wrong_range
from autograder.model.plot import Tiles

BEYOND = 1.6  # takes about a third of the pixels out of [0, 1]
CLOSE = 2 / 255
CLIPPED = 10  # an image with larger values is not one that is a little out of [0, 1]
AXES = ("row", "column", "colour")
NETWORKS = ("scratch", "finetune", "fixed_extractor")
CURVES = ("train_loss", "train_acc", "val_loss", "val_acc", "lr", "time")
COMPARED = CURVES[:4]  # whose curves must be there
SINGLE_FORMS = ("one network", "one network, six lists")


def pixels(draw: Draw) -> FloatArray:
    """Return an image, (H, W, 3) in [0, 1]; no two sides are equal."""
    shape = (draw.whole(9, 12), draw.whole(5, 8), 3)
    return np.array([draw.number(0.02, 0.98, 3) for _ in range(math.prod(shape))]).reshape(shape)


def histories(draw: Draw) -> dict[str, dict[str, list[float]]]:
    """Return a history for each network; no two curves are alike."""
    epochs = draw.whole(5, 9)
    return {name: {curve: [draw.number(0.05, 0.95) for _ in range(epochs)] for curve in CURVES} for name in NETWORKS}


class TestImages(SubmissionTestCase):
    """1.2 Showing images"""

    @number("1.2a")
    @weight(3)
    @visibility("visible")
    def test_denormalize(self) -> None:
        """Denormalize undoes the normalisation: (3, H, W) becomes (H, W, 3) in [0, 1]."""
        want = self._pixels()
        seen = self.observe(Denormalized, pixels=want.tolist(), beyond=BEYOND)
        image = seen.image
        told = "" if _same(image, want) else self._shown("An image after denormalize()", image)
        self.require(
            image.shape == want.shape,
            expected=f"{want.shape} for a tensor of shape (3, {want.shape[0]}, {want.shape[1]})",
            seen=f"{image.shape}{told}",
            hint="Matplotlib wants the colours last: transpose(1, 2, 0).",
        )
        self.require(
            _same(image, want),
            expected=f"the pixels as they were before normalisation: ({_listed(want[0, 0])}) at the top left",
            seen=f"({_listed(image[0, 0])}); {first_difference(image, want, CLOSE, AXES)}{told}",
            hint="Multiply by ImageNet's standard deviation and add its mean, channel by channel.",
        )
        self.require(
            seen.beyond.shape == want.shape,
            expected=f"{want.shape} for any tensor of shape (3, {want.shape[0]}, {want.shape[1]})",
            seen=f"{seen.beyond.shape}",
            hint="Matplotlib wants the colours last: transpose(1, 2, 0).",
        )
        low, high = float(seen.beyond.min()), float(seen.beyond.max())
        self.require(
            low >= -1e-6 and high <= 1 + 1e-6,
            expected="values in [0, 1], whatever comes in",
            seen=f"{low:.2f} to {high:.2f}",
            hint="np.clip(image, 0, 1).",
        )

    @number("1.2b")
    @weight(2)
    @visibility("visible")
    def test_image_is_drawn(self) -> None:
        """Imshow draws the denormalised image."""
        seen = self.observe(Shown, pixels=self._pixels().tolist())
        self.require(
            bool(seen.images),
            expected="imshow draws a plot with an image in it",
            seen="no image in any plot",
            hint="plt.imshow(denormalize(inp)).",
        )
        # A slip in denormalize costs its own points, and not these too.
        wanted = [self._pixels(), *(_drawn_forms(seen.own) if seen.own is not None else [])]
        same = any(_same_on_screen(image, want) for image in seen.images for want in wanted)
        self.require(
            same,
            expected="the image that denormalize(inp) gives",
            seen="another one" + ("" if same else self._shown("What imshow() draws", seen.images[0])),
            hint="Show denormalize(inp), not the tensor: with ImageNet's statistics and colours last.",
        )

    def _pixels(self) -> FloatArray:
        return pixels(self.draw("pixels"))

    def _shown(self, title: str, image: FloatArray) -> str:
        """Show an image beside the right one; return what is wrong with it, behind a semicolon."""
        want = self._pixels()
        self.show(Tiles(title, (tile_of("yours", image), tile_of("right", want))))
        fault = wrong_layout(image, want.transpose(2, 0, 1)) or (
            wrong_range(image.reshape(-1, 3), want.reshape(-1, 3), (0, 0, 0), (1, 1, 1))
            if image.shape == want.shape
            else ""
        )
        return f"; {fault}" if fault else ""


class TestHistoryPlot(SubmissionTestCase):
    """2.4 Curves"""

    @number("2.4a")
    @weight(2)
    @visibility("visible")
    def test_axes_are_labelled(self) -> None:
        """Both axes of each panel of plot_history's plot are labelled."""
        panels = self._panels()
        bare = [one for one in panels if not (one.xlabel and one.ylabel)]
        self.require(
            not bare,
            expected="a label on the horizontal and on the vertical axis of each panel with curves",
            seen=f"{len(bare)} of {len(panels)} panels lack one" + (f": {bare[0].title!r}" if bare else ""),
            hint='axes.set(xlabel="epoch", ylabel="loss"), or plt.xlabel("epoch") and plt.ylabel("loss").',
        )

    @number("2.4b")
    @weight(4)
    @visibility("visible")
    def test_curves(self) -> None:
        """The plot shows losses and accuracies of training and validation for each network."""
        missing = min((self._missing(one) for one in self._drawn()), key=len)
        self.require(
            not missing,
            expected="a line for train_loss, val_loss, train_acc and val_acc of each network",
            seen=f"{len(missing)} are missing: {', '.join(missing[:6])}{' …' if len(missing) > 6 else ''}",
            hint='For each network: axes.plot(history["train_loss"], label=name), and the other curves likewise.',
        )

    @manual(4, evidence=[Figures(), Prose()])
    @number("2.4c")
    @visibility("visible")
    def test_comparison(self) -> None:
        """The three networks are compared."""
        self.remark(
            "A person will look for: which network is best, which learns fastest and at what cost in time, and why, "
            "with reference to the curves."
        )

    def _drawn(self) -> list[Drawn]:
        return self.observe(Plotted, histories=self._histories()).drawn

    def _histories(self) -> dict[str, dict[str, list[float]]]:
        return histories(self.draw("histories"))

    def _panels(self) -> list[Panel]:
        """Return the panels with curves, for the form of the argument that shows most."""
        panels = min(self._drawn(), key=lambda one: len(self._missing(one))).panels
        self.require(
            bool(panels),
            expected="plot_history returns a figure with curves, or leaves it as the current one",
            seen="no line in any plot",
            hint="End with: return fig.",
        )
        return panels

    def _missing(self, drawn: Drawn) -> list[str]:
        """Return the curves that are in no panel; accuracies may be shown in percent."""
        lines = [line for panel in drawn.panels for line in panel.lines]
        names = NETWORKS[:1] if drawn.form in SINGLE_FORMS else NETWORKS
        return [
            f"{curve} of {name}"
            for name in names
            for curve in COMPARED
            if not any(_shows(line, np.array(self._histories()[name][curve]), percent="acc" in curve) for line in lines)
        ]


def _shows(line: FloatArray, values: FloatArray, *, percent: bool) -> bool:
    if line.shape != values.shape:
        return False
    return bool(np.allclose(line, values, atol=1e-3)) or (percent and bool(np.allclose(line, 100 * values, atol=0.1)))


def _same(image: FloatArray, want: FloatArray) -> bool:
    return image.shape == want.shape and bool(np.abs(image - want).max() <= CLOSE)


def _same_on_screen(image: FloatArray, want: FloatArray) -> bool:
    """Return whether two images are the same, or would be if both were clipped to [0, 1], as matplotlib does."""
    return _same(image, want) or (
        float(np.abs(want).max(initial=0)) < CLIPPED and _same(np.clip(image, 0, 1), np.clip(want, 0, 1))
    )


def _drawn_forms(own: FloatArray) -> list[FloatArray]:
    """Return the images that a student's denormalize may have meant: colours last, as levels or bytes."""
    turned = [own.transpose(1, 2, 0)] if own.ndim == 3 and own.shape[0] == 3 else []
    return [form for one in (own, *turned) for form in (one, one / 255)]


def _listed(values: FloatArray) -> str:
    return ", ".join(f"{value:.2f}" for value in values.tolist())
