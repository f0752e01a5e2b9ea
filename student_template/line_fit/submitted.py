"""A straight line through points.

Write the body of each function below. Keep the names and the parameters; HANDOUT.md says what each
function must do and how it is graded.
"""

import torch
from torch import nn


def load_points(path):
    """Return (x, y): the columns of a text file with two numbers a line, as (N, 1) float32 tensors."""
    raise NotImplementedError("Write load_points")


def build_model():
    """Return a model with one slope and one intercept, from (N, 1) to (N, 1)."""
    raise NotImplementedError("Write build_model")


def train(model, x, y):
    """Train the model that is given on the points that are given; return a list with each epoch's loss."""
    raise NotImplementedError("Write train")


def predict(model, x):
    """Return the model's answers for inputs x, (N, 1), as a tensor of shape (N, 1)."""
    raise NotImplementedError("Write predict")


if __name__ == "__main__":
    x, y = load_points("points.txt")
    model = build_model()
    print("losses:", train(model, x, y))
    print("first answers:", predict(model, x[:3]).tolist(), "the truth:", y[:3].tolist())
