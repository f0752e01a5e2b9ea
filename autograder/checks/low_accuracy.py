"""Explains a low accuracy by observations of the training, or says that nothing observed explains it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.checks.learning_rate import Rate
from autograder.checks.loss_course import LEAST_LOSSES, begin, comes_down, end, has_levelled, peak, still_falls
from autograder.checks.pixel_scale import wrong_scale
from autograder.checks.training_seen import Training

FEW = 0.75  # of the given images; students may keep a fifth for validation
FEW_DIFFERENT = 0.5
USUAL_SPREAD = (0.6, 1.6)  # times the reference solution's; the constants of other data sets give about as much
UNLIKE_MEAN, UNLIKE_STD = 0.5, (0.6, 1.7)  # of the spread in training; augmentation stays within
FAR_OFF = (0.03, 10.0)  # times the right spread: outside, no learning rate helps
MISLABELLED = 0.9  # of the labels: fewer are right
SCRAMBLED = 0.1  # of the images trained on: fewer look like those in the files
MOSTLY = 0.5
FEW_STEPS = 50
FEW_HELD = 0.1  # of the weights that can learn
FLAT_OUTPUTS = 1e-3  # spread within a batch, in logits
LEARNED = 0.25  # a gap between training and held-out accuracy that chance does not explain


TENTH = "Divide the learning rate by 10, and again if that is not enough: the loss should fall from the first steps on."


@dataclass(frozen=True)
class Cause:
    """An observation that explains a low accuracy.

    Attributes:
        name: of the cause, in two or three words; for tables.
        seen: in words.
        hint: how to fix it.
    """

    name: str
    seen: str
    hint: str


NO_CAUSE = Cause(
    "none",
    "the training shows nothing that explains it",
    "First fix the faults that other tests found. If there are none, watch the loss: train until it has levelled off, "
    "and try another learning rate.",
)


def likely_cause(training: Training) -> Cause:
    """Return the first cause that the observations support.

    Causes that stop any network from learning come first, then the course of the loss with the settings behind it,
    then slow training.
    """
    return next(filter(None, (find(training) for find in ORDER)), NO_CAUSE)


def _no_steps(training: Training) -> Cause | None:
    if training.steps != 0 or comes_down(training.losses):
        return None
    return Cause(
        "no step",
        "no optimizer made a step while run_model ran",
        f"Call the training loop in run_model, and optimizer.step() in the loop.{_say(training.see.loop)}",
    )


def _head_not_held(training: Training) -> Cause | None:
    if not training.without_head:
        return None
    return Cause(
        "weights left out",
        "the optimizer does not hold the layer that gives the outputs, so that layer stays as it began",
        "Create the optimizer after the network is complete, with the parameters of this network.",
    )


def _few_held(training: Training) -> Cause | None:
    if training.is_tuned or training.held >= FEW_HELD:
        return None
    return Cause(
        "weights left out",
        f"the optimizer holds {training.held:.1%} of the weights that can learn; the others stay as they began",
        "Pass model.parameters() of the whole network to the optimizer.",
    )


def _far_off_pixels(training: Training) -> Cause | None:
    return _wrong_pixels(training, far_off=True)


def _near_pixels(training: Training) -> Cause | None:
    return _wrong_pixels(training, far_off=False)


def _wrong_pixels(training: Training, *, far_off: bool) -> Cause | None:
    seen, right = training.trained_pixels or training.pixels, training.right_pixels
    wrong = wrong_scale(seen, right) if seen and right and _scales_alike(training) else None
    if not seen or not right or not wrong or far_off == _is_within(FAR_OFF, seen[1], right[1]):
        return None
    first = f"First fix what test {training.see.scale} found, if anything. " if training.see.scale else ""
    return Cause("scale", f"your {wrong.what}", f"{first}{wrong.hint}")


def _unlike_modes(training: Training) -> Cause | None:
    if training.pixels is None or training.trained_pixels is None or _scales_alike(training):
        return None
    (mean, std), (there_mean, there_std) = training.pixels, training.trained_pixels
    return Cause(
        "unlike scales",
        f"the network was trained on pixels with mean {there_mean:.2f} and standard deviation {there_std:.2f}, and "
        f"your preprocessing for the test gives {mean:.2f} and {std:.2f}",
        "Scale test images as you scale training images, and check which transform run_model uses."
        + _say(training.see.modes),
    )


def _no_checkpoint(training: Training) -> Cause | None:
    if not training.own_backbone:
        return None
    return Cause(
        "no checkpoint",
        "the network that run_model returns has none of the pretrained weights",
        f"Load the checkpoint into the network before you replace its last layer.{_say(training.see.checkpoint)}",
    )


def _wrong_labels(training: Training) -> Cause | None:
    labelled = training.sample.labelled
    if labelled is None or labelled >= MISLABELLED:
        return None
    return Cause(
        "labels",
        f"only {labelled:.0%} of the images trained on had the label that the files give them",
        f"Keep images and labels in the same order, and do not change the labels.{_say(training.see.labels)}",
    )


def _scrambled(training: Training) -> Cause | None:
    found = training.sample.found
    if found is None or found >= SCRAMBLED:
        return None
    return Cause(
        "unlike the files",
        f"only {found:.0%} of the images trained on look like an image of the files: rows, columns or colours are "
        "swapped, or augmentation changes the images beyond recognition",
        f"Show a batch with matplotlib before you train.{_say(training.see.images)}",
    )


def _probabilities(training: Training) -> Cause | None:
    if training.probabilities < MOSTLY:
        return None
    return Cause(
        "softmax",
        "the cross-entropy gets probabilities: the network ends in a softmax, and the loss takes another one",
        f"Return logits, without a softmax; nn.CrossEntropyLoss applies one itself.{_say(training.see.network)}",
    )


def _large_steps(training: Training) -> Cause | None:
    highest = peak(training.losses, training.guess)
    if not highest or not (training.rate.is_large or comes_down(training.losses)):
        return None
    return Cause(
        "large steps",
        f"the loss first rises, from {float(training.losses[0]):.2f} to {highest:.2f}; steps that are too large "
        f"cause this{_in_brackets(training.rate)}",
        TENTH,
    )


def _small_steps(training: Training) -> Cause | None:
    if not training.rate.is_small or not (still_falls(training.losses) or not _gets_going(training)):
        return None
    course = "still falls when training ends" if still_falls(training.losses) else "hardly comes down"
    return Cause(
        "small steps",
        f"the loss {course}, at {end(training.losses):.2f}: {training.rate.words} makes small steps",
        "Try ten times the learning rate, or train for more epochs until the loss has levelled off.",
    )


def _faded_rate(training: Training) -> Cause | None:
    if not training.rate.has_faded:
        return None
    return Cause(
        "faded rate",
        f"the learning rate falls early: {training.rate.rate:g} at the first step, {training.rate.mean:.2g} on average",
        "Call scheduler.step() once an epoch, and lower the rate only after the loss has levelled off.",
    )


def _piled_gradients(training: Training) -> Cause | None:
    if training.piled < MOSTLY:
        return None
    return Cause(
        "gradients pile up",
        f"after {training.piled:.0%} of the steps the gradients were kept, and the next batch added its own to them",
        f"Call optimizer.zero_grad() before each loss.backward().{_say(training.see.gradients)}",
    )


def _heavy_decay(training: Training) -> Cause | None:
    if not training.rate.has_heavy_decay:
        return None
    return Cause(
        "weight decay",
        f"a weight decay of {training.rate.weight_decay:g} keeps the weights small",
        "Try a weight decay of 0, and then 1e-4.",
    )


def _flat_outputs(training: Training) -> Cause | None:
    if not len(training.spread) or not end(training.spread) < FLAT_OUTPUTS * (1 + training.guess):
        return None
    if training.rate.is_large:
        return Cause(
            "large steps",
            "the network gives all images of a batch the same outputs; steps that are too large cause this"
            f"{_in_brackets(training.rate)}",
            TENTH,
        )
    return Cause(
        "flat outputs",
        "the network gives all images of a batch the same outputs",
        "Check the initial weights (all zeros cannot learn), and that no ReLU follows the last layer.",
    )


def _no_progress(training: Training) -> Cause | None:
    if len(training.losses) < LEAST_LOSSES or _gets_going(training):
        return None
    return Cause(
        "large steps" if training.rate.is_large else "flat loss",
        f"the loss does not come down in training: it begins at {begin(training.losses):.2f} and ends at "
        f"{end(training.losses):.2f}{_in_brackets(training.rate)}",
        TENTH
        if training.rate.is_large
        else f"Check the learning rate, and that the loss gets logits and labels.{_say(training.see.loop)}",
    )


def _few_images(training: Training) -> Cause | None:
    different = training.sample.different
    seen = min(training.images, different or training.images)
    few_different = 0 < different < FEW_DIFFERENT * training.given
    if not 0 < seen < FEW * training.given or (training.images >= FEW * training.given and not few_different):
        return None
    told = f", about {different:,} different ones" if 0 < different < FEW_DIFFERENT * training.images else ""
    return Cause(
        "few images",
        f"the network was trained on {training.images:,} images{told}; {training.files} hold {training.given:,}",
        f"Train on all files, and use every batch of the loader.{_say(training.see.files)}",
    )


def _unusual_spread(training: Training) -> Cause | None:
    if training.pixels is None or training.right_pixels is None:
        return None
    (mean, std), (right_mean, right_std) = training.pixels, training.right_pixels
    if _is_within(USUAL_SPREAD, std, right_std):
        return None
    return Cause(
        "scale",
        f"your pixels have mean {mean:.2f} and standard deviation {std:.2f} after preprocessing; "
        f"{right_mean:.2f} and {right_std:.2f} are usual",
        "Compare the constants of your Normalize with those in the hand-out, digit by digit.",
    )


def _other_network(training: Training) -> Cause | None:
    if not (training.is_guessing and training.is_another):
        return None
    return Cause(
        "other network",
        "run_model returns another network than the one that was called in training, and its answers are guesses",
        "Return the network that you trained.",
    )


def _learned_by_heart(training: Training) -> Cause | None:
    if not training.right_at_the_end > training.accuracy + LEARNED:
        return None
    return Cause(
        "learned by heart",
        f"at the end of training it recognises {training.right_at_the_end:.0%} of the images trained on, and far fewer "
        "others",
        "Change the images at random in training, use all of them, or stop earlier.",
    )


def _few_steps(training: Training) -> Cause | None:
    if not 0 < (training.steps or 0) < FEW_STEPS or not comes_down(training.losses) or has_levelled(training.losses):
        return None
    return Cause(
        "stops early",
        f"training ends after {training.steps} steps, while the loss comes down; it is at {end(training.losses):.2f}",
        "Train for more epochs, or in smaller batches, which make more steps.",
    )


def _stops_early(training: Training) -> Cause | None:
    if not still_falls(training.losses):
        return None
    return Cause(
        "stops early",
        f"the loss still falls when training ends, at {end(training.losses):.2f}",
        "Train until the loss has levelled off: use more epochs, or a larger learning rate.",
    )


ORDER: Sequence[Callable[[Training], Cause | None]] = (
    _no_steps,
    _other_network,
    _head_not_held,
    _far_off_pixels,
    _no_checkpoint,
    _wrong_labels,
    _small_steps,
    _unlike_modes,
    _large_steps,
    _piled_gradients,
    _flat_outputs,
    _faded_rate,
    _heavy_decay,
    _few_held,
    _probabilities,
    _scrambled,
    _no_progress,
    _near_pixels,
    _unusual_spread,
    _few_images,
    _learned_by_heart,
    _few_steps,
    _stops_early,
)


def _scales_alike(training: Training) -> bool:
    """Return whether images have one scale in training and in test, as far as that is known."""
    if training.pixels is None or training.trained_pixels is None or not training.steps:
        return True
    (mean, std), (there_mean, there_std) = training.pixels, training.trained_pixels
    return abs(mean - there_mean) <= UNLIKE_MEAN * there_std and _is_within(UNLIKE_STD, std, there_std)


def _gets_going(training: Training) -> bool:
    return comes_down(training.losses)


def _in_brackets(rate: Rate) -> str:
    return f" ({rate.words})" if rate.words else ""


def _say(number: str) -> str:
    return f" See test {number}." if number else ""


def _is_within(bounds: tuple[float, float], std: float, other: float) -> bool:
    """Return whether the ratio of two standard deviations lies within the bounds."""
    return bounds[0] <= std / max(other, 1e-9) <= bounds[1]
