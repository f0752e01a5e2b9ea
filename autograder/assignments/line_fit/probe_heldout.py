"""Observes the predictions for held-out points. Runs in the sandbox, beside the student's code."""

from pathlib import Path

import torch

from autograder.assignments.line_fit.observed import Predictions
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def predictions(submitted, rows):
    """Load, build, train and predict, all by the student's functions; return raw predictions.

    The points to train on are pairs of numbers. The held-out inputs enter the sandbox when training has ended.
    """
    Path("moved_points.txt").write_text("".join(f"{x} {y}\n" for x, y in rows))
    x, y = submitted.get("load_points")("moved_points.txt")
    model = submitted.get("build_model")()
    submitted.get("train")(model, x, y)
    inputs = torch.from_numpy(submitted.receive("heldout").copy())
    predicted = submitted.get("predict")(model, inputs)
    if not isinstance(predicted, torch.Tensor):
        raise UnexpectedResult(f"predict returned {called(predicted)}; a tensor is expected")
    return Predictions(predictions=predicted.detach().float().numpy())
