"""Observes the predictions of the uploaded network, and the claims about it.

Runs in the sandbox, beside the student's code.
"""

import inspect
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from autograder.probes.artefacts import load_strictly, read_checkpoint, read_json
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.training_trace import thumbnails
from autograder.probes.weights import called

CHECKPOINT, CONFIG, PREDICTIONS = "best_model.pth", "config.json", "predictions.json"
CLAIM = "test_accuracy"
INTERFACE = ("num_filters", "filter_size", "activation", "dense_neurons", "dense_activation")
INTERFACE += ("filter_org", "batch_norm", "dropout", "num_classes", "input_size")
TOP = "inaturalist_12K"
LATE = "late_pictures"
BATCH = 16
MEAN, STD = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
MOST_ROWS = 500


def best_model(submitted):
    """Rebuild the network, load its weights, and return logits of pictures that enter only then.

    They are passed through the student's own test loader and, as this may be at fault for reasons that are
    judged elsewhere, through a plain one of ours; with each go the thumbnails that tell which is which.
    """
    config = read_json(CONFIG)
    if not isinstance(config, dict):
        raise UnexpectedResult(f"{CONFIG} holds {called(config)}; an object with the arguments of CNN is expected")
    make = submitted.get("CNN")
    model = make(**_arguments(make, config))
    if not isinstance(model, nn.Module):
        raise UnexpectedResult(f"CNN(…) is {called(model)}; a torch.nn.Module is expected")
    load_strictly(model, read_checkpoint(CHECKPOINT), CHECKPOINT)
    model.eval()
    size = int(config.get("input_size", 224))
    function = submitted.module.__dict__.get("get_dataloaders")
    pictures = submitted.receive("pictures")
    names = _write(pictures)
    passes = []
    for way, loader in (
        ("own", lambda: function(LATE, BATCH, data_aug=False, size=size)[2]),
        ("plain", lambda: _plain(pictures, size)),
    ):
        try:
            passes.append({"way": way, **_logits(model, loader())})
        except Exception as error:
            passes.append({"way": way, "error": f"{type(error).__name__}: {error}"[:300]})
    return {"claim": _claim(config), "passes": passes, "classes": names}


def _arguments(make, config):
    """Return the entries of the configuration that CNN takes; others, such as a learning rate, may stand there too."""
    try:
        parameters = inspect.signature(make).parameters
    except (TypeError, ValueError):
        parameters = {}
    named = [name for name, one in parameters.items() if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
    return {name: value for name, value in config.items() if name in named or name in INTERFACE}


def _claim(config):
    claim = config.get(CLAIM)
    return float(claim) if isinstance(claim, (int, float)) and not isinstance(claim, bool) else None


def _write(pictures):
    """Lay the pictures out as a test set, in turn in all classes, which says nothing; return the classes' names.

    The loaders also want pictures to train on: those of the hand-out will do.
    """
    top = Path(LATE)
    top.mkdir()
    (top / "train").symlink_to(Path(TOP, "train").resolve())
    names = sorted(path.name for path in Path(TOP, "train").iterdir() if path.is_dir())
    for number, pixels in enumerate(pictures):
        folder = top / "val" / names[number % len(names)]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / f"{number:04d}.jpg", "PNG")  # by content; JPEG would lose some
    return names


def _plain(pictures, size):
    """Yield the pictures as batches of one, resized and normalised as the hand-out says."""
    mean, std = (torch.tensor(one)[:, None, None] for one in (MEAN, STD))
    for pixels in pictures:
        resized = np.asarray(Image.fromarray(pixels).resize((size, size), Image.Resampling.BILINEAR), np.float32)
        yield ((torch.from_numpy(resized.transpose(2, 0, 1) / 255) - mean) / std)[None], None


def _logits(model, loader):
    """Return logits, (N, C), and thumbnails, (N, 3, 8, 8), of all that the loader gives."""
    logits, small = [], []
    with torch.no_grad():
        for images, _ in loader:
            logits.append(model(images).float().numpy())
            small.append(thumbnails(images.expand(-1, 3, -1, -1)))
    return {"logits": np.concatenate(logits), "thumbnails": np.concatenate(small)}


def predictions(submitted):
    """Return the rows of `predictions.json` as pairs of file and predicted class, as text."""
    rows = read_json(PREDICTIONS)
    if isinstance(rows, dict):
        rows = next((rows[key] for key in ("predictions", "rows", "data") if isinstance(rows.get(key), list)), rows)
    if isinstance(rows, dict):  # file to class
        rows = [{"file": file, "predicted": predicted} for file, predicted in rows.items()]
    if not isinstance(rows, list):
        raise UnexpectedResult(f"{PREDICTIONS} holds {called(rows)}; a list of rows is expected")
    return {"rows": [_row(row) for row in rows[:MOST_ROWS]], "count": len(rows)}


def _row(row):
    """Return [file, predicted class]; empty texts for what a row lacks."""
    if isinstance(row, (list, tuple)) and len(row) >= 2:
        return [str(row[0])[:300], str(row[-1])[:100]]
    if not isinstance(row, dict):
        return ["", ""]
    file = next((row[key] for key in ("file", "path", "image", "filename", "image_path") if key in row), "")
    guess = next((row[key] for key in ("predicted", "prediction", "pred", "predicted_label") if key in row), "")
    return [str(file)[:300], str(guess)[:100]]
