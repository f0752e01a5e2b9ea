"""Observes `run_model`, and its network on held-out images.

Runs in the sandbox, beside the student's code.
"""

import pickle
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import TensorDataset, default_collate

from autograder.assignments.cifar8_finetune.observed import FileThumbnails, Pass, Trained
from autograder.probes.training_trace import TrainingTrace, thumbnails
from autograder.probes.weights import backbone_digests, called

HELDOUT_FILE = "heldout_batch"
HELDOUT_BATCH = 80
STATISTICS_OVER = 64  # pictures


def trained(submitted):
    """Run the student's `run_model` once; return logits of the held-out pictures and what it trained on.

    The pictures enter the sandbox when training has ended.
    """
    with TrainingTrace() as trace:
        submitted.keep(
            Trained,
            progress=lambda: f"{trace.steps:,} steps on {trace.images_seen:,} pictures were trained",
            losses=trace.losses,
            losses_seen=lambda: trace.losses_seen,
        )
        model = _network_in(submitted.get("run_model")())
    if not isinstance(model, nn.Module):
        return Trained(returned=called(model))
    seen = {
        "returned": "a network",
        "passes": [],
        "digests": sorted(backbone_digests(model).values()),
        "trained_on": trace.sample(),
        "images_trained_on": trace.images_seen,
        "losses": trace.losses(),
        "losses_seen": trace.losses_seen,
        "optimizer": trace.optimizer,
        "rate": trace.rate,
        "momentum": trace.momentum,
        "pixels": trace.pixels(),
    }
    submitted.keep(Trained, **seen)  # a pass that is done when the budget ends counts
    model.eval()
    rows = submitted.receive("heldout")
    _write_heldout(rows)
    for one in _passes(submitted, model, len(rows)):
        seen["passes"].append(one)
    return Trained(**seen)


def _network_in(returned):
    """Return the network out of what `run_model` returned, such as a pair of network and history."""
    if isinstance(returned, (tuple, list)):
        return next((part for part in returned if isinstance(part, nn.Module)), None)
    return returned


def _write_heldout(rows):
    """Lay the held-out pictures beside the student's own files, in their form, with labels that say nothing."""
    batch = {
        b"batch_label": b"held out",
        b"labels": [0] * len(rows),
        b"data": [row.copy() for row in rows],
        b"filenames": [b"picture_%04d.png" % i for i in range(len(rows))],
    }
    Path(HELDOUT_FILE).write_bytes(pickle.dumps(batch, protocol=3))


def _passes(submitted, model, count):
    """Yield the logits by the student's "test" preprocessing, and by "train" where that scales otherwise."""
    data, way = _heldout_somehow(submitted)
    yield Pass(way=way, logits=_logits(model, data, count))
    if way == "test" and not _modes_scale_alike(submitted, data):
        data = submitted.get("build_dataset")(
            [HELDOUT_FILE], transform=submitted.get("get_preprocess_transform")("train")
        )
        yield Pass(way="train", logits=_logits(model, data, count))


def _heldout_somehow(submitted):
    """Return the held-out data set by the student's own functions, as far as they work, and which way."""
    ways = {
        "test": lambda: submitted.get("build_dataset")(
            [HELDOUT_FILE], transform=submitted.get("get_preprocess_transform")("test")
        ),
        "class": lambda: submitted.get("CIFAR10")(
            [HELDOUT_FILE], transform=submitted.get("get_preprocess_transform")("test")
        ),
        "no transform": lambda: submitted.get("build_dataset")([HELDOUT_FILE]),
    }
    for way, make in ways.items():
        try:
            data = make()
            default_collate([data[0][0]])
        except Exception:
            continue
        return data, way
    batch = pickle.loads(Path(HELDOUT_FILE).read_bytes(), encoding="bytes")
    images = torch.from_numpy(np.array(batch[b"data"], np.uint8)).reshape(-1, 3, 32, 32).float() / 255
    return TensorDataset(images, torch.zeros(len(images))), "plain tensors"


def _modes_scale_alike(submitted, data):
    """Return whether mean and spread agree, by the bounds of test 2.3b; they decide here what is worth measuring."""
    try:
        other = submitted.get("build_dataset")(
            [HELDOUT_FILE], transform=submitted.get("get_preprocess_transform")("train")
        )
        here, there = (_mean_and_std([one[i][0] for i in range(STATISTICS_OVER)]) for one in (data, other))
    except Exception:
        return True
    return abs(here[0] - there[0]) <= 0.25 * here[1] and 0.75 <= there[1] / max(here[1], 1e-9) <= 1.33


def _logits(model, data, count):
    """Return (N, C) float32, N ≤ count; sample by sample from the data set, so that no loader can reorder them."""
    forms = [lambda x: x, lambda x: x.float(), lambda x: x.float().reshape(len(x), 3, 32, 32)]
    rows = []
    with torch.no_grad():
        for start in range(0, count, HELDOUT_BATCH):
            images = _fetched(data, range(start, min(start + HELDOUT_BATCH, count)))
            if not images:
                break
            batch = default_collate(images)
            while True:
                try:
                    rows.append(model(forms[0](batch)).float())
                    break
                except RuntimeError:  # the student's loop may turn bytes into floats, or rows into planes
                    if len(forms) == 1:
                        raise
                    forms.pop(0)
    return torch.cat(rows).numpy()


def _fetched(data, indices):
    """Return the pictures of these indices, up to the first that the data set does not have."""
    images = []
    for index in indices:
        try:
            images.append(data[index][0])
        except IndexError:
            break
    return images


def thumbnails_of_files(submitted, files):
    """Return thumbnails of all pictures in these files; uses nothing of the submission's."""
    small = []
    for file in files:
        rows = np.array(pickle.loads(Path(file).read_bytes(), encoding="bytes")[b"data"], np.uint8)
        small.append(thumbnails(torch.from_numpy(rows.reshape(-1, 3, 32, 32))))
    return FileThumbnails(thumbnails=np.concatenate(small))


def _mean_and_std(images):
    stack = np.concatenate([np.asarray(image, np.float64).ravel() for image in images])
    return [float(stack.mean()), float(stack.std())]
