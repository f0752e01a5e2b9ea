"""Judges the input of the pretrained network: the size of the images, and the scale of their values."""

import numpy as np
import numpy.typing as npt
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.inaturalist_cnn.appearance import IMAGENET_MEAN, IMAGENET_STD, fault_of, tiles_of
from autograder.assignments.inaturalist_cnn.questions import own_colours
from autograder.assignments.inaturalist_cnn.test_loaders import Loaders

SEVERAL = 3  # colours
SAME_COLOUR = 0.08  # normalised units: the effect of JPEG and of rounded constants
FloatArray = npt.NDArray[np.floating]


class TestPreparation(Loaders):
    """B1. Pretrained network: its input"""

    @number("B1.2a")
    @weight(1)
    @visibility("visible")
    def test_size(self) -> None:
        """Images of any shape become size × size tensors, 224 × 224 if no size is given."""
        for size in (None, self.question().size):
            wanted = [3, size or 224, size or 224]
            shapes = self.own_folder(size).shapes
            for name, found in (("train", shapes.train), ("val", shapes.val), ("test", shapes.test)):
                others = [shape[1:] for shape in found if shape[1:] != wanted]
                self.require(
                    not others and bool(found),
                    expected=f"the {name} loader gives images of {' × '.join(map(str, wanted))}"
                    + ("" if size else ", as pretrained networks expect"),
                    seen=" × ".join(map(str, others[0])) if others else "no images",
                    hint="Use transforms.Resize((size, size)), or Resize and a crop; Resize(size) alone keeps the "
                    "ratio of height and width.",
                )

    @number("B1.2b")
    @weight(1)
    @visibility("visible")
    def test_imagenet_normalisation(self) -> None:
        """The pretrained network gets images that are normalised by ImageNet's mean and standard deviation."""
        seen = self.own_folder(self.question().size)
        own = np.concatenate([*own_colours(self.question().seed).values()])
        colours = (own / 255 - IMAGENET_MEAN) / IMAGENET_STD
        if _are_these(seen.val_means, colours) and _are_these(seen.test_means, colours):
            return
        if _are_these(seen.first_layer, colours):
            return
        pattern, true = self.pattern()
        fault = fault_of(pattern, true) if pattern else ""
        if pattern:
            self.show(tiles_of(pattern, true))
        means = seen.test_means
        self.fail_because(
            expected="pixels in [0, 1], minus the mean (0.485, 0.456, 0.406), divided by (0.229, 0.224, 0.225)",
            seen=(
                f"test images of our colours come out between {means.min():.2f} and {means.max():.2f}; "
                f"{colours.min():.2f} to {colours.max():.2f} would be right (tolerance {SAME_COLOUR:g})"
                if means.size
                else "no images"
            )
            + (f"; {fault}" if fault else ""),
            hint="Put transforms.Normalize(mean, std) after ToTensor() in every transform.",
        )


def _are_these(means: FloatArray, colours: FloatArray) -> bool:
    """Return whether each mean is one of the colours, and several of them come."""
    if means.ndim != 2 or means.shape[1] != colours.shape[1] or not len(means):
        return False
    distances = np.abs(means[:, None] - colours[None]).max(axis=2)  # (images, colours)
    several = len(np.unique(distances.argmin(axis=1))) >= SEVERAL
    return bool((distances.min(axis=1) < SAME_COLOUR).all() and several)
