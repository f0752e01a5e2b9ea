"""Observes `train_model`, with our own network and loaders.

Runs in the sandbox, beside the student's code.

The network has one weight, which each step of training raises. A validation sample is told right only while the
weight is below, or above, its own mark, so that the accuracy first rises and then falls.
"""

from pathlib import Path

import torch
from torch import nn
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset

from autograder.assignments.animals_transfer.observed_training import (
    MOST_NUMBERS,
    NAME_LENGTH,
    TEXT_LENGTH,
    ForwardPass,
    Saved,
    Step,
    Trained,
)
from autograder.probes.artefacts import read_checkpoint
from autograder.probes.histories import read_history
from autograder.probes.records import as_dict
from autograder.probes.small_training import watched_sgd
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called

CURVES = ("train_loss", "train_acc", "val_loss", "val_acc", "lr", "time")
OTHER_WORDS = {"lr": [["lr"], ["rate"]], "time": [["time"], ["second"]]}  # of the others' names, all words
VALIDATION_FROM = 100  # the numbers of validation samples
TEST_FROM = 200
CHECKPOINT = "our_best.pth"


class _Log:
    """Records the passes forward and the steps of a training."""

    def __init__(self):
        self.forwards, self.steps = [], []

    def kept(self):
        """Return as many passes and steps as may be sent; no pass refers to a step that is cut off."""
        forwards = [one for one in self.forwards[:MOST_NUMBERS] if one.steps_before <= MOST_NUMBERS]
        return {"forwards": forwards, "steps": self.steps[:MOST_NUMBERS]}


LOG = _Log()  # of this process; beside the network, which may be copied or saved as a whole


class _OneWeight(nn.Module):
    """Scores samples by weight × slope + offset; the third class is never chosen."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))

    def forward(self, images):  # (N, 3, 4, 4): planes of slopes, of offsets and of the samples' numbers
        slopes, offsets, numbers = images.mean((2, 3)).unbind(1)
        scores = self.weight * slopes + offsets
        logits = torch.stack([torch.zeros_like(scores), scores, torch.full_like(scores, -8.0)], dim=1)
        LOG.forwards.append(
            ForwardPass(
                training=self.training,
                with_gradient=torch.is_grad_enabled(),
                numbers=[round(number) for number in numbers[:MOST_NUMBERS].tolist()],
                logits=logits.detach()[:MOST_NUMBERS].tolist(),
                weight=float(self.weight.detach()),
                steps_before=len(LOG.steps),
                forwards_before=len(LOG.forwards),
            )
        )
        return logits


def _logged_sgd(model, lr):
    """Return an optimizer whose steps are in the log."""
    now = {}

    def before(learner):
        gradient = model.weight.grad
        now["gradient"] = None if gradient is None else float(gradient.detach())
        now["lr"] = float(learner.param_groups[0]["lr"])

    def after(learner):
        LOG.steps.append(Step(**now, forwards_before=len(LOG.forwards), weight=float(model.weight.detach())))

    return watched_sgd(model.parameters(), lr, before, after)


def trained(submitted, samples, batch_sizes, epochs, lr, gamma):
    """Let the student's `train_model` train our network; return the course, the results and the checkpoint.

    Args:
        submitted: the submission.
        samples: {"train", "val"}: for each sample its slope, offset and label.
        batch_sizes: {"train", "val"}.
        epochs: passes over the training samples.
        lr: learning rate of the first epoch.
        gamma: its factor from epoch to epoch.
    """
    torch.manual_seed(5)
    model = _OneWeight()
    optimizer = _logged_sgd(model, lr)
    scheduler = StepLR(optimizer, step_size=1, gamma=gamma)
    at_first = scheduler.last_epoch
    loaders = {
        phase: DataLoader(_as_data(samples[source], start), batch_size=batch_sizes[source])
        for phase, source, start in (
            ("train", "train", 0),
            ("val", "val", VALIDATION_FROM),
            ("test", "val", TEST_FROM),
        )
    }
    returned = submitted.get("train_model")(
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        scheduler,
        loaders,
        {phase: len(loader.dataset) for phase, loader in loaders.items()},
        num_epochs=epochs,
        device="cpu",
        checkpoint=CHECKPOINT,
    )
    return Trained(**LOG.kept(), scheduler_steps=scheduler.last_epoch - at_first, **_returned(returned), saved=_saved())


def _as_data(samples, start):
    slopes, offsets, labels = zip(*samples, strict=True)
    numbers = [start + number for number in range(len(samples))]
    planes = torch.tensor([slopes, offsets, numbers], dtype=torch.float32).T  # (N, 3)
    return TensorDataset(planes[:, :, None, None].expand(-1, -1, 4, 4).contiguous(), torch.tensor(labels))


def _returned(returned):
    """Return the weight of the network, and the history, in whichever order they were returned."""
    parts = list(returned) if isinstance(returned, (tuple, list)) else [returned]
    models = [part for part in parts if isinstance(part, nn.Module)]
    others = [part for part in parts if not isinstance(part, nn.Module)]
    history = others[0] if len(others) == 1 else others
    weight = models[0].state_dict().get("weight") if models else None
    return {
        "returned": " and ".join(called(part) for part in parts)[:NAME_LENGTH],
        "weight": None if weight is None else float(weight),
        "history": _curves(history),
    }


def _curves(history):
    """Return each curve that is a list of numbers, by its name; six lists have the order of the hand-out."""
    is_six = type(history) in (list, tuple) and len(history) == len(CURVES)
    if is_six and not any(isinstance(as_dict(one), dict) for one in history):  # which would be six epochs
        history = dict(zip(CURVES, history, strict=True))
    named = read_history(history)["named"]
    called_so = {curve: _name_of(curve, named) for curve in CURVES}
    return {curve: named[name] for curve, name in called_so.items() if name is not None}


def _name_of(curve, names):
    """Return the student's name for a curve: the hand-out's, or else one that says the same; None without one."""
    if curve in names:
        return curve
    meant = OTHER_WORDS.get(curve, [curve.split("_")])
    return next((name for name in names if any(all(word in name.lower() for word in words) for words in meant)), None)


def _saved():
    """Return the weight in the checkpoint, or why there is none."""
    if not Path(CHECKPOINT).is_file():
        return Saved(weight=None, problem=f"there is no file {CHECKPOINT} after the training")
    try:
        weights = [tensor for name, tensor in read_checkpoint(CHECKPOINT).items() if name.endswith("weight")]
    except UnexpectedResult as error:
        return Saved(weight=None, problem=str(error)[:TEXT_LENGTH])
    if len(weights) != 1:
        return Saved(weight=None, problem=f"{CHECKPOINT} holds no weight of the network")
    return Saved(weight=float(weights[0]), problem="")
