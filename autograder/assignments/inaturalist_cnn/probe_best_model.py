"""Observes the predictions of the uploaded network, and the uploaded files' claims about it.

Runs in the sandbox, beside the student's code.
"""

import inspect
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from autograder.assignments.inaturalist_cnn.observed_files import (
    MOST_ROWS,
    BestModel,
    Failure,
    LoaderLogits,
    Prediction,
    Predictions,
)
from autograder.probes.artefacts import load_strictly, read_checkpoint, read_json
from autograder.probes.errors import error_text
from autograder.probes.submitted import UnexpectedResult, UnusableFile
from autograder.probes.training_trace import thumbnails
from autograder.probes.weights import called

CHECKPOINT, CONFIG, PREDICTIONS = "best_model.pth", "config.json", "predictions.json"
CLAIM = "test_accuracy"
INTERFACE = ("num_filters", "filter_size", "activation", "dense_neurons", "dense_activation")
INTERFACE += ("filter_org", "batch_norm", "dropout", "num_classes", "input_size")
TOP = "inaturalist_12K"
DEFERRED = "deferred_images"
BATCH = 16
MEAN, STD = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])


def best_model(submitted):
    """Rebuild the network, load its weights, and return logits of images that enter the sandbox only then.

    The images pass through the student's own test loader. Since other tests judge faults of that loader, they also pass
    through a plain one of ours. Thumbnails tell which image is which.
    """
    config = read_json(CONFIG)
    if not isinstance(config, dict):
        raise UnusableFile(f"{CONFIG} holds {called(config)}; an object with the arguments of CNN is expected")
    model = _loaded_network(submitted.get("CNN"), config)
    size = int(config.get("input_size", 224))
    function = submitted.module.__dict__.get("get_dataloaders")
    images = submitted.receive("images")
    _write(images)
    return BestModel(
        claim=_claim(config),
        by_student=_attempt(model, lambda: function(DEFERRED, BATCH, data_aug=False, size=size)[2]),
        by_harness=_attempt(model, lambda: _plain(images, size)),
    )


def _loaded_network(make, config):
    model = make(**_arguments(make, config))
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"CNN(…) is {called(model)}; a torch.nn.Module is expected")
    load_strictly(model, read_checkpoint(CHECKPOINT), CHECKPOINT)
    model.eval()
    return model


def _arguments(make, config):
    """Return the entries of the configuration that CNN takes; it may hold others, such as a learning rate."""
    try:
        parameters = inspect.signature(make).parameters
    except (TypeError, ValueError):
        parameters = {}
    named = [name for name, one in parameters.items() if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
    return {name: value for name, value in config.items() if name in named or name in INTERFACE}


def _claim(config):
    claim = config.get(CLAIM)
    return float(claim) if isinstance(claim, (int, float)) and not isinstance(claim, bool) else None


def _write(images):
    """Lay the images out as a test set, one class after the other in turn, so that the folders say nothing.

    The loaders also want images to train on: those of the hand-out will do.
    """
    top = Path(DEFERRED)
    top.mkdir()
    (top / "train").symlink_to(Path(TOP, "train").resolve())
    names = sorted(path.name for path in Path(TOP, "train").iterdir() if path.is_dir())
    for number, pixels in enumerate(images):
        folder = top / "val" / names[number % len(names)]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / f"{number:04d}.jpg", "PNG")  # by content: JPEG would lose detail


def _plain(images, size):
    """Yield the images as batches of one, resized and normalised as the hand-out says."""
    mean, std = (torch.tensor(one)[:, None, None] for one in (MEAN, STD))
    for pixels in images:
        resized = np.asarray(Image.fromarray(pixels).resize((size, size), Image.Resampling.BILINEAR), np.float32)
        yield ((torch.from_numpy(resized.transpose(2, 0, 1) / 255) - mean) / std)[None], None


def _attempt(model, make_loader):
    try:
        return _logits(model, make_loader())
    except Exception as error:
        return Failure(error=error_text(error))


def _logits(model, loader):
    """Return logits, (N, C), and thumbnails, (N, 3, 8, 8), of all images of a loader."""
    logits, small = [], []
    with torch.no_grad():
        for images, _ in loader:
            logits.append(model(images).float().numpy())
            small.append(thumbnails(images.expand(-1, 3, -1, -1)))
    return LoaderLogits(logits=np.concatenate(logits), thumbnails=np.concatenate(small))


def predictions(submitted):
    """Return the rows of `predictions.json`."""
    rows = read_json(PREDICTIONS)
    if isinstance(rows, dict):
        rows = next((rows[key] for key in ("predictions", "rows", "data") if isinstance(rows.get(key), list)), rows)
    if isinstance(rows, dict):  # file to class
        rows = [{"file": file, "predicted": predicted} for file, predicted in rows.items()]
    if not isinstance(rows, list):
        raise UnusableFile(f"{PREDICTIONS} holds {called(rows)}; a list of rows is expected")
    return Predictions(rows=[_row(row) for row in rows[:MOST_ROWS]], count=len(rows))


def _row(row):
    """Return the file and the predicted class; empty texts for missing fields."""
    file, predicted = "", ""
    if isinstance(row, (list, tuple)) and len(row) >= 2:
        file, predicted = row[0], row[-1]
    elif isinstance(row, dict):
        file = next((row[key] for key in ("file", "path", "image", "filename", "image_path") if key in row), "")
        predicted = next((row[key] for key in ("predicted", "prediction", "pred", "predicted_label") if key in row), "")
    return Prediction(file=str(file)[:300], predicted=str(predicted)[:100])
