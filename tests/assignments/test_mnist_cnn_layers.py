"""The layers of mnist_cnn count only for a network that computes what they are said to compute."""

from importlib import import_module
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from autograder.assignments.mnist_cnn import test_network
from autograder.checks.findings import A_PERSON_LOOKS
from autograder.model.verdict import Verdict
from autograder.probes.torchvision_without_ops import import_torchvision
from tests.assignments.in_process import Program, outcomes_of

import_torchvision()
PROBES = import_module("autograder.assignments.mnist_cnn.probe_network")  # which imports it, too


def outcome(build_model: Any) -> Any:
    """Return the outcome of the test of the layers."""
    program = Program(build_model=build_model)
    return outcomes_of([test_network.TestNetwork], program, [PROBES], "mnist_cnn/MNIST")["1.2(1)"]


def right() -> nn.Sequential:
    """Return the network of the table."""
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 16, 1), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(400, 64), nn.ReLU(), nn.Linear(64, 10)),
    )


def changed(**parts: nn.Module) -> nn.Sequential:
    """Return it with others at some places: `at9=nn.Linear(300, 64)`."""
    network = right()
    for place, part in parts.items():
        network[int(place.removeprefix("at"))] = part
    return network


class Wrapped(nn.Module):
    """Scales the images first, makes vectors in another order, and ends with a log-softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.network = changed(at3=nn.LazyConv2d(32, 3))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return log-probabilities."""
        maps = self.network[:8]((images - 0.5) / 0.5)
        vectors = maps.permute(0, 2, 3, 1).reshape(len(images), -1)
        return torch.log_softmax(self.network[9:](vectors), dim=1)


@pytest.mark.parametrize("build", [right, Wrapped])
def test_right_network_earns_all(build: Any) -> None:
    """However it is written."""
    found = outcome(build)

    assert (found.verdict, found.score) == (Verdict.PASSED, 4), found


@pytest.mark.parametrize(
    ("network", "points"),
    [
        (changed(at9=nn.Linear(300, 64)), 2.75),
        (changed(at1=nn.LeakyReLU(0.2)), 3.25),
        (changed(at2=nn.AvgPool2d(2)), 3.75),
        (changed(at1=nn.ReLU6(inplace=True)), 3.25),
        (changed(at4=nn.LayerNorm(10)), 3.25),
        (changed(at10=nn.SELU(inplace=True)), 3.25),
        (changed(at10=nn.Softmax(1)), 3.25),
        (changed(at6=nn.Conv2d(32, 16, 1, bias=False)), 3.25),
        (changed(at0=nn.Conv2d(1, 16, 5, padding=2), at3=nn.LazyConv2d(32, 3), at9=nn.LazyLinear(64)), 3.25),
    ],
    ids=[
        "fails in the fifth layer",
        "leaky",
        "average",
        "in place",
        "unknown",
        "with a scale",
        "softmax",
        "no bias",
        "padded",
    ],
)
def test_slip_costs_its_own_layer(network: nn.Module, points: float) -> None:
    """The other layers are computed and found right, also where the network fails behind them."""
    assert outcome(lambda: network).score == points


class Hollow(nn.Linear):
    """Computes a layer, and passes zeros on."""

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return zeros of the right shape."""
        return torch.zeros_like(super().forward(inputs))


class Elsewhere(nn.Module):
    """Runs operations of the right sizes on zeros, and fails where few images come with noise."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.other = nn.Conv2d(1, 16, 5), nn.Linear(7, 7)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return scores that depend on nothing."""
        zeros, count = torch.zeros, len(images)
        found = functional.max_pool2d(functional.relu(self.first(images)), 2)
        torch.mm(zeros(1, 7), zeros(7, 7))
        if count == 2:
            self.other(found)
        for inputs, weight in (((count, 16, 12, 12), (32, 16, 3, 3)), ((count, 32, 5, 5), (16, 32, 1, 1))):
            made = functional.relu(functional.conv2d(zeros(inputs), zeros(weight), zeros(weight[0])))
            made = functional.max_pool2d(made, 2) if weight[0] == 32 else made
        functional.relu(functional.linear(zeros(count, 400), zeros(64, 400), zeros(64)))
        return functional.linear(zeros(count, 64), zeros(10, 64), zeros(10))


@pytest.mark.parametrize("network", [changed(at9=Hollow(400, 64)), changed(at11=Hollow(64, 10)), Elsewhere()])
def test_layers_without_effect_are_withheld(network: nn.Module) -> None:
    """Their operations alone earn nothing."""
    found = outcome(lambda: network)

    assert found.score == 0
    assert A_PERSON_LOOKS in found.explanation.detail
