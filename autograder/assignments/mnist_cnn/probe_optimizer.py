"""Observes the optimizers and the scheduler. Runs in the sandbox, beside the student's code."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.assignments.mnist_cnn.observed import MOST_NUMBERS, Optimizer, Rates, Shared
from autograder.probes.errors import error_text, is_empty_part
from autograder.probes.small_training import watched_sgd
from autograder.probes.submitted import MissingName, UnexpectedResult
from autograder.probes.weights import called

CLASSES = 10
BATCH = 4
SPELLINGS = {"SGD": ("SGD", "sgd"), "Adam": ("Adam", "adam", "ADAM")}


def optimizer(submitted, name, lr):
    """Return kind, rate and parameters of the optimizer."""
    build, own = submitted.get("build_optimizer"), [nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(2))]
    for spelling in SPELLINGS[name]:
        try:
            made = build(spelling, iter(own), lr)
        except (ValueError, KeyError, AttributeError):
            if spelling == SPELLINGS[name][-1]:
                raise
            continue
        if isinstance(made, torch.optim.Optimizer) and name in _kinds(made):
            break
    if not isinstance(made, torch.optim.Optimizer):
        raise UnexpectedResult(f"build_optimizer returned {called(made)}; a torch.optim optimizer is expected")
    held = [one for group in made.param_groups for one in group["params"]]
    return Optimizer(
        kinds=_kinds(made)[:64],
        rates=[float(group["lr"]) for group in made.param_groups[:MOST_NUMBERS]],
        ours=sum(any(one is mine for mine in own) for one in held),
        others=sum(all(one is not mine for mine in own) for one in held),
    )


def shared(submitted):
    """Return how many parameters two calls of build_model share, and optimizers at module level with each other."""
    networks = []
    try:
        networks = [submitted.get("build_model")() for _ in range(2)]
    except (MissingName, NotImplementedError) as error:  # missing, or still the template's hole
        # Other tests judge an empty build_model; networks at module level can still be looked at. An error inside a
        # build_model that is written must be told: nothing would have been compared.
        if not isinstance(error, MissingName) and not is_empty_part(error):
            raise
    named = {name: value for name, value in vars(submitted.module).items() if isinstance(value, nn.Module)}
    pairs = [
        (one, other)
        for sgd, one in named.items()
        for adam, other in named.items()
        if "sgd" in sgd.lower() and "adam" in adam.lower()
    ]
    made = [value for value in vars(submitted.module).values() if isinstance(value, torch.optim.Optimizer)]
    by_kind = {kind: _held([one for one in made if kind in _kinds(one)]) for kind in SPELLINGS}
    return Shared(
        built=len(_weights(networks[0]) & _weights(networks[1])) if len(networks) == 2 else 0,
        named=max((len(_weights(one) & _weights(other)) for one, other in pairs), default=0),
        optimizers=len(by_kind["SGD"] & by_kind["Adam"]),
    )


def rates(submitted, num_epochs, batches, lr):
    """Return the rate in force at each optimizer step of the student's `train` under the student's scheduler.

    If `train` makes no step, a loop of ours steps in its place.
    """
    model = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, CLASSES))
    noted = []
    learner = watched_sgd(
        model.parameters(), lr, before=lambda learner: noted.append(float(learner.param_groups[0]["lr"]))
    )
    scheduler = submitted.get("build_scheduler")(learner, num_epochs)
    by, error = "train", ""
    images = TensorDataset(torch.rand(BATCH * batches, 1, 28, 28), torch.arange(BATCH * batches) % CLASSES)
    loader = DataLoader(images, batch_size=BATCH)
    try:
        submitted.get("train")(model, loader, loader, learner, scheduler, num_epochs)
    except Exception as caught:
        error = error_text(caught)
    if not noted and hasattr(scheduler, "step"):
        by = "harness"
        for _ in range(num_epochs):
            for _ in range(batches):
                learner.step()
            scheduler.step()
    return Rates(
        by=by,
        scheduler="" if hasattr(scheduler, "step") else called(scheduler),
        error=error,
        rates=noted[:MOST_NUMBERS],
    )


def _kinds(made):
    return [kind.__name__ for kind in type(made).__mro__]


def _weights(model):
    return {id(one) for one in model.parameters()}


def _held(optimizers):
    return {id(one) for made in optimizers for group in made.param_groups for one in group["params"]}
