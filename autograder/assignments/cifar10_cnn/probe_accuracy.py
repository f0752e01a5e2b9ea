"""Observes `run_model`, and its network on held-out images.

Student code trains and gives weights. A child without student code computes their answers for the held-out images.
"""

import io
import pickle
import pickletools
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from autograder.assignments.cifar10_cnn.observed_accuracy import (
    MOST_HELDOUT,
    MOST_SAVED_FILES,
    FileThumbnails,
    HeldoutLogits,
    Pass,
    PreparedHeldout,
    Trained,
)
from autograder.probes.clean_room import images_or_none, shown
from autograder.probes.layer_chain import answers_of_chain, read_chain, weights_in
from autograder.probes.opened_files import was_opened, watch_for
from autograder.probes.training_trace import TrainingTrace, thumbnails
from autograder.probes.weights import called
from autograder.wire.network import MOST_SHOWN

TEST_FILE = "cifar-10-batches-py/test_batch"
TEST_NAME = Path(TEST_FILE).name
MOST_WEIGHTS = 500_000  # of the network; the one that the handout asks for has 109,962
SAVED_MOST_BYTES = 1 << 26
PICKLES_IN_A_FILE = 5  # the old form begins with three others


def trained(submitted):
    """Run the student's `run_model` once; return its network's layers, what it trained on, and some predictions."""
    watch_for(TEST_NAME)
    with TrainingTrace() as trace:
        submitted.keep(
            Trained,
            test_file_opened=lambda: was_opened(TEST_NAME),
            progress=lambda: f"{trace.steps:,} steps on {trace.images_seen:,} images were trained",
            losses=trace.losses,
            losses_seen=lambda: trace.losses_seen,
        )
        model = _network_in(submitted.get("run_model")())
    seen = {
        "returned": called(model),
        "passes": [],
        **trace.seen(model),
        "whole_networks_saved": _whole_networks(submitted.module.__name__),
        "test_file_opened": was_opened(TEST_NAME),
    }
    submitted.keep(Trained, **seen)  # counts if the budget ends the rest
    if isinstance(model, nn.Module):
        model.eval()
        for way, images in _ways(submitted, _public()):
            reader, output = read_chain(model, images)
            if weights_in(reader.layers) <= MOST_WEIGHTS:
                seen["chain"] = reader.layers
                submitted.keep(Trained, chain=reader.layers)
            seen["passes"].append(Pass(way=way, **shown(images, reader.inputs, output)))
    return Trained(**seen)


def prepared_heldout(submitted):
    """Return the held-out images after the student's transform; the network is not here."""
    transform = submitted.get("get_transform")()
    images = submitted.receive("heldout")
    return PreparedHeldout(images=images_or_none(_transformed(transform, images), MOST_HELDOUT * 3072))


def heldout_logits(submitted):
    """Return the logits of the held-out images by the student's layers, computed by our own code."""
    return HeldoutLogits(**answers_of_chain(*(submitted.receive(name) for name in ("weights", "shown", "heldout"))))


def _public():
    """Return the first images of test_batch, (n, 3, 32, 32) uint8."""
    batch = pickle.loads(Path(TEST_FILE).read_bytes(), encoding="bytes")
    return np.array(batch[b"data"][:MOST_SHOWN], np.uint8).reshape(-1, 3, 32, 32)


def _network_in(returned):
    """Return the network from the result of `run_model`, which may be a pair of network and history."""
    if isinstance(returned, (tuple, list)):
        return next((part for part in returned if isinstance(part, nn.Module)), None)
    return returned


def _ways(submitted, planes):
    """Yield the images through the student's transform and, where that gives something else, in [-1, 1]."""
    plain = torch.from_numpy(planes.copy()).float() / 127.5 - 1
    try:
        transform = submitted.get("get_transform")()
        own = _transformed(transform, planes)
    except Exception:  # the transform is judged elsewhere
        own = None
    if own is not None and own.shape == plain.shape:
        yield "own transform", own
        if torch.allclose(own, plain, atol=0.01):
            return
    yield "plain", plain


def _transformed(transform, planes):
    return torch.stack([transform(Image.fromarray(plane.transpose(1, 2, 0).copy())) for plane in planes]).float()


def _whole_networks(module):
    """Return the names of files in the working directory that hold a pickled network and not only its weights.

    The pickles are looked through, and never loaded.
    """
    found = []
    for path in sorted(Path().rglob("*"))[:MOST_SAVED_FILES]:
        if not path.is_symlink() and path.is_file() and path.stat().st_size <= SAVED_MOST_BYTES:
            texts = _texts_of_pickle(path)
            if any(text.startswith(("torch.nn.modules.", f"{module} ", "__main__ ")) for text in texts):
                found.append(str(path))
    return found


def _texts_of_pickle(path):
    """Return the texts in a pickle or in a file of `torch.save`, in its old form too; none for other files."""
    content, texts = path.read_bytes(), []
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist() if name.endswith("data.pkl"))
        stream = io.BytesIO(content)
        for _ in range(PICKLES_IN_A_FILE):
            texts += [argument for _, argument, _ in pickletools.genops(stream) if isinstance(argument, str)]
    except Exception:  # here the pickles end, or there is none
        return texts
    return texts


def thumbnails_of_files(submitted, files):
    """Return thumbnails of all images in these files; uses nothing of the submission's."""
    small = []
    for file in files:
        rows = np.array(pickle.loads(Path(file).read_bytes(), encoding="bytes")[b"data"], np.uint8)
        small.append(thumbnails(torch.from_numpy(rows.reshape(-1, 3, 32, 32))))
    return FileThumbnails(thumbnails=np.concatenate(small))
