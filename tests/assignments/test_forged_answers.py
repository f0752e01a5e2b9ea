"""Invented answers, and answers recorded for another question, earn nothing. Each did before."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from torch import nn

from autograder.assignments.animals_transfer import observed as animals
from autograder.assignments.animals_transfer import probe_networks, test_networks
from autograder.assignments.cifar8_finetune import observed as cifar8
from autograder.assignments.cifar8_finetune import test_network as cifar8_network
from autograder.assignments.cifar10_cnn import observed as cifar10
from autograder.assignments.cifar10_cnn import (
    probe_layers,
    probe_network,
    probe_testing,
    probe_training,
    test_layers,
    test_network,
    test_testing,
    test_training,
)
from autograder.assignments.inaturalist_cnn import observed as inaturalist
from autograder.assignments.inaturalist_cnn import probe_loop, test_loop, test_pretrained
from autograder.assignments.inaturalist_cnn.questions import POOL_OF_NETWORKS, strategy_question
from autograder.assignments.mnist_cnn import observed as mnist
from autograder.assignments.mnist_cnn import test_optimizers
from autograder.checks.draw import drawn
from autograder.model.verdict import Verdict
from autograder.probes.drawn_weights import answers, drawn_images
from autograder.wire.network import DrawnAnswers
from tests.assignments.by_hand import outcome_of
from tests.assignments.in_process import Program
from tests.assignments.test_cifar10_cnn_values import FunctionalNet
from tests.helpers import FakeObserver

# Probes have no annotations.
of_layers: Any = probe_layers
of_network: Any = probe_network
of_testing: Any = probe_testing
of_training: Any = probe_training
of_loop: Any = probe_loop

DIGEST = FakeObserver().digest
STEP = drawn("secret", DIGEST, "layers").number(0, 9)  # what the layers of cifar10_cnn are asked about
OTHER = STEP + 1
LAYERS = ("4.3", "4.4", "4.5", "4.6", "4.7")


def passes(case: type, number: str, seen: Mapping[str, Any], right: Mapping[str, Any] | None = None) -> bool:
    """Return whether a test gives its points."""
    return outcome_of(case, number, seen, right).verdict is Verdict.PASSED


def layers(step: float, training: bool = False) -> cifar10.Layers:
    """Return the observation of a right network for a question."""
    seen = of_layers.layers(Program(CNN=FunctionalNet), training, step)
    assert isinstance(seen, cifar10.Layers)
    return seen


def emptied(seen: cifar10.Layers) -> cifar10.Layers:
    """Return the same layers, with zeros for all numbers."""
    calls = [replace(one, entered=0 * one.entered, left=0 * one.left) for one in seen.calls]
    return replace(seen, calls=calls, output=0 * seen.output)


@pytest.mark.parametrize("number", LAYERS[:3])
def test_layers_earn_by_the_numbers_of_their_own_question(number: str) -> None:
    """A friend's network, and one whose numbers are all 0, name the same layers."""
    assert passes(test_layers.TestLayers, number, {"layers": layers(STEP)})
    assert not passes(test_layers.TestLayers, number, {"layers": layers(OTHER)})
    assert not passes(test_layers.TestLayers, number, {"layers": emptied(layers(STEP))})


@pytest.mark.parametrize("number", LAYERS[3:])
def test_recorded_layers_in_train_mode_earn_nothing(number: str) -> None:
    """No test looks at convolutions then."""
    assert not passes(test_layers.TestLayers, number, {"layers": layers(OTHER, training=True)})


@pytest.mark.parametrize(
    "forged",
    [{"weight": [1 << 40, 800]}, {"kind": "other"}, {"entered": np.zeros((), np.float32)}, {"weight": []}],
)
def test_layers_that_cannot_be_are_no_harm_to_the_grader(forged: dict[str, Any]) -> None:
    """Sizes that no machine holds, and arrays of other forms."""
    seen = layers(STEP)
    for place in (0, 1, 5):  # a convolution, a batch norm, a linear layer
        calls = [replace(one, **forged) if other == place else one for other, one in enumerate(seen.calls)]
        for number in ("4.5",):
            assert outcome_of(test_layers.TestLayers, number, {"layers": replace(seen, calls=calls)}).verdict in (
                Verdict.FAILED,
                Verdict.PASSED,
            )


def test_logits_of_a_friend_are_not_those_of_the_weights_that_are_asked_for() -> None:
    """Shapes alone earned the points before."""
    draw = drawn("secret", DIGEST, "outputs")
    counts, step = [1, draw.whole(2, 6), draw.whole(7, 12)], draw.number(0, 9)

    def seen(by: float) -> Any:
        return of_network.outputs(Program(CNN=FunctionalNet), 10, counts, step + by)

    assert "last linear layer" not in outcome_of(test_network.TestNetwork, "4.1", {"outputs": seen(0)}).explanation.seen
    assert not passes(test_network.TestNetwork, "4.1", {"outputs": seen(1)})


def steps_question() -> tuple[int, int, float]:
    """Return epochs, images and step of the question about a training."""
    draw = drawn("secret", DIGEST, "steps")
    return draw.whole(2, 5), draw.whole(17, 39), draw.number(0, 9)


def loop(model: nn.Module, train: Any, criterion: Any, optimizer: Any, epochs: int, device: Any) -> list[float]:
    """Train as asked."""
    for _ in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            criterion(model(images), labels).backward()
            optimizer.step()
    return [0.0] * epochs


def test_steps_that_were_never_made_earn_nothing() -> None:
    """The right number of steps in the right mode, with invented gradients, or those of another question."""
    epochs, count, step = steps_question()
    right, other = (of_training.steps(Program(train_model=loop), epochs, count, step + by) for by in (0, 1))
    invented = replace(right, gradients=np.random.default_rng(1).normal(size=right.gradients.shape).astype(np.float32))
    none = replace(right, weights=right.weights[:0], gradients=right.gradients[:0])

    for number in ("5.1", "5.3"):
        assert passes(test_training.TestTraining, number, {"steps": right})
        assert not passes(test_training.TestTraining, number, {"steps": other})
        assert not passes(test_training.TestTraining, number, {"steps": invented})
        assert not passes(test_training.TestTraining, number, {"steps": none})


def test_images_are_known_by_heart_by_weights_and_not_by_word() -> None:
    """A network that was not trained reported 64 of 64 before."""
    step = drawn("secret", DIGEST, "by heart", 3).number(0, 9)
    untrained = of_training.overfitting(Program(train_model=lambda *arguments: []), 64, 0, step)

    assert not passes(test_training.TestTraining, "5.6", {"overfitting": untrained})


@pytest.mark.parametrize("number", ["6.3", "6.4"])
def test_mode_is_told_by_the_accuracy(number: str) -> None:
    """The network claims eval mode, but counts as it does in train mode with gradients."""
    labels, rights = test_testing._question_of(drawn("secret", DIGEST, "even"))
    count = len(labels)
    tables = [test_testing._answers(labels, right) for right in rights]

    def careless(model: Any, test: Any, device: Any) -> float:
        right = sum(int((model(images).argmax(1) == truth).sum()) for images, truth in test)
        model.modes[:], model.tracked[:] = [False] * len(model.modes), [False] * len(model.tracked)
        return 100 * right / count

    seen = of_testing.testing(Program(test_model=careless), labels, [tables[:2], tables[2:]], 25)

    assert not any(seen.modes) and not any(seen.tracked)
    assert not passes(test_testing.TestTesting, number, {"testing": seen})


class SmallResNet(nn.Module):
    """A convolution, a batch norm and a head."""

    def __init__(self, is_frozen: bool) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(4))
        self.body.requires_grad_(not is_frozen)
        self.head = nn.Linear(128, 8)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.head(self.body(images).flatten(1))
        return found


def answered(is_frozen: bool, seed: int) -> DrawnAnswers:
    """Return the answers of a small network to a drawn question."""
    found = answers(SmallResNet(is_frozen), drawn_images(3, 32, seed), seed)
    assert found
    return found


def cifar8_seen(filled: DrawnAnswers, given: DrawnAnswers) -> cifar8.Network:
    """Return the observation of a network that names the right parameters, and answers like this."""

    def parameter(name: str, owner: str, shape: list[int], trainable: bool) -> cifar8.Parameter:
        return cifar8.Parameter(name=name, owner=owner, shape=shape, trainable=trainable, used=True, digest="0" * 24)

    backbone = [parameter(f"conv{place}", "Conv2d", [8, 3, 3, 3], False) for place in range(20)]
    head = [parameter("fc.weight", "Linear", [8, 512], True), parameter("fc.bias", "Linear", [8], True)]
    logits = [np.zeros((count, 8), np.float32) for count in (1, 2, 10)]
    return cifar8.Network(logits=logits, parameters=[*backbone, *head], given=given, filled=filled)


@pytest.mark.parametrize("number", ["3.2", "3.3", "3.4"])
def test_names_and_digests_alone_earn_nothing(number: str) -> None:
    """The network answers another question, or learns in layers that must stay fixed."""
    right = cifar8_seen(answered(True, 5), answered(True, 5))
    recorded, free = (
        cifar8_seen(answered(True, 6), answered(True, 6)),
        cifar8_seen(answered(False, 5), answered(True, 5)),
    )
    silent = replace(right, given=None, filled=None)

    def earns(seen: cifar8.Network) -> bool:
        return passes(cifar8_network.TestNetwork, number, {"network": seen}, {"network": right})

    assert earns(right)
    assert not earns(recorded)
    assert not earns(silent)
    assert earns(free) == (number == "3.4")


def test_facts_about_a_network_are_no_answers() -> None:
    """The counts of a fixed extractor, without its answers or with those of a network that learns as a whole."""
    tensors = [animals.Tensor(name="fc.weight", shape=[3, 512], learns=True)]

    def seen(filled: DrawnAnswers | None) -> animals.Network:
        return animals.Network(
            parameters=test_networks.PARAMETERS, trainable=test_networks.OF_THE_HEAD, tensors=tensors, convolutions=20,
            pretrained_share=1.0, output=[2, 3], side=64, statistics_moved=False, checkpoint_problem="",
            given=answered(True, 5), filled=filled, loaded=None,
        )  # fmt: skip

    def earns(filled: DrawnAnswers | None) -> bool:
        right = {"network": seen(answered(True, 5))}
        return passes(test_networks.TestNetworks, "2.2c", {"network": seen(filled)}, right)

    assert earns(answered(True, 5))
    assert not earns(answered(False, 5))
    assert not earns(answered(True, 6))
    assert not earns(None)


def test_checkpoint_that_is_only_said_to_load_earns_nothing() -> None:
    """The network must answer as ours does with the uploaded file, which a child without the submission loads."""
    right, other = answered(True, 5), answered(True, 6)
    tensors = [animals.Tensor(name="fc.weight", shape=[3, 9], learns=True)]

    def earns(
        loaded: DrawnAnswers | None,
        alone: DrawnAnswers | None,
        parameters: int = test_networks.PARAMETERS,
        stored: Mapping[str, list[int]] | None = None,
    ) -> bool:
        seen = animals.Network(
            parameters=parameters, trainable=parameters, tensors=tensors, convolutions=20,
            pretrained_share=1.0, output=[2, 3], side=64, statistics_moved=False, checkpoint_problem="",
            given=right, filled=right, loaded=loaded,
        )  # fmt: skip
        of_file = animals.LoneCheckpoint(tensors=dict(stored or {}), checkpoint_problem="", loaded=alone)
        return passes(test_networks.TestCheckpoints, "2.3e", {"network": seen, "checkpoint_alone": of_file})

    assert earns(right, right)
    assert not earns(other, right)
    assert not earns(None, right)
    assert not earns(right, None)
    assert earns(right, None, 27, {"fc.weight": [3, 9]}), "a head of another form, which 2.2 judges"
    assert not earns(right, None, 27, {"fc.weight": [3, 8]})


@pytest.mark.parametrize("rate", [float("inf"), 0.0])
def test_rate_that_is_a_hundredth_of_itself_does_not_fall(rate: float) -> None:
    """Infinity earned the point before."""
    seen = mnist.Rates(by="train", scheduler="", error="", rates=[rate] * 80)

    assert not passes(test_optimizers.TestScheduler, "2c", {"rates": seen})


def test_order_of_calls_does_not_matter_to_drawn_weights() -> None:
    """A shortcut may be computed first or last; a step shows the frozen layers."""

    class Block(nn.Module):
        def __init__(self, shortcut_first: bool) -> None:
            super().__init__()
            self.first = shortcut_first
            self.a, self.b, self.head = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(3, 4, 1), nn.Linear(4, 2)
            self.na, self.nb = nn.BatchNorm2d(4), nn.BatchNorm2d(4)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            ways = [(self.na, self.a), (self.nb, self.b)]
            parts = [norm(layer(images)) for norm, layer in (ways[::-1] if self.first else ways)]
            found: torch.Tensor = self.head(sum(parts).mean((2, 3)))
            return found

    early, late = (answers(Block(first), drawn_images(2, 8, 3), 3) for first in (True, False))

    assert early and late
    assert np.allclose(early.features, late.features, atol=1e-4)
    assert np.allclose(early.scores_after, late.scores_after, atol=1e-3)
    assert not np.allclose(early.features, early.features_after, atol=1e-2)


def finetuned(change: float) -> tuple[inaturalist.Learning, inaturalist.Learning]:
    """Return the observation of a loop that trains by this rate, and of one that adds noise of this size instead."""

    def finetune(model: Any, train: Any, val: Any, epochs: int, lr: float, device: Any) -> dict[str, list[float]]:
        optimizer = torch.optim.Adam([one for one in model.parameters() if one.requires_grad], lr)
        loop(model, train, nn.CrossEntropyLoss(), optimizer, epochs, device)
        return {}

    seen = of_loop.learning(Program(finetune=finetune), "finetune", change, 4, 7)
    noise = np.random.default_rng(2)
    after = [
        old if name in seen.frozen else (old + change * noise.normal(size=old.shape)).astype(np.float32)
        for name, old in zip(seen.parameters, seen.before, strict=True)
    ]
    return seen, replace(seen, after=after)


def test_weights_move_as_a_training_moves_them() -> None:
    """Names of weights that have moved earned the points before; invented weights do not."""
    right, invented = finetuned(0.02)

    assert passes(test_loop.TestFinetune, "B3.1a", {"learning": right})
    assert not passes(test_loop.TestFinetune, "B3.1a", {"learning": invented}, {"learning": right})


def strategies(calls: Sequence[Sequence[Any]]) -> inaturalist.StrategyCalls:
    """Return an answer in which "upto_k" freezes k of six layers, "all" none and "last_layer" all but the last."""

    def strategy(name: str, k: int) -> inaturalist.Strategy:
        frozen = {"all": 0, "last_layer": 5}.get(name, k)
        layers = [
            inaturalist.WeightedLayer(
                name=f"{place}", kind="Conv2d", side=3, outputs=4, learns=[place >= frozen] * 2, pretrained=place < 5
            )
            for place in range(6)
        ]
        return inaturalist.Strategy(name=name, k=k, error="", layers=layers)

    return inaturalist.StrategyCalls(found=[strategy(name, k) for name, k in calls])


@pytest.mark.parametrize("number", ["B2b", "B2c"])
def test_recorded_strategies_earn_nothing(number: str) -> None:
    """Calls and their order are drawn."""
    draw = drawn("secret", DIGEST, "strategies", POOL_OF_NETWORKS)
    asked = strategy_question(draw).calls

    assert passes(test_pretrained.TestStrategies, number, {"strategy_calls": strategies(asked)})
    assert not passes(test_pretrained.TestStrategies, number, {"strategy_calls": strategies(asked[::-1])})


def test_builder_that_is_not_there_gives_no_answers() -> None:
    """Without a linear layer there is nothing to compare."""
    assert answers(nn.Sequential(nn.Conv2d(3, 4, 3)), drawn_images(1, 8, 1), 1) is None
    assert probe_networks.SIDES[0] == 64
