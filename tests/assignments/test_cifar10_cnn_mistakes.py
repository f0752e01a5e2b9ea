"""More known mistakes of cifar10_cnn, judged without a sandbox and without training, where a second is enough.

Each is an edit of the reference solution, like those in the assignment's mistakes.py. What `run_model` comes to is not
looked at here.
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import pytest

from autograder import project
from autograder.assignments.cifar10_cnn import (
    probe_exploration,
    probe_first_layer,
    probe_layers,
    probe_loaders,
    probe_network,
    probe_testing,
    probe_training,
    probe_transform,
)
from autograder.checks.case import Evidence, ProbeEnded
from autograder.manifest import load_assignment
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.probes.submitted import Submitted
from autograder.sandbox.verdicts import answered
from autograder.suites.load import PlannedTest, load_suites
from autograder.verify.mistake import Mistake
from autograder.worker.run_probe import run_probe

SLUG = "cifar10_cnn"
ASSIGNMENT = load_assignment(SLUG)
NOT_HERE = "8.1"  # needs training
PROBES = {
    name: function
    for module in (
        probe_exploration, probe_first_layer, probe_layers, probe_loaders, probe_network, probe_testing,
        probe_training, probe_transform,
    )
    for name, function in vars(module).items()
    if getattr(function, "__module__", "") == module.__name__
}  # fmt: skip

MISTAKES = (
    Mistake(name="none", story="The reference solution.", edits=(), loses=frozenset()),
    Mistake(
        name="transform_gives_colours_last",
        story="Turns the axes as matplotlib wants them, and back again in the network.",
        edits=(
            (
                "transforms.Normalize(MEAN, STD)]",
                "transforms.Normalize(MEAN, STD), transforms.Lambda(lambda x: x.permute(1, 2, 0))]",
            ),
            ("self.block1(images)", "self.block1(images if images.shape[1] == 3 else images.permute(0, 3, 1, 2))"),
        ),
        loses=frozenset({"1.1"}),
    ),
    Mistake(
        name="height_and_width_swapped",
        story="Turns rows into columns on the way into the tensor.",
        edits=(("MEAN, STD)]", "MEAN, STD), transforms.Lambda(lambda x: x.transpose(1, 2))]"),),
        loses=frozenset({"1.3"}),
    ),
    Mistake(
        name="scaled_with_statistics_of_cifar",
        story="Takes the mean and standard deviation of CIFAR-10 where 0.5 is asked for.",
        edits=(
            (
                "MEAN, STD = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)",
                "MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616)",
            ),
        ),
        loses=frozenset({"1.2"}),
    ),
    Mistake(
        name="batch_size_ignored",
        story="Writes the default into the training loader, whatever is asked for.",
        edits=(("train = DataLoader(trainset, batch_size=batch_size", "train = DataLoader(trainset, batch_size=25"),),
        loses=frozenset({"2.1"}),
    ),
    Mistake(
        name="train_loader_shuffled_once",
        story="Draws one order for all epochs.",
        edits=(
            (
                "DataLoader(trainset, batch_size=batch_size, shuffle=True)",
                "DataLoader(trainset, batch_size=batch_size, sampler=torch.randperm(len(trainset)).tolist())",
            ),
        ),
        loses=frozenset({"2.3"}),
    ),
    Mistake(
        name="counts_assumed_equal",
        story="Divides the number of images by ten, as if each class had as many.",
        edits=(
            (
                "dict(Counter(int(label) for label in dataset.targets))",
                "{label: len(dataset) // NUM_CLASSES for label in range(NUM_CLASSES)}",
            ),
        ),
        loses=frozenset({"3.1"}),
    ),
    Mistake(
        name="unnormalized_in_wrong_order",
        story="Adds before it multiplies.",
        edits=(("return image * 0.5 + 0.5", "return (image + 0.5) * 0.5"),),
        loses=frozenset({"3.2"}),
    ),
    Mistake(
        name="unnormalized_without_offset",
        story="Multiplies by the standard deviation and forgets to add the mean.",
        edits=(("return image * 0.5 + 0.5", "return image * 0.5"),),
        loses=frozenset({"3.2"}),
    ),
    Mistake(
        name="unnormalized_array_for_plotting",
        story="Returns an array with the colours last, ready for imshow.",
        edits=(("return image * 0.5 + 0.5", "return (image * 0.5 + 0.5).permute(1, 2, 0).numpy()"),),
        loses=frozenset({"3.3"}),
    ),
    Mistake(
        name="other_default_batch_size",
        story="Has a default of 32.",
        edits=(("batch_size: int = 25", "batch_size: int = 32"),),
        loses=frozenset({"2.2"}),
    ),
    Mistake(
        name="single_image_squeezed",
        story="Squeezes the logits, so that one image gives (10,) instead of (1, 10).",
        edits=(("return self.fc_layers(features.flatten(1))", "return self.fc_layers(features.flatten(1)).squeeze()"),),
        loses=frozenset({"4.1"}),
    ),
    Mistake(
        name="convolutions_padded",
        story="Pads the convolutions, so that the pooled planes are 8 × 8.",
        edits=(
            ("nn.Conv2d(3, 64, kernel_size=5)", "nn.Conv2d(3, 64, kernel_size=5, padding=2)"),
            ("nn.Conv2d(64, 32, kernel_size=5)", "nn.Conv2d(64, 32, kernel_size=5, padding=2)"),
            ("32 * 5 * 5", "32 * 8 * 8"),
        ),
        loses=frozenset({"4.2a"}),
    ),
    Mistake(
        name="no_activation_in_first_block",
        story="Forgets the ReLU of the first block.",
        edits=(("            nn.BatchNorm2d(64),\n            nn.ReLU(),\n", "            nn.BatchNorm2d(64),\n"),),
        loses=frozenset({"4.5"}),
    ),
    Mistake(
        name="dropout_of_a_half",
        story="Leaves the second dropout at its default.",
        edits=(("nn.Dropout(0.2),\n            nn.Linear(32, num", "nn.Dropout(),\n            nn.Linear(32, num"),),
        loses=frozenset({"4.6"}),
    ),
    Mistake(
        name="sigmoid_for_relu",
        story="Ends a hidden layer with a sigmoid.",
        edits=(
            (
                "            nn.Linear(64, 32),\n            nn.ReLU(),\n",
                "            nn.Linear(64, 32),\n            nn.Sigmoid(),\n",
            ),
        ),
        loses=frozenset({"4.5"}),
    ),
    Mistake(
        name="steps_once_in_an_epoch",
        story="Steps when the loop over the batches has ended.",
        edits=(
            ("            optimizer.step()\n", ""),
            ("        losses.append(", "        optimizer.step()\n        losses.append("),
        ),
        loses=frozenset({"5.1", "5.6"}),
    ),
    Mistake(
        name="gradients_zeroed_once_in_an_epoch",
        story="Clears the gradients outside the loop over the batches.",
        edits=(
            ("            optimizer.zero_grad()\n", ""),
            ("        total, count = 0.0, 0\n", "        total, count = 0.0, 0\n        optimizer.zero_grad()\n"),
        ),
        loses=frozenset({"5.2"}),
    ),
    Mistake(
        name="never_set_to_train",
        story="Relies on a network being in train mode.",
        edits=(("        model.train()  # in each epoch: whoever measures in between has called eval()\n", ""),),
        loses=frozenset({"5.3"}),
    ),
    Mistake(
        name="mean_of_batch_losses",
        story="Averages over the batches, whatever their size.",
        edits=(
            ("loss.item() * len(labels)", "loss.item()"),
            ("losses.append(total / count)", "losses.append(total / len(train))"),
        ),
        loses=frozenset({"5.4"}),
    ),
    Mistake(
        name="loss_of_last_batch",
        story="Returns the loss of each epoch's last batch.",
        edits=(("losses.append(total / count)", "losses.append(loss.item())"),),
        loses=frozenset({"5.4"}),
    ),
    Mistake(
        name="sums_never_reset",
        story="Goes on adding from epoch to epoch.",
        edits=(
            ("        total, count = 0.0, 0\n", ""),
            ("    losses = []\n", "    losses = []\n    total, count = 0.0, 0\n"),
        ),
        loses=frozenset({"5.4"}),
    ),
    Mistake(
        name="one_loss_for_each_batch",
        story="Appends within the loop over the batches.",
        edits=(("        losses.append(total / count)\n", "            losses.append(total / count)\n"),),
        loses=frozenset({"5.5"}),
    ),
    Mistake(
        name="second_layer_returned",
        story="Takes the weights of the second convolution.",
        edits=(("model.block1[0].weight", "model.block2[0].weight"),),
        loses=frozenset({"7.1"}),
    ),
    Mistake(
        name="weights_as_a_tensor",
        story="Forgets to turn the tensor into an array.",
        edits=((".detach().cpu().numpy().copy()", ".detach().cpu().clone()"),),
        loses=frozenset({"7.2"}),
    ),
    Mistake(
        name="random_flip_in_the_one_transform",
        story="Mirrors at random, also the test images.",
        edits=(
            ("Compose([transforms.ToTensor()", "Compose([transforms.RandomHorizontalFlip(), transforms.ToTensor()"),
        ),
        loses=frozenset({"1.3"}),
    ),
    Mistake(
        name="no_batch_norm",
        story="Leaves the batch norms out.",
        edits=(("            nn.BatchNorm2d(64),\n", ""), ("            nn.BatchNorm2d(32),\n", "")),
        loses=frozenset({"4.2a", "4.3"}),
    ),
    Mistake(
        name="softmax_in_the_network",
        story="Ends the network with a softmax, though cross-entropy has one.",
        edits=(
            ("return self.fc_layers(features.flatten(1))", "return self.fc_layers(features.flatten(1)).softmax(dim=1)"),
        ),
        loses=frozenset({"4.7"}),
    ),
    Mistake(
        name="stops_after_first_epoch",
        story="Indents the return one level too far.",
        edits=(("    return losses\n", "        return losses\n"),),
        loses=frozenset({"5.1", "5.5", "5.6"}),
    ),
    Mistake(
        name="softmax_while_training",
        story="Returns probabilities in train mode and logits in eval mode.",
        edits=(
            (
                "return self.fc_layers(features.flatten(1))",
                "x = self.fc_layers(features.flatten(1))\n        return x.softmax(dim=1) if self.training else x",
            ),
        ),
        loses=frozenset({"4.7"}),
    ),
)


class InMemory(Submitted):
    """A program that is a module already."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__("submitted", lambda name: None)
        self._module = module

    @property
    def module(self) -> ModuleType:
        """The module."""
        return self._module


class InProcess:
    """Observes a program in this process."""

    digest = ""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.seen: dict[str, Observation] = {}

    def observe(self, probe: str, late: Mapping[str, Any] | None = None, **arguments: Any) -> Observation:
        """Return what a probe returns, or that it raised."""
        key = f"{probe} {arguments}"
        if key not in self.seen:
            self.seen[key] = self._observed(probe, arguments)
        return self.seen[key]

    def _observed(self, probe: str, arguments: dict[str, Any]) -> Observation:
        if probe not in PROBES:
            return Observation(Verdict.NOT_RUN)
        answer = run_probe(lambda submitted: PROBES[probe](submitted, **arguments), InMemory(self.module), "/nowhere")
        return answered(answer.as_message())


@cache
def reference_files() -> dict[str, bytes]:
    """Return the reference solution's source files."""
    return {path.name: path.read_bytes() for path in project.reference(SLUG).glob("*.py")}


def program(files: Mapping[str, bytes]) -> ModuleType:
    """Return the program that these files make."""
    schedule, module = ModuleType("schedule"), ModuleType("submitted")
    exec(files["schedule.py"], vars(schedule))
    before, sys.modules["schedule"] = sys.modules.get("schedule"), schedule
    try:
        exec(files["submitted.py"], vars(module))
    finally:
        del sys.modules["schedule"]
        if before:
            sys.modules["schedule"] = before
    return module


@cache
def observed_reference() -> InProcess:
    """Return what observes the reference solution."""
    return InProcess(program(reference_files()))


def planned() -> Iterator[PlannedTest]:
    """Yield the scored tests that need no training."""
    yield from (test for test in load_suites(ASSIGNMENT) if test.weight and test.number != NOT_HERE)


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_mistake_loses_its_tests_and_no_others(mistake: Mistake) -> None:
    """Each edit of the reference loses what it must, and keeps the rest."""
    observer = InProcess(program(mistake.applied_to(reference_files(), "submitted.py")))
    evidence = Evidence(
        observer, observed_reference(), ASSIGNMENT.profiles["embedded"], project.data(SLUG, "embedded"), "secret"
    )
    lost = set()
    for test in planned():
        case: Any = test.case
        case.evidence = evidence
        case.setUp()
        try:
            getattr(case, case._testMethodName)()
        except (AssertionError, ProbeEnded):
            lost.add(test.number)

    assert lost == mistake.loses
