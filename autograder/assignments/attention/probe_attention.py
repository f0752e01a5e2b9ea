"""Observes attention, masks and heads. Runs in the sandbox, beside the student's code."""

import torch

from autograder.assignments.attention.observed import Attended, CausalMask, Merged, MultiHead, PaddingMask, Split
from autograder.assignments.attention.values import fill, module_of, numbers
from autograder.probes.submitted import UnexpectedResult
from autograder.probes.weights import called


def attended(submitted, queries, keys, values, mask, with_dropout):
    """Return outputs and weights of `attention`; an empty mask stands for none.

    The dropout, if there is one, drops nothing and doubles the weights.
    """
    given = [torch.from_numpy(one) for one in (queries, keys, values)]
    further = {"mask": torch.from_numpy(mask) if mask.size else None}
    if with_dropout:
        further["dropout"] = _Doubling()
    returned = submitted.get("attention")(*given, **further)
    if not isinstance(returned, (tuple, list)) or len(returned) != 2:
        raise UnexpectedResult(f"attention returned {called(returned)}; the pair (outputs, weights) is expected")
    outputs, weights = returned
    return Attended(
        outputs=numbers(outputs, "the first of the pair"), weights=numbers(weights, "the second of the pair")
    )


class _Doubling(torch.nn.Module):
    """Stands for a dropout."""

    def forward(self, weights):
        return 2 * weights


def causal(submitted, length):
    """Return the result of `causal_mask`."""
    return CausalMask(mask=numbers(submitted.get("causal_mask")(length), "the result of causal_mask"))


def padding(submitted, tokens, padding):
    """Return the result of `padding_mask`."""
    mask = submitted.get("padding_mask")(torch.from_numpy(tokens), padding)
    return PaddingMask(mask=numbers(mask, "the result of padding_mask"))


def split(submitted, x, heads):
    """Return the result of `split_heads`."""
    return Split(parts=numbers(submitted.get("split_heads")(torch.from_numpy(x), heads), "the result of split_heads"))


def merged(submitted, x):
    """Return the result of `merge_heads`, for heads that lie in memory as a split leaves them."""
    parts = torch.from_numpy(x).transpose(1, 2).contiguous().transpose(1, 2)
    return Merged(whole=numbers(submitted.get("merge_heads")(parts), "the result of merge_heads"))


def multi_head(submitted, weights, heads, x, mask, dropout, is_training):
    """Return the outputs of `MultiHeadAttention` with these weights; an empty mask stands for none."""
    torch.manual_seed(torch.initial_seed())  # the assignment's, whatever an import has drawn from its generator
    layer = module_of(submitted.get("MultiHeadAttention")(x.shape[2], heads, dropout), "MultiHeadAttention")
    fill(layer, weights, "MultiHeadAttention")
    layer.train(is_training)
    with torch.no_grad():
        outputs = layer(torch.from_numpy(x), torch.from_numpy(mask) if mask.size else None)
    return MultiHead(outputs=numbers(outputs, "the result of MultiHeadAttention"))
