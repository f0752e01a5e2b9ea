"""Gradients and steps tell which images a network was trained on; having seen them does not count."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from autograder.probes.loss_trace import MOST_LOSSES
from autograder.probes.training_trace import KEPT_IMAGES, TrainingTrace, thumbnails
from autograder.wire.training import TracedTraining


def network() -> nn.Module:
    """Return a small network that holds another, as wrappers do."""
    return nn.Sequential(nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(inplace=True)), nn.Flatten(), nn.LazyLinear(2))


def images(count: int, seed: int = 0) -> torch.Tensor:
    """Return images of noise, (count, 3, 16, 16)."""
    return torch.rand(count, 3, 16, 16, generator=torch.Generator().manual_seed(seed))


def ready() -> tuple[nn.Module, torch.optim.Optimizer]:
    """Return a network whose parameters exist, and its optimizer."""
    model = network()
    model(images(1))
    return model, torch.optim.SGD(model.parameters(), lr=0.1)


def test_losses_of_training_are_kept_and_thinned_out() -> None:
    """At equal distances, however long the training; what is measured without gradients is none of it."""
    loss = nn.MSELoss()
    with TrainingTrace() as trace:
        for step in range(MOST_LOSSES * 3):
            loss(torch.tensor([float(step)], requires_grad=True), torch.zeros(1))
        with torch.no_grad():
            loss(torch.ones(1), torch.zeros(1))
    steps = np.sqrt(trace.losses())

    assert MOST_LOSSES / 2 <= len(steps) <= MOST_LOSSES
    assert np.allclose(np.diff(steps), 4, atol=0.01)
    assert (steps[0], trace.losses_seen) == (0, MOST_LOSSES * 3)


def test_batches_behind_steps_are_counted_once() -> None:
    """Though the wrapper, the inner network and its convolution all see them."""
    model, optimizer = ready()
    with TrainingTrace() as trace:
        for seed in (1, 2):
            model(images(5, seed)).sum().backward()
            optimizer.step()

    assert (trace.steps, trace.images_seen) == (2, 10)
    assert np.allclose(trace.sample()[:5], thumbnails(images(5, 1)), atol=0.01)


def test_images_that_were_only_looked_at_are_not_trained_on() -> None:
    """Measured with gradients on or off, before a step or after it."""
    model, optimizer = ready()
    with TrainingTrace() as trace:
        loss = model(images(4, 1)).sum()
        model(images(50, 2))
        with torch.no_grad():
            model(images(60, 3))
        loss.backward()
        optimizer.step()
        model(images(70, 4)).sum().backward()

    assert trace.images_seen == 4


def test_gradients_that_are_added_up_all_count() -> None:
    """Several batches, one step."""
    model, optimizer = ready()
    with TrainingTrace() as trace:
        for seed in range(3):
            model(images(4, seed)).sum().backward()
        optimizer.step()

    assert (trace.steps, trace.images_seen) == (1, 12)


def test_head_over_a_frozen_backbone_is_traced() -> None:
    """No gradient reaches the convolution, but the images are what the head learns from."""
    model = nn.Sequential(nn.Conv2d(3, 2, 3), nn.Flatten(), nn.LazyLinear(2))
    model(images(1))
    model[0].requires_grad_(False)
    optimizer = torch.optim.SGD(model[2].parameters(), lr=0.1)
    with TrainingTrace() as trace:
        model(images(6)).sum().backward()
        optimizer.step()

    assert trace.images_seen == 6


def test_sample_is_bounded_and_the_hooks_are_taken_off() -> None:
    """However long the training, and nothing is traced afterwards."""
    model, optimizer = ready()
    with TrainingTrace() as trace:
        for seed in range(4):
            model(images(200, seed)).sum().backward()
            optimizer.step()
    model(images(7)).sum().backward()
    optimizer.step()

    assert trace.images_seen == 800
    assert trace.sample().shape == (KEPT_IMAGES, 3, 8, 8)


def test_optimizer_and_pixels_are_noted_as_they_were_used() -> None:
    """The settings of the first step; pixels as they reach the outermost network, which may scale them itself."""

    class Scales(nn.Module):
        def __init__(self, inner: nn.Module) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, given: torch.Tensor) -> torch.Tensor:
            return self.inner(given * 100)

    inner, _ = ready()
    model, batch = Scales(inner), images(5, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.5)
    with TrainingTrace() as trace:
        model(batch).sum().backward()
        optimizer.step()

    used = trace.optimizers

    assert (used.optimizer, used.rate, used.momentum) == ("SGD", 0.3, 0.5)
    assert np.allclose(trace.pixels(), (float(batch.mean()), float(batch.std(correction=0))), atol=1e-4)


def test_loop_that_moves_the_weights_itself_is_seen() -> None:
    """No optimizer makes a step; the gradients tell what the weights learned from."""
    model, _ = ready()
    with TrainingTrace() as trace:
        model(images(50, 2))
        model(images(5, 1)).sum().backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= 0.1 * parameter.grad

    assert (trace.steps, trace.images_seen) == (0, 5)
    assert np.allclose(trace.sample(), thumbnails(images(5, 1)), atol=0.01)


def trained(
    loop: Callable[[nn.Module, nn.Module, torch.Tensor, torch.Tensor, torch.optim.Optimizer], None] | None = None,
    loss: nn.Module | None = None,
    optimizer: Callable[[nn.Module], torch.optim.Optimizer] | None = None,
    result: nn.Module | None = None,
) -> dict[str, Any]:
    """Return what is seen of six steps, in each of which four images get labels of two classes."""
    model, own = ready()
    made, criterion = optimizer(model) if optimizer else own, loss or nn.CrossEntropyLoss()
    with TrainingTrace() as trace:
        for seed in range(6):
            (loop or step)(model, criterion, images(4, seed), torch.tensor([0, 1, 1, 0]), made)
    return trace.seen(result or model)


def step(
    model: nn.Module, loss: nn.Module, batch: torch.Tensor, labels: torch.Tensor, optimizer: torch.optim.Optimizer
) -> None:
    """Make a step as one should."""
    optimizer.zero_grad()
    loss(model(batch), labels).backward()
    optimizer.step()


def test_right_training_is_seen_whole() -> None:
    """Labels beside their images, what was right and how far outputs differ; and a declaration takes all of it."""
    seen = TracedTraining(**trained())

    assert seen.labels.tolist() == [0, 1, 1, 0] * 6
    assert (seen.steps, seen.loss, seen.images_trained_on) == (6, "CrossEntropyLoss", 24)
    assert (seen.held, seen.without_head, seen.piled, seen.probabilities, seen.is_another) == (1, False, 0, 0, False)
    assert len(seen.right) == len(seen.spread) == len(seen.losses) == 6
    assert 0 <= seen.right.min() <= seen.right.max() <= 1
    assert seen.spread.min() > 0


def test_gradients_that_stay_are_noticed() -> None:
    """Whoever adds up those of two batches and then zeroes them lets none stay."""

    def without_zeroing(model: Any, loss: Any, batch: Any, labels: Any, optimizer: Any) -> None:
        loss(model(batch), labels).backward()
        optimizer.step()

    def two_batches(model: Any, loss: Any, batch: Any, labels: Any, optimizer: Any) -> None:
        optimizer.zero_grad()
        for _ in range(2):
            loss(model(batch), labels).backward()
        optimizer.step()

    assert trained(without_zeroing)["piled"] == 1.0
    assert trained(two_batches)["piled"] == 0.0


def test_labels_of_several_losses_are_unknown() -> None:
    """As in mixup, where an image has two."""

    def mixup(model: Any, loss: Any, batch: Any, labels: Any, optimizer: Any) -> None:
        optimizer.zero_grad()
        outputs = model(batch)
        (0.7 * loss(outputs, labels) + 0.3 * loss(outputs, labels.flip(0))).backward()
        optimizer.step()

    assert set(trained(mixup)["labels"].tolist()) == {-1}


def test_weights_that_no_optimizer_holds_are_noticed() -> None:
    """The layer that gives the outputs, and how many of all."""
    first = trained(optimizer=lambda model: torch.optim.SGD(model[0].parameters(), lr=0.1))
    last = trained(optimizer=lambda model: torch.optim.Adam(model[2].parameters(), lr=0.1, weight_decay=0.01))

    assert first["without_head"] and 0 < first["held"] < 0.5
    assert not last["without_head"] and last["weight_decay"] == 0.01
    assert trained(result=ready()[0])["is_another"]


def test_softmax_before_a_cross_entropy_is_noticed() -> None:
    """And a rate that falls while it trains."""

    def with_softmax(model: Any, loss: Any, batch: Any, labels: Any, optimizer: Any) -> None:
        optimizer.zero_grad()
        loss(model(batch).softmax(1), labels).backward()
        optimizer.step()
        optimizer.param_groups[0]["lr"] /= 10

    seen = trained(with_softmax)

    assert seen["probabilities"] == 1.0
    assert seen["rate"] == 0.1
    assert seen["mean_rate"] == pytest.approx(0.111111 / 6, rel=1e-4)


def test_odd_losses_are_no_trouble() -> None:
    """Targets that are no labels, and outputs that are no logits."""

    def odd(model: Any, loss: Any, batch: Any, labels: Any, optimizer: Any) -> None:
        optimizer.zero_grad()
        nn.L1Loss()(model(batch).sum(1), labels.float()).backward()
        optimizer.step()

    seen = TracedTraining(**trained(odd))

    assert np.isnan(seen.right).all() and set(seen.labels.tolist()) == {-1}
    assert len(seen.losses) == 6
