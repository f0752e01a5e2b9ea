"""Observes `train` and `accuracy`, on small networks and data of ours.

Runs in the sandbox, beside the student's code.
"""

import inspect
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.assignments.mnist_cnn.observed import (
    Accuracies,
    Gradients,
    KeptState,
    ReturnedHistory,
)
from autograder.probes.artefacts import read_checkpoint
from autograder.probes.errors import error_text
from autograder.probes.histories import read_history
from autograder.probes.small_training import watched_sgd
from autograder.probes.weights import called

CLASSES = 10
BATCH = 20
SURE = 25.0  # logit of class 0
MODEL_FILE = "written_by_train.pth"
USUAL_FILE = "model.pth"  # where a train without that parameter writes


def history(submitted, num_epochs, batches, print_every, rate, right, test_batch):
    """Return what `train` returned.

    Args:
        submitted: the student's module.
        num_epochs: epochs.
        batches: of the training set; all are composed alike, so every average is the same.
        print_every: steps between two entries.
        rate: learning rate of the first epoch; each further one has half of it.
        right: how many of 20 images are recognised: by name `train` and `test` for the set, then `eval` and
            `train` for the network's mode.
        test_batch: images of a batch of the test set, which has 40.
    """
    model = _TwoFaced()
    learner = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = torch.optim.lr_scheduler.MultiStepLR(learner, list(range(1, num_epochs)), gamma=0.5)
    trainloader = _loader(_images(BATCH * batches, right["train"]["eval"], right["train"]["train"]))
    testloader = _loader(_images(2 * BATCH, right["test"]["eval"], right["test"]["train"]), test_batch)
    returned = _call_train(submitted, model, trainloader, testloader, learner, scheduler, num_epochs, print_every)
    return ReturnedHistory(**read_history(returned), returned=called(returned))


def accuracies(submitted, right, test_batch):
    """Call `accuracy` with a network in eval mode, then with one in training mode."""
    loader, measure, model = _loader(_images(2 * BATCH, **right), test_batch), submitted.get("accuracy"), _TwoFaced()
    measured = []
    for mode in (False, True):
        measured.append(float(measure(model.train(mode), loader)))
    return Accuracies(in_eval_mode=measured[0], in_train_mode=measured[1])


def kept_state(submitted, num_epochs, batches, best, codes):
    """Return the mark of the state that `train` saved.

    Args:
        submitted: the student's module.
        num_epochs: epochs.
        batches: steps of an epoch.
        best: first and last step after which the network recognises most test images, in either mode. It recognises
            most training images after later steps.
        codes: a whole number for each count of steps, from 0, that marks the network's state after it.
    """
    model = _Peaking(*best, codes)
    before = Path(USUAL_FILE).read_bytes() if Path(USUAL_FILE).is_file() else b""
    train, test = (_loader(_images(BATCH * batches, 0, 0, of_training=one)) for one in (True, False))
    learner = _marking(model, codes)
    scheduler = torch.optim.lr_scheduler.ConstantLR(learner, factor=1.0)
    _call_train(submitted, model, train, test, learner, scheduler, num_epochs, batches)
    written = MODEL_FILE
    if not Path(MODEL_FILE).is_file() and Path(USUAL_FILE).is_file() and Path(USUAL_FILE).read_bytes() != before:
        written = USUAL_FILE
    if not Path(written).is_file():
        return KeptState(written=False)
    state = read_checkpoint(written)
    marks = [float(value) for key, value in state.items() if key.endswith("mark")]
    return KeptState(written=True, mark=marks[0] if marks else -1.0)


def gradients(submitted, labels, rate):
    """Return the bias after training on batches where the network is sure and wrong.

    The network predicts class 0 for every image, and the rate is too small to change that. Each batch has different
    labels, so the change of the bias shows how often the training used each batch's gradient. A softmax before the
    cross-entropy has almost no gradient there. Each image has one bright pixel, which no other has, so the weights of
    that pixel show the label that the image was trained with.

    Args:
        submitted: the student's module.
        labels: of each batch, in 1 to 9.
        rate: learning rate.
    """
    model = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, CLASSES))
    with torch.no_grad():
        model[1].weight.zero_()
        model[1].bias.copy_(torch.tensor([SURE] + [0.0] * (CLASSES - 1)))
    parameters, truth = list(model.parameters()), torch.tensor(labels).reshape(-1)
    before = parameters[-1].detach().clone()
    images = torch.eye(len(truth), 28 * 28).reshape(-1, 1, 28, 28)
    learner = torch.optim.SGD(parameters, lr=rate)
    loader = DataLoader(TensorDataset(images, truth), batch_size=len(labels[0]))
    error = ""
    try:
        scheduler = torch.optim.lr_scheduler.ConstantLR(learner, factor=1.0)
        _call_train(submitted, model, loader, loader, learner, scheduler, 1)
    except Exception as caught:
        if torch.equal(parameters[-1], before):
            raise
        error = error_text(caught)
    learned = parameters[0].detach()[:, : len(truth)].argmax(dim=0).tolist()
    return Gradients(bias=parameters[-1].detach().numpy(), learned=learned, error=error)


class _TwoFaced(nn.Module):
    """Gives the class that the image itself names, a different one in each mode, whatever is learned.

    Pixel (0, 0) is the class in eval mode and pixel (0, 1) that in training mode.
    """

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(CLASSES))
        self.register_buffer("mark", torch.zeros(()))  # of its state

    def forward(self, images):
        return 3.0 * nn.functional.one_hot(self.named(images), CLASSES).float() + 0.0 * self.weight

    def named(self, images):
        return images[:, 0, 0, 1 if self.training else 0].round().long().clamp(0, CLASSES - 1)


class _Peaking(_TwoFaced):
    """Recognises every image between two steps, the second half of a set before, and a part of that half after.

    Of training images it recognises every one after the second of these steps, as a network that learns them by heart.
    """

    def __init__(self, first, last, codes):
        super().__init__()
        self.first, self.last = first, last
        self.steps_at = {code: step for step, code in enumerate(codes)}
        self.mark.fill_(codes[0])

    def named(self, images):
        truth, second_half = images[:, 0, 0, 2].long(), images[:, 0, 0, 3] > 0.5
        step = self.steps_at.get(int(self.mark), -1)
        known = second_half if step < self.first else second_half & (torch.arange(len(images)) % 2 == 0)
        if step >= self.first:
            of_training = images[:, 0, 0, 4] > 0.5
            known = known | (of_training == (step > self.last))
        return torch.where(known, truth, (truth + 1) % CLASSES)


def _marking(model, codes):
    """Return an optimizer whose steps mark the network's state, each by its code; the last code marks all further."""
    made = 0

    def mark(learner):
        nonlocal made
        made += 1
        model.mark.fill_(codes[min(made, len(codes) - 1)])

    return watched_sgd(model.parameters(), 0.1, before=mark)


def _images(count, eval, train, of_training=False):
    """Return images that name their class: of every 20, so many rightly in eval mode and in training mode."""
    labels = torch.arange(count) % CLASSES
    images = torch.zeros(count, 1, 28, 28)
    place = torch.arange(count) % BATCH
    images[:, 0, 0, 0] = torch.where(place < eval, labels, (labels + 1) % CLASSES).float()
    images[:, 0, 0, 1] = torch.where(place < train, labels, (labels + 1) % CLASSES).float()
    images[:, 0, 0, 2], images[:, 0, 0, 3] = labels.float(), (place >= BATCH // 2).float()
    images[:, 0, 0, 4] = float(of_training)
    return TensorDataset(images, labels)


def _loader(images, batch_size=BATCH):
    return DataLoader(images, batch_size=batch_size)


def _call_train(submitted, model, trainloader, testloader, learner, scheduler, num_epochs, print_every=1000):
    """Call the student's `train` with as much of the interface as it takes."""
    train = submitted.get("train")
    try:
        takes = inspect.signature(train).parameters
    except (TypeError, ValueError):
        takes = {}
    any_name = any(one.kind is one.VAR_KEYWORD for one in takes.values())
    further = {"print_every": print_every, "model_file": MODEL_FILE}
    further = {name: value for name, value in further.items() if any_name or name in takes}
    return train(model, trainloader, testloader, learner, scheduler, num_epochs, **further)
