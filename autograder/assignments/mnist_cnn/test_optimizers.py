"""Judges optimizers and schedulers."""

import math

from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.mnist_cnn.observed import Optimizer, Rates, Shared
from autograder.checks import SubmissionTestCase, manual
from autograder.checks.plots import line_of
from autograder.checks.shown import Figures, Prose
from autograder.model.plot import Curve

RATES = {"SGD": (0.01, 0.09), "Adam": (0.001, 0.009)}  # between which they are drawn
EPOCHS = ((4, 6), (8, 12))
POOL = 12
LAST_SHARE = 0.01
LISTED_EPOCHS = 12


class TestOptimizers(SubmissionTestCase):
    """2b. Two optimizers"""

    @number("2b(1)")
    @weight(0.5)
    @visibility("visible")
    def test_two_optimizers(self) -> None:
        """build_optimizer makes an SGD and an Adam over the parameters given, each for its own network."""
        shared = self.observe(Shared)
        for count, said in (
            (shared.built, "two calls of build_model() return networks that share"),
            (shared.named, "your network for SGD and your network for Adam share"),
            (shared.optimizers, "your SGD and your Adam at module level share"),
        ):
            self.require(
                not count,
                expected="SGD and Adam train two separate networks",
                seen=f"{said} {count} parameters",
                hint="Build a new network for each; otherwise the second optimizer continues where the first ended.",
            )
        draw = self.draw("rates")
        for name, bounds in RATES.items():
            with self.subTest(name, points=0.25):
                self._check(name, draw.number(*bounds))

    def _check(self, name: str, lr: float) -> None:
        seen = self.observe(Optimizer, name=name, lr=lr)
        call = f'build_optimizer("{name}", params, lr={lr})'
        self.require(
            name in seen.kinds,
            expected=f"{call} is a torch.optim.{name}",
            seen=f"torch.optim.{seen.kinds[0]}",
            hint="Choose the optimizer by name.",
        )
        self.require(
            all(math.isclose(rate, lr, rel_tol=1e-6) for rate in seen.rates),
            expected=f"{call} has lr = {lr}",
            seen=f"lr = {', '.join(f'{rate:g}' for rate in seen.rates)}",
            hint="Pass lr on to the optimizer.",
        )
        self.require(
            (seen.ours, seen.others) == (2, 0),
            expected=f"{call} updates the parameters in params",
            seen=f"it holds {seen.ours} of the 2 given, and {seen.others} others",
            hint="Pass params on to the optimizer; do not use a network at module level.",
        )

    @manual(0.5, evidence=[Figures(), Prose()])
    @number("2b(2)")
    @visibility("visible")
    def test_discussion(self) -> None:
        """Discussion: how SGD and Adam differ in your runs."""
        self.remark("A person reads your comparison of the two optimizers: curves, final accuracy, and why.")


class TestScheduler(SubmissionTestCase):
    """2c. Learning rate"""

    @number("2c")
    @weight(1)
    @visibility("visible")
    def test_rate_of_last_epoch(self) -> None:
        """The learning rate used in the last epoch is 0.01 times that of the first."""
        draw = self.draw("schedule", pool=POOL)
        for bounds in EPOCHS:
            epochs, batches, rate = draw.whole(*bounds), draw.whole(2, 4), draw.number(0.1, 0.5)
            with self.subTest(f"{epochs} epochs", points=0.5):
                self._check(epochs, batches, rate)

    def _check(self, epochs: int, batches: int, rate: float) -> None:
        seen = self.observe(Rates, num_epochs=epochs, batches=batches, lr=rate)
        steps = seen.rates
        right = self.reference(Rates, num_epochs=epochs, batches=batches, lr=rate).rates
        lines = (line_of("yours", steps), line_of("reference solution", right))
        self.show(Curve(f"Learning rate at each step of {epochs} epochs", "steps", lines))
        hint = (
            "Milestones are the epochs, counted from 0, at which gamma multiplies the rate. With gamma = 0.1 that "
            "must have happened twice when the last epoch begins, for any num_epochs. Call scheduler.step() once at "
            "the end of each epoch."
        )
        self.require(
            not seen.scheduler,
            expected="build_scheduler returns a MultiStepLR",
            seen=seen.scheduler,
            hint="return torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=…, gamma=…)",
        )
        if seen.by == "harness":
            self.remark(f"{epochs} epochs: your train made no step, so the grader used its own loop.")
        self.require(
            len(steps) >= epochs * batches,
            expected=f"{epochs} epochs of {batches} batches make {epochs * batches} steps of the optimizer",
            seen=f"{len(steps)} steps" + (f", then {seen.error}" if seen.error else ""),
            hint="Call optimizer.step() for each batch, in num_epochs epochs.",
        )
        # Counted from the end, so that earlier trial steps do not matter.
        per_epoch = [steps[max(0, len(steps) - batches * k) :][:batches] for k in range(epochs, 0, -1)]
        first = per_epoch[0][0]
        falling = next((place for place, one in enumerate(per_epoch, 1) if len(set(one)) > 1), 0)
        self.require(
            not falling,
            expected="one rate for all steps of an epoch",
            seen=f"in epoch {falling} of {epochs}: {', '.join(f'{rate:.3g}' for rate in per_epoch[falling - 1])}",
            hint=hint,
        )
        listed = ", ".join(f"{one[0]:.3g}" for one in per_epoch[:LISTED_EPOCHS])
        self.require(
            0 < first < math.inf  # of which 0.01 times would be the same
            and all(math.isclose(rate, LAST_SHARE * first, rel_tol=0.02) for rate in per_epoch[-1]),
            expected=f"{LAST_SHARE * first:.3g} at all steps of the last epoch, 0.01 of the first epoch's {first:.3g}",
            seen=f"{per_epoch[-1][0]:.3g} at its first step, {per_epoch[-1][-1]:.3g} at its last; by epoch: {listed}",
            hint=hint,
        )
