"""Declares what probes return about `denormalize`, `imshow` and `plot_history`."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import Meta, Name, Observed, array

NAME_LENGTH = 200  # of `Name`
LARGEST = 1 << 16  # numbers in an image that `denormalize` returns, or in a line
LARGEST_DRAWN = 1 << 20  # numbers in a drawn image, which may have been enlarged
MOST_DRAWN = 1000  # lines of a panel, panels of a plot, images in all plots

Image = Annotated[npt.NDArray[np.float32], array(..., most=LARGEST)]
DrawnImage = Annotated[npt.NDArray[np.float32], array(..., most=LARGEST_DRAWN)]
Line = Annotated[npt.NDArray[np.float64], array(..., most=LARGEST)]


class Denormalized(Observed, probe="denormalized"):
    """The output of `denormalize` for two images.

    Attributes:
        image: (H, W, 3) in [0, 1] where it is right.
        beyond: the same for numbers that no screen can show.
    """

    image: Image
    beyond: Image


class Shown(Observed, probe="shown"):
    """The images in the plots that `imshow` draws.

    Attributes:
        images: each as it is drawn; (H, W, 3) in [0, 1] where it is right.
        own: the image by the student's `denormalize`; None where that fails.
    """

    images: Annotated[list[DrawnImage], Meta(max_length=MOST_DRAWN)]
    own: Image | None


class Panel(Observed):
    """A panel with lines.

    Attributes:
        xlabel: of its horizontal axis, or of one that it shares.
        ylabel: of its vertical axis, likewise.
        title: of the panel.
        lines: heights of each line, (N,) where they are right.
    """

    xlabel: Name
    ylabel: Name
    title: Name
    lines: Annotated[list[Line], Meta(max_length=MOST_DRAWN)]


class Drawn(Observed):
    """The plots that `plot_history` draws for one form of its argument.

    Attributes:
        form: in words.
        panels: the ones with lines.
    """

    form: Name
    panels: Annotated[list[Panel], Meta(max_length=MOST_DRAWN)]


class Plotted(Observed, probe="plotted"):
    """The plots that `plot_history` draws, for each form of its argument that it takes."""

    drawn: Annotated[list[Drawn], Meta(min_length=1, max_length=6)]
