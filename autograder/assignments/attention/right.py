"""Right answers, computed in NumPy outside the sandbox."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Weights = Mapping[str, FloatArray]
EPSILON = 1e-5  # of PyTorch's LayerNorm
CLOSE, SHARE = 1e-4, 1e-3  # accepted deviation of float32, and as a share; it leaves a hundredth of that


def softmax(x: FloatArray) -> FloatArray:
    """Return the softmax along the last axis; -inf becomes 0."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    shares: FloatArray = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def attended(
    queries: FloatArray, keys: FloatArray, values: FloatArray, mask: BoolArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Return outputs and weights of scaled dot-product attention; shapes are those of the hand-out."""
    scores = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(queries.shape[-1])
    weights = softmax(scores if mask is None else np.where(mask, scores, -np.inf))
    return weights @ values, weights


def causal(length: int) -> BoolArray:
    """Return which place may look at which, (length, length)."""
    return np.array([[key <= query for key in range(length)] for query in range(length)])


def split(x: FloatArray, heads: int) -> FloatArray:
    """Return (B, heads, T, d) parts of an array (B, T, D)."""
    return np.stack(np.split(x, heads, axis=-1), axis=1)


def merged(parts: FloatArray) -> FloatArray:
    """Return (B, T, heads * d) of parts (B, heads, T, d)."""
    return np.concatenate(list(np.moveaxis(parts, 1, 0)), axis=-1)


def linear(x: FloatArray, weights: Weights, name: str) -> FloatArray:
    """Return the output of a linear layer whose weights have this name."""
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def multi_head(x: FloatArray, weights: Weights, heads: int, mask: BoolArray | None, name: str = "") -> FloatArray:
    """Return the output of `MultiHeadAttention` in eval mode; `name` comes before its parameters' names."""
    queries, keys, values = (split(linear(x, weights, name + part), heads) for part in ("query", "key", "value"))
    return linear(merged(attended(queries, keys, values, mask)[0]), weights, f"{name}output")


def normed(x: FloatArray, weights: Weights, name: str) -> FloatArray:
    """Return the output of a LayerNorm."""
    centred = x - x.mean(axis=-1, keepdims=True)
    scaled: FloatArray = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def logits(tokens: IntArray, weights: Weights, heads: int, blocks: int) -> FloatArray:
    """Return the logits of `LanguageModel` in eval mode, (B, T, characters)."""
    length = tokens.shape[1]
    x = weights["token.weight"][tokens] + weights["position.weight"][:length]
    for block in (f"blocks.{place}." for place in range(blocks)):
        x = x + multi_head(normed(x, weights, f"{block}norm1"), weights, heads, causal(length), f"{block}attention.")
        wide = np.maximum(linear(normed(x, weights, f"{block}norm2"), weights, f"{block}expand"), 0)
        x = x + linear(wide, weights, f"{block}shrink")
    return linear(normed(x, weights, "norm"), weights, "output")


def shapes(characters: int, width: int, blocks: int, context: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the parameters of `LanguageModel`, by their names."""
    found: dict[str, tuple[int, ...]] = {"token.weight": (characters, width), "position.weight": (context, width)}
    for block in (f"blocks.{place}." for place in range(blocks)):
        found |= of_norm(f"{block}norm1", width) | of_norm(f"{block}norm2", width)
        found |= of_attention(width, f"{block}attention.")
        found |= of_linear(f"{block}expand", 4 * width, width) | of_linear(f"{block}shrink", width, 4 * width)
    return found | of_norm("norm", width) | of_linear("output", characters, width)


def of_attention(width: int, name: str = "") -> dict[str, tuple[int, ...]]:
    """Return the shapes of the parameters of `MultiHeadAttention`, by their names."""
    parts = (of_linear(name + part, width, width) for part in ("query", "key", "value", "output"))
    return {key: shape for part in parts for key, shape in part.items()}


def of_linear(name: str, rows: int, columns: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a linear layer's parameters."""
    return {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}


def of_norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a LayerNorm's parameters."""
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def small_logits(tokens: IntArray, parts: list[FloatArray]) -> FloatArray:
    """Return the logits of `SmallModel`, from its parts in their order, (B, T, characters)."""
    token, hidden, hidden_bias, output, output_bias = parts
    now = token[tokens]
    before = np.concatenate([np.zeros_like(now[:, :1]), now[:, :-1]], axis=1)
    wide = np.maximum(np.concatenate([before, now], axis=2) @ hidden.T + hidden_bias, 0)
    return wide @ output.T + output_bias


def small_shapes(characters: int, width: int) -> list[tuple[int, ...]]:
    """Return the shapes of `SmallModel`'s parts, in their order."""
    return [(characters, width), (2 * width, 2 * width), (2 * width,), (characters, 2 * width), (characters,)]


def loss(logits: FloatArray, tokens: IntArray, padding: int = -1) -> tuple[float, FloatArray]:
    """Return the mean cross-entropy of each next token that is no padding, and its gradient in the logits' shape."""
    wanted = np.eye(logits.shape[-1])[tokens[:, 1:]]
    counted = (tokens[:, 1:] != padding)[..., None]
    chances = softmax(logits[:, :-1].astype(np.float64))
    gradient = np.zeros(logits.shape)
    gradient[:, :-1] = (chances - wanted) * counted / counted.sum()
    likely = np.maximum((chances * wanted).sum(axis=-1, keepdims=True), np.finfo(np.float64).tiny)
    return float(-(np.log(likely) * counted).sum() / counted.sum()), gradient


def chances(logits: FloatArray, temperature: float, top_k: int) -> FloatArray:
    """Return the probability of each token for a row of logits, (C,); a `top_k` of 0 stands for none."""
    hot = logits / temperature
    least = np.sort(hot)[-top_k] if top_k else -np.inf
    return softmax(np.where(hot >= least, hot, -np.inf))
