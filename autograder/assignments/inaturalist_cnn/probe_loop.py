"""Observes `train`, `finetune` and `evaluate`, on networks and images of the harness's own.

Runs in the sandbox, beside the student's code.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.utils.data import DataLoader, TensorDataset

from autograder.assignments.inaturalist_cnn.observed_training import (
    MOST_NUMBERS,
    Bookkeeping,
    Evaluation,
    ForwardPass,
    History,
    Learning,
    Scores,
    ScoresByMode,
)
from autograder.probes.errors import error_text
from autograder.probes.histories import numbers, read_history
from autograder.probes.records import as_dict
from autograder.probes.steps import before_each_step
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

SIDE = 8
CLASSES = 10
CPU = torch.device("cpu")
NO_RATE = 1e-12  # a step that no float32 weight notices; 0 might be taken for "not given"


class _SmallNet(nn.Module):
    """A hidden layer and a head; in training mode it gives other logits than in eval mode.

    The head goes by the names that the heads of torchvision's networks have.
    """

    def __init__(self, frozen):
        super().__init__()
        self.features = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(12, 24), nn.ReLU())
        self.fc = nn.Linear(24, CLASSES)
        self.features.requires_grad_(not frozen)
        self.passes = []

    @property
    def classifier(self):
        return self.fc

    def forward(self, images):
        self.passes.append(ForwardPass(training=self.training, gradients=torch.is_grad_enabled(), images=len(images)))
        logits = self.fc(self.features(images))
        return logits.flip(1) * 0.5 if self.training else logits


def _images(count, seed):
    """Return images of ten colours, (count, 3, 8, 8), and their labels, (count,)."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, CLASSES, (count,), generator=generator)
    colours = torch.randn(CLASSES, 3, generator=torch.Generator().manual_seed(1)) * 2
    noise = 0.2 * torch.randn(count, 3, SIDE, SIDE, generator=generator)
    return colours[labels][:, :, None, None] + noise, labels


def _partly_right(model, images, labels, seed):
    """Return labels of which the network gets some right in each mode, all over the set.

    A fresh network may get none right, and then a wrong count of right answers looks like a right one.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        said = [model.train(training)(images).argmax(1) for training in (True, False)]
    choice = torch.randint(0, 3, labels.shape, generator=generator)
    return torch.stack([*said, labels]).gather(0, choice[None])[0]


def _loader(images, labels, batch_size):
    return DataLoader(TensorDataset(images, labels), batch_size=batch_size)


def _history(returned):
    """Return the curves in a loop's result, and a name for its form; the network may stand beside them."""
    if type(returned) is tuple:
        parts = tuple(part for part in returned if not isinstance(part, nn.Module))
        returned = parts[0] if len(parts) == 1 else parts
    curves = read_history(returned)
    if not any(curves.values()) and not isinstance(returned, (dict, list, tuple)):
        raise UnexpectedResult(f"it returned {called(returned)}; a dict of four lists is expected")
    return History(form=called(returned), **curves)


def bookkeeping(submitted, function, epochs, counts, seed):
    """Return what `train` or `finetune` reports for a network that cannot move, and how it went about it.

    The last batch of each loader is smaller than the others, and training and validation sets differ in size. The truth
    is returned beside it: scores in both modes, and the gradient of each batch.

    Args:
        submitted: the student's module.
        function: the name of the loop.
        epochs: handed on.
        counts: of training and validation images.
        seed: of images and network.
    """
    torch.manual_seed(seed)
    model = _SmallNet(frozen=function == "finetune")
    sets = {"train": _images(counts[0], seed=seed + 1), "val": _images(counts[1], seed=seed + 2)}
    sets = {name: (images, _partly_right(model, images, labels, seed)) for name, (images, labels) in sets.items()}
    scores = {name: _scores(model, *sets[name]) for name in sets}
    gradients = _gradients(model, *sets["train"])
    at_steps = []

    def note():
        gradient = model.fc.weight.grad
        at_steps.append(0.0 if gradient is None else float(gradient.norm()))

    model.passes.clear()
    with before_each_step(note):
        returned = submitted.get(function)(
            model, _loader(*sets["train"], 16), _loader(*sets["val"], 16), epochs, NO_RATE, CPU
        )
    return Bookkeeping(
        history=_history(returned),
        **scores,
        gradients=gradients,
        at_steps=at_steps[:MOST_NUMBERS],
        passes=[one for one in model.passes if one.images][:MOST_NUMBERS],
    )


def _scores(model, images, labels):
    """Return loss and accuracy in both modes, over all images and as mean over batches of 16."""
    found = {}
    with torch.no_grad():
        for mode in ("train", "eval"):
            model.train(mode == "train")
            logits = model(images)
            losses = F.cross_entropy(logits, labels, reduction="none")
            found[mode] = Scores(
                loss=float(losses.mean()),
                loss_of_batches=float(torch.stack([one.mean() for one in losses.split(16)]).mean()),
                accuracy=float((logits.argmax(1) == labels).float().mean()),
            )
    model.train()
    return ScoresByMode(**found)


def _gradients(model, images, labels):
    """Return the norm of the head's gradient for each batch of 16 by itself."""
    model.train()
    norms = []
    for some, targets in zip(images.split(16), labels.split(16), strict=True):
        model.zero_grad(set_to_none=True)
        F.cross_entropy(model(some), targets).backward()
        norms.append(float(model.fc.weight.grad.norm()))
    model.zero_grad(set_to_none=True)
    return norms


def learning(submitted, function, lr, epochs, seed):
    """Return how the loss of a small, easy set falls, and which weights move.

    `finetune` gets a network whose hidden layer is frozen.
    """
    torch.manual_seed(seed)
    model = _SmallNet(frozen=function == "finetune")
    images, labels = _images(120, seed=seed + 1)
    before = {name: value.detach().clone() for name, value in model.named_parameters()}
    frozen = [name for name, value in model.named_parameters() if not value.requires_grad]
    losses = [_losses(model, images, labels)]
    raised = ""
    hook = register_optimizer_step_post_hook(lambda *_: losses.append(_losses(model, images, labels)))
    try:
        submitted.get(function)(
            model, _loader(images, labels, 8), _loader(*_images(16, seed=seed + 2), 8), epochs, lr, CPU
        )
    except Exception as error:  # its training up to here is judged by this observation, its result by another
        raised = error_text(error)
        if len(losses) == 1:
            raise
    finally:
        hook.remove()
    losses.append(_losses(model, images, labels))
    with torch.no_grad():
        pooled = model.features[:2](images)
    return Learning(
        raised=raised,
        losses=np.array(losses[:MOST_NUMBERS], np.float64),
        lowest=[min(one) for one in zip(*losses, strict=True)],
        before=[one.numpy() for one in before.values()],
        after=[one.detach().numpy() for one in model.parameters()],
        frozen=frozen,
        parameters=list(before),
        pooled=pooled.numpy(),
        labels=labels.numpy(),
    )


def _losses(model, images, labels):
    """Return the loss in training and in eval mode; leaves the mode as it was."""
    mode, found = model.training, []
    with torch.no_grad():
        for training in (True, False):
            model.train(training)
            found.append(float(F.cross_entropy(model(images), labels)))
    model.train(mode)
    return found


def evaluation(submitted, count, batch_size, seed):
    """Return what `evaluate` says of a network of ours, what is true, and the mode that the network was in."""
    torch.manual_seed(seed)
    model = _SmallNet(frozen=False)
    images, labels = _images(count, seed=seed + 1)
    labels = _partly_right(model, images, labels, seed)
    true = _scores(model, images, labels).eval
    model.train()
    model.passes.clear()
    before = [value.detach().clone() for value in model.parameters()]
    returned = as_dict(submitted.get("evaluate")(model, _loader(images, labels, batch_size), CPU))
    if isinstance(returned, dict):
        returned = list(returned.values())
    if not isinstance(returned, (tuple, list)) or len(returned) < 2:
        raise UnexpectedResult(f"evaluate returned {called(returned)}; (loss, accuracy) is expected")
    return Evaluation(
        numbers=[number for one in returned[:MOST_NUMBERS] for number in numbers([one])],
        true=true,
        passes=model.passes[:MOST_NUMBERS],
        moved=any(not torch.equal(old, new.detach()) for old, new in zip(before, model.parameters(), strict=True)),
    )
