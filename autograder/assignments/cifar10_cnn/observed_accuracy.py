"""Declares what the probes of held-out accuracy return."""

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import Fraction, Meta, Name, Observed, Text, array
from autograder.wire.network import Chain, ShownImages
from autograder.wire.training import TracedTraining

MOST_SAVED_FILES = 200
MOST_HELDOUT = 16_000  # images
MOST_THUMBNAILS = 60_000  # images of CIFAR-10

FileName = Annotated[str, Meta(max_length=4096)]


class Pass(ShownImages):
    """One pass of the trained network over the first images of test_batch.

    Attributes:
        way: whether the student's transform prepared them, or ours.
    """

    way: Literal["own transform", "plain"]


class Trained(TracedTraining, probe="trained"):
    """The result of `run_model`. If its budget ends it early, the fields known by then.

    Attributes:
        returned: the type of the network, or of the object in its place, in words.
        chain: the network's layers with their weights.
        passes: one, or two where the student's transform gives other values than ours; none without a network.
        whole_networks_saved: files that hold a network and not only its weights.
        test_file_opened: whether this process opened test_batch meanwhile.
        progress: how far training came, in words.
    """

    returned: Name = ""
    chain: Chain = []
    passes: Annotated[list[Pass], Meta(max_length=2)] = []
    whole_networks_saved: Annotated[list[FileName], Meta(max_length=MOST_SAVED_FILES)] = []
    test_file_opened: bool = False
    progress: Text = ""


class PreparedHeldout(Observed, probe="prepared_heldout"):
    """The held-out images after the student's transform, in a process that does not have the network.

    Attributes:
        images: (N, 3, 32, 32) where it is right.
    """

    images: Annotated[npt.NDArray[np.float32], array("N", "C", "H", "W", most=MOST_HELDOUT * 3072)]


class HeldoutLogits(Observed, probe="heldout_logits", clean=True):
    """The answers of a network of ours, with the student's weights, for the held-out images, and perhaps test_batch's.

    Attributes:
        logits: (N, 10) where it is right; (0, 0) if the layers do not fit together.
        agreement: share of the images of test_batch for which it predicts the same class as the student's network.
    """

    logits: Annotated[npt.NDArray[np.float32], array("N", "C", most=8_000_000)]
    agreement: Fraction


class FileThumbnails(Observed, probe="thumbnails_of_files"):
    """Thumbnails of all images in some files; nothing of the submission's is used.

    Attributes:
        thumbnails: (N, 3, 8, 8), standardised.
    """

    thumbnails: Annotated[npt.NDArray[np.float16], array("N", 3, 8, 8, most=MOST_THUMBNAILS * 3 * 64)]
