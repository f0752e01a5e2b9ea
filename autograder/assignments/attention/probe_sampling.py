"""Observes how characters are drawn. Runs in the sandbox, beside the student's code."""

import torch

from autograder.assignments.attention.observed import Generated, Sampled
from autograder.assignments.attention.small_model import Tables
from autograder.assignments.attention.values import numbers


def sampled(submitted, logits, temperature, top_k):
    """Return a token for each row of logits; a `top_k` of 0 stands for none."""
    torch.manual_seed(torch.initial_seed())  # the assignment's, whatever an import has drawn from its generator
    tokens = submitted.get("sample")(torch.from_numpy(logits), temperature, top_k or None)
    return Sampled(tokens=numbers(tokens, "the result of sample"))


def generated(submitted, token, place, start, count, temperature, top_k):
    """Return tokens that follow a start, by a model of ours with these tables; a `top_k` of 0 stands for none."""
    torch.manual_seed(torch.initial_seed())
    model = Tables(torch.from_numpy(token), torch.from_numpy(place))
    tokens = submitted.get("generate")(model, torch.from_numpy(start), count, temperature, top_k or None)
    return Generated(tokens=numbers(tokens, "the result of generate"))
