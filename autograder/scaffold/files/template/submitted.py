"""Praise or complaint: telling short messages apart.

Write the body of each function below. Keep the names and the parameters; HANDOUT.md says what each
function must do and how it is graded.
"""

import torch
from torch import nn

# The grader takes a function that raises NotImplementedError("Write …") for one that is still empty.


def load_messages(path):
    """Return (texts, labels) of a file: a list of strings, and an (N,) int64 tensor of 0 and 1."""
    raise NotImplementedError("Write load_messages")


def bag_of_words(texts, vocabulary):
    """Return how often each word of the vocabulary stands in each text, an (N, words) float32 tensor."""
    raise NotImplementedError("Write bag_of_words")


def build_model(words):
    """Return a network from (N, words) to (N, 2)."""
    raise NotImplementedError("Write build_model")


def train(model, x, y):
    """Train the network that is given on counts x and labels y; return a list with each epoch's loss."""
    raise NotImplementedError("Write train")


if __name__ == "__main__":
    texts, labels = load_messages("messages.tsv")
    vocabulary = sorted({word for text in texts for word in text.lower().split()})
    model = build_model(len(vocabulary))
    print("losses:", train(model, bag_of_words(texts, vocabulary), labels))
