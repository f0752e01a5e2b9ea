"""Judges the optimizer, the scheduler and the criterion, by what they do."""

import math

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.course import cross_entropies
from autograder.assignments.animals_transfer.observed import Criterion, Schedule, Steps
from autograder.checks import SubmissionTestCase

LR, MOMENTUM, WEIGHT_DECAY = 5e-3, 0.9, 1e-1
DROP, EVERY = 0.1, 10
GRADIENT = 2.0
NOTED_EPOCHS = 35
LOGITS = [[2.0, -1.0, 0.5], [0.1, 0.2, -3.0], [-1.5, 4.0, 1.0], [0.0, 0.0, 1.0]]
LABELS = [0, 2, 1, 1]


class TestMakeTraining(SubmissionTestCase):
    """2.3 Training"""

    @number("2.3a")
    @weight(3)
    @visibility("visible")
    def test_rate_and_momentum(self) -> None:
        """The optimizer is SGD with learning rate 5e-3 and momentum 0.9."""
        lr, momentum = self._rate_and_momentum()
        self.require(
            all(math.isclose(one, LR, rel_tol=0.01) for one in lr),
            expected=f"from zero, a gradient of {GRADIENT:g} moves each weight by {LR * GRADIENT:g}: lr = {LR:g}",
            seen=f"it moves by {', '.join(f'{one * GRADIENT:.4g}' for one in sorted(set(lr)))}",
            hint="torch.optim.SGD(model.parameters(), lr=5e-3, momentum=0.9, weight_decay=1e-1).",
        )
        self.require(
            all(math.isclose(one, MOMENTUM, abs_tol=0.01) for one in momentum),
            expected=f"momentum {MOMENTUM:g}: a second, equal gradient moves {1 + MOMENTUM:g} times as far",
            seen=f"{', '.join(f'{1 + one:.3g}' for one in sorted(set(momentum)))} times",
            hint="momentum=0.9, without Nesterov's variant and without dampening.",
        )

    @number("2.3b")
    @weight(3)
    @visibility("visible")
    def test_weight_decay(self) -> None:
        """The optimizer has a weight decay of 1e-1."""
        lr, _ = self._rate_and_momentum()
        rate = max(lr) if max(lr) > 0 else LR
        decay = [shrunk / rate for shrunk in self._steps().shrunk]
        self.require(
            all(math.isclose(one, WEIGHT_DECAY, rel_tol=0.02) for one in decay),
            expected=f"without a gradient, a step shrinks each weight by lr × {WEIGHT_DECAY:g}",
            seen=f"it shrinks by lr × {', '.join(f'{one:.3g}' for one in sorted({round(one, 6) for one in decay}))}",
            hint="weight_decay=1e-1 is an argument of the optimizer, and not the scheduler's factor.",
        )

    @number("2.3c")
    @weight(4)
    @visibility("visible")
    def test_scheduler(self) -> None:
        """The scheduler multiplies the learning rate by 0.1 every 10 epochs."""
        rates = self.observe(Schedule, epochs=NOTED_EPOCHS).rates
        want = [rates[0] * DROP ** (epoch // EVERY) for epoch in range(NOTED_EPOCHS)]
        wrong = [
            epoch for epoch, pair in enumerate(zip(rates, want, strict=True)) if not math.isclose(*pair, rel_tol=1e-3)
        ]
        self.require(
            rates[0] > 0 and not wrong,
            expected=f"epochs 1 to 10 with the first learning rate, 11 to 20 with {DROP:g} times that rate, and so on",
            seen=f"in epoch {wrong[0] + 1} it is {rates[wrong[0]] / rates[0]:.3g} times the first one"
            if wrong and rates[0] > 0
            else "a learning rate of 0",
            hint="lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.1), with the optimizer that is returned.",
        )

    @number("2.3d")
    @weight(2)
    @visibility("visible")
    def test_criterion(self) -> None:
        """The criterion is cross-entropy."""
        seen = self.observe(Criterion, logits=LOGITS, labels=LABELS).loss
        want = float(cross_entropies(np.array(LOGITS), np.array(LABELS)).mean())
        self.require(
            math.isclose(seen, want, rel_tol=1e-4),
            expected=f"{want:.4f}, the mean cross-entropy of four samples",
            seen=f"{seen:.4f}",
            hint="nn.CrossEntropyLoss(), which takes logits.",
        )

    def _steps(self) -> Steps:
        return self.observe(Steps, gradient=GRADIENT)

    def _rate_and_momentum(self) -> tuple[list[float], list[float]]:
        """Return learning rate and momentum of each parameter, from where two steps take it."""
        first, second = self._steps().after
        lr = [round(-one / GRADIENT, 9) for one in first]
        momentum = [
            round((two - one) / one - 1, 4) if one else math.nan for one, two in zip(first, second, strict=True)
        ]
        return lr, momentum
