"""A network of known layers is read as a chain that computes the same; whatever else answers is left behind."""

import math

import msgspec
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from autograder.probes.layer_chain import answers_of_chain, computed, read_chain, weights_in
from autograder.wire.declaration import fit
from autograder.wire.frames import decode, encode
from autograder.wire.network import Layer

IMAGES = torch.randn(5, 3, 12, 12, generator=torch.Generator().manual_seed(1))


def over_the_border(chain: list[Layer]) -> list[dict[str, object]]:
    """Return a chain as a clean probe receives it."""
    crossed = decode(encode(chain))
    return [msgspec.structs.asdict(fit(one, Layer)) for one in crossed]


class Functional(nn.Module):
    """Spells everything as functions, and scales its images first."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.Linear(4 * 9, 3)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        x = F.max_pool2d(F.relu(self.first(images * 2 - 1)), 2)
        return F.log_softmax(self.last(x.reshape(len(x), -1)), dim=1)


class LookUp(nn.Module):
    """Calls a network, and answers otherwise."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        self.network(images)
        return F.one_hot(torch.arange(len(images)) % 3, 3).float()


NETWORKS = {
    "blocks": nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 6, 3, groups=2, bias=False),
        nn.ELU(), nn.AvgPool2d(3), nn.Flatten(), nn.Linear(6, 8), nn.BatchNorm1d(8), nn.LeakyReLU(0.2), nn.Dropout(),
        nn.Linear(8, 3, bias=False),
    ),
    "clamped, and the mean of each plane": nn.Sequential(
        nn.Conv2d(3, 4, 3, dilation=2), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
    ),
    "functions": Functional(),
    "convolutions over all that is left": nn.Sequential(
        nn.Conv2d(3, 4, 12), nn.SiLU(), nn.Conv2d(4, 3, 1), nn.Flatten()
    ),
}  # fmt: skip


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_chain_predicts_as_the_network(network: nn.Module) -> None:
    """Its layers are found however they are spelt, in eval mode."""
    reader, output = read_chain(network.eval(), IMAGES)
    assert reader.inputs is not None
    again = computed(over_the_border(reader.layers), reader.inputs)

    assert (again.argmax(1) == output.argmax(1)).all()
    assert weights_in(reader.layers) >= sum(one.numel() for one in network.parameters())


def test_what_happens_before_the_first_layer_is_in_its_inputs() -> None:
    """A network that scales its images shows how."""
    reader, _ = read_chain(Functional().eval(), IMAGES)

    assert reader.inputs is not None and torch.allclose(reader.inputs, IMAGES * 2 - 1)


def test_look_up_leaves_only_the_network_that_it_wraps() -> None:
    """A table is no layer."""
    network = NETWORKS["blocks"].eval()
    (plain, _), (wrapped, output) = read_chain(network, IMAGES), read_chain(LookUp(network), IMAGES)

    assert [one.kind for one in wrapped.layers] == [one.kind for one in plain.layers]
    assert output.argmax(1).tolist() == [0, 1, 2, 0, 1]


def test_layers_that_do_not_fit_together_are_refused() -> None:
    """A layer that a submission made up ends in an error that the probe handles."""
    reader, _ = read_chain(NETWORKS["blocks"].eval(), IMAGES)

    with pytest.raises(RuntimeError):
        computed(over_the_border(reader.layers[::-1]), IMAGES)


@pytest.mark.parametrize("number", [math.inf, 1e30, -1.0, 0.0])
@pytest.mark.parametrize("kind", ["max_pool", "relu"])
def test_layer_with_odd_numbers_answers_nothing(kind: str, number: float) -> None:
    """The numbers of a layer are claims; a chain that cannot be computed is no fault of the clean room."""
    chain = [{"kind": kind, "numbers": [number] * 6, "tensors": []}]
    shown = {"inputs": IMAGES.numpy(), "predicted": np.zeros(5, np.int64)}
    heldout = {"images": IMAGES.numpy(), "mix": np.eye(3).tolist(), "shift": [0.0] * 3}

    assert answers_of_chain(chain, shown, heldout)["logits"].shape == (0, 0)


@pytest.mark.parametrize("predicted", [3, 0])
def test_predictions_for_other_images_agree_with_nothing(predicted: int) -> None:
    """As many predictions as images are needed to compare them."""
    chain = [{"kind": "mean", "numbers": [], "tensors": []}]
    shown = {"inputs": IMAGES[: predicted and 5].numpy(), "predicted": np.zeros(predicted, np.int64)}
    heldout = {"images": IMAGES.numpy(), "mix": np.eye(3).tolist(), "shift": [0.0] * 3}

    assert answers_of_chain(chain, shown, heldout)["agreement"] == 0.0
