"""cifar10_cnn: the values that its hand-out states, its data, and how its probes tell networks apart."""

import hashlib
import importlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from autograder import project
from autograder.assignments.cifar10_cnn import observed, probe_accuracy, probe_layers, probe_network, test_testing
from autograder.assignments.cifar10_cnn.heldout import CLASSES
from autograder.assignments.cifar10_cnn.layer_steps import BatchNorm, Layer, told_layers
from autograder.checks.draw import Draw
from autograder.checks.pickled_batches import read_batch
from autograder.probes.torchvision_without_ops import import_torchvision
from autograder.worker import local_datasets
from fixtures.cifar10_cnn import build_images

SLUG = "cifar10_cnn"
STEP = 3.25  # of a question about layers
torchvision = import_torchvision()
CHANGED = (torchvision.datasets.CIFAR10, torchvision.datasets.MNIST)
DATA = project.data(SLUG, "embedded")


class Given:
    """Stands in for a submission: functions by name."""

    def __init__(self, **functions: Callable[..., Any]) -> None:
        self.functions = functions

    def get(self, name: str) -> Callable[..., Any]:
        return self.functions[name]


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The reference solution as a module."""
    for name in ("submitted", "schedule"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(project.reference(SLUG)))
    yield importlib.import_module("submitted")
    for name in ("submitted", "schedule"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("classes", [10, 7, 100])
def test_parameter_counts_are_those_of_the_hand_out(reference: Any, classes: int) -> None:
    """109,632 + 33·C parameters in 14 tensors, and 20 entries in the state dict."""
    model = reference.CNN(classes)

    assert sum(parameter.numel() for parameter in model.parameters()) == 109_632 + 33 * classes
    assert len(list(model.parameters())) == 14
    assert len(model.state_dict()) == 20


def test_parameter_counts_of_the_layers_are_those_of_the_hand_out(reference: Any) -> None:
    """Each layer has the number of parameters that the assignment lists."""
    model = reference.CNN(10)
    counts = [sum(p.numel() for p in layer.parameters()) for layer in model.modules() if not list(layer.children())]

    assert [count for count in counts if count] == [4_864, 128, 51_232, 64, 51_264, 2_080, 330]


def test_first_layer_weights_have_the_stated_shape(reference: Any) -> None:
    """(64, 3, 5, 5), as an array that is no view of the network."""
    model = reference.CNN(10)
    weights = reference.first_layer_weights(model)
    weights[:] = 0

    assert weights.shape == (64, 3, 5, 5)
    assert model.block1[0].weight.abs().sum() > 0


def between(change: Callable[[dict[str, nn.Module]], None], training: bool = False) -> list[Layer]:
    """Return what the probe tells of the network of the hand-out after a change to its parts."""

    def make(num_classes: int) -> nn.Module:
        parts: dict[str, nn.Module] = {
            "conv1": nn.Conv2d(3, 64, 5), "norm1": nn.BatchNorm2d(64), "act1": nn.ReLU(), "pool1": nn.MaxPool2d(2),
            "conv2": nn.Conv2d(64, 32, 5), "norm2": nn.BatchNorm2d(32), "act2": nn.ReLU(), "pool2": nn.MaxPool2d(2),
            "flat": nn.Flatten(), "lin1": nn.Linear(800, 64), "act3": nn.ReLU(), "drop1": nn.Dropout(0.2),
            "lin2": nn.Linear(64, 32), "act4": nn.ReLU(), "drop2": nn.Dropout(0.2), "lin3": nn.Linear(32, num_classes),
            "end": nn.Identity(),
        }  # fmt: skip
        change(parts)
        return nn.Sequential(*parts.values())

    return told(make, training)


def told(make: Callable[..., nn.Module], training: bool) -> list[Layer]:
    """Return what is told of the layers of a network; all numbers fit."""
    layers, unlike = told_layers(probe_layers.layers(Given(CNN=make), training, STEP), STEP, training)
    assert not unlike
    return layers


def names(layers: list[Layer], what: str) -> list[list[str]]:
    """Return what is told of the stretches behind each layer."""
    return [[getattr(stretch, what) for stretch in layer.between] for layer in layers]


def test_layers_of_the_hand_out_are_told() -> None:
    """ReLU behind each layer but the last, max-pooling behind the convolutions, no dropout in eval mode."""
    layers = between(lambda parts: None)

    assert names(layers, "activation") == [["none", "ReLU"], ["none", "ReLU"], ["ReLU"], ["ReLU"], ["none"]]
    assert [row[-1] for row in names(layers, "pooling")] == ["max 2", "max 2", "none", "none", "none"]
    assert [layer.batch_norms for layer in layers[:2]] == [
        [BatchNorm(directly_behind=True, features=64)],
        [BatchNorm(directly_behind=True, features=32)],
    ]
    assert {stretch.factor for layer in layers for stretch in layer.between} == {1.0}


def test_dropout_is_told_by_its_factor() -> None:
    """Dropout scales the values that it keeps, so its probability need not be estimated."""
    layers = between(lambda parts: parts.update(drop2=nn.Dropout(0.5)), training=True)

    assert layers[2].between[-1].factor == pytest.approx(1.25)
    assert layers[3].between[-1].factor == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("place", "activation", "name"),
    [
        ("act1", nn.ReLU(inplace=True), "ReLU"),
        ("act2", nn.Identity(), "none"),
        ("act3", nn.LeakyReLU(), "leaky ReLU"),
        ("act4", nn.Tanh(), "tanh"),
        ("act1", nn.GELU(), "GELU"),
        ("act2", nn.ReLU6(), "ReLU6"),
        ("act3", nn.Threshold(0.0, 0.0), "ReLU"),
        ("act4", nn.Sigmoid(), "sigmoid"),
    ],
)
def test_activations_are_told_from_numbers(place: str, activation: nn.Module, name: str) -> None:
    """Whatever module stands there, it is called by what it does; the other places keep their ReLU."""
    layers = between(lambda parts: parts.update({place: activation}))
    found = [row[-1] for row in names(layers, "activation")]
    index = int(place[-1]) - 1

    assert found[index] == name
    assert [one for i, one in enumerate(found[:4]) if i != index] == ["ReLU"] * 3


@pytest.mark.parametrize(
    ("end", "name"),
    [(nn.Softmax(dim=1), "softmax"), (nn.LogSoftmax(dim=1), "log-softmax"), (nn.ReLU(), "ReLU")],
)
def test_what_follows_the_last_layer_is_told(end: nn.Module, name: str) -> None:
    """Logits are what comes out of the last layer."""
    assert between(lambda parts: parts.update(end=end))[-1].between[-1].activation == name


def test_pooling_is_told_whatever_the_order_with_the_activation() -> None:
    """Max-pooling and ReLU may change places; averaging is told from both."""

    def pool_first(parts: dict[str, nn.Module]) -> None:
        parts["act1"], parts["pool1"] = parts["pool1"], parts["act1"]

    first, second = between(pool_first)[0], between(lambda parts: parts.update(pool1=nn.AvgPool2d(2)))[0]

    assert (first.between[-1].pooling, first.between[-1].activation) == ("max 2", "ReLU")
    assert (second.between[-1].pooling, second.between[-1].activation) == ("average 2", "ReLU")


def test_batch_norm_behind_the_activation_is_told() -> None:
    """The batch norm then takes something else than what the convolution gave."""

    def swap(parts: dict[str, nn.Module]) -> None:
        parts["norm1"], parts["act1"] = parts["act1"], parts["norm1"]

    layer = between(swap)[0]

    assert not layer.batch_norms[0].directly_behind
    assert "ReLU" in [stretch.activation for stretch in layer.between]
    assert "max 2" in [stretch.pooling for stretch in layer.between]


class FunctionalNet(nn.Module):
    """The network of the hand-out in one class, with functional activations."""

    def __init__(self, n_classes: int) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 64, 5), nn.Conv2d(64, 32, 5)
        self.na, self.nb = nn.BatchNorm2d(64), nn.BatchNorm2d(32)
        self.f, self.g, self.h = nn.Linear(800, 64), nn.Linear(64, 32), nn.Linear(32, n_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.max_pool2d(functional.relu(self.na(self.a(x))), 2)
        x = functional.relu_(functional.max_pool2d(self.nb(self.b(x)), 2)).flatten(1)
        x = functional.dropout(functional.relu(self.f(x)), 0.2, self.training)
        return self.h(functional.dropout(torch.clamp(self.g(x), min=0), 0.2, self.training))


@pytest.mark.parametrize("training", [False, True])
def test_functional_network_is_told_like_one_of_modules(training: bool) -> None:
    """Names, and whether a layer is a module, make no difference."""
    layers = told(FunctionalNet, training)

    hidden = 2 if training else 0  # what lies between convolutions is looked at in eval mode alone
    assert [row[-1] for row in names(layers, "activation")][hidden:] == ["ReLU"] * (4 - hidden) + ["none"]
    assert [layer.between[-1].factor for layer in layers[2:4]] == [1.25 if training else 1.0] * 2


def test_network_with_a_hidden_layer_is_not_reloaded() -> None:
    """Layers in a plain list are missing from the state dict, and the second network keeps its own."""

    class Hides(FunctionalNet):
        def __init__(self, n_classes: int) -> None:
            super().__init__(n_classes)
            del self.h
            self.hidden = [nn.Linear(32, n_classes)]

        def h(self, x: torch.Tensor) -> torch.Tensor:
            return self.hidden[0](x)  # type: ignore[no-any-return]

    complete, hides = (probe_network.reloaded(Given(CNN=one), STEP) for one in (FunctionalNet, Hides))

    assert np.allclose(complete.loaded, complete.first, atol=1e-4)
    assert np.abs(hides.loaded - hides.first).max() > 0.001


def test_saved_networks_are_told_from_saved_weights(
    reference: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the form and the name of the file, and without loading it."""
    monkeypatch.chdir(tmp_path)
    model = reference.CNN(10)
    optimizer = torch.optim.Adam(model.parameters())
    torch.save(model.state_dict(), "weights.pth")
    torch.save({"epoch": 3, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, "checkpoint.pt")
    Path("losses.pkl").write_bytes(pickle.dumps([2.3, 1.9]))
    Path("notes.txt").write_text("torch.nn.modules.conv")
    Path("broken.zip").write_bytes(b"PK\x03\x04")
    torch.save(model, "whole.pth")
    torch.save({"net": model}, "old_form.pt", _use_new_zipfile_serialization=False)
    Path("sub").mkdir()
    Path("sub/pickled.bin").write_bytes(pickle.dumps(model, protocol=5))

    assert probe_accuracy._whole_networks("submitted") == ["old_form.pt", "sub/pickled.bin", "whole.pth"]


def test_committed_images_are_what_the_code_renders() -> None:
    """A few images of the training files and of the held-out file, in place."""
    for split in (build_images.SPLITS[0], build_images.SPLITS[-1]):
        images, labels = read_batch(DATA / split.path)
        order = np.random.default_rng(split.seed).permutation(len(labels))
        for place in (0, 57, len(labels) - 1):
            label, number = divmod(int(order[place]), split.per_class)
            rendered = build_images.image_of(split.seed, label, number)

            assert labels[place] == label
            assert np.array_equal(images[place], rendered.transpose(2, 0, 1))


def test_committed_files_have_the_form_of_the_original() -> None:
    """Python 2 wrote the originals, so that torchvision gets text for the keys, and others bytes."""
    for split in build_images.SPLITS:
        with (DATA / split.path).open("rb") as file:
            text = pickle.load(file, encoding="latin1")
        assert set(text) == {"batch_label", "labels", "data", "filenames"}
        assert text["data"].shape == (len(text["labels"]), 3072)
        assert text["data"].dtype == np.uint8
        assert np.bincount(text["labels"]).tolist() == [split.per_class] * len(CLASSES)


def folders() -> list[Path]:
    """Return where the data of both profiles lie; the real ones only where they are there."""
    real = Path(os.environ.get(project.DATA_VARIABLE, "/nowhere")) / SLUG
    return [DATA, *([real] if real.is_dir() else [])]


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.parent.name)
def test_torchvision_reads_the_data(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the sandbox: from the working directory, with class names, whatever the root."""
    monkeypatch.chdir(folder)
    cifar = torchvision.datasets.cifar
    for owner, name in [(cifar, "check_integrity"), (cifar, "pickle"), *((c, "__init__") for c in CHANGED)]:
        monkeypatch.setattr(owner, name, getattr(owner, name))  # so that what is installed goes away again
    local_datasets.install(torchvision)
    for train in (True, False):
        data = torchvision.datasets.CIFAR10("./data", train=train, download=True)

        assert tuple(data.classes) == CLASSES
        assert data.data.shape == (len(data.targets), 32, 32, 3)
        assert sorted(set(data.targets)) == list(range(10))


def test_no_held_out_image_is_handed_out() -> None:
    """Nor does any image stand in two files."""
    digests = [
        hashlib.sha256(image.tobytes()).digest()
        for split in build_images.SPLITS
        for image in read_batch(DATA / split.path)[0]
    ]

    assert len(set(digests)) == len(digests)


def numbers_of(question: tuple[list[int], list[list[bool]]]) -> Iterator[tuple[int, int, float]]:
    """Yield the number of images, the state, and what may be returned in it, on each scale."""
    labels, rights = question
    for scale in test_testing._scales(len(labels)):
        for state, right in enumerate(rights):
            yield len(labels), state, scale * 100 * sum(right) / len(right)


def test_returned_number_tells_the_state_of_the_network_on_every_scale() -> None:
    """A raw count, a fraction or a sum of percents is never taken for the percent of another state."""
    case = test_testing.TestTesting("test_eval_mode")
    for digest in range(40):
        question = test_testing._question_of(Draw("a secret", digest))
        case._question = lambda question=question: question
        for count, state, returned in numbers_of(question):
            one = observed.Tested(kind="a number", returned=returned, among=[], modes=[False], tracked=[False])
            case._even = lambda one=one: one

            assert case._told(claimed=False, place=0) == (state >= 2), (digest, count, returned)
