"""Observes `train`, `finetune` and `evaluate`, on our own networks and images.

Runs in the sandbox, beside the student's code.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.utils.data import DataLoader, TensorDataset

from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

SIDE = 8
CLASSES = 10
CPU = torch.device("cpu")
NO_RATE = 1e-12  # a step that no float32 weight notices; 0 might be taken for "not given"
MOST_NUMBERS = 1000


class _SmallNet(nn.Module):
    """A hidden layer and a head; in training mode its logits are other ones than in eval mode.

    The head goes by the names that the heads of torchvision's networks have.
    """

    def __init__(self, frozen):
        super().__init__()
        self.features = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(12, 24), nn.ReLU())
        self.fc = nn.Linear(24, CLASSES)
        self.features.requires_grad_(not frozen)
        self.passes = []  # (training mode, gradients on, number of pictures) of each forward pass

    @property
    def classifier(self):
        return self.fc

    def forward(self, images):
        self.passes.append([self.training, torch.is_grad_enabled(), len(images)])
        logits = self.fc(self.features(images))
        return logits.flip(1) * 0.5 if self.training else logits


def _pictures(count, seed):
    """Return pictures of ten colours, (count, 3, 8, 8), and their labels, (count,)."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.randint(0, CLASSES, (count,), generator=generator)
    colours = torch.randn(CLASSES, 3, generator=torch.Generator().manual_seed(1)) * 2
    noise = 0.2 * torch.randn(count, 3, SIDE, SIDE, generator=generator)
    return colours[labels][:, :, None, None] + noise, labels


def _loader(images, labels, batch_size):
    return DataLoader(TensorDataset(images, labels), batch_size=batch_size)


def _history(returned):
    """Return the lists by name, as far as they have names, and those without."""
    if isinstance(returned, tuple):  # the network, perhaps, and the history
        parts = [part for part in returned if not isinstance(part, nn.Module)]
        returned = parts[0] if len(parts) == 1 else tuple(parts)
    if isinstance(returned, (tuple, list)):
        inner = next((part for part in returned if isinstance(part, dict)), None)
        if inner is not None and not all(isinstance(part, dict) for part in returned):
            returned = inner
        elif returned and all(isinstance(part, dict) for part in returned):  # a dict for each epoch
            returned = {name: [part.get(name) for part in returned] for name in returned[0]}
    if isinstance(returned, dict):
        named = {str(name): _numbers(values) for name, values in returned.items()}
        return {"form": "a dict", "named": {name: one for name, one in named.items() if one is not None}, "others": []}
    if isinstance(returned, (tuple, list)):
        lists = [_numbers(values) for values in returned]
        return {"form": called(returned), "named": {}, "others": [one for one in lists if one is not None]}
    raise UnexpectedResult(f"it returned {called(returned)}; a dict of four lists is expected")


def _numbers(values):
    """Return a list of floats; None for what is none."""
    try:
        return [float(value) for value in list(values)[:MOST_NUMBERS]]
    except (TypeError, ValueError, RuntimeError):
        return None


def still(submitted, function, epochs):
    """Return what `train` or `finetune` reports for a network that cannot move, and how it went about it.

    The loaders' last batches are smaller than the others, and training and validation differ in size. Beside it
    stands what is true: losses and accuracies by pictures and by batches, in either mode, and the gradients
    of each batch.
    """
    torch.manual_seed(2)
    model = _SmallNet(frozen=function == "finetune")
    sets = {"train": _pictures(50, seed=3), "val": _pictures(27, seed=4)}
    truth = {name: _truth(model, *sets[name]) for name in sets}
    alone = _gradients(model, *sets["train"])
    at_steps = []

    def note(optimizer, positional, named):
        gradient = model.fc.weight.grad
        at_steps.append(0.0 if gradient is None else float(gradient.norm()))

    model.passes.clear()
    hook = register_optimizer_step_pre_hook(note)
    try:
        returned = submitted.get(function)(
            model, _loader(*sets["train"], 16), _loader(*sets["val"], 16), epochs, NO_RATE, CPU
        )
    finally:
        hook.remove()
    return {
        "history": _history(returned),
        "truth": truth,
        "gradients": alone,
        "at_steps": at_steps[:MOST_NUMBERS],
        "passes": [one for one in model.passes if one[2]][:MOST_NUMBERS],
    }


def _truth(model, images, labels):
    """Return loss and accuracy in both modes, over all pictures and as mean over batches of 16."""
    found = {}
    with torch.no_grad():
        for mode in ("train", "eval"):
            model.train(mode == "train")
            logits = model(images)
            losses = F.cross_entropy(logits, labels, reduction="none")
            found[mode] = {
                "loss": float(losses.mean()),
                "loss_of_batches": float(torch.stack([one.mean() for one in losses.split(16)]).mean()),
                "acc": float((logits.argmax(1) == labels).float().mean()),
            }
    model.train()
    return found


def _gradients(model, images, labels):
    """Return the size of the head's gradient for each batch of 16 by itself."""
    model.train()
    sizes = []
    for some, targets in zip(images.split(16), labels.split(16), strict=True):
        model.zero_grad(set_to_none=True)
        F.cross_entropy(model(some), targets).backward()
        sizes.append(float(model.fc.weight.grad.norm()))
    model.zero_grad(set_to_none=True)
    return sizes


def learning(submitted, function, lr, epochs):
    """Return how the loss of a small, easy set falls, and which weights move.

    `finetune` gets a network whose hidden layer is frozen.
    """
    torch.manual_seed(2)
    model = _SmallNet(frozen=function == "finetune")
    images, labels = _pictures(120, seed=5)
    before = {name: value.detach().clone() for name, value in model.named_parameters()}
    frozen = [name for name, value in model.named_parameters() if not value.requires_grad]
    losses = [_losses(model, images, labels)]
    raised = ""
    hook = register_optimizer_step_post_hook(lambda *_: losses.append(_losses(model, images, labels)))
    try:
        submitted.get(function)(model, _loader(images, labels, 8), _loader(*_pictures(16, seed=6), 8), epochs, lr, CPU)
    except Exception as error:  # what it did until then is judged here, what it returns elsewhere
        raised = f"{type(error).__name__}: {error}"[:300]
        if len(losses) == 1:
            raise
    finally:
        hook.remove()
    losses.append(_losses(model, images, labels))
    after = dict(model.named_parameters())
    return {
        "raised": raised,
        "losses": losses[:MOST_NUMBERS],
        "loss_before": losses[0],
        "loss_after": losses[-1],
        "lowest_loss": [min(one) for one in zip(*losses, strict=True)],
        "moved": [name for name in before if not torch.equal(before[name], after[name].detach())],
        "frozen": frozen,
        "parameters": list(before),
    }


def _losses(model, images, labels):
    """Return the loss in training and in eval mode; leaves the mode as it was."""
    mode, found = model.training, []
    with torch.no_grad():
        for training in (True, False):
            model.train(training)
            found.append(float(F.cross_entropy(model(images), labels)))
    model.train(mode)
    return found


def evaluated(submitted, count, batch_size):
    """Return what `evaluate` says of a network of ours, what is true, and the mode it was in."""
    torch.manual_seed(2)
    model = _SmallNet(frozen=False)
    images, labels = _pictures(count, seed=7)
    truth = _truth(model, images, labels)
    model.train()
    model.passes.clear()
    before = [value.detach().clone() for value in model.parameters()]
    returned = submitted.get("evaluate")(model, _loader(images, labels, batch_size), CPU)
    if isinstance(returned, dict):
        returned = list(returned.values())
    if not isinstance(returned, (tuple, list)) or len(returned) < 2:
        raise UnexpectedResult(f"evaluate returned {called(returned)}; (loss, accuracy) is expected")
    numbers = [_numbers([one]) for one in returned]
    return {
        "numbers": [one[0] for one in numbers if one is not None],
        "truth": truth["eval"],
        "passes": model.passes[:MOST_NUMBERS],
        "moved": any(not torch.equal(old, new.detach()) for old, new in zip(before, model.parameters(), strict=True)),
    }
