"""Observes the language model, its loss and its training. Runs in the sandbox, beside the student's code."""

import numpy as np
import torch

from autograder.assignments.attention.observed import MOST_LOSSES, Coded, Logits, Loss, SmallTraining, Training
from autograder.assignments.attention.small_model import PARTS, SmallModel
from autograder.assignments.attention.values import fill, module_of, numbers
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def coded(submitted, text, tokens, alphabet):
    """Return the tokens of a text, and the text of other tokens."""
    made = submitted.get("encode")(text, alphabet)
    found = numbers(made, "the result of encode")
    decoded = submitted.get("decode")(torch.from_numpy(tokens), alphabet)
    if not isinstance(decoded, str):
        raise UnexpectedResult(f"decode returned {called(decoded)}; a string is expected")
    return Coded(tokens=found, kind=str(made.dtype).removeprefix("torch."), text=decoded[:4000])


def logits(submitted, sizes, weights, tokens, dropout):
    """Return the logits of a model of these sizes with these weights, in eval mode."""
    model = module_of(submitted.get("LanguageModel")(**sizes, dropout=dropout), "LanguageModel")
    fill(model, weights, "LanguageModel")
    model.eval()
    with torch.no_grad():
        return Logits(logits=numbers(model(torch.from_numpy(tokens)), "the result of LanguageModel"))


def loss(submitted, logits, tokens, padding):
    """Return the loss and the gradient of the logits; -1 stands for no padding."""
    given = torch.from_numpy(logits).requires_grad_()
    value = submitted.get("loss")(given, torch.from_numpy(tokens), None if padding < 0 else padding)
    found = numbers(value, "the result of loss")
    if not value.requires_grad or value.numel() != 1:
        raise UnexpectedResult("loss returned a tensor from which no gradient flows back; one of shape () is expected")
    value.backward()
    gradient = torch.zeros_like(given) if given.grad is None else given.grad
    return Loss(value=found, gradient=numbers(gradient, "the gradient"))


def small_training(submitted, tokens, characters, context, steps, batch, rate):
    """Train a model of ours; return its weights before and after, and the losses."""
    torch.manual_seed(torch.initial_seed())  # the assignment's, whatever an import has drawn from its generator
    model = SmallModel(characters, 16, context)
    before = _weights_of_small(model)
    losses = submitted.get("train")(model, torch.from_numpy(tokens), steps, batch, rate)
    if not isinstance(losses, (list, tuple)):
        raise UnexpectedResult(f"train returned {called(losses)}; a list of losses is expected")
    after = _weights_of_small(model)
    for part, one, other in zip(PARTS, before, after, strict=True):
        if one.shape != other.shape:
            raise UnexpectedResult(f"train left the parameter `{part}` in shape {other.shape}; it was {one.shape}")
    return SmallTraining(before=before, after=after, losses=[_plain(one) for one in losses[:MOST_LOSSES]])


def training(submitted, tokens, sizes, steps, batch, rate):
    """Build and train the student's own model; return its weights."""
    torch.manual_seed(torch.initial_seed())
    model = module_of(submitted.get("LanguageModel")(**sizes), "LanguageModel")
    submitted.get("train")(model, torch.from_numpy(tokens), steps, batch, rate)
    return Training(weights={name: one.detach().float().numpy() for name, one in model.named_parameters()})


def _weights_of_small(model):
    """Return copies of a small model's weights."""
    held = dict(model.named_parameters())
    if missing := [part for part in PARTS if part not in held]:
        raise UnexpectedResult(f"train took the parameter `{missing[0]}` away; it may only change values")
    return [held[part].detach().float().numpy().copy() for part in PARTS]


def _plain(loss):
    """Return a loss as a number."""
    if isinstance(loss, bool) or not isinstance(loss, (int, float, np.floating)):
        raise UnexpectedResult(f"train returned a list with {called(loss)} in it; numbers are expected (loss.item())")
    return float(loss)
