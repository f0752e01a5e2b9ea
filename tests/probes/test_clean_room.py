"""Weights are taken out of a student's network whatever its names, and put into one of ours."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from autograder.probes.clean_room import (
    AS_GIVEN,
    CalledLayers,
    as_they_reach_it,
    head_of,
    head_that_predicts,
    put_back,
    weights_of,
)

IMAGES = torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(1))


class Backbone(nn.Module):
    """A network of ours, whose shortcut is defined last and called first."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm, self.shortcut = nn.Conv2d(3, 4, 3, padding=1), nn.BatchNorm2d(4), nn.Conv2d(3, 4, 1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        kept = self.shortcut(images)
        return (self.norm(self.conv(images)) + kept).mean((2, 3))


class Students(nn.Module):
    """Wraps it under other names, keeps a layer that it never calls, and scales images."""

    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        self.head, self.spare, self.body = nn.Linear(4, 3), nn.Conv2d(3, 4, 3, padding=1), backbone

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(images * 0.5))


def observed(network: nn.Module) -> CalledLayers:
    """Return the layers that a network calls for the images."""
    with CalledLayers(network.eval()) as called, torch.no_grad():
        network(IMAGES)
    return called


def taken(called: CalledLayers, network: nn.Module, ours: nn.Module) -> list[np.ndarray] | None:
    """Return the backbone's weights as a probe takes them."""
    layers = [one for one in called.layers if not isinstance(one, nn.Linear)]
    return weights_of(network, layers, ours.eval(), IMAGES[:1])


def test_weights_make_the_same_network_of_ours() -> None:
    """Names, wrappers, spare layers and the order of definition do not matter."""
    given = Backbone().eval()
    network = Students(copy.deepcopy(given))
    with torch.no_grad():
        network.body.norm.running_mean += 1  # type: ignore[operator, union-attr]
    called = observed(network)
    weights, head = taken(called, network, copy.deepcopy(given)), head_of(called.layers, 4)
    assert weights is not None and head is not None
    ours = copy.deepcopy(given)
    put_back(weights, ours)
    with torch.no_grad():
        right = network(IMAGES).argmax(1)
        found, agreement = head_that_predicts(head, ours(called.inputs[-1]), right)

        assert agreement == 1.0
        assert (found(ours(IMAGES * 0.5)).argmax(1) == right).all()
    assert sum(one.shape == AS_GIVEN.shape for one in weights) == len(weights) - 1


def test_network_of_other_shapes_has_no_weights_for_ours() -> None:
    """The test then says that it is not the one that the handout asks for."""
    given, network = Backbone(), nn.Sequential(nn.Conv2d(3, 5, 3), nn.Flatten(), nn.LazyLinear(3))
    network(IMAGES)
    called = observed(network)

    assert taken(called, network, given) is None
    assert head_of(called.layers, 4) is None


def test_patched_head_counts_by_its_weights() -> None:
    """A `forward` that somebody replaced is not asked."""
    network = Students(Backbone())
    network.head.forward = lambda features: torch.full((len(features), 3), torch.nan)  # type: ignore[method-assign]
    head = head_of(observed(network).layers, 4)

    assert head is not None and np.array_equal(head[0], network.head.weight.detach().numpy())


def test_activation_between_linear_layers_is_found_by_the_predictions() -> None:
    """It may be a function, which leaves no layer; batch norms become matrices."""
    head = nn.Sequential(nn.Linear(4, 16), nn.BatchNorm1d(16), nn.Tanh(), nn.Linear(16, 3)).eval()
    features = 3 * torch.randn(200, 4, generator=torch.Generator().manual_seed(1))
    arrays = head_of([one for one in head if not isinstance(one, nn.Tanh)], 4)
    assert arrays is not None
    with torch.no_grad():
        right = head(features).argmax(1)
    _, agreement = head_that_predicts(arrays, features, right)

    assert agreement == 1.0


def test_arrays_of_another_shape_are_refused() -> None:
    """Only a submission that made them up comes so far."""
    with pytest.raises(ValueError, match="shape"):
        put_back([np.zeros((2, 2), np.float32)] * 8, Backbone())


def test_images_are_mixed_as_they_were_understood() -> None:
    """From three colours to one, and shifted."""
    mixed = as_they_reach_it(np.full((2, 3, 4, 4), 10, np.uint8), [[0.1, 0.2, 0.3]], [-1.0])

    assert mixed.shape == (2, 1, 4, 4)
    assert torch.allclose(mixed, torch.tensor(5.0))
