"""Observes reading and encoding. Runs in the sandbox, beside the student's code.

A probe calls the student's functions and returns a struct of `observed.py`. It never decides about points, and
holds nothing that students must not know: their code shares its process.
"""

from pathlib import Path

import torch

from autograder.assignments.your_assignment.observed import Bag, Messages
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def messages(submitted, lines):
    """Return the result of `load_messages` for a file with these lines."""
    Path("some_messages.tsv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    loaded = submitted.get("load_messages")("some_messages.tsv")
    if not isinstance(loaded, (tuple, list)) or len(loaded) != 2:
        raise UnexpectedResult(f"load_messages returned {called(loaded)}; a pair (texts, labels) is expected")
    texts, labels = loaded
    if not isinstance(labels, torch.Tensor):
        raise UnexpectedResult(f"load_messages returned {called(labels)} for its labels; a tensor is expected")
    return Messages(texts=[str(text) for text in texts], labels=labels.numpy())


def bag(submitted, texts, vocabulary):
    """Return the result of `bag_of_words` for these texts."""
    counts = submitted.get("bag_of_words")(texts, vocabulary)
    if not isinstance(counts, torch.Tensor):
        raise UnexpectedResult(f"bag_of_words returned {called(counts)}; a tensor is expected")
    return Bag(counts=counts.numpy())
