"""Observes `evaluate` and `predict`, on our own networks and images.

Runs in the sandbox, beside the student's code.
"""

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


class _ByChannel(nn.Module):
    """Takes a picture for the class whose channel is brightest, and notes what it is given."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.seen = []

    def forward(self, pictures):  # (N, 3, H, W)
        if pictures.dim() != 4 or pictures.shape[1] != 3:
            raise ValueError(f"a network takes pictures of shape (N, 3, H, W), not {tuple(pictures.shape)}")
        logits = pictures.float().mean((2, 3)) * self.scale
        self.seen.append({"shape": list(pictures.shape), "training": self.training, "logits": logits.detach().tolist()})
        return logits


def evaluated(submitted, answers, batch_size):
    """Return what `evaluate` says of a network that gives these answers.

    Args:
        submitted: the submission.
        answers: pairs of the true class and the predicted one.
        batch_size: of the loader.
    """
    labels, predicted = (torch.tensor(column) for column in zip(*answers, strict=True))
    pictures = nn.functional.one_hot(predicted, 3).float()[:, :, None, None].expand(-1, -1, 8, 8).contiguous()
    model = _ByChannel().train()
    returned = submitted.get("evaluate")(model, DataLoader(TensorDataset(pictures, labels), batch_size=batch_size))
    if not isinstance(returned, (tuple, list)) or len(returned) != 2:
        raise UnexpectedResult(f"evaluate returned {called(returned)}; (accuracy, confusion matrix) is expected")
    accuracy, confusion = sorted((_array(part) for part in returned), key=lambda part: part.size)
    if accuracy.size != 1:
        raise UnexpectedResult("evaluate returned no single number; (accuracy, confusion matrix) is expected")
    return {
        "accuracy": float(accuracy.reshape(())),
        "confusion": confusion,
        "modes": [one["training"] for one in model.seen],
    }


def _array(value):
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    try:
        return np.asarray(value, np.float64)
    except (TypeError, ValueError):
        raise UnexpectedResult(f"evaluate returned {called(value)} among its numbers") from None


def predicted(submitted, pictures, class_names):
    """Return what `predict` answers for plain pictures, and what it gave to the network.

    Args:
        submitted: the submission.
        pictures: for each its width, height and colour (red, green, blue).
        class_names: in the order of the outputs.
    """
    predict, rows = submitted.get("predict"), []
    for number, (width, height, colour) in enumerate(pictures, start=1):
        path = f"our_image_{number:02d}.jpg"
        Image.new("RGB", (width, height), tuple(colour)).save(path, quality=95)
        model = _ByChannel().train()
        answer = predict(model, path, list(class_names))
        rows.append(
            {"answer": str(answer), "kind": called(answer), "seen": model.seen[:16], "own": _own(submitted, path)}
        )
    return {"pictures": rows}


def _own(submitted, path):
    """Return shape and mean levels of a picture after the student's own transform; None where that fails."""
    try:
        tensor = submitted.get("data_transforms")["val"](Image.open(path).convert("RGB"))
        return {"shape": [1, *tensor.shape], "levels": tensor.float().mean((1, 2)).tolist()}
    except Exception:
        return None
