"""Attention from scratch: masks, heads, a language model on characters, and sampling.

Write the body of each function and each `forward` below. Keep the names, the parameters and each `__init__`;
HANDOUT.md says what is asked for, and how it is graded.
"""

import math
from pathlib import Path

import torch
from torch import nn


def attention(queries, keys, values, mask=None, dropout=None):
    """Return the pair (outputs, weights) of scaled dot-product attention.

    Args:
        queries: (..., T, d) float.
        keys: (..., S, d).
        values: (..., S, v).
        mask: bool, broadcasts to (..., T, S); True where a query may look at a key. None: everywhere.
        dropout: a function for the weights, such as an nn.Dropout; None for none.

    Returns:
        outputs (..., T, v); and weights (..., T, S), before dropout, whose last axis adds up to 1.
    """
    raise NotImplementedError("Write attention")


def causal_mask(length):
    """Return a (length, length) bool mask: each place may look at itself and at those before it."""
    raise NotImplementedError("Write causal_mask")


def padding_mask(tokens, padding):
    """Return a mask for keys, (B, 1, 1, T) bool: True where tokens, (B, T) int64, differ from `padding`."""
    raise NotImplementedError("Write padding_mask")


def split_heads(x, heads):
    """Return x, (B, T, D), as (B, heads, T, D / heads): head h has the h-th part of the last axis."""
    raise NotImplementedError("Write split_heads")


def merge_heads(x):
    """Return x, (B, heads, T, d), as (B, T, heads * d), so that merging undoes splitting."""
    raise NotImplementedError("Write merge_heads")


class MultiHeadAttention(nn.Module):
    """Self-attention with several heads. Dropout acts on the weights, in train mode alone."""

    def __init__(self, width, heads, dropout=0.0):
        """Make the layers.

        Args:
            width: D, a multiple of `heads`.
            heads: how many.
            dropout: probability with which a weight is dropped.
        """
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.output = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, mask=None):
        """Return (B, T, D) for x, (B, T, D), and a mask that broadcasts to (B, heads, T, T)."""
        raise NotImplementedError("Write forward")


class Block(nn.Module):
    """Attention, then two linear layers at each place. Both are added to their input."""

    def __init__(self, width, heads, dropout=0.0):
        """Make the layers; arguments as for `MultiHeadAttention`."""
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = MultiHeadAttention(width, heads, dropout)
        self.norm2 = nn.LayerNorm(width)
        self.expand = nn.Linear(width, 4 * width)
        self.shrink = nn.Linear(4 * width, width)

    def forward(self, x, mask=None):
        """Return (B, T, D): h = x + attention(norm1(x)), then h + shrink(relu(expand(norm2(h))))."""
        raise NotImplementedError("Write forward")


class LanguageModel(nn.Module):
    """Predicts each next character from those before it.

    Attributes:
        context: the most characters that it can look at.
    """

    def __init__(self, characters, width, heads, blocks, context, dropout=0.0):
        """Make the layers.

        Args:
            characters: how many different ones.
            width: D, of each place.
            heads: of each block's attention.
            blocks: how many.
            context: the most places.
            dropout: of attention weights.
        """
        super().__init__()
        self.context = context
        self.token = nn.Embedding(characters, width)
        self.position = nn.Embedding(context, width)
        self.blocks = nn.ModuleList([Block(width, heads, dropout) for _ in range(blocks)])
        self.norm = nn.LayerNorm(width)
        self.output = nn.Linear(width, characters)

    def forward(self, tokens):
        """Return logits, (B, T, characters), for tokens, (B, T) int64 with T up to `context`.

        A place holds the sum of its token's and its position's embedding; then come the blocks, with a causal mask,
        the norm, and the linear layer.
        """
        raise NotImplementedError("Write forward")


def encode(text, alphabet):
    """Return the place of each character of a text in a string of different ones, (N,) int64."""
    raise NotImplementedError("Write encode")


def decode(tokens, alphabet):
    """Return the text that tokens, (N,) int64, stand for."""
    raise NotImplementedError("Write decode")


def loss(logits, tokens, padding=None):
    """Return the mean cross-entropy, a tensor of shape (), of predicting each next token.

    Args:
        logits: (B, T, C); those at place t are about the token at place t + 1.
        tokens: (B, T) int64.
        padding: tokens of this value are not to be predicted; None: all are.
    """
    raise NotImplementedError("Write loss")


def train(model, tokens, steps, batch, rate):
    """Train a model with Adam on pieces of a text; return the loss of each step as a list of floats.

    Args:
        model: from (B, T) tokens to (B, T, characters) logits, with an attribute `context`.
        tokens: the text, (N,) int64, longer than `context`.
        steps: how many.
        batch: pieces for each step, each of `context` tokens in a row from a random place.
        rate: Adam's learning rate.
    """
    raise NotImplementedError("Write train")


def sample(logits, temperature=1.0, top_k=None):
    """Draw one token for each row of logits, at random; return (N,) int64.

    Args:
        logits: (N, C).
        temperature: logits are divided by it.
        top_k: only this many of the most likely tokens may be drawn; None: all.
    """
    raise NotImplementedError("Write sample")


@torch.no_grad()
def generate(model, tokens, count, temperature=1.0, top_k=None):
    """Return tokens, (B, T) int64, with `count` more behind them, (B, T + count), drawn one after another.

    The model is used in eval mode, and sees the last `context` tokens.
    """
    raise NotImplementedError("Write generate")


if __name__ == "__main__":
    text = Path("text.txt").read_text().strip()
    alphabet = "".join(sorted(set(text)))
    model = LanguageModel(len(alphabet), width=32, heads=4, blocks=2, context=16)
    losses = train(model, encode(text, alphabet), steps=300, batch=32, rate=0.005)
    print(f"loss {losses[0]:.2f} at first, {losses[-1]:.2f} at last")
    print(decode(generate(model, encode(text[:5], alphabet)[None], 200, temperature=0.8)[0], alphabet))
