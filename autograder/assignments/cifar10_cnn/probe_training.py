"""Observes `train_model`, with our own network and data.

Runs in the sandbox, beside the student's code.
"""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from autograder.assignments.cifar10_cnn.observed import (
    MOST_KEPT_STEPS,
    MOST_LOSSES,
    MOST_PASSES,
    MOST_STEPS,
    Batch,
    EpochLosses,
    GradientSizes,
    Overfitting,
    Steps,
)
from autograder.assignments.cifar10_cnn.questions import (
    CLASSES,
    FEATURES,
    RATE,
    features_and_labels,
    first_head,
    images_with,
    noise_by_heart,
    noise_labels,
)
from autograder.probes.small_training import ConvNet, coloured_images, watched_sgd
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

BATCH = 8
UNEVEN = 19  # images: batches of 8, 8 and 3


class _LinearNet(nn.Module):
    """Sees the means of the image's quarters, in eval mode in another order, so that its gradient tells the mode."""

    def __init__(self, step):
        super().__init__()
        self.head = nn.Linear(FEATURES, CLASSES, bias=False)
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(first_head(step)))
        self.modes = []

    def forward(self, images):
        if torch.is_grad_enabled():
            self.modes.append(self.training)
        features = nn.functional.adaptive_avg_pool2d(images, 2).flatten(1)
        return self.head(features if self.training else features.flip(1))


def _noting(model, gradients):
    """Return a function that notes the head's gradient."""

    def note(learner):
        gradient = model.head.weight.grad
        gradients.append(torch.zeros_like(model.head.weight) if gradient is None else gradient.clone())

    return note


def _some(count, seed):
    """Return images and labels, drawn from a seed."""
    torch.manual_seed(seed)
    return coloured_images(count, CLASSES, noise=0.5)


def _batches(images, labels, size=BATCH):
    return DataLoader(TensorDataset(images, labels), batch_size=size)


def _train(submitted, model, loader, optimizer, epochs, criterion=None):
    """Call the student's function with the network in eval mode, as whoever measured before has left it."""
    model.eval()
    train = submitted.get("train_model")
    return train(model, loader, criterion or nn.CrossEntropyLoss(), optimizer, epochs, torch.device("cpu"))


def _gradient(model, images, labels):
    """Return the head's gradient of the mean cross-entropy of these images; leaves none behind."""
    nn.functional.cross_entropy(model(images), labels).backward()
    gradient = model.head.weight.grad.clone()
    model.zero_grad(set_to_none=True)
    return gradient


def steps(submitted, epochs, count, step):
    """Return the weights and the gradient at each step, and the mode of the network.

    Args:
        submitted: the student's module.
        epochs: to train for.
        count: of images.
        step: from which images, labels and the first weights follow.
    """
    features, labels = features_and_labels(count, step)
    model = _LinearNet(step)
    weights, gradients, modes = [], [], []
    take = _noting(model, gradients)

    def note(learner):
        modes.append(model.modes[-1] if model.modes else None)
        if len(gradients) < MOST_KEPT_STEPS:
            weights.append(model.head.weight.detach().clone())
            take(learner)

    optimizer = watched_sgd(model.parameters(), RATE, before=note)
    batches = _batches(torch.from_numpy(images_with(features)), torch.from_numpy(labels))
    criterion = _KeepingCriterion()
    _train(submitted, model, batches, optimizer, epochs, criterion)
    weights.append(model.head.weight.detach().clone())
    left = model.head.weight.grad
    return Steps(
        steps=len(modes),
        weights=torch.stack(weights).numpy(),
        gradients=torch.stack(gradients).numpy() if gradients else np.zeros((0, CLASSES, FEATURES), np.float32),
        left=np.zeros((CLASSES, FEATURES), np.float32) if left is None else left.numpy(),
        modes=modes[:MOST_STEPS],
        modes_of_calls=model.modes[:MOST_STEPS],
        calls_of_criterion=len(criterion.losses),
    )


def gradient_sizes(submitted, seed):
    """Return the head's gradient at each step over the same batch thrice, twice over, with a rate of 0.

    The weights stay, so the gradient of each batch alone is the same each time. Where no step is made,
    what is left in `.grad` tells, beside the gradient of one batch.
    """
    images, labels = _some(BATCH, seed)
    model = ConvNet(CLASSES)
    alone = float(_gradient(model, images, labels).norm())
    gradients = []
    optimizer = watched_sgd(model.parameters(), 0.0, before=_noting(model, gradients))
    _train(submitted, model, _batches(images.repeat(3, 1, 1, 1), labels.repeat(3)), optimizer, 2)
    left = model.head.weight.grad
    return GradientSizes(
        alone=alone,
        at_steps=[float(gradient.norm()) for gradient in gradients[:MOST_STEPS]],
        left=0.0 if left is None else float(left.norm()),
    )


class _Alternating(Dataset):
    """Images whose labels change from one pass to the next, so that a sum which is not reset shows."""

    def __init__(self, images, labels_of_passes):
        self.images, self.labels_of_passes = images, labels_of_passes
        self.passes = 0

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        self.passes += index == 0
        return self.images[index], self.labels_of_passes[(self.passes - 1) % len(self.labels_of_passes)][index]


class _NotingCriterion(nn.CrossEntropyLoss):
    """Notes by pass over the data the size and the mean loss of each batch that it is called for."""

    def __init__(self, data):
        super().__init__()
        self.data, self.noted = data, {}

    def forward(self, logits, labels):
        loss = super().forward(logits, labels)
        self.noted.setdefault(self.data.passes, []).append(Batch(images=len(labels), loss=float(loss.detach())))
        return loss


def losses(submitted, epochs, seed):
    """Return what `train_model` returns over uneven batches with a rate of 0, and the loss of each batch.

    The losses come from the criterion or, if it was not called, from the network.
    """
    images, _ = _some(UNEVEN, seed)
    model = ConvNet(CLASSES)
    with torch.no_grad():
        model.head.weight.mul_(8)
        ranking = model(images).argsort(dim=1, descending=True)  # (N, CLASSES), the likeliest first
    first, second = ranking[:, 3].clone(), ranking[:, 1].clone()
    last = slice(UNEVEN - UNEVEN % BATCH, UNEVEN)
    first[last], second[last] = ranking[last, -2], ranking[last, -1]  # the small batch has the large loss
    data = _Alternating(images, (first, second))
    criterion = _NotingCriterion(data)
    loader = DataLoader(data, batch_size=BATCH)
    returned = _train(submitted, model, loader, watched_sgd(model.parameters(), 0.0), epochs, criterion)
    true = [_losses_of_batches(model, images, labels) for labels in (first, second)]
    return EpochLosses(
        kind=called(returned),
        returned=_as_numbers(returned),
        passes=[batches[:MOST_STEPS] for batches in criterion.noted.values()][:MOST_PASSES] or true,
        of_probabilities=[_losses_of_batches(model, images, labels, softmax=True) for labels in (first, second)],
    )


def _losses_of_batches(model, images, labels, softmax=False):
    """Return size and mean loss of each batch."""
    parts = zip(images.split(BATCH), labels.split(BATCH), strict=True)
    with torch.no_grad():
        scored = [(model(x).softmax(1) if softmax else model(x), y) for x, y in parts]
        return [Batch(images=len(y), loss=float(nn.functional.cross_entropy(logits, y))) for logits, y in scored]


def _as_numbers(returned):
    """Return the losses as floats; a single number as one of them."""
    if isinstance(returned, (int, float, np.floating)) or (isinstance(returned, torch.Tensor) and returned.dim() == 0):
        return [float(returned)]
    try:
        return [float(loss) for loss in list(returned)[:MOST_LOSSES]]
    except (TypeError, ValueError):
        raise UnexpectedResult(f"train_model returned {called(returned)}; a list of numbers is expected") from None


def overfitting(submitted, images, epochs, step):
    """Return the weights of a network that was trained on images of noise with labels that follow no rule.

    Beside them stands the loss of each batch, as the criterion gave it; a loop that does not call it leaves none.
    """
    torch.manual_seed(round(1000 * step))
    noise, labels = torch.from_numpy(noise_by_heart(images, step)), torch.from_numpy(noise_labels(images, step))
    model = nn.Sequential(nn.Flatten(), nn.Linear(3072, 32), nn.ReLU(), nn.Linear(32, CLASSES))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = _KeepingCriterion()
    _train(submitted, model, _batches(noise, labels, 16), optimizer, epochs, criterion)
    layers = (model[1], model[3])
    return Overfitting(
        matrices=tuple(layer.weight.detach().numpy() for layer in layers),
        shifts=tuple(layer.bias.detach().numpy() for layer in layers),
        losses=criterion.losses[:MOST_LOSSES],
    )


class _KeepingCriterion(nn.CrossEntropyLoss):
    """Keeps each loss that is computed with gradients on."""

    def __init__(self):
        super().__init__()
        self.losses = []

    def forward(self, logits, labels):
        loss = super().forward(logits, labels)
        if torch.is_grad_enabled():
            self.losses.append(float(loss.detach()))
        return loss
