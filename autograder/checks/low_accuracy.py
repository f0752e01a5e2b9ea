"""Explains a low accuracy by observations of the training, or says that nothing observed explains it."""

from collections.abc import Callable, Sequence

from autograder.checks.cause import Cause
from autograder.checks.causes import in_data, in_training
from autograder.checks.training_seen import Training

NO_CAUSE = Cause(
    "none",
    "the training shows nothing that explains it",
    "First fix the faults that other tests found. If there are none, watch the loss: train until it has levelled off, "
    "and try another learning rate.",
)
ORDER: Sequence[Callable[[Training], Cause | None]] = (
    in_training.no_steps,
    in_training.other_network,
    in_training.head_not_held,
    in_data.far_off_pixels,
    in_training.no_checkpoint,
    in_data.wrong_labels,
    in_training.small_steps,
    in_data.unlike_modes,
    in_training.large_steps,
    in_training.piled_gradients,
    in_training.flat_outputs,
    in_training.faded_rate,
    in_training.heavy_decay,
    in_training.few_held,
    in_training.probabilities,
    in_data.scrambled,
    in_training.no_progress,
    in_data.near_pixels,
    in_data.unusual_spread,
    in_data.few_images,
    in_training.learned_by_heart,
    in_training.few_steps,
    in_training.stops_early,
)


def likely_cause(training: Training) -> Cause:
    """Return the first cause that the observations support.

    Causes that stop any network from learning come first, then the course of the loss with the settings behind it,
    then slow training.
    """
    return next(filter(None, (find(training) for find in ORDER)), NO_CAUSE)
