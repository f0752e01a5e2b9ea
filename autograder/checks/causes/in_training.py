"""Causes of a low accuracy in the network, the optimizer and the course of the loss; each is None if not observed."""

from autograder.checks.cause import Cause, see_test
from autograder.checks.learning_rate import Rate
from autograder.checks.loss_course import LEAST_LOSSES, begin, comes_down, end, has_levelled, peak, still_falls
from autograder.checks.training_seen import Training

MOSTLY = 0.5
FEW_STEPS = 50
FEW_HELD = 0.1  # of the weights that can learn
HARDLY = 0.02  # of a loss, which is noise
FLAT_OUTPUTS = 1e-3  # spread within a batch, in logits
LEARNED = 0.25  # a gap between training and held-out accuracy that chance does not explain
TENTH = "Divide the learning rate by 10, and again if that is not enough: the loss should fall from the first steps on."


def no_steps(training: Training) -> Cause | None:
    """No optimizer made a step."""
    if training.steps != 0 or comes_down(training.losses):
        return None
    return Cause(
        "no step",
        "no optimizer made a step while run_model ran",
        f"Call the training loop in run_model, and optimizer.step() in the loop.{see_test(training.see.loop)}",
    )


def other_network(training: Training) -> Cause | None:
    """Another network than the trained one is returned."""
    if not (training.is_guessing and training.is_another):
        return None
    return Cause(
        "other network",
        "run_model returns a network other than the trained one, and its answers are guesses",
        "Return the network that you trained.",
    )


def head_not_held(training: Training) -> Cause | None:
    """The optimizer leaves the last layer out."""
    if not training.without_head:
        return None
    return Cause(
        "weights left out",
        "the optimizer does not hold the layer that gives the outputs, so that layer keeps its initial weights",
        "Create the optimizer after the network is complete, with the parameters of this network.",
    )


def no_checkpoint(training: Training) -> Cause | None:
    """The backbone was not loaded."""
    if not training.own_backbone:
        return None
    return Cause(
        "no checkpoint",
        "the network that run_model returns has none of the pretrained weights",
        f"Load the checkpoint into the network before you replace its last layer.{see_test(training.see.checkpoint)}",
    )


def small_steps(training: Training) -> Cause | None:
    """The loss falls too slowly to arrive."""
    if not training.rate.is_small or not (still_falls(training.losses) or not _gets_going(training)):
        return None
    course = "still falls when training ends" if still_falls(training.losses) else "hardly comes down"
    return Cause(
        "small steps",
        f"the loss {course}, at {end(training.losses):.2f}: {training.rate.words} makes small steps",
        "Try ten times the learning rate, or train for more epochs until the loss has levelled off.",
    )


def large_steps(training: Training) -> Cause | None:
    """The loss rises first."""
    highest = peak(training.losses, training.guess)
    if not highest or not (training.rate.is_large or comes_down(training.losses)):
        return None
    return Cause(
        "large steps",
        f"the loss first rises, from {float(training.losses[0]):.2f} to {highest:.2f}; steps that are too large "
        f"cause this{_in_brackets(training.rate)}",
        TENTH,
    )


def piled_gradients(training: Training) -> Cause | None:
    """Gradients of earlier batches stay."""
    if training.piled < MOSTLY:
        return None
    return Cause(
        "gradients pile up",
        f"after {training.piled:.0%} of the steps the gradients were kept, and the next batch added its own to them",
        f"Call optimizer.zero_grad() before each loss.backward().{see_test(training.see.gradients)}",
    )


def flat_outputs(training: Training) -> Cause | None:
    """All images of a batch get the same outputs."""
    if not len(training.spread) or not end(training.spread) < FLAT_OUTPUTS * (1 + training.guess):
        return None
    if training.rate.is_large:
        return Cause(
            "large steps",
            "the network gives all images of a batch the same outputs; steps that are too large cause this"
            f"{_in_brackets(training.rate)}",
            TENTH,
        )
    if training.rate.has_heavy_decay and training.spread[0] >= FLAT_OUTPUTS * (1 + training.guess):
        return heavy_decay(training)  # the outputs differed before the weights shrank
    return Cause(
        "flat outputs",
        "the network gives all images of a batch the same outputs",
        "Check the initial weights (all zeros cannot learn), and that no ReLU follows the last layer.",
    )


def faded_rate(training: Training) -> Cause | None:
    """The scheduler lowers the rate early."""
    if not training.rate.has_faded:
        return None
    return Cause(
        "faded rate",
        f"the learning rate falls early: {training.rate.rate:g} at the first step, {training.rate.mean:.2g} on average",
        "Call scheduler.step() once an epoch, and lower the rate only after the loss has levelled off.",
    )


def heavy_decay(training: Training) -> Cause | None:
    """Weight decay holds the weights down."""
    if not training.rate.has_heavy_decay:
        return None
    return Cause(
        "weight decay",
        f"a weight decay of {training.rate.weight_decay:g} keeps the weights small",
        "Try a weight decay of 0, and then 1e-4.",
    )


def few_held(training: Training) -> Cause | None:
    """The optimizer holds few of the weights."""
    if training.is_tuned or training.held >= FEW_HELD:
        return None
    return Cause(
        "weights left out",
        f"the optimizer holds {training.held:.1%} of the weights that can learn; the others keep their initial values",
        "Pass model.parameters() of the whole network to the optimizer.",
    )


def probabilities(training: Training) -> Cause | None:
    """The loss gets probabilities."""
    if training.probabilities < MOSTLY:
        return None
    return Cause(
        "softmax",
        "the cross-entropy gets probabilities: the network ends in a softmax, and the loss takes another one",
        f"Return logits, without a softmax; nn.CrossEntropyLoss applies one itself.{see_test(training.see.network)}",
    )


def no_progress(training: Training) -> Cause | None:
    """The loss stays where it begins."""
    if len(training.losses) < LEAST_LOSSES or _gets_going(training):
        return None
    first, last = begin(training.losses), end(training.losses)
    return Cause(
        "large steps" if training.rate.is_large else "flat loss",
        f"the loss {'hardly falls' if last < first - HARDLY else 'does not fall'} in training: it begins at "
        f"{first:.2f} and ends at {last:.2f}{_in_brackets(training.rate)}",
        TENTH
        if training.rate.is_large
        else f"Check the learning rate, and that the loss gets logits and labels.{see_test(training.see.loop)}",
    )


def learned_by_heart(training: Training) -> Cause | None:
    """Images trained on are recognised, and others are not."""
    if not training.right_at_the_end > training.accuracy + LEARNED:
        return None
    return Cause(
        "learned by heart",
        f"at the end of training it recognises {training.right_at_the_end:.0%} of the images trained on, and far fewer "
        "others",
        "Change the images at random in training, use all of them, or stop earlier.",
    )


def few_steps(training: Training) -> Cause | None:
    """Training ends after few steps."""
    if not 0 < (training.steps or 0) < FEW_STEPS or not comes_down(training.losses) or has_levelled(training.losses):
        return None
    return Cause(
        "stops early",
        f"training ends after {training.steps} steps, while the loss is still falling: {end(training.losses):.2f}",
        "Train for more epochs, or in smaller batches, which make more steps.",
    )


def stops_early(training: Training) -> Cause | None:
    """The loss still falls at the end."""
    if not still_falls(training.losses):
        return None
    return Cause(
        "stops early",
        f"the loss still falls when training ends, at {end(training.losses):.2f}",
        "Train until the loss has levelled off: use more epochs, or a larger learning rate.",
    )


def _gets_going(training: Training) -> bool:
    return comes_down(training.losses)


def _in_brackets(rate: Rate) -> str:
    return f" ({rate.words})" if rate.words else ""
