"""Observes `evaluate` and `predict`, on our own networks and images.

Runs in the sandbox, beside the student's code.
"""

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.assignments.animals_transfer.observed_answers import (
    LARGEST,
    MOST_BATCHES,
    MOST_CHANNELS,
    MOST_NUMBERS,
    NAME_LENGTH,
    Asked,
    Evaluated,
    Predicted,
    Predictions,
    Prepared,
)
from autograder.probes.records import as_dict
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


class _ByChannel(nn.Module):
    """Takes an image for the class whose channel is brightest, and notes its inputs."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.asked = []

    def forward(self, images):  # (N, 3, H, W)
        if images.dim() != 4 or images.shape[1] != 3:
            raise ValueError(f"a network takes images of shape (N, 3, H, W), not {tuple(images.shape)}")
        logits = images.float().mean((2, 3)) * self.scale
        self.asked.append(
            Asked(shape=list(images.shape), training=self.training, logits=logits.detach()[:MOST_NUMBERS].tolist())
        )
        return logits


def evaluated(submitted, answers, batch_size):
    """Return what `evaluate` says of a network that gives these answers.

    Args:
        submitted: the submission.
        answers: pairs of the true class and the predicted one.
        batch_size: of the loader.
    """
    labels, predicted = (torch.tensor(column) for column in zip(*answers, strict=True))
    images = nn.functional.one_hot(predicted, 3).float()[:, :, None, None].expand(-1, -1, 8, 8).contiguous()
    model = _ByChannel().train()
    returned = submitted.get("evaluate")(model, DataLoader(TensorDataset(images, labels), batch_size=batch_size))
    accuracy, confusion = _parts(returned)
    if confusion is not None and confusion.size > LARGEST:
        raise UnexpectedResult(f"evaluate returned {confusion.size:,} numbers; a confusion matrix of 3 × 3 is expected")
    return Evaluated(
        returned=called(returned),
        accuracy=None if accuracy is None else float(accuracy.reshape(())),
        confusion=confusion,
        modes=[one.training for one in model.asked[:MOST_NUMBERS]],
    )


def _parts(returned):
    """Return the accuracy and the confusion matrix, recognised by names and shapes; None for a missing one.

    Records count by their fields. Whatever is neither, such as a report in words, stands beside them and is left out.
    """
    returned = as_dict(returned)
    names, parts = _named(returned)
    arrays = [(name, one) for name, part in zip(names, parts, strict=True) if (one := _array(part)) is not None]
    single = [(name, one) for name, one in arrays if one.size == 1]
    several = [one for _, one in arrays if one.size != 1]
    if not arrays:
        raise UnexpectedResult(f"evaluate returned {called(returned)}; (accuracy, confusion matrix) is expected")
    single.sort(key=lambda named: "acc" not in named[0])  # the first number, unless names say otherwise
    several.sort(key=lambda one: (one.shape != (3, 3), one.ndim != 2))  # the matrix of three classes, or else a table
    return next((one for _, one in single), None), next(iter(several), None)


def _named(returned):
    """Return the parts of what `evaluate` returned, behind their names in small letters; "" where they have none."""
    if isinstance(returned, dict):
        return [str(name).lower() for name in returned], list(returned.values())
    is_matrix = isinstance(returned, list) and all(isinstance(row, list) for row in returned)
    parts = list(returned) if isinstance(returned, (tuple, list)) and not is_matrix else [returned]
    return [""] * len(parts), parts


def _array(value):
    """Return numbers as an array; None where there are none."""
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    try:
        return None if value is None or isinstance(value, str) else np.asarray(value, np.float64)
    except (TypeError, ValueError):
        return None


def predicted(submitted, images, class_names):
    """Return what `predict` answers for plain images, and what it gave to the network.

    Args:
        submitted: the submission.
        images: for each its width, height and colour (red, green, blue).
        class_names: in the order of the outputs.
    """
    predict, rows = submitted.get("predict"), []
    for number, (width, height, colour) in enumerate(images, start=1):
        path = f"our_image_{number:02d}.jpg"
        Image.new("RGB", (width, height), tuple(colour)).save(path, quality=95)
        model = _ByChannel().train()
        answer = predict(model, path, list(class_names))
        rows.append(
            Predicted(
                answer=str(answer)[:NAME_LENGTH],
                kind=called(answer)[:NAME_LENGTH],
                asked=model.asked[:MOST_BATCHES],
                own=_own(submitted, path),
            )
        )
    return Predictions(images=rows)


def _own(submitted, path):
    """Return shape and mean levels of an image after the student's own transform; None where that fails."""
    try:
        tensor = submitted.get("data_transforms")["val"](Image.open(path).convert("RGB"))
        levels = tensor.float().mean((1, 2))[:MOST_CHANNELS].tolist()
        return Prepared(shape=[1, *tensor.shape], levels=levels)
    except Exception:
        return None
