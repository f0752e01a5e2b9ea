"""The exact values that the suites of animals_transfer hold, checked against PyTorch, and the data of its profile."""

import importlib.util
import json
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from autograder import project
from autograder.assignments.animals_transfer import course, test_make_training, test_networks
from autograder.assignments.animals_transfer.images import CLASSES, IMAGENET_MEAN, IMAGENET_STD, prediction_key
from autograder.assignments.animals_transfer.observed import ForwardPass
from autograder.probes.torchvision_without_ops import import_torchvision

FIXTURES = project.data("animals_transfer", "embedded")
DECODED = 6  # grey levels by which JPEG libraries may differ
SAMPLES_PER_CLASS = 2
GRADIENT, NOTED_EPOCHS = 2.0, 35
LOGITS, LABELS = [[2.0, -1.0, 0.5], [0.1, 0.2, -3.0], [-1.5, 4.0, 1.0], [0.0, 0.0, 1.0]], [0, 2, 1, 1]


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """Return the script that renders the images."""
    sys.path.insert(0, str(FIXTURES))
    try:
        spec = importlib.util.spec_from_file_location("build_animals", FIXTURES / "build_images.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(FIXTURES))
        for name in ("render", "faces"):
            sys.modules.pop(name, None)


def test_resnet18_for_three_classes_has_the_parameters_that_are_asked_for() -> None:
    """11,178,051 numbers, 1,539 of them in the head."""
    model = import_torchvision().models.resnet18(weights=None)
    model.fc = nn.Linear(model.fc.in_features, len(CLASSES))

    assert sum(parameter.numel() for parameter in model.parameters()) == test_networks.PARAMETERS
    assert sum(parameter.numel() for parameter in model.fc.parameters()) == test_networks.OF_THE_HEAD


def test_imagenet_statistics_are_those_of_torchvision() -> None:
    """Mean and standard deviation are what torchvision's own weights were trained with."""
    preset = import_torchvision().models.ResNet18_Weights.DEFAULT.transforms()

    assert preset.mean == IMAGENET_MEAN.tolist()
    assert preset.std == IMAGENET_STD.tolist()


def test_training_that_is_asked_for_moves_weights_as_the_suites_expect() -> None:
    """SGD's first step, its second, its decay, and the schedule, by PyTorch itself."""
    made = test_make_training
    weights = [nn.Parameter(torch.zeros(1)), nn.Parameter(torch.ones(1))]
    optimizer = torch.optim.SGD(weights, lr=5e-3, momentum=0.9, weight_decay=1e-1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 10, 0.1)
    places, rates = [], []
    for _ in range(NOTED_EPOCHS):
        weights[0].grad, weights[1].grad = torch.full((1,), GRADIENT), torch.zeros(1)
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
        places.append([float(weight.detach()) for weight in weights])

    assert -places[0][0] / GRADIENT == pytest.approx(made.LR, rel=0.01)
    assert places[1][0] / places[0][0] - 2 == pytest.approx(made.MOMENTUM, abs=0.01)
    assert (1 - places[0][1]) / made.LR == pytest.approx(made.WEIGHT_DECAY, rel=0.02)
    assert rates == pytest.approx([made.LR * made.DROP ** (epoch // made.EVERY) for epoch in range(NOTED_EPOCHS)])


def test_cross_entropy_without_torch_is_that_of_torch() -> None:
    """The trusted side has no torch and computes losses itself."""
    logits, labels = np.array(LOGITS), np.array(LABELS)

    mine = course.cross_entropies(logits, labels)

    theirs = nn.functional.cross_entropy(torch.from_numpy(logits), torch.from_numpy(labels), reduction="none")
    assert mine == pytest.approx(theirs.numpy())


def test_accuracy_of_the_harness_network_rises_and_then_falls() -> None:
    """The best epoch is neither the last nor the first, and stands alone; gradients are PyTorch's own."""
    weight, rate, counts = 0.0, course.LR, []
    slopes, offsets, labels = (np.array(column) for column in zip(*course.VAL, strict=True))
    for _ in range(course.EPOCHS):
        for start in range(0, len(course.TRAIN), course.BATCH_SIZES["train"]):
            part = course.TRAIN[start : start + course.BATCH_SIZES["train"]]
            value = torch.tensor(weight, requires_grad=True)
            scores = torch.stack([value * slope + offset for slope, offset, _ in part])
            logits = torch.stack([torch.zeros_like(scores), scores, torch.full_like(scores, -8.0)], dim=1)
            nn.functional.cross_entropy(logits, torch.tensor([label for *_, label in part])).backward()
            batch = ForwardPass(
                training=True,
                with_gradient=True,
                numbers=list(range(start, start + len(part))),
                logits=logits.tolist(),
                weight=weight,
                steps_before=0,
                forwards_before=0,
            )
            assert course.gradient_of(batch) == pytest.approx(float(value.grad), abs=1e-6)
            weight -= rate * float(value.grad)
        rate *= course.GAMMA
        counts.append(int(((weight * slopes + offsets > 0) == (labels == 1)).sum()))

    assert counts == [4, 5, 6, 5, 4, 3]


def test_images_are_what_the_committed_code_renders(builder: ModuleType) -> None:
    """A sample of each class, decoded: JPEG libraries may differ by a few levels."""
    chosen, seen = [], Counter()
    for address in builder.addresses():
        folder = address.path.split("/")[1]
        if seen[folder, address.label] < SAMPLES_PER_CLASS:
            seen[folder, address.label] += 1
            chosen.append(address)

    assert len(chosen) == 4 * len(CLASSES) * SAMPLES_PER_CLASS
    for address in chosen:
        with Image.open(FIXTURES / address.path) as image:
            rendered = builder.image_of(address.label, address.number)
            assert (image.mode, image.size) == (rendered.mode, rendered.size), address.path
            difference = np.abs(np.asarray(image, np.int16) - np.asarray(_through_jpeg(rendered), np.int16))
        assert difference.mean() < DECODED, address.path


def _through_jpeg(image: Image.Image) -> Image.Image:
    import io

    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=78)
    return Image.open(buffer)


def test_folders_hold_images_of_many_shapes_in_unequal_classes() -> None:
    """No split is balanced, and a batch of images as they are cannot be stacked."""
    counts = {
        split: [len(list((FIXTURES / "animals" / split / name).glob("*.jpg"))) for name in CLASSES]
        for split in ("train", "val", "test")
    }
    shapes = set()
    modes = Counter()
    for path in (FIXTURES / "animals").rglob("*.jpg"):
        with Image.open(path) as image:
            shapes.add(image.size)
            modes[image.mode] += 1

    assert counts == {"train": [26, 20, 14], "val": [10, 8, 6], "test": [9, 8, 7]}
    assert any(width > height for width, height in shapes)
    assert any(width < height for width, height in shapes)
    assert min(modes["L"], modes["RGB"]) > 0


def test_key_names_each_unlabelled_image() -> None:
    """Ten of each class, and not in the order of the classes."""
    key = prediction_key(FIXTURES)

    assert sorted(key) == sorted(path.stem for path in (FIXTURES / "animals" / "prediction").iterdir())
    assert Counter(key.values()) == {name: 10 for name in CLASSES}
    assert list(key.values()) != sorted(key.values())


def test_reference_predicts_well_above_the_threshold() -> None:
    """The predictions that are handed in leave three standard deviations of 30 answers to the threshold."""
    answers = json.loads((project.reference("animals_transfer") / "predictions.json").read_text())
    key = prediction_key(FIXTURES)
    accuracy = np.mean([answers[f"{name}.jpg"] == right for name, right in key.items()])

    assert accuracy - 3 * np.sqrt(accuracy * (1 - accuracy) / len(key)) > 0.5


def test_embedded_data_are_small() -> None:
    """The images come to less than 1.5 MB, and no checkpoint of the reference to more than 4.5 MB."""
    images = sum(path.stat().st_size for path in (FIXTURES / "animals").rglob("*.jpg"))
    checkpoints = [path.stat().st_size for path in Path(project.reference("animals_transfer")).glob("*.pth")]

    assert images < 1_500_000
    assert len(checkpoints) == 3
    assert max(checkpoints) < 4_500_000


def test_missing_checkpoints_share_one_list_of_uploaded_files() -> None:
    """The other problems stay as they are."""
    missing = [f"{name}.pth is not among the uploaded files (hw.ipynb)" for name in "abc"]
    other = "d.pth does not fit the network"

    assert test_networks.told_once(missing[:1]) == missing[:1]
    assert test_networks.told_once([missing[0], other, *missing[1:]]) == [
        "a.pth, b.pth and c.pth are not among the uploaded files (hw.ipynb)",
        other,
    ]
