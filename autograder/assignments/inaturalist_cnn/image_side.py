"""Finds the image size that a program is written for, so that an unusual one costs one test. For probes."""

import torch
from torch import nn

SIDES = (224, 256, 299, 128, 64, 32)  # pixels
USUAL = SIDES[0]


def image_side(plain: nn.Module) -> int:
    """Return the height and width, pixels, of the first images that a network takes; 224 if it takes none.

    Args:
        plain: built without the arguments that a test is about. Their networks get images of this one size: a network
            that fails on it is wrong, even if its weights fit another size by chance. It is left in eval mode.
    """
    plain.eval()
    for side in SIDES:
        try:
            with torch.no_grad():
                plain(torch.zeros(1, 3, side, side))
        except Exception:
            continue
        return side
    return USUAL
