"""One slip costs one thing: a part that is missing or odd costs the tests of this part, and no others."""

from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import nn

from autograder.assignments.animals_transfer import observed as animals
from autograder.assignments.animals_transfer import (
    probe_evaluation,
    probe_loaders,
    probe_make_training,
    probe_train_model,
    test_evaluation,
    test_loaders,
    test_plots,
    test_train_model,
    test_transforms,
)
from autograder.assignments.cifar10_cnn import observed as cifar10
from autograder.assignments.cifar10_cnn import probe_layers, probe_testing, test_layers, test_testing
from autograder.assignments.line_fit import probe_model, test_model
from autograder.assignments.mnist_cnn import observed as mnist
from autograder.assignments.mnist_cnn import test_answers
from autograder.checks.draw import drawn
from autograder.model.outcome import Outcome
from autograder.model.verdict import Verdict
from autograder.probes.submitted import UnexpectedResult
from tests.assignments.by_hand import outcome_of
from tests.assignments.in_process import Program, outcomes_of
from tests.helpers import FakeObserver

make_training_probes: Any = probe_make_training  # probes run in the sandbox, and have no annotations
training_probes: Any = probe_train_model
loader_probes: Any = probe_loaders
layer_probes: Any = probe_layers


# animals_transfer


def sgd(model: nn.Module) -> torch.optim.Optimizer:
    """Return the optimizer that the hand-out asks for."""
    return torch.optim.SGD(model.parameters(), lr=5e-3, momentum=0.9, weight_decay=1e-1)


def step_lr(optimizer: torch.optim.Optimizer) -> Any:
    """Return the scheduler that the hand-out asks for."""
    return torch.optim.lr_scheduler.StepLR(optimizer, 10, 0.1)


PARTS: dict[str, Callable[[Program], Any]] = {
    "criterion": lambda program: make_training_probes.criterion(program, [[1.0, 0.0, 0.0]], [0]),
    "optimizer": lambda program: make_training_probes.parts(program, 2.0),
    "scheduler": lambda program: make_training_probes.schedule(program, 12),
}


def without_scheduler(model: nn.Module) -> Any:
    """Return None in its place."""
    return nn.CrossEntropyLoss(), sgd(model), None


def pair(model: nn.Module) -> Any:
    """Return criterion and optimizer alone."""
    return nn.CrossEntropyLoss(), sgd(model)


def without_criterion(model: nn.Module) -> Any:
    """Return the name of a loss, which nothing can call."""
    optimizer = sgd(model)
    return "cross_entropy", optimizer, step_lr(optimizer)


def without_optimizer(model: nn.Module) -> Any:
    """Keep the optimizer, which the scheduler still knows."""
    return nn.CrossEntropyLoss(), step_lr(sgd(model))


@pytest.mark.parametrize(
    ("make_training", "missing"),
    [
        (without_scheduler, "scheduler"),
        (pair, "scheduler"),
        (without_criterion, "criterion"),
        (without_optimizer, "optimizer"),
    ],
)
def test_part_that_make_training_leaves_out_is_named_and_costs_its_own_tests(
    make_training: Callable[[nn.Module], Any], missing: str
) -> None:
    """The probe still observes the other two."""
    require_one_unusable(make_training, missing, f"returned no {missing}")


def require_one_unusable(make_training: Callable[[nn.Module], Any], part: str, told: str) -> None:
    """Fail unless the probe observes all parts but one, and names that one in these words."""
    program = Program(make_training=make_training)
    for other, observe in PARTS.items():
        if other != part:
            observe(program)

    with pytest.raises(UnexpectedResult, match=told):
        PARTS[part](program)


def with_plateau(model: nn.Module) -> Any:
    """Return a scheduler that step() alone does not move."""
    optimizer = sgd(model)
    return nn.CrossEntropyLoss(), optimizer, torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)


def with_binary_loss(model: nn.Module) -> Any:
    """Return a loss that wants one target for each logit."""
    optimizer = sgd(model)
    return nn.BCEWithLogitsLoss(), optimizer, step_lr(optimizer)


@pytest.mark.parametrize(
    ("make_training", "part", "told"),
    [
        (with_plateau, "scheduler", "ReduceLROnPlateau, which waits for a loss"),
        (with_binary_loss, "criterion", "BCEWithLogitsLoss, and takes no logits.* with labels.*: ValueError"),
    ],
)
def test_part_that_cannot_be_called_as_the_hand_out_says_is_named(
    make_training: Callable[[nn.Module], Any], part: str, told: str
) -> None:
    """The grader makes the call, so an error from inside PyTorch tells a student nothing."""
    require_one_unusable(make_training, part, told)


@pytest.mark.parametrize("record", [dict, SimpleNamespace])
def test_parts_of_make_training_may_come_in_a_record(record: Callable[..., Any]) -> None:
    """Their types tell them apart."""

    def make_training(model: nn.Module) -> Any:
        optimizer = sgd(model)
        return record(scheduler=step_lr(optimizer), optimizer=optimizer, criterion=nn.functional.cross_entropy)

    rates = make_training_probes.schedule(Program(make_training=make_training), 12).rates

    assert rates[::11] == pytest.approx([5e-3, 5e-4])


CURVES = ("train_loss", "train_acc", "val_loss", "val_acc", "lr", "time")
NAMES = dict(
    zip(CURVES, ("loss/train", "training accuracy", "Val_Loss", "acc_val", "learning_rate", "seconds"), strict=True)
)


@pytest.mark.parametrize(
    "form",
    [
        lambda history: SimpleNamespace(**history),
        lambda history: [
            SimpleNamespace(**dict(zip(history, row, strict=True))) for row in zip(*history.values(), strict=True)
        ],
        lambda history: {NAMES[curve]: np.array(values) for curve, values in history.items()},
    ],
)
def test_history_of_train_model_may_have_other_forms_and_names(form: Callable[..., Any], monkeypatch: Any) -> None:
    """A record, a record for each epoch, or arrays by names that say the same."""
    monkeypatch.setattr(training_probes, "LOG", type(training_probes.LOG)())

    def train_model(model: nn.Module, criterion: Any, optimizer: Any, *arguments: Any, **named: Any) -> Any:
        epochs, scheduler, loaders = named["num_epochs"], arguments[0], arguments[1]
        history: dict[str, list[float]] = {curve: [] for curve in CURVES}
        for _ in range(epochs):
            scores = {phase: one_pass(model, criterion, optimizer, loaders[phase], phase) for phase in ("train", "val")}
            lasted = (optimizer.param_groups[0]["lr"], 0.5)
            for curve, value in zip(CURVES, (*scores["train"], *scores["val"], *lasted), strict=True):
                history[curve].append(value)
            scheduler.step()
        return model, form(history)

    outcomes = outcomes_of(
        [test_train_model.TestHistory], Program(train_model=train_model), [training_probes], "animals_transfer/animals"
    )

    assert {number: one.verdict for number, one in outcomes.items()} == dict.fromkeys(outcomes, Verdict.PASSED)


def one_pass(model: nn.Module, criterion: Any, optimizer: Any, loader: Any, phase: str) -> tuple[float, float]:
    """Return mean loss and accuracy of a pass, in which the network learns in the phase "train"."""
    model.train(phase == "train")
    loss_sum, right, count = 0.0, 0, 0
    for images, labels in loader:
        with torch.set_grad_enabled(phase == "train"):
            logits = model(images)
            loss = criterion(logits, labels)
        if phase == "train":
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        loss_sum, count = loss_sum + loss.item() * len(labels), count + len(labels)
        right += int((logits.argmax(1) == labels).sum())
    return loss_sum / count, right / count


def drawn_image(own: Any, images: Any) -> Outcome:
    """Return the outcome of 1.2b for what denormalize returned and for what imshow drew."""
    shown = animals.Shown(
        images=[np.asarray(one, np.float32) for one in images], own=None if own is None else np.asarray(own, np.float32)
    )
    return outcome_of(test_plots.TestImages, "1.2b", {"shown": shown})


PIXELS = test_plots.pixels(drawn("secret", "0" * 64, "pixels"))
HALF = (PIXELS - 0.47) / 0.23 / 2 + 0.5  # denormalised by 0.5 instead of ImageNet's statistics


@pytest.mark.parametrize(
    ("own", "image"),
    [
        (HALF, HALF),
        (HALF, np.clip(HALF, 0, 1)),
        (HALF.transpose(2, 0, 1), HALF),
        (np.clip(HALF, 0, 1) * 255, np.clip(HALF, 0, 1)),
        (None, PIXELS),
    ],
)
def test_slip_in_denormalize_costs_no_points_for_drawing_its_image(own: Any, image: Any) -> None:
    """However matplotlib clips it, and in whichever layout denormalize returned it."""
    assert drawn_image(own, [image]).verdict is Verdict.PASSED


@pytest.mark.parametrize("image", [1 - PIXELS, (PIXELS - 0.47) / 0.23])
def test_another_image_than_that_of_denormalize_is_not_drawn_right(image: Any) -> None:
    """An inverted one, or the tensor as it came, which is clipped to another image."""
    assert drawn_image(HALF, [image]).verdict is Verdict.FAILED


def loaders_outcome(number: str, phases: Mapping[Any, Any], **changes: Any) -> Outcome:
    """Return the outcome of a test of the loaders, which are right but for the changes."""
    sizes = {phase: sum(counts) for phase, counts in test_loaders.COUNTS.items() if phase in phases}
    parts = {"sizes": sizes, "classes": ["cats", "dogs", "panda"], "first_batch_by_default": 4, **changes}
    return outcome_of(test_loaders.TestLoaders, number, {"loaders": animals.Loaders(phases=dict(phases), **parts)})


def right_phases() -> dict[Any, Any]:
    """Return loaders that give what the hand-out asks for."""
    phases: dict[Any, Any] = {}
    for phase, counts in test_loaders.COUNTS.items():
        own = [place for place, (split, _) in enumerate(test_loaders.places()) if split == phase]
        labels = [label for label, count in enumerate(counts) for _ in range(count)]
        passes = [own[::-1], [*own[1:], own[0]]] if phase == "train" else [own]
        ordered = labels[::-1] if phase == "train" else labels
        batches = [len(own[place : place + test_loaders.BATCH]) for place in range(0, len(own), test_loaders.BATCH)]
        phases[phase] = animals.Loader(batches=batches, passes=passes, labels=ordered, tilts=[-1.0, 1.0])
    return phases


def test_loaders_without_one_for_the_test_images_cost_the_test_of_the_loaders() -> None:
    """The hand-out asks for three; the other tests look at the training images."""
    phases = right_phases()

    assert loaders_outcome("1.1d", phases).verdict is Verdict.PASSED
    for phase in test_loaders.COUNTS:
        missing = loaders_outcome("1.1d", {name: one for name, one in phases.items() if name != phase})
        assert missing.verdict is Verdict.FAILED
        assert f'no "{phase}"' in missing.explanation.seen


def test_last_smaller_batch_belongs_to_a_pass() -> None:
    """Each loader gives all images of its folder."""
    phases = right_phases()
    train = phases["train"]
    dropped = msgspec.structs.replace(train, batches=train.batches[:-1], passes=[one[:12] for one in train.passes])

    assert "drop_last" in loaders_outcome("1.1d", phases | {"train": dropped}).explanation.hint


@pytest.mark.parametrize(("tilts", "verdict"), [([-1.0, 1.0], Verdict.PASSED), ([1.0, 1.0], Verdict.FAILED)])
def test_training_loader_must_flip_as_its_transform_does(tilts: list[float], verdict: Verdict) -> None:
    """A transform that flips is of no use if the loader has another one."""
    left, right = test_transforms.ramp_of(drawn("secret", "0" * 64, "ramp"))
    kept = [float(right - left)] * test_transforms.DRAWS
    sample = animals.Sample(
        shape=[3, 224, 224],
        lowest=0.0,
        highest=1.0,
        middles=np.zeros((3, 28, 28), np.float32),
        true=np.zeros((28, 28, 3), np.uint8),
    )
    train, val = (
        animals.Transform(shapes=[[3, 224, 224]] * 4, floats=True, tilts=one, levels=[], sample=sample)
        for one in ([*kept[1:], -kept[0]], kept)
    )
    phases = {
        phase: msgspec.structs.replace(one, tilts=tilts if phase == "train" else [1.0])
        for phase, one in right_phases().items()
    }
    loaders = animals.Loaders(phases=phases, sizes={}, classes=[], first_batch_by_default=4)
    seen = {"transforms": animals.Transforms(train=train, val=val), "loaders": loaders}

    assert outcome_of(test_transforms.TestTransforms, "1.1b", seen).verdict is verdict


def test_part_that_build_dataloaders_leaves_out_costs_its_own_test() -> None:
    """Loaders and names are found without sizes, and loaders and sizes without names."""
    loaders, sizes, names = {"train": [1, 2], "val": [3]}, {"train": 2, "val": 1}, ["cats", "dogs", "panda"]

    assert loader_probes._parts((loaders, names)) == (loaders, {}, names)
    assert loader_probes._parts((loaders, sizes)) == (loaders, sizes, ())
    assert loader_probes._parts((loaders, sizes, names)) == (loaders, sizes, names)
    assert loader_probes._parts(loaders) == (loaders, {}, ())
    with pytest.raises(UnexpectedResult, match="build_dataloaders returned"):
        loader_probes._parts(None)
    phases = right_phases()
    assert loaders_outcome("1.1d", phases, classes=[]).verdict is Verdict.PASSED
    assert loaders_outcome("1.1f", phases, sizes={}).verdict is Verdict.PASSED
    assert "no names" in loaders_outcome("1.1f", phases, classes=[]).explanation.seen


def evaluate(model: nn.Module, loader: Any) -> tuple[float, list[list[int]]]:
    """Return accuracy and confusion matrix, as the hand-out asks for."""
    model.eval()
    confusion = torch.zeros(3, 3, dtype=torch.long)
    for images, labels in loader:
        for label, answer in zip(labels, model(images).argmax(1), strict=True):
            confusion[label, answer] += 1
    return float(confusion.trace() / confusion.sum()), confusion.tolist()


@pytest.mark.parametrize(
    ("returned", "costs"),
    [
        (lambda accuracy, confusion: (accuracy, confusion), set()),
        (lambda accuracy, confusion: {"confusion": np.array(confusion), "accuracy": 100 * accuracy}, set()),
        (lambda accuracy, confusion: SimpleNamespace(accuracy=accuracy, matrix=np.array(confusion)), set()),
        (lambda accuracy, confusion: (accuracy, np.ones(3), np.array(confusion), "a report in words"), set()),
        (lambda accuracy, confusion: {"loss": 0.4, "n": 54, "Accuracy": accuracy, "cm": confusion}, set()),
        (lambda accuracy, confusion: ("0.5000", accuracy, np.ones((4, 3)), confusion), set()),
        (lambda accuracy, confusion: accuracy, {"2.5a", "2.5b"}),
        (lambda accuracy, confusion: (accuracy, None), {"2.5a", "2.5b"}),
        (lambda accuracy, confusion: confusion, {"2.5c"}),
        (lambda accuracy, confusion: np.array(confusion), {"2.5c"}),
        (lambda accuracy, confusion: None, {"2.5a", "2.5b", "2.5c"}),
    ],
)
def test_part_that_evaluate_leaves_out_costs_its_own_tests(returned: Callable[..., Any], costs: set[str]) -> None:
    """The test still judges the other part."""
    program = Program(evaluate=lambda model, loader: returned(*evaluate(model, loader)))

    found = outcomes_of((test_evaluation.TestEvaluate,), program, (probe_evaluation,), "animals_transfer/animals")

    assert {number for number, one in found.items() if one.verdict is not Verdict.PASSED} == costs


# cifar10_cnn

STEP = drawn("secret", FakeObserver().digest, "layers").number(0, 9)  # what its layers are asked about


@pytest.mark.parametrize(
    ("returned", "costs"),
    [
        (lambda right, count: 100 * right / count, set()),
        (lambda right, count: (0.3, 100 * right / count), {"6.2"}),
        (lambda right, count: right / count, {"6.2"}),
        (lambda right, count: None, {"6.1", "6.2"}),
    ],
)
def test_loss_beside_the_accuracy_costs_one_test(returned: Callable[..., Any], costs: set[str]) -> None:
    """The accuracy is found among several numbers; that it comes alone is judged with its scale."""

    @torch.no_grad()
    def test_model(model: nn.Module, loader: Any, device: Any) -> Any:
        model.eval()
        answers = [(model(images).argmax(1) == labels) for images, labels in loader]
        return returned(int(torch.cat(answers).sum()), sum(map(len, answers)))

    program = Program(test_model=test_model)

    found = outcomes_of((test_testing.TestTesting,), program, (probe_testing,), "cifar10_cnn")

    assert {number for number, one in found.items() if one.verdict is not Verdict.PASSED} == costs


def layers_of(*, convolutions: int, norms: bool, pooled: tuple[int, ...], linear: int) -> cifar10.Layers:
    """Return the observation of a network with this many layers, in eval mode."""

    def network(num_classes: int) -> nn.Module:
        parts: list[nn.Module] = []
        for place in range(1, convolutions + 1):
            parts.append(nn.LazyConv2d(8, 3, padding=1))
            parts += [nn.LazyBatchNorm2d()] if norms else []
            parts += [nn.ReLU(), *([nn.MaxPool2d(2)] if place in pooled else [])]
        parts.append(nn.Flatten())
        for _ in range(linear - 1):
            parts += [nn.LazyLinear(20), nn.ReLU(), nn.Dropout(0.2)]
        return nn.Sequential(*parts, nn.LazyLinear(num_classes))

    seen = layer_probes.layers(Program(CNN=network), training=False, step=STEP)
    assert isinstance(seen, cifar10.Layers)
    return seen


def layers_outcome(number: str, seen: cifar10.Layers) -> Outcome:
    """Return the outcome of a test of the layers."""
    return outcome_of(test_layers.TestLayers, number, {"layers": seen})


def test_third_convolution_costs_nothing_of_batch_norm_and_pooling() -> None:
    """The number of layers is judged with the parameters."""
    seen = layers_of(convolutions=3, norms=True, pooled=(1, 3), linear=3)

    assert layers_outcome("4.3", seen).verdict is Verdict.PASSED
    assert layers_outcome("4.4", seen).verdict is Verdict.PASSED


def test_missing_batch_norm_is_what_a_network_of_three_convolutions_is_told() -> None:
    """The sentences speak of batch norm, and not of the number of convolutions."""
    told = layers_outcome("4.3", layers_of(convolutions=3, norms=False, pooled=(1, 2, 3), linear=3)).explanation

    assert (told.expected, told.seen) == ("one batch norm behind convolution 1", "none")
    assert "BatchNorm2d" in told.hint


def test_missing_pooling_of_one_convolution_is_named() -> None:
    """Two convolutions with one pooling are one block too few."""
    told = layers_outcome("4.4", layers_of(convolutions=2, norms=True, pooled=(2,), linear=3)).explanation

    assert "behind convolution 1" in told.expected


def test_network_without_convolutions_or_hidden_layers_reads_about_the_part_that_is_judged() -> None:
    """Each test names the missing layers of its own kind."""
    bare = layers_of(convolutions=0, norms=False, pooled=(), linear=1)

    assert "batch norm" in layers_outcome("4.3", bare).explanation.expected
    assert "max-pooling" in layers_outcome("4.4", bare).explanation.expected
    assert "dropout" in layers_outcome("4.6", bare).explanation.expected


@pytest.mark.parametrize("names", [np.array(["cats", "dogs"]), {"cats": 0, "dogs": 1}.keys(), ("cats", "dogs")])
@pytest.mark.parametrize("count", [7, torch.tensor(7), np.int64(7), 7.0])
def test_names_and_sizes_are_read_in_many_forms(names: Any, count: Any) -> None:
    """Arrays, views of dicts and numbers in tensors are what people return."""
    loaders = {"train": object()}

    assert loader_probes._parts((loaders, {"train": count}, names)) == (loaders, {"train": count}, names)


# line_fit


def of_line_fit(train: Any = None, digest: str = "0" * 64, **names: Any) -> dict[str, Outcome]:
    """Return the outcomes of 2.1, 3.1 and 3.2 for a program in this process."""
    program = Program(**{"build_model": lambda: nn.Linear(1, 1), "train": train, **names})
    return outcomes_of(
        (test_model.TestModel, test_model.TestTraining), program, (probe_model,), "line_fit/points.txt", digest
    )


def trainer(optimizer: Any, loss: Any, epochs: int, enough: float = 0.0) -> Any:
    """Return a right training function."""

    def train(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> list[float]:
        learner, losses = optimizer(model.parameters()), []
        for _ in range(epochs):
            learner.zero_grad()
            error = loss(model(x), y)
            error.backward()
            learner.step()
            losses.append(error.item())
            if losses[-1] < enough:
                break
        return losses

    return train


TRAINERS = {
    "Adam, small steps": trainer(partial(torch.optim.Adam, lr=0.01), nn.functional.mse_loss, 500),
    "Adam": trainer(partial(torch.optim.Adam, lr=0.05), nn.functional.mse_loss, 300),
    "absolute errors": trainer(partial(torch.optim.SGD, lr=0.05), nn.functional.l1_loss, 500),
    "stops early": trainer(partial(torch.optim.SGD, lr=0.1), nn.functional.mse_loss, 500, enough=0.004),
    "sum of squares": trainer(
        partial(torch.optim.SGD, lr=0.002), partial(nn.functional.mse_loss, reduction="sum"), 500
    ),
}


@pytest.mark.parametrize("train", TRAINERS.values(), ids=TRAINERS)
def test_right_training_keeps_its_points_whatever_is_drawn(train: Any) -> None:
    """Questions differ between submissions; none is harder than another."""
    for place in range(6):
        outcomes = of_line_fit(train, digest=f"{place:064x}")

        assert {outcomes[number].verdict for number in ("3.1", "3.2")} == {Verdict.PASSED}


def test_odd_parameters_bring_no_test_down() -> None:
    """Parameters may lie about their shapes."""

    class Odd:
        shape, requires_grad = (1,), True

        def detach(self) -> torch.Tensor:
            return torch.ones(3)

    class Lying(nn.Linear):
        def parameters(self, recurse: bool = True) -> Any:
            return iter([Odd(), Odd()])

    assert of_line_fit(build_model=lambda: Lying(1, 1))["2.1"].verdict is Verdict.FAILED


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (lambda losses: None, "train returned None"),
        (lambda losses: losses[-1], "train returned a float"),
        (torch.tensor, "train returned a Tensor"),
        (lambda losses: (losses, "model"), "train returned a tuple that does not hold numbers alone"),
    ],
)
def test_losses_in_another_form_cost_their_own_test(form: Callable[[list[float]], Any], told: str) -> None:
    """The model is trained all the same."""
    train = TRAINERS["Adam"]
    outcomes = of_line_fit(lambda model, x, y: form(train(model, x, y)))

    assert outcomes["3.1"].verdict is Verdict.PASSED
    assert outcomes["3.2"].explanation.seen == told


SHAPES = {
    "conv1": [16, 24, 24], "pool1": [16, 12, 12], "conv2": [32, 10, 10], "pool2": [32, 5, 5],
    "conv3": [16, 5, 5], "fc1": [64], "fc2": [10],
}  # fmt: skip


@pytest.mark.parametrize("batch", [[], [1], [None], ["N"], [8]])
def test_batch_that_is_wrong_in_all_shapes_costs_one_of_them(batch: list[Any]) -> None:
    """Batch 1, no batch, a letter for it, or another number: the rest of each shape counts."""
    answers = {"shapes": {layer: batch + shape for layer, shape in SHAPES.items()}}
    outcome = outcome_of(test_answers.TestAnswers, "1.1(1)", {"answers": mnist.Answers(answers=answers)})

    assert outcome.score == 3
    assert len(outcome.remarks) == 6
