"""Lazy layers of a network cost no points of `inaturalist_cnn`: its questions come after their first image."""

from types import SimpleNamespace
from typing import Any

from torch import nn

from autograder.assignments.inaturalist_cnn.probe_model import apply


class LazyNetwork(nn.Sequential):
    """A network whose layers get their shapes from the first image."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(nn.LazyConv2d(4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LazyLinear(10))


def test_every_part_of_a_network_with_lazy_layers_is_visited() -> None:
    """And takes the weights that a function sets."""
    seen = apply(SimpleNamespace(get=lambda name: LazyNetwork), 0.25)

    assert (seen.visited, seen.parts, seen.filled) == (5, 5, True)
