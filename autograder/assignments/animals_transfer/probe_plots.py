"""Observes `denormalize`, and the plots that `imshow` and `plot_history` draw.

Runs in the sandbox, beside the student's code.
"""

from typing import NamedTuple

import numpy as np
import torch

from autograder.assignments.animals_transfer.observed_plots import (
    LARGEST,
    LARGEST_DRAWN,
    MOST_DRAWN,
    NAME_LENGTH,
    Denormalized,
    Drawn,
    Panel,
    Plotted,
    Shown,
)
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
ENOUGH_LINES = 12  # three networks, losses and accuracies of training and validation


def denormalized(submitted, pixels, beyond):
    """Return what `denormalize` makes of an image that was normalised with ImageNet's statistics.

    Args:
        submitted: the submission.
        pixels: (H, W, 3) in [0, 1], as nested lists.
        beyond: a factor that takes a second image out of what a screen can show.
    """
    denormalize = submitted.get("denormalize")
    inside, outside = denormalize(_normalised(pixels)), denormalize(_normalised(pixels) * beyond)
    return Denormalized(image=_array(inside, "denormalize"), beyond=_array(outside, "denormalize"))


def shown(submitted, pixels):
    """Return the images in the plots that `imshow` draws, and the same by the student's own `denormalize`."""
    figures = _Figures()
    show = submitted.get("imshow")
    figures.forget()
    show(_normalised(pixels), title="an image")
    try:
        own = _array(submitted.get("denormalize")(_normalised(pixels)), "denormalize")
    except Exception:
        own = None
    drawn = [image for axes in figures.axes() for image in axes.images]
    return Shown(images=[image for image in drawn if image.size <= LARGEST_DRAWN][:MOST_DRAWN], own=own)


def plotted(submitted, histories):
    """Return the panels of the plots that `plot_history` draws, for each form of its argument that it takes.

    Args:
        submitted: the submission.
        histories: {network: {curve: numbers}}.
    """
    figures = _Figures()
    plot, drawn, error = submitted.get("plot_history"), [], None
    for form, argument in _forms(histories):
        figures.forget()
        try:
            returned = plot(argument)
        except Exception as problem:
            error = error or problem
            continue
        panels = [axes.panel for axes in figures.axes(returned) if axes.panel.lines][:MOST_DRAWN]
        drawn.append(Drawn(form=form, panels=panels))
        if sum(len(panel.lines) for panel in panels) >= ENOUGH_LINES:
            break
    if not drawn:
        raise error
    return Plotted(drawn=drawn)


def _forms(histories):
    """Yield the ways in which students hand histories over; that of the hand-out comes first."""
    as_lists = {name: list(history.values()) for name, history in histories.items()}
    first = next(iter(histories))
    yield "networks by name", histories
    yield "networks by name, six lists each", as_lists
    yield "a list of networks", list(histories.values())
    yield "a list of networks, six lists each", list(as_lists.values())
    yield "one network", histories[first]
    yield "one network, six lists", as_lists[first]


def _normalised(pixels):
    """Return (H, W, 3) in [0, 1] as a (3, H, W) tensor in a network's units."""
    planes = torch.tensor(pixels, dtype=torch.float32).permute(2, 0, 1)
    return ((planes - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]).contiguous()


def _array(value, name):
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "fiub" or array.size > LARGEST:
            raise TypeError
    except (TypeError, ValueError):
        raise UnexpectedResult(f"{name} returned {called(value)}; an (H, W, 3) image is expected") from None
    return array.astype(np.float32)


class _Axes(NamedTuple):
    """The contents of one pair of axes: labels and lines, and images."""

    panel: Panel
    images: list[np.ndarray]


class _Figures:
    """Sees every figure, also one that is closed after it was shown; made before the student's file is imported."""

    def __init__(self):
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot
        from matplotlib.figure import Figure

        self._pyplot, self._figure_class, self._seen = pyplot, Figure, {}
        self._before(pyplot, "show")
        self._before(pyplot, "close")
        self._before(Figure, "savefig")

    def _before(self, owner, name):
        plain = getattr(owner, name)

        def looks_first(*arguments, **named):
            self._look()
            if name != "show":
                return plain(*arguments, **named)

        setattr(owner, name, looks_first)

    def forget(self):
        """Close all figures, such as those that the import has drawn."""
        self._pyplot.close("all")
        self._seen.clear()

    def _look(self, returned=None):
        parts = returned if isinstance(returned, (list, tuple)) else [returned]
        for part in [*parts, *map(self._pyplot.figure, self._pyplot.get_fignums())]:
            figure = getattr(part, "figure", part)  # axes know theirs
            if isinstance(figure, self._figure_class):
                self._seen[id(figure)] = (figure, [_axes(figure, axes) for axes in figure.axes])

    def axes(self, returned=None):
        """Return facts about the axes of all figures, among them what a function returned."""
        self._look(returned)
        return [axes for _, facts in self._seen.values() for axes in facts]


def _axes(figure, axes):
    """Return the contents of axes; axes that are shared share their label."""
    beside = [one for one in figure.axes if axes.get_shared_x_axes().joined(axes, one)]
    above = [one for one in figure.axes if axes.get_shared_y_axes().joined(axes, one)]
    xlabel = next(filter(None, [one.get_xlabel() for one in (axes, *beside)]), "") or figure.get_supxlabel()
    ylabel = next(filter(None, [one.get_ylabel() for one in (axes, *above)]), "") or figure.get_supylabel()
    panel = Panel(
        xlabel=xlabel.strip()[:NAME_LENGTH],
        ylabel=ylabel.strip()[:NAME_LENGTH],
        title=axes.get_title()[:NAME_LENGTH],
        lines=[heights for heights in map(_heights, axes.lines) if heights is not None][:MOST_DRAWN],
    )
    return _Axes(panel, [_shown_levels(image) for image in axes.images])


def _heights(line):
    """Return the heights of a line; None where they are texts, as where names are drawn instead of numbers."""
    try:
        return np.asarray(line.get_ydata(), np.float64)[:LARGEST]
    except (TypeError, ValueError):
        return None


def _shown_levels(image):
    """Return a drawn image in [0, 1]; bytes are shown by their 255th part."""
    array = np.ma.getdata(image.get_array())
    return (array / 255 if array.dtype == np.uint8 else array).astype(np.float32)
