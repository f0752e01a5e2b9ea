"""Observes `run_model`, and its network on held-out images.

Student code trains and gives weights. A child without student code computes their answers for the held-out images.
"""

import pickle
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import TensorDataset, default_collate

from autograder.assignments.cifar8_finetune.observed import (
    MOST_HELDOUT,
    FileThumbnails,
    HeldoutLogits,
    Pass,
    PreparedHeldout,
    Trained,
    Weights,
)
from autograder.probes.clean_room import (
    CalledLayers,
    as_they_reach_it,
    head_of,
    head_that_predicts,
    images_or_none,
    put_back,
    shown,
    weights_of,
)
from autograder.probes.opened_files import was_opened, watch_for
from autograder.probes.training_trace import TrainingTrace, thumbnails
from autograder.probes.weights import backbone_digests, called
from autograder.wire.network import MOST_SHOWN

TEST_FILE = "cifar10_batches/test_batch"
TEST_NAME = Path(TEST_FILE).name
HELDOUT_FILE = "heldout_batch"
HELDOUT_BATCH = 80
FEATURES = 512
ONE_IMAGE = torch.zeros(1, 3, 32, 32)
BACKBONE_LAYERS = (nn.Conv2d, nn.BatchNorm2d)


def trained(submitted):
    """Run the student's `run_model` once; return its network's weights, what it trained on, and some predictions."""
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
    if not isinstance(model, nn.Module):
        return Trained(returned=called(model), test_file_opened=was_opened(TEST_NAME))
    seen = {
        "returned": "a network",
        "passes": [],
        "digests": sorted(backbone_digests(model).values()),
        **trace.seen(model),
        "test_file_opened": was_opened(TEST_NAME),
    }
    submitted.keep(Trained, **seen)  # a pass that is done when the budget ends counts
    model.eval()
    with CalledLayers(model) as seen_layers:
        for one in _passes(submitted, model, seen_layers):
            if not seen["passes"]:
                seen["weights"] = _weights(model, seen_layers.layers)
                submitted.keep(Trained, weights=seen["weights"])
            seen["passes"].append(one)
    return Trained(**seen)


def _weights(model, layers):
    """Return the network's weights, or None where it is no ResNet-18 of models.py with linear layers behind it."""
    from models import resnet18  # the handout's, in the working directory

    called_ones = [one for one in layers if isinstance(one, BACKBONE_LAYERS)]
    backbone = weights_of(model, called_ones, _headless(resnet18(pretrained=True)), ONE_IMAGE)
    head = head_of(layers, FEATURES)
    if backbone is None or head is None or len(head) > 16 or any(one.size > 1 << 20 for one in head):
        return None
    return Weights(backbone=backbone, head=head)


def _headless(network):
    network.fc = nn.Identity()
    return network.eval()


def _network_in(returned):
    """Return the network from the result of `run_model`, which may be a pair of network and history."""
    if isinstance(returned, (tuple, list)):
        return next((part for part in returned if isinstance(part, nn.Module)), None)
    return returned


def _write_heldout(rows):
    """Lay the held-out images beside the student's own files, in their form, with labels that say nothing."""
    batch = {
        b"batch_label": b"held out",
        b"labels": [0] * len(rows),
        b"data": [row.copy() for row in rows],
        b"filenames": [b"image_%04d.png" % i for i in range(len(rows))],
    }
    Path(HELDOUT_FILE).write_bytes(pickle.dumps(batch, protocol=3))


def _passes(submitted, model, layers):
    """Yield what the network says of public images, by "test" preprocessing, and by "train" if that scales otherwise.

    Both ways measure, since a slip in one of them costs its points in another test.
    """
    data, way = _build_dataset_leniently(submitted, TEST_FILE)
    yield _pass(model, data, way, layers)
    if way == "test" and not _modes_scale_alike(submitted, data):
        yield _pass(model, _prepared_by(submitted, TEST_FILE, "train"), "train", layers)


def _prepared_by(submitted, file, way):
    """Return the data set of a file, by one way of preparing images; raises what the student's functions raise."""
    if way == "plain tensors":
        rows = np.array(pickle.loads(Path(file).read_bytes(), encoding="bytes")[b"data"], np.uint8)
        images = torch.from_numpy(rows).reshape(-1, 3, 32, 32).float() / 255
        return TensorDataset(images, torch.zeros(len(images)))
    if way == "no transform":
        return submitted.get("build_dataset")([file])
    build, mode = ("CIFAR10", "test") if way == "class" else ("build_dataset", way)
    return submitted.get(build)([file], transform=submitted.get("get_preprocess_transform")(mode))


def _build_dataset_leniently(submitted, file):
    """Return a file's data set by the student's own functions, as far as they work, and which way."""
    for way in ("test", "class", "no transform"):
        try:
            data = _prepared_by(submitted, file, way)
            default_collate([data[0][0]])
        except Exception:
            continue
        return data, way
    return _prepared_by(submitted, file, "plain tensors"), "plain tensors"


def _modes_scale_alike(submitted, data):
    """Return whether mean and spread agree, by the bounds of test 2.3b; they decide here what is worth measuring."""
    try:
        other = _prepared_by(submitted, TEST_FILE, "train")
        here, there = (_mean_and_std([one[i][0] for i in range(MOST_SHOWN)]) for one in (data, other))
    except Exception:
        return True
    return abs(here[0] - there[0]) <= 0.25 * here[1] and 0.75 <= there[1] / max(here[1], 1e-9) <= 1.33


def _pass(model, data, way, layers):
    """Return what the network says of the first images, and how they reach it."""
    layers.inputs.clear()
    prepared = default_collate(_fetched(data, range(MOST_SHOWN)))
    logits = _logits(model, prepared)
    inputs = layers.inputs[-1] if layers.inputs else None
    return Pass(way=way, **shown(_as_images(prepared), inputs, logits))


def _logits(model, batch):
    forms = [lambda x: x, lambda x: x.float(), lambda x: x.float().reshape(len(x), 3, 32, 32)]
    with torch.no_grad():
        while True:
            try:
                return model(forms[0](batch)).float().flatten(1)
            except RuntimeError:  # the student's loop may turn bytes into floats, or rows into planes
                if len(forms) == 1:
                    raise
                forms.pop(0)


def _as_images(batch):
    """Return a batch as floats; rows of an image's bytes become planes again."""
    images = torch.as_tensor(batch).float()
    return images.reshape(-1, 3, 32, 32) if images.dim() == 2 and images.shape[1] == 3072 else images


def prepared_heldout(submitted, way):
    """Return the held-out images through the student's preprocessing; the network is not here."""
    submitted.get("build_dataset")  # whatever runs on import runs before the images are here
    rows = submitted.receive("heldout")
    _write_heldout(rows)
    images = _fetched(_prepared_by(submitted, HELDOUT_FILE, way), range(len(rows)))
    return PreparedHeldout(images=images_or_none(_as_images(default_collate(images)), MOST_HELDOUT * 3072))


def heldout_logits(submitted):
    """Return the logits of the held-out images by a network of ours with the student's weights.

    They are (0, 0) if the weights do not fit our network: then the student's network is another one.
    """
    weights, seen, heldout = (submitted.receive(name) for name in ("weights", "shown", "heldout"))
    try:
        return _answers(weights, seen, heldout)
    except (RuntimeError, IndexError, ValueError, TypeError, OverflowError):  # any numbers may come as weights
        return HeldoutLogits(logits=np.zeros((0, 0), np.float32), agreement=0.0)


def _answers(weights, seen, heldout):
    from models import resnet18  # the handout's, in the working directory

    backbone = _headless(resnet18(pretrained=True))
    put_back(weights["backbone"], backbone)
    with torch.no_grad():
        predicted = torch.from_numpy(seen["predicted"].copy())
        head, agreement = head_that_predicts(
            weights["head"], backbone(torch.from_numpy(seen["inputs"].copy())), predicted
        )
        images = heldout["images"]
        parts = [
            head(backbone(as_they_reach_it(images[start : start + HELDOUT_BATCH], heldout["mix"], heldout["shift"])))
            for start in range(0, len(images), HELDOUT_BATCH)
        ]
    return HeldoutLogits(logits=torch.cat(parts).numpy(), agreement=agreement)


def _fetched(data, indices):
    """Return the images of these indices, up to the first that the data set does not have."""
    images = []
    for index in indices:
        try:
            images.append(data[index][0])
        except IndexError:
            break
    return images


def thumbnails_of_files(submitted, files):
    """Return thumbnails of all images in these files; uses nothing of the submission's."""
    small = []
    for file in files:
        rows = np.array(pickle.loads(Path(file).read_bytes(), encoding="bytes")[b"data"], np.uint8)
        small.append(thumbnails(torch.from_numpy(rows.reshape(-1, 3, 32, 32))))
    return FileThumbnails(thumbnails=np.concatenate(small))


def _mean_and_std(images):
    stack = np.concatenate([np.asarray(image, np.float64).ravel() for image in images])
    return [float(stack.mean()), float(stack.std())]
