"""Judges the optimizer, the scheduler and the criterion, by what they do."""

import math

import numpy as np
from gradescope_utils.autograder_utils.decorators import number, visibility, weight

from autograder.assignments.animals_transfer.course import cross_entropies
from autograder.assignments.animals_transfer.observed import Criterion, Schedule, Steps
from autograder.checks import SubmissionTestCase
from autograder.checks.paired import paired

LR, MOMENTUM, WEIGHT_DECAY = 5e-3, 0.9, 1e-1
DROP, EVERY = 0.1, 10


class TestMakeTraining(SubmissionTestCase):
    """2.3 Training"""

    @number("2.3a")
    @weight(3)
    @visibility("visible")
    def test_rate_and_momentum(self) -> None:
        """The optimizer is SGD with learning rate 5e-3 and momentum 0.9."""
        lr, momentum = self._rate_and_momentum()
        gradient = self._gradient()
        self.require(
            all(math.isclose(one, LR, rel_tol=0.01) for one in lr),
            expected=f"from zero, a gradient of {gradient:g} moves each weight by {LR * gradient:g}: lr = {LR:g}",
            seen=f"it moves by {', '.join(f'{one * gradient:.4g}' for one in sorted(set(lr)))}",
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
        epochs = self.draw("epochs").whole(31, 49)
        rates = self.observe(Schedule, epochs=epochs).rates
        self.require(
            len(rates) == epochs,
            expected=f"a rate in each of {epochs} epochs",
            seen=f"{len(rates)} rates",
            hint="Let the scheduler be one of torch.optim.lr_scheduler.",
        )
        want = [rates[0] * DROP ** (epoch // EVERY) for epoch in range(epochs)]
        wrong = [epoch for epoch, pair in enumerate(paired(rates, want)) if not math.isclose(*pair, rel_tol=1e-3)]
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
        draw = self.draw("criterion")
        count = draw.whole(4, 9)
        logits = [[draw.number(-4, 4, 2) for _ in range(3)] for _ in range(count)]
        labels = [draw.whole(0, 2) for _ in range(count)]
        seen = self.observe(Criterion, logits=logits, labels=labels).loss
        want = float(cross_entropies(np.array(logits), np.array(labels)).mean())
        self.require(
            math.isclose(seen, want, rel_tol=1e-4),
            expected=f"{want:.4f}, the mean cross-entropy of {count} samples",
            seen=f"{seen:.4f}",
            hint="nn.CrossEntropyLoss(), which takes logits.",
        )

    def _steps(self) -> Steps:
        return self.observe(Steps, gradient=self._gradient())

    def _gradient(self) -> float:
        return self.draw("steps").number(1, 3, 2)

    def _rate_and_momentum(self) -> tuple[list[float], list[float]]:
        """Return learning rate and momentum of each parameter, from where two steps take it."""
        first, second = self._steps().after
        lr = [round(-one / self._gradient(), 9) for one in first]
        momentum = [round((two - one) / one - 1, 4) if one else math.nan for one, two in paired(first, second)]
        return lr, momentum
