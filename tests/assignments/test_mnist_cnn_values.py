"""The exact values of mnist_cnn against PyTorch, its data against the code that renders them, and its readers."""

import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from autograder import project
from autograder.assignments.mnist_cnn import answers, heldout, layers
from autograder.assignments.mnist_cnn.observed import FetchedImages, Way
from autograder.assignments.mnist_cnn.observed_layers import Operation
from autograder.assignments.mnist_cnn.test_answers import BATCH, OF_LAYER, _slip_in_batch
from autograder.assignments.mnist_cnn.test_bonus import CONVOLUTIONS, PARAMETERS
from autograder.assignments.mnist_cnn.test_preprocessing import _not_as_asked
from autograder.probes.torchvision_without_ops import import_torchvision

FIXTURES = project.data("mnist_cnn", "embedded")
MODULES = {
    "conv1": nn.Sequential(nn.Conv2d(1, 16, 5), nn.ReLU()),
    "pool1": nn.MaxPool2d(2),
    "conv2": nn.Sequential(nn.Conv2d(16, 32, 3), nn.ReLU()),
    "pool2": nn.MaxPool2d(2),
    "conv3": nn.Sequential(nn.Conv2d(32, 16, 1), nn.ReLU()),
    "fc1": nn.Sequential(nn.Flatten(), nn.Linear(400, 64), nn.ReLU()),
    "fc2": nn.Linear(64, 10),
}


def count(module: nn.Module) -> int:
    """Return the number of parameters."""
    return sum(one.numel() for one in module.parameters())


def test_shapes_and_counts_are_those_of_pytorch() -> None:
    """The solution of 1.1 is what the layers of the table really give and hold."""
    outputs = torch.zeros(BATCH, 1, 28, 28)
    for layer, module in MODULES.items():
        outputs = module(outputs)

        assert (tuple(outputs.shape), count(module)) == OF_LAYER[layer]
    assert sum(parameters for _, parameters in OF_LAYER.values()) == 31_898


def test_lenet_has_the_stated_counts() -> None:
    """LeNet-5 on 3×32×32, with which the hand-out compares."""
    parts = [nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5), nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)]

    assert [count(part) for part in parts] == [456, 2416, 48120, 10164, 850]
    assert sum(map(count, parts)) == 62_006


def test_resnet18_has_the_stated_count() -> None:
    """A ResNet-18 of one channel and ten classes."""
    model = import_torchvision().models.resnet18(num_classes=10)
    model.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)

    assert count(model) == PARAMETERS
    assert sum(isinstance(one, nn.Conv2d) for one in model.modules()) == CONVOLUTIONS


def test_data_are_what_the_code_renders(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first images of each file come out the same, byte for byte, when they are drawn again."""
    monkeypatch.syspath_prepend(str(FIXTURES))
    import build_images

    for split in build_images.SPLITS:
        images, labels = heldout.read_idx(FIXTURES / split.images), heldout.read_idx(FIXTURES / split.labels)
        order = np.random.default_rng(split.seed).permutation(len(labels))[:3]
        for place, address in enumerate(order):
            label, number = divmod(int(address), split.per_class)

            assert labels[place] == label
            drawn = split.draw(label, np.random.default_rng([split.seed, label, number]))
            assert np.array_equal(images[place], drawn), split.images
    for name in ("build_images", "render", "digits", "garments"):
        sys.modules.pop(name, None)


def test_torchvision_reads_the_data() -> None:
    """Files and counts are as torchvision expects them."""
    datasets = import_torchvision().datasets

    assert len(datasets.MNIST(FIXTURES, train=True)) == 1800
    assert len(datasets.FashionMNIST(FIXTURES, train=False)) == 120


def test_heldout_images_are_not_given() -> None:
    """No held-out image stands in a file that submissions get, and labels cover all classes."""
    for name, folder in (("mnist", "MNIST"), ("fashion", "FashionMNIST")):
        held = {one.tobytes() for one in heldout.read_idx(FIXTURES / f"heldout/{name}-images-idx3-ubyte")}
        for split in ("train", "t10k"):
            given = heldout.read_idx(FIXTURES / f"{folder}/raw/{split}-images-idx3-ubyte")
            assert not held & {one.tobytes() for one in given}
    assert set(heldout.digits(FIXTURES)[1].tolist()) == set(range(10))
    assert len(heldout.garments(FIXTURES, 30)[1]) == 30


RIGHT_SHAPES = [list(shape) for shape, _ in OF_LAYER.values()]


@pytest.mark.parametrize(
    "written",
    [
        {"shapes": dict(zip(OF_LAYER, RIGHT_SHAPES, strict=True))},
        {"Shapes": [str(tuple(one)) for one in RIGHT_SHAPES]},
        {"output shapes": {str(place): "x".join(map(str, one)) for place, one in enumerate(RIGHT_SHAPES, 1)}},
        {name.upper(): {"shape": shape} for name, shape in zip(OF_LAYER, RIGHT_SHAPES, strict=True)},
        {"shapes": {f"my layer {letter}": one for letter, one in zip("abcdefg", RIGHT_SHAPES, strict=True)}},
    ],
)
def test_answers_are_read_in_many_forms(written: Any) -> None:
    """Lists, texts, other names and the other nesting come to the same."""
    assert [answers.shape(written, layer) for layer in answers.LAYERS] == [shape for shape, _ in OF_LAYER.values()]


@pytest.mark.parametrize("batch", [None, "N", "batch_size"])
def test_name_in_place_of_the_batch_is_told_in_words_that_fit(batch: str | None) -> None:
    """The answer is read, and only the number is called missing."""
    answered = answers.shape({"shapes": {"conv1": [batch, 16, 24, 24]}}, "conv1")

    assert answered == (16, 24, 24)
    assert _slip_in_batch(answered, OF_LAYER["conv1"][0]) == "the number of images in the batch is missing"


@pytest.mark.parametrize(
    ("lengths", "fault"),
    [
        ([50_000, 10_000], "two parts of the training set (50000 and 10000 images)"),
        ([5_000, 1_000], ""),
        ([], ""),
    ],
)
def test_random_parts_are_accused_only_if_they_make_up_the_training_set(lengths: list[int], fault: str) -> None:
    """Some take a part of both sets to save time."""
    labels = np.random.default_rng(0).integers(0, 10, (4, 40)).tolist()
    ways = [Way(name="load_mnist", same=True, error="", two=[])] * 2
    seen = FetchedImages(ways=ways, lengths=lengths, labels=labels[:2])
    said = _not_as_asked(seen, FetchedImages(ways=ways, lengths=[60_000, 10_000], labels=labels[2:]))

    assert said.partition(",")[0] == fault


@pytest.mark.parametrize("value", [4640, "4640", "4,640", "4 640 parameters", 4640.0])
def test_counts_are_read_in_many_forms(value: Any) -> None:
    """Numbers and texts come to the same."""
    assert answers.count({"parameters": {"conv2": value}}, "conv2") == 4640


@pytest.mark.parametrize("written", [None, [], {}, {"shapes": 5}, {"shapes": [1, 2]}, {"shapes": {"conv1": True}}])
def test_answers_in_a_wrong_form_are_named(written: Any) -> None:
    """A sentence names anything that cannot be read, and nothing else is raised."""
    for read in (answers.shape, answers.count):
        with pytest.raises(answers.Unreadable, match=r"\w+ "):
            read(written, "conv1")


def test_missing_layer_shifts_no_others() -> None:
    """Without its second convolution a network keeps the other layers in their places."""
    convolutions = [
        Operation(name="convolution", weight=[16, 1, 5, 5], input=[16, 1, 28, 28], output=[16, 16, 24, 24]),
        Operation(name="convolution", weight=[16, 16, 1, 1], input=[16, 16, 12, 12], output=[16, 16, 12, 12]),
    ]
    found = layers.aligned(layers.blocks([*convolutions, Operation(name="addmm", weight=[64, 2304], output=[16, 64])]))

    assert [block is not None for block in found] == [True, False, True, True, False]
