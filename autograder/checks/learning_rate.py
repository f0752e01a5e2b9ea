"""Compares the settings of a student's optimizer with usual ones for such a network."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Usual = Mapping[str, tuple[float, float]]  # class of the optimizer to its lowest and highest usual rate

# Rates of SGD are effective ones: divided by 1 − momentum.
LINEAR_HEAD: Usual = {"SGD": (0.02, 2.0), "Adam": (2e-4, 0.03), "AdamW": (2e-4, 0.03)}
WHOLE_NETWORK: Usual = {"SGD": (0.005, 1.0), "Adam": (1e-4, 0.01), "AdamW": (1e-4, 0.01)}
HEAVY_DECAY = {"SGD": 0.05, "Adam": 0.02, "AdamW": 10.0}  # AdamW's is decoupled from the gradients
FADED = 0.2  # of the first rate: with a lower mean, the rate fell early


@dataclass(frozen=True)
class Rate:
    """An optimizer's settings during training.

    Attributes:
        optimizer: its class; empty if unknown.
        rate: its learning rate at the first step.
        momentum: its momentum.
        mean: its learning rate on average; 0 if unknown.
        weight_decay: its weight decay.
        usual: usual learning rates for such a network.
    """

    optimizer: str = ""
    rate: float = 0.0
    momentum: float = 0.0
    mean: float = 0.0
    weight_decay: float = 0.0
    usual: Usual = field(default_factory=lambda: LINEAR_HEAD)

    @property
    def words(self) -> str:
        """The settings in words; empty if they are unknown."""
        if not self.optimizer:
            return ""
        momentum = f" and momentum {self.momentum:g}" if self.momentum else ""
        return f"{self.optimizer} with a learning rate of {self.rate:g}{momentum}"

    @property
    def is_small(self) -> bool:
        """Whether it is below the usual range."""
        return self.optimizer in self.usual and 0 < self._effective(self.rate) < self.usual[self.optimizer][0]

    @property
    def is_large(self) -> bool:
        """Whether it is above the usual range."""
        return self.optimizer in self.usual and self._effective(self.rate) > self.usual[self.optimizer][1]

    @property
    def has_faded(self) -> bool:
        """Whether it fell so early that on average it was below the usual range."""
        if self.optimizer not in self.usual or self.is_small or not 0 < self.mean < FADED * self.rate:
            return False
        return self._effective(self.mean) < self.usual[self.optimizer][0]

    @property
    def has_heavy_decay(self) -> bool:
        """Whether its weight decay keeps the weights too small."""
        return self.weight_decay > HEAVY_DECAY.get(self.optimizer, float("inf"))

    def _effective(self, rate: float) -> float:
        return rate / max(1.0 - self.momentum, 1e-3) if self.optimizer == "SGD" else rate


UNKNOWN = Rate()
