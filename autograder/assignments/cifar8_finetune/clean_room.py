"""Has our own network, with the weights that a submission has trained, look at the held-out images."""

from collections.abc import Callable
from typing import Any

from autograder.assignments.cifar8_finetune.heldout import deferred_inputs, heldout_for
from autograder.assignments.cifar8_finetune.observed import HeldoutLogits, Pass, PreparedHeldout, Weights
from autograder.assignments.cifar8_finetune.run_model import TEST_FILE
from autograder.checks.clean_room import for_clean_room
from autograder.checks.evidence import Evidence
from autograder.checks.pickled_batches import read_batch


def logits_of(
    evidence: Evidence, observe: Callable[..., Any], digest: str, weights: Weights, one: Pass
) -> HeldoutLogits | None:
    """Return the logits of the held-out images; None if they cannot be prepared.

    Args:
        evidence: of the test.
        observe: a test's `observe` or `reference`.
        digest: of the submission that it observes.
        weights: of its network.
        one: how that network is given images.
    """
    inputs = for_clean_room(
        weights,
        one,
        read_batch(evidence.data / TEST_FILE)[0],
        heldout_for(evidence, digest),
        lambda: observe(PreparedHeldout, deferred_inputs(evidence), way=one.way).images,
    )
    return observe(HeldoutLogits, inputs) if inputs else None
