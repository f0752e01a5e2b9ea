"""Arguments of a probe: plain JSON, and arrays and bytes in the form in which JSON carries them."""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

MOST_BYTES = 384 << 10  # of arrays and bytes together: a job is one message of a mebibyte
ARRAY, BYTES = "__array__", "__bytes__"
KINDS = "biuf"  # of the dtypes that cross


def packed(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments as plain JSON.

    Args:
        arguments: by name: JSON, NumPy's arrays and numbers, and bytes, at any depth.

    Raises:
        TypeError: a value is of another type; names the argument.
        ValueError: arrays and bytes are too large together.
    """
    sizes: list[int] = []
    plain = {name: _packed(value, name, sizes) for name, value in arguments.items()}
    if sum(sizes) > MOST_BYTES:
        raise ValueError(
            f"arrays and bytes of {sum(sizes):,} bytes are too large for arguments, which may hold {MOST_BYTES:,}: "
            "send them as a deferred input"
        )
    return plain


def unpacked(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of which `packed` made JSON; arrays can be written to."""
    return {name: _unpacked(value) for name, value in arguments.items()}


def _packed(value: Any, name: str, sizes: list[int]) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (np.ndarray, bytes)):
        raw = value if isinstance(value, bytes) else np.ascontiguousarray(value).tobytes()
        sizes.append(len(raw))
        text = base64.b64encode(raw).decode()
        if isinstance(value, bytes):
            return {BYTES: text}
        if value.dtype.kind not in KINDS:
            raise TypeError(f"the argument {name!r} holds an array of {value.dtype}: use numbers or truth values")
        return {ARRAY: [value.dtype.str, list(value.shape), text]}
    if isinstance(value, Mapping):
        if value.keys() & {ARRAY, BYTES}:
            raise TypeError(f"the argument {name!r} has a key {ARRAY} or {BYTES}: rename it")
        return {key: _packed(one, name, sizes) for key, one in value.items()}
    return [_packed(one, name, sizes) for one in value] if isinstance(value, (list, tuple)) else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {BYTES}:
            return base64.b64decode(value[BYTES])
        if value.keys() == {ARRAY}:
            dtype, shape, text = value[ARRAY]
            return np.frombuffer(base64.b64decode(text), np.dtype(dtype)).reshape(shape).copy()
        return {key: _unpacked(one) for key, one in value.items()}
    return [_unpacked(one) for one in value] if isinstance(value, list) else value
