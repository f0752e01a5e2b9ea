"""Judges the optimizer and one pass of training."""

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.cifar8_finetune.observed import (
    GradientSizes,
    Network,
    Optimizer,
    PassOverOwnModel,
    TrainingPass,
)
from autograder.assignments.cifar8_finetune.questions import POOL, POOL_OF_TRAININGS, network_question
from autograder.assignments.cifar8_finetune.run_model import TRAINING
from autograder.assignments.cifar8_finetune.test_network import backbone, listed
from autograder.checks import SubmissionTestCase
from autograder.checks.drawn_weights import first_that_differs
from autograder.checks.findings import ProbeEnded
from autograder.checks.paired import paired
from autograder.checks.plots import line_of
from autograder.model.plot import Curve

MUST_FALL_TO = 0.85  # of the loss before the pass: a right loop comes to 0.37, one with a softmax too many to 0.74
SAME_STEP = 1e-6
GROWS = 1.5  # a third gradient that much larger than the first is a sum


def first_difference(values: np.ndarray, right: np.ndarray) -> str:
    """Return the first number that differs, and by what tolerance; empty where none does."""
    if values.shape != right.shape:
        return ""
    for place, (value, want) in enumerate(paired(values.ravel(), right.ravel())):
        if not np.isclose(value, want, atol=SAME_STEP):
            return f"; number {place} of the parameter is {value:.6g} instead of {want:.6g} (tolerance {SAME_STEP:g})"
    return ""


def standstill(steps: int, with_gradient: int) -> tuple[str, str]:
    """Return why weights did not move, and how to mend it.

    Args:
        steps: calls of `optimizer.step()`.
        with_gradient: steps that found a gradient.
    """
    if not steps:
        return "optimizer.step() was never called", "Call optimizer.step() for each batch, after loss.backward()."
    if not with_gradient:
        return (
            f"optimizer.step() was called {steps} times, and never found a gradient",
            "Call loss.backward() before the step, and optimizer.zero_grad() before both, not between them.",
        )
    return (
        f"optimizer.step() was called {steps} times, and the gradient was zero or another network's",
        "Train the model that is handed to train, with the loss of its own logits.",
    )


def little_learned(ended_early: bool, fell: bool) -> str:
    """Return what to look at where a pass lowers the loss too little."""
    if ended_early:
        return "Use every batch of the loader: look for a return or a break inside the loop."
    if not fell:
        return "A step must lower the loss: call backward() on loss_fn(logits, labels), and do not change its sign."
    return "Pass plain logits to loss_fn, without a softmax, and use the loss of this batch only."


class TestOptimizer(SubmissionTestCase):
    """4. Optimizer"""

    @number("4.1a")
    @weight(2)
    @visibility("visible")
    def test_adam(self) -> None:
        """build_optimizer makes an Adam with the learning rate asked for."""
        self._check("Adam", {"lr": self.draw("adam", pool=POOL).number(0.001, 0.009)})

    @number("4.1b")
    @weight(2)
    @visibility("visible")
    def test_sgd(self) -> None:
        """build_optimizer makes an SGD with the learning rate and momentum asked for."""
        draw = self.draw("sgd", pool=POOL)
        self._check("SGD", {"lr": draw.number(0.01, 0.09), "momentum": draw.number(0.5, 0.89, 2)})

    def _check(self, kind: str, hparams: dict[str, float]) -> None:
        call = f'build_optimizer("{kind}", parameters, {hparams})'
        observation = self.observation(Optimizer, optim_type=kind, hparams=hparams)
        if observation.value is None:
            keys = " and ".join(f'"{name}"' for name in hparams)
            raise ProbeEnded(observation, expected=f"{call} returns an optimizer; the keys of hparams are {keys}")
        seen = observation.value
        want = self.reference(Optimizer, optim_type=kind, hparams=hparams)
        self.require(
            seen.kind == want.kind,
            expected=f"{call} is a torch.optim.{want.kind}",
            seen=f"an optimizer of the kind {seen.kind}",
            hint="Choose by optim_type which optimizer you return.",
        )
        settings = (("lr", seen.lr, want.lr), ("momentum", seen.momentum, want.momentum))
        for name, value, right in settings:
            self.require(
                value == right,
                expected=f"{call} has {name} = {right}",
                seen=f"{name} = {value}",
                hint=f'Pass hparams["{name}"] to torch.optim.{kind}, without a default that hides a wrong key.'
                if name in hparams
                else f"Keep the default of torch.optim.{kind} for {name}.",
            )
        self.require(
            seen.holds_parameters == 1 and np.allclose(seen.after_two_steps, want.after_two_steps, atol=SAME_STEP),
            expected=f"two steps move the parameters as torch.optim.{kind} does with these settings",
            seen="they move differently: perhaps you set more, such as weight decay, or these are other parameters"
            + first_difference(seen.after_two_steps, want.after_two_steps),
            hint="Pass model_params on, and set nothing that hparams does not ask for.",
        )


class TestTraining(SubmissionTestCase):
    """5. Training"""

    @number("5.1a")
    @weight(5)
    @visibility("after_due_date")
    def test_one_pass_learns(self) -> None:
        """One pass of train changes the head and lowers the loss."""
        seed = self.draw("training pass", pool=POOL_OF_TRAININGS).whole(0, 1 << 30)
        seen, right = self.observe(TrainingPass, seed=seed), self.reference(TrainingPass, seed=seed)
        self._show_losses(seen.losses, right.losses)
        steps, batches = len(seen.losses) - 1, len(right.losses) - 1
        self.require(
            bool(np.isclose(seen.loss_before, right.loss_before, rtol=1e-3)),
            expected="train works with the network that it is given",
            seen="the loss before training is that of another network",
            hint="Do not replace classes or functions of torch.",
        )
        what, hint = standstill(steps, seen.steps)
        self.require(
            seen.head_moved > 0,
            expected="the weights of the head change",
            seen=f"they stay the same: {what}",
            hint=hint,
        )
        before, after = seen.loss_before, seen.loss_after
        self.require(
            bool(np.isfinite(after))
            and self.measured("loss after a pass", after, MUST_FALL_TO * before, at_least=False),
            expected=f"on a small, easy set the loss falls below {MUST_FALL_TO:.0%} of its first value",
            seen=f"it goes from {before:.2f} to {after:.2f}; steps made: {steps}, batches given: {batches}",
            hint=little_learned(steps < batches, after < before),
        )

    def _show_losses(self, losses: list[float], right: list[float]) -> None:
        lines = (line_of("yours", losses), line_of("reference solution", right))
        title = "Loss over a small, easy set, after each step of one pass"
        self.show(Curve(title, "steps", lines, MUST_FALL_TO * right[0]))

    @number("5.1b")
    @weight(3)
    @visibility("after_due_date")
    def test_gradients_do_not_accumulate(self) -> None:
        """Gradients are cleared between batches."""
        seen = self.observe(GradientSizes, seed=self.draw("gradients").whole(0, 1 << 30))
        steps = seen.at_steps
        first, last = (steps[0], steps[-1]) if len(steps) > 1 else (seen.alone, seen.left)
        self.require(
            last > 0,
            expected="each step finds the gradient of its batch",
            seen="there is no gradient when optimizer.step() is called",
            hint="Call loss.backward() for each batch, and optimizer.zero_grad() before it: after it, zero_grad() "
            "throws the gradient away.",
        )
        self.require(
            self.measured("gradient of the last batch", last, GROWS * first, at_least=False),
            expected="each step uses the gradient of its own batch",
            seen=f"given the same batch three times, the gradient grows to {last / first:.1f} times its size",
            hint="Gradients add up until they are cleared: call optimizer.zero_grad() before each backward().",
        )

    @number("5.2")
    @weight(4)
    @visibility("after_due_date")
    def test_backbone_stays(self) -> None:
        """Training leaves the backbone's weights as they were."""
        seen = self._pass_over_own_model()
        if seen.statistics_moved:
            self.remark(
                "Costs nothing: the running statistics of the backbone's batch norms move while you train, "
                "because model.train() switches them on. Override train(), or call backbone.eval() after it."
            )
        self.require(
            not seen.moved,
            expected="one pass of train over build_model() moves no weight of the backbone",
            seen=f"{len(seen.moved)} of {seen.backbone} move: {listed(seen.moved)}",
            hint="Freeze the backbone in build_model, and look in train for code that turns requires_grad on.",
        )
        question = network_question(self.draw("networks", pool=POOL))
        right = self.reference(Network, trained=False, **question)
        if differs := first_that_differs(seen.filled, right.filled, ("features",)):
            self.withhold(
                expected="after the pass the backbone computes the same as before",
                seen=differs,
                hint="Build on resnet18 from models.py, and do not change its weights.",
            )
        after = TRAINING.observation(self).value
        fresh = self.observation(Network, trained=False, **question).value
        if not after or not after.digests or not fresh:
            return
        weights = {one.digest for one in backbone(right)}
        before = [one.name for one in backbone(fresh) if one.digest in weights]
        moved = [one.name for one in backbone(fresh) if one.digest in weights - set(after.digests)]
        self.require(
            not moved,
            expected="the network that run_model returns still carries the weights of resnet18.pt",
            seen=f"{len(moved)} of {len(before)} have changed: {listed(moved)}",
            hint="Look in run_model for code that sets requires_grad to True after build_model.",
        )

    def _pass_over_own_model(self) -> PassOverOwnModel:
        """Return the observation of `build_model()`, or of `build_model(trained=True)` where that is better."""
        seed = network_question(self.draw("networks", pool=POOL))["seed"]
        plain = self.observation(PassOverOwnModel, trained=False, seed=seed)
        if plain.value and not plain.value.moved:
            return plain.value
        trained = self.observation(PassOverOwnModel, trained=True, seed=seed)
        if trained.value and not trained.value.moved:
            return trained.value
        if plain.value is None:
            raise ProbeEnded(plain)
        return plain.value
