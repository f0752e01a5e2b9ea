"""The held-out messages, as the trusted side reads them."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from autograder.checks.evidence import Evidence

IntArray = npt.NDArray[np.int64]


@cache
def heldout(data: Path) -> tuple[tuple[str, ...], IntArray]:
    """Return the messages, and their labels, (N,) in {0, 1}.

    Args:
        data: folder of the profile's data.
    """
    lines = (data / "heldout.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines]
    return tuple(text for _, text in pairs), np.array([int(label) for label, _ in pairs], np.int64)


# DECIDE: how held-out inputs differ from submission to submission, so that nobody can look answers up. Here it is
# their order; images can be shifted, numbers jittered, words replaced by ones of the same meaning.
def order_of(secret: str, digest: str, count: int) -> IntArray:
    """Return the order in which a submission gets the messages, so that none learns an answer by its place."""
    seed = list(hashlib.sha256(f"{secret}:{digest}".encode()).digest())
    return np.random.default_rng(seed).permutation(count)


def labels_for(evidence: Evidence) -> IntArray:
    """Return the labels in the order of the messages that the submission got, (N,)."""
    labels = heldout(evidence.data)[1]
    return labels[order_of(evidence.secret, evidence.submission.digest, len(labels))]


def deferred_inputs(evidence: Evidence) -> dict[str, Callable[[str], list[str]]]:
    """Return the function that makes a submission's messages, once its training has ended."""

    def messages(digest: str) -> list[str]:
        texts = heldout(evidence.data)[0]
        return [texts[place] for place in order_of(evidence.secret, digest, len(texts))]

    return {"heldout": messages}
