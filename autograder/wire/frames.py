"""The form in which plain data crosses the border of the sandbox, in both directions.

A frame is `magic | nonce | header length | body length | header | body`. The header is JSON; NumPy
arrays stand in it as `{"__array__": i}` and their raw bytes follow in the body. There is no pickle,
every length is checked before anything is allocated, and misfits raise `TamperedFrame`.
The observation store keeps the same bytes on disk, with a nonce of zeros.
"""

import json
import math
import struct
from typing import Any

import numpy as np

from autograder.wire.rules import fields_of, is_declared

MAGIC = b"AGF1"
NONCE_BYTES = 16
NO_NONCE = bytes(NONCE_BYTES)
PREFIX = struct.Struct(f">4s{NONCE_BYTES}sIQ")
MAX_HEADER_BYTES = 2 << 20
MAX_BODY_BYTES = 256 << 20
MAX_BESIDE_ZERO = 1 << 24  # product of an empty array's other dimensions: a mean over no rows has that many numbers
MAX_ARRAYS = 4096
MAX_DIMENSIONS = 8
MAX_DEPTH = 64  # of lists and dicts: deeper ones break whatever walks them by recursion
SPECIAL = ("__array__", "__float__", "__dict__")
NOT_FINITE = ("nan", "inf", "-inf")
DTYPES = frozenset(
    ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64"]
)


class TamperedFrame(ValueError):
    """Bytes from the sandbox that the harness's own code would not have written."""


def encode(value: Any, nonce: bytes = NO_NONCE) -> bytes:
    """Return `value` as one frame.

    Args:
        value: None, bool, int, float, str, lists, tuples and dicts of these, NumPy arrays, and declared structs,
            which a reader gets as dicts.
        nonce: 16 bytes that the reader expects.

    Raises:
        TypeError: a part of the value is of another type; names the type.
        ValueError: the value nests deeper than a reader takes.
    """
    arrays: list[np.ndarray] = []
    tree = _plain(value, arrays)
    shapes = [{"dtype": str(a.dtype), "shape": list(a.shape)} for a in arrays]
    header = json.dumps({"value": tree, "arrays": shapes}).encode()
    body = b"".join(a.tobytes() for a in arrays)
    return PREFIX.pack(MAGIC, nonce, len(header), len(body)) + header + body


def _plain(value: Any, arrays: list[np.ndarray], depth: int = 0) -> Any:
    """Return `value` with NumPy scalars as Python's and each array replaced by its index."""
    if depth > MAX_DEPTH:
        raise ValueError(f"a value nested more than {MAX_DEPTH} deep cannot leave the sandbox")
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return number if math.isfinite(number) else {"__float__": str(number)}
    if isinstance(value, np.ndarray):
        if str(value.dtype) not in DTYPES:
            raise TypeError(f"an array of dtype {value.dtype} cannot leave the sandbox")
        arrays.append(value)
        return {"__array__": len(arrays) - 1}
    if is_declared(type(value)):
        value = fields_of(value)
    if isinstance(value, dict):
        tree = {str(key): _plain(item, arrays, depth + 1) for key, item in value.items()}
        return {"__dict__": tree} if len(tree) == 1 and not tree.keys().isdisjoint(SPECIAL) else tree
    if isinstance(value, (list, tuple)):
        return [_plain(item, arrays, depth + 1) for item in value]
    raise TypeError(f"a {type(value).__name__} cannot leave the sandbox")


def decode(frame: bytes) -> Any:
    """Return the value of one complete frame.

    Raises:
        TamperedFrame: the frame is not one that `encode` writes; says which part.
    """
    reader = FrameReader(frame[4 : 4 + NONCE_BYTES])
    values = reader.feed(frame)
    if len(values) != 1 or reader.unfinished:
        raise TamperedFrame("not exactly one frame")
    return values[0]


class FrameReader:
    """Takes the bytes of a channel as they come and gives back the values of complete frames."""

    def __init__(self, nonce: bytes = NO_NONCE, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._nonce = nonce
        self._max_body_bytes = max_body_bytes
        self._buffer = bytearray()

    @property
    def unfinished(self) -> bool:
        """True while a frame has begun and not ended."""
        return bool(self._buffer)

    def feed(self, chunk: bytes) -> list[Any]:
        """Return the values of the frames that `chunk` completes.

        Raises:
            TamperedFrame: the bytes are not frames with the expected nonce and within the caps.
        """
        self._buffer += chunk
        values = []
        while len(self._buffer) >= PREFIX.size:
            header_bytes, body_bytes = self._lengths()
            end = PREFIX.size + header_bytes + body_bytes
            if len(self._buffer) < end:
                break
            split = PREFIX.size + header_bytes
            values.append(_value(bytes(self._buffer[PREFIX.size : split]), bytes(self._buffer[split:end])))
            del self._buffer[:end]
        return values

    def _lengths(self) -> tuple[int, int]:
        magic, nonce, header_bytes, body_bytes = PREFIX.unpack_from(self._buffer)
        if magic != MAGIC or nonce != self._nonce:
            raise TamperedFrame("a frame that the harness did not write")
        if header_bytes > MAX_HEADER_BYTES or body_bytes > self._max_body_bytes:
            raise TamperedFrame(f"a frame of {header_bytes} + {body_bytes} bytes is over the limit")
        return header_bytes, body_bytes


def _value(header: bytes, body: bytes) -> Any:
    try:
        content = json.loads(header, parse_constant=_refuse_constant, object_pairs_hook=_without_repeats)
        if not isinstance(content, dict) or content.keys() != {"value", "arrays"}:
            raise TamperedFrame("a header with other parts")
        shapes = content["arrays"]
        if not isinstance(shapes, list) or len(shapes) > MAX_ARRAYS:
            raise TamperedFrame("the list of arrays is malformed or too long")
        arrays = _Arrays(shapes, body)
        value = _restored(content["value"], arrays)
        if arrays.left:
            raise TamperedFrame("an array that the value does not name")
        return value
    except TamperedFrame:
        raise
    except (ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
        raise TamperedFrame(f"a malformed frame ({type(error).__name__})") from None


def _checked_arrays(shapes: list[Any], body: bytes) -> list[np.ndarray]:
    """Return read-only views into `body`; each dtype, shape and the total size are checked first."""
    arrays, offset = [], 0
    for entry in shapes:
        dtype, shape = entry["dtype"], entry["shape"]
        if dtype not in DTYPES or len(shape) > MAX_DIMENSIONS:
            raise TamperedFrame(f"an array of dtype {str(dtype)[:20]!r} and {len(shape)} dimensions")
        if any(type(n) is not int or n < 0 for n in shape):
            raise TamperedFrame("an array with an impossible shape")
        count = math.prod(shape)
        if not count and math.prod(max(n, 1) for n in shape) > MAX_BESIDE_ZERO:
            raise TamperedFrame("an array without numbers whose other dimensions are too large")
        if offset + count * np.dtype(dtype).itemsize > len(body):
            raise TamperedFrame("an array larger than its frame")
        arrays.append(np.frombuffer(body, dtype, count, offset).reshape(shape))
        if dtype == "bool" and (arrays[-1].view(np.uint8) > 1).any():
            raise TamperedFrame("a truth value that is neither")
        offset += arrays[-1].nbytes
    if offset != len(body):
        raise TamperedFrame("bytes left over behind the last array")
    return arrays


class _Arrays:
    """The arrays of one frame. Its value names each once, in their order, as `encode` does.

    A value that named one array a thousand times would need a thousand times the space in storage.
    """

    def __init__(self, shapes: list[Any], body: bytes) -> None:
        self._all = _checked_arrays(shapes, body)
        self._named = 0

    @property
    def left(self) -> int:
        """How many are not named yet."""
        return len(self._all) - self._named

    def named(self, index: Any) -> np.ndarray:
        """Return the array of this index, which must be the next.

        Raises:
            TamperedFrame: it is another one, or none.
        """
        if type(index) is not int or index != self._named or not self.left:
            raise TamperedFrame("an array that is named out of turn")
        self._named += 1
        return self._all[index]


def _restored(tree: Any, arrays: _Arrays, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        raise TamperedFrame(f"a value nested more than {MAX_DEPTH} deep")
    if isinstance(tree, dict):
        if tree.keys() == {"__array__"}:
            return arrays.named(tree["__array__"])
        if tree.keys() == {"__float__"}:
            return _not_finite(tree["__float__"])
        if tree.keys() == {"__dict__"}:  # a dict that only looks like one of these
            tree = tree["__dict__"]
            if not isinstance(tree, dict):
                raise TamperedFrame("a dict that is none")
        return {
            key: _restored(item, arrays, depth + 1) if type(item) in (dict, list) else item
            for key, item in tree.items()
        }
    if isinstance(tree, list):
        return [_restored(item, arrays, depth + 1) if type(item) in (dict, list) else item for item in tree]
    return tree


def _not_finite(name: Any) -> float:
    if name not in NOT_FINITE:
        raise TamperedFrame("a number in words")
    return float(name)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise TamperedFrame("a key that stands twice")
    return content


def _refuse_constant(name: str) -> float:
    raise TamperedFrame(f"a bare {name}")
