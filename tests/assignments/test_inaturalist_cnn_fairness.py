"""`inaturalist_cnn` judges right programs of unusual shapes as right, and takes one thing for one slip."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader, Subset

from autograder import project
from autograder.assignments.inaturalist_cnn import (
    probe_counting,
    probe_leak,
    probe_loaders,
    probe_loop,
    probe_model,
    probe_pretrained,
    test_counting,
    test_leak,
    test_loaders,
    test_loop,
    test_model,
    test_preparation,
    test_pretrained,
)
from autograder.assignments.inaturalist_cnn.matching import recognised_colours
from autograder.assignments.inaturalist_cnn.questions import own_colours
from autograder.model.outcome import Outcome
from autograder.model.verdict import Verdict
from autograder.probes import pretrained
from autograder.probes.torchvision_without_ops import import_torchvision
from autograder.probes.weights import digest
from tests.assignments.in_process import Program, outcomes_of

torchvision = import_torchvision()
transforms, datasets = torchvision.transforms, torchvision.datasets

DATA = "inaturalist_cnn/inaturalist_12K"
IMAGENET = transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
LOADER_TESTS = (test_loaders.TestLoaders, test_preparation.TestPreparation)
PROBES = (probe_loaders, probe_leak, probe_loop, probe_model, probe_counting, probe_pretrained)
MODEL_TESTS = (test_model.TestModel, test_counting.TestCounting)


def judged(cases: Sequence[type], **names: Any) -> dict[str, Outcome]:
    """Return the outcomes of a program by number."""
    return outcomes_of(cases, Program(**names), PROBES, DATA)


def lost(outcomes: dict[str, Outcome]) -> set[str]:
    """Return the numbers of the tests that did not pass."""
    return {number for number, one in outcomes.items() if one.verdict is not Verdict.PASSED and one.weight}


def loaders_with(prepare: Callable[[int], Any], test: str = "val", leak: bool = False) -> Callable[..., Any]:
    """Return a `get_dataloaders` whose images are prepared in this way.

    Args:
        prepare: from the size to a transform.
        test: folder of the test images.
        leak: whether the test images are among those to train on.
    """

    def get_dataloaders(data_dir: str, batch_size: int, data_aug: bool = False, size: int = 224) -> Any:
        plain = prepare(size)
        flipped = transforms.Compose([transforms.RandomHorizontalFlip(), plain])
        train = datasets.ImageFolder(Path(data_dir) / "train", flipped if data_aug else plain)
        validate, tested = (datasets.ImageFolder(Path(data_dir) / part, plain) for part in ("train", test))
        val_part = [place for place in range(len(train)) if place % 5 == 0]
        to_train: Any = Subset(train, [place for place in range(len(train)) if place % 5])
        return (
            DataLoader(ConcatDataset([to_train, tested]) if leak else to_train, batch_size, shuffle=True),
            DataLoader(Subset(validate, val_part), batch_size),
            DataLoader(tested, batch_size),
            tested.classes,
        )

    return get_dataloaders


def cropped(size: int) -> Any:
    """Return the usual transform for 224 pixels, which takes the middle for smaller sizes."""
    return transforms.Compose([transforms.Resize(256), transforms.CenterCrop(size), transforms.ToTensor(), IMAGENET])


def squeezed(size: int, *more: Any) -> Any:
    """Return a transform that squeezes images; more steps come before the normalisation."""
    return transforms.Compose([transforms.Resize((size, size)), transforms.ToTensor(), *more, IMAGENET])


def reversed_channels(size: int) -> Any:
    """Return a transform that swaps red and blue."""
    return squeezed(size, lambda image: image.flip(0))


def cropped_and_reversed(size: int) -> Any:
    """Return both."""
    return transforms.Compose([cropped(size), lambda image: image.flip(0)])


def padded(size: int) -> Any:
    """Return a transform that puts black borders around an image, and keeps its proportions."""

    def with_borders(image: Any) -> Any:
        across, down = ((max(image.size) - side) // 2 for side in image.size)
        return transforms.functional.pad(image, [across, down])

    return transforms.Compose([with_borders, squeezed(size)])


def test_borders_around_images_cost_nothing_of_their_normalisation() -> None:
    """The middle of an image shows its values."""
    assert lost(judged([test_preparation.TestPreparation], get_dataloaders=loaders_with(padded))) == set()


@pytest.mark.parametrize("prepare", [squeezed, cropped])
def test_images_that_are_squeezed_or_cropped_cost_nothing(prepare: Callable[[int], Any]) -> None:
    """Also where only the middle of an image is left of it, which looks like no file or like a wrong one."""
    assert lost(judged(LOADER_TESTS, get_dataloaders=loaders_with(prepare))) == set()


@pytest.mark.parametrize("prepare", [reversed_channels, cropped_and_reversed])
def test_swapped_channels_cost_the_test_of_the_values_alone(prepare: Callable[[int], Any]) -> None:
    """The images are still those of `val/`, and no message claims that they come from `train/`."""
    outcomes = judged(LOADER_TESTS, get_dataloaders=loaders_with(prepare))

    assert lost(outcomes) == {"B1.2b"}
    assert "train/" not in outcomes["B1.2b"].explanation.seen


@pytest.mark.parametrize("prepare", [cropped, cropped_and_reversed])
def test_cropped_images_of_another_folder_are_found_out(prepare: Callable[[int], Any], monkeypatch: Any) -> None:
    """The grader's own folder gives them away: its images differ only in colour."""

    def get_dataloaders(data_dir: str, batch_size: int, data_aug: bool = False, size: int = 32) -> Any:
        train, val, test, names = loaders_with(prepare)(data_dir, batch_size, data_aug, size)
        others = datasets.ImageFolder(Path(data_dir) / "train", prepare(size))
        spread = np.linspace(0, len(others) - 1, len(test.dataset)).astype(int).tolist()
        return train, val, DataLoader(Subset(others, spread), batch_size), names

    outcome = judged(LOADER_TESTS, get_dataloaders=get_dataloaders)["A2.1e"]

    assert outcome.verdict is Verdict.FAILED
    assert "grader's own folder" in outcome.explanation.seen


def test_wrong_labels_of_cropped_images_are_found_out() -> None:
    """They are compared with the colours that lie in each class's folder."""

    def get_dataloaders(*arguments: Any, **named: Any) -> Any:
        train, val, test, names = loaders_with(cropped)(*arguments, **named)
        test.dataset.target_transform = lambda label: 9 - label
        return train, val, test, names

    outcome = judged(LOADER_TESTS, get_dataloaders=get_dataloaders)["A2.1e"]

    assert "this holds for" in outcome.explanation.seen


def test_missing_names_of_classes_cost_the_test_of_the_classes() -> None:
    """The other tests of the loaders look at images."""

    def get_dataloaders(*arguments: Any, **named: Any) -> Any:
        return loaders_with(squeezed)(*arguments, **named)[:3]

    outcomes = judged(LOADER_TESTS, get_dataloaders=get_dataloaders)

    assert lost(outcomes) == {"A2.1e"}
    assert outcomes["A2.1e"].explanation.seen == "no names"


def test_loaders_that_refuse_small_images_cost_the_test_of_the_size() -> None:
    """The other tests use images of 224 pixels."""

    def get_dataloaders(data_dir: str, batch_size: int, data_aug: bool = False, size: int = 224) -> Any:
        if size < 64:
            raise ValueError("size must be at least 64")
        return loaders_with(squeezed)(data_dir, batch_size, data_aug, size)

    assert lost(judged(LOADER_TESTS, get_dataloaders=get_dataloaders)) == {"B1.2a"}


def test_error_of_augmentation_leaves_the_plain_loaders_to_be_judged() -> None:
    """It costs the two tests of augmentation."""

    def get_dataloaders(data_dir: str, batch_size: int, data_aug: bool = False, size: int = 224) -> Any:
        if data_aug:
            raise TypeError("RandomAffine needs degrees")
        return loaders_with(squeezed)(data_dir, batch_size, data_aug, size)

    outcomes = judged(LOADER_TESTS, get_dataloaders=get_dataloaders)

    assert lost(outcomes) == {"A2.2a", "A2.2b"}
    assert outcomes["A2.1d"].remarks == ("Not judged with data_aug=True because of A2.2a.",)


def test_colours_are_recognised_whatever_their_scale_and_their_order() -> None:
    """Foreign ones are not."""
    colours = own_colours(8)["val"]
    every = np.concatenate(list(own_colours(8).values()))

    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        seen = (colours[:, order] / 255 - [0.5, 0.4, 0.3]) / [0.2, 0.3, 0.4]
        assert recognised_colours(seen, every).tolist() == list(range(100, 120))
    assert (recognised_colours(np.vstack([colours, [[33, 90, 141]]]), every)[:-1] >= 100).all()
    assert recognised_colours(np.vstack([colours, [[33, 90, 141]]]), every)[-1] == -1
    assert recognised_colours(np.zeros((0, 3)), every).tolist() == []
    assert len(np.unique(np.sort(every, axis=1), axis=0)) == 120
    for part in (colours, every[:100]):  # what `recognised_colours` stretches
        assert part.min(axis=0).tolist() == [20, 20, 20]
        assert part.max(axis=0).tolist() == [236, 236, 236]


# Training on test images


def fit(model: nn.Module, train_loader: Any, val_loader: Any, epochs: int, lr: float, device: Any) -> dict[str, Any]:
    """Train as the hand-out asks for, and keep no history."""
    optimizer = torch.optim.SGD([one for one in model.parameters() if one.requires_grad], lr=lr)
    for _ in range(epochs):
        model.train()
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss: Any = nn.functional.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
    return {}


LEAKS = (test_leak.TestLeakInTraining, test_leak.TestLeakInFinetuning)


class Broken:
    """A transform that fails for each image."""

    def __call__(self, image: Any) -> Any:
        """Fail."""
        raise RuntimeError("no such operator")


def refuses(*arguments: Any, **named: Any) -> Any:
    """Fail as soon as loaders are asked for."""
    raise KeyError("root")


@pytest.mark.slow
@pytest.mark.parametrize("get_dataloaders", [loaders_with(lambda size: Broken()), refuses])
def test_loaders_that_fail_are_no_evidence_against_a_loop(get_dataloaders: Any) -> None:
    """The loop trained on nothing, so the tests say why they did not judge and cost no points."""
    outcomes = judged(LEAKS, get_dataloaders=get_dataloaders, train=fit, finetune=fit)

    assert lost(outcomes) == set()
    assert all("because of A2.1, no image" in one.remarks[0] for one in outcomes.values())


@pytest.mark.slow
def test_person_decides_where_only_the_planted_copy_stops_a_loop() -> None:
    """The loaders know the folders of the images as they are handed out."""
    plain, known = loaders_with(squeezed), contents(project.PROJECT / "fixtures" / DATA)

    def suspicious(data_dir: str, *arguments: Any, **named: Any) -> Any:
        if contents(Path(data_dir)) != known:
            raise OSError("disk full")
        return plain(data_dir, *arguments, **named)

    outcome = judged(LEAKS[1:], get_dataloaders=suspicious, train=fit, finetune=fit)["B4.2"]

    assert (outcome.score, outcome.leaks) == (0, True)
    assert "disk full" in outcome.explanation.seen


def contents(folder: Path) -> list[bytes]:
    """Return the files of the test images, by their names."""
    return [path.read_bytes() for path in sorted(folder.glob("val/*/*"))]


def test_loop_that_never_trains_earns_nothing_with_loaders_that_fail() -> None:
    """Neither on the loaders' images nor on ours."""

    def idle(*arguments: Any) -> dict[str, Any]:
        return {}

    assert lost(judged(LEAKS, get_dataloaders=refuses, train=idle, finetune=idle)) == {"A5.2", "B4.2"}


def test_hole_of_the_template_earns_nothing() -> None:
    """An unwritten loader is not an error that another test judges."""

    def empty(*arguments: Any, **named: Any) -> Any:
        raise NotImplementedError("Write get_dataloaders")

    outcomes = judged(LEAKS, get_dataloaders=empty, train=fit, finetune=fit)

    assert lost(outcomes) == {"A5.2", "B4.2"}


@pytest.mark.slow
@pytest.mark.parametrize(("leak", "forfeits"), [(False, False), (True, True)])
def test_only_training_on_test_images_is_called_so(leak: bool, forfeits: bool) -> None:
    """With a step behind the images."""
    outcomes = judged(LEAKS, get_dataloaders=loaders_with(squeezed, leak=leak), train=fit, finetune=fit)

    assert [one.forfeits for one in outcomes.values()] == [forfeits, forfeits]


def test_test_images_that_are_only_looked_at_are_no_leak() -> None:
    """In training mode, with gradients on, and without a step."""

    def looks(model: nn.Module, *arguments: Any) -> dict[str, Any]:
        for images, _ in loaders_with(squeezed)("inaturalist_12K", 16, size=32)[2]:
            model.train()(images)
        return {}

    outcomes = judged(LEAKS, get_dataloaders=loaders_with(squeezed), train=looks, finetune=looks)

    assert not any(one.forfeits for one in outcomes.values())


# Networks


class CNN(nn.Module):
    """A right network, for the changes below."""

    SIDE = 224
    LEAST = 1

    def __init__(
        self, num_filters: Any = 32, filter_size: Any = 3, activation: str = "relu", dense_neurons: int = 128,
        dense_activation: Any = None, filter_org: Any = "same", batch_norm: bool = False, dropout: float = 0.0,
        num_classes: int = 10, input_size: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        if isinstance(num_filters, int) and num_filters < self.LEAST:
            raise ValueError("too few filters")
        kinds = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "selu": nn.SELU, "mish": nn.Mish}
        factor = {"same": 1, "double": 2, "half": 0.5}[filter_org]
        several = isinstance(num_filters, list)
        filters = num_filters if several else [max(1, int(num_filters * factor**block)) for block in range(5)]
        sizes = filter_size if isinstance(filter_size, list) else [filter_size] * 5
        parts: list[nn.Module] = []
        for channels, count, size in zip([3, *filters], filters, sizes, strict=False):
            parts.append(nn.Conv2d(channels, count, size, padding="same"))
            parts += [nn.BatchNorm2d(count)] if batch_norm else []
            parts += [kinds[activation](), nn.MaxPool2d(2)]
        flat = filters[-1] * ((input_size or self.SIDE) // 32) ** 2
        parts += [nn.Flatten(), nn.Linear(flat, dense_neurons), kinds[dense_activation or activation]()]
        self.parts = nn.Sequential(*parts, nn.Dropout(dropout), nn.Linear(dense_neurons, num_classes))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits."""
        logits: torch.Tensor = self.parts(images)
        return logits


class ForLargeImages(CNN):
    """Written for 256 pixels, unless told otherwise."""

    SIDE = 256


class WithGuard(CNN):
    """Refuses small numbers of filters."""

    LEAST = 16


class WithHighGuard(CNN):
    """Refuses all numbers below the usual."""

    LEAST = 32


@pytest.mark.slow
@pytest.mark.parametrize(
    ("network", "costs"),
    [(CNN, set()), (ForLargeImages, {"A1.1g"}), (WithGuard, {"A1.1c"}), (WithHighGuard, {"A1.1c"})],
)
def test_guard_or_another_usual_size_costs_one_test(network: type[CNN], costs: set[str]) -> None:
    """The other tests build the network with other arguments, and the counting tests ask about ordinary sizes."""

    def count_parameters(m: int, k: int, n: int) -> int:
        return sum(one.numel() for one in network(num_filters=m, filter_size=k, dense_neurons=n).parameters())

    def count_computations(m: int, k: int, n: int) -> int:
        sides = [network.SIDE >> block for block in range(6)]
        first = sides[0] ** 2 * m * 3 * k * k
        return first + sum(side**2 * m * m * k * k for side in sides[1:5]) + sides[5] ** 2 * m * n + 10 * n

    outcomes = judged(
        MODEL_TESTS, CNN=network, count_parameters=count_parameters, count_computations=count_computations
    )

    assert lost(outcomes) == costs


# Strategies


class Deep(nn.Module):
    """Stands for a pretrained network: twelve convolutions, and a classifier of three linear layers as VGG has."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(*(nn.Conv2d(4, 4, 3) for _ in range(12)))
        self.classifier = nn.Sequential(nn.Linear(4, 40), nn.ReLU(), nn.Linear(40, 40), nn.ReLU(), nn.Linear(40, 10))
        for weight in self.parameters():
            pretrained.served.add(digest(weight))
        self.classifier[4] = nn.Linear(40, 10)

    def layers(self) -> list[nn.Module]:
        """Return the pretrained layers from the input on."""
        return [*self.features, self.classifier[0], self.classifier[2]]


def strategies_of(frozen: Callable[[Deep, str, int], list[nn.Module]], names: Any = None) -> dict[str, Outcome]:
    """Return the outcomes of a `build_pretrained` that freezes these layers."""

    def build_pretrained(strategy: str = "last_layer", k: int = 0, num_classes: int = 10) -> nn.Module:
        model = Deep()
        if strategy not in ("last_layer", "upto_k", "all"):
            raise ValueError(f"no strategy {strategy}")
        for layer in frozen(model, strategy, k):
            layer.requires_grad_(False)
        return model

    return judged(
        (test_pretrained.TestStrategies,),
        build_pretrained=build_pretrained,
        STRATEGIES=names or ["last_layer", "upto_k", "all"],
    )


def right(model: Deep, strategy: str, k: int) -> list[nn.Module]:
    """Freeze what the hand-out says."""
    return {"last_layer": model.layers(), "upto_k": model.layers()[:k], "all": []}[strategy]


def few_at_once(model: Deep, strategy: str, k: int) -> list[nn.Module]:
    """Count k in steps of three layers, of which the first two are free: k = 2 freezes nothing."""
    return model.layers()[: 3 * max(0, k - 2)] if strategy == "upto_k" else right(model, strategy, k)


def all_at_two(model: Deep, strategy: str, k: int) -> list[nn.Module]:
    """Count k in large parts, so that k = 2 freezes all but the head."""
    return model.layers()[: 7 * k] if strategy == "upto_k" else right(model, strategy, k)


@pytest.mark.parametrize("frozen", [right, few_at_once, all_at_two])
def test_strategies_are_different_if_some_k_tells_them_apart(frozen: Any) -> None:
    """With k = 2 two of them may train the same."""
    assert lost(strategies_of(frozen)) == set()


def test_entries_with_numbers_and_plain_ones_are_strategies() -> None:
    """A pair states its own k."""
    assert lost(strategies_of(right, ["last_layer", ("upto_k", 3), {"strategy": "upto_k", "k": 5}])) == set()


def test_same_strategy_under_three_names_is_one() -> None:
    """Whichever k is tried."""
    assert "B2a" in lost(strategies_of(lambda model, strategy, k: model.layers()[:k]))


def last_k_learn(model: Deep, strategy: str, k: int) -> list[nn.Module]:
    """Let the last k layers learn."""
    return model.layers()[: 14 - k] if strategy == "upto_k" else right(model, strategy, k)


def first_k_learn(model: Deep, strategy: str, k: int) -> list[nn.Module]:
    """Freeze the last layers."""
    return model.layers()[14 - k :] if strategy == "upto_k" else right(model, strategy, k)


def middle(model: Deep, strategy: str, k: int) -> list[nn.Module]:
    """Freeze from the second layer on."""
    return model.layers()[1 : k + 1] if strategy == "upto_k" else right(model, strategy, k)


@pytest.mark.parametrize("frozen", [last_k_learn, first_k_learn, middle])
def test_upto_k_that_freezes_other_layers_than_the_first_is_wrong(frozen: Any) -> None:
    """The number rises with k, and frozen layers come first."""
    assert lost(strategies_of(frozen)) == {"B2c"}


def test_frozen_head_costs_no_points_for_the_layers_before_it() -> None:
    """Other tests judge the head."""

    def frozen(model: Deep, strategy: str, k: int) -> list[nn.Module]:
        head = [] if strategy == "all" else [model.classifier[4]]
        return [*right(model, strategy, k), *head]

    assert "B2c" not in lost(strategies_of(frozen))


def test_k_of_zero_may_be_refused() -> None:
    """Three other numbers remain."""

    def frozen(model: Deep, strategy: str, k: int) -> list[nn.Module]:
        if strategy == "upto_k" and k < 1:
            raise ValueError("k must be positive")
        return right(model, strategy, k)

    assert lost(strategies_of(frozen)) == set()


def test_last_layer_that_leaves_the_whole_classifier_free_is_wrong() -> None:
    """Two of its linear layers are pretrained; a new head of two layers is right."""

    def whole(model: Deep, strategy: str, k: int) -> list[nn.Module]:
        return [model.features] if strategy == "last_layer" else right(model, strategy, k)

    def new_head(model: Deep, strategy: str, k: int) -> list[nn.Module]:
        model.classifier = nn.Sequential(nn.Linear(4, 20), nn.ReLU(), nn.Linear(20, 10))
        layers = list(model.features)
        return {"last_layer": layers, "upto_k": layers[:k], "all": []}[strategy]

    outcomes = strategies_of(whole)

    assert lost(outcomes) == {"B2d"}
    assert "classifier.0" in outcomes["B2d"].explanation.seen
    assert lost(strategies_of(new_head)) == set()


# Messages


def test_loss_that_is_wrong_is_told_what_to_divide_by() -> None:
    """By images; and that the number of batches is accepted."""

    def half(model: nn.Module, *arguments: Any) -> dict[str, Any]:
        return {name: [0.5, 0.5] for name in ("train_loss", "train_acc", "val_loss", "val_acc")}

    program = Program(train=half)  # for the reference too: what is true of our network, no loop changes
    outcomes = outcomes_of((test_loop.TestTrain,), program, PROBES, DATA, reference=program)

    assert "by the number of images" in outcomes["A2.3c"].explanation.hint
