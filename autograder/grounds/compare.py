"""Puts two answers of a probe beside each other, field by field, in words of bounded length."""

import hashlib
import math
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from autograder.model.grounds import Compared

LONGEST_TEXT = 200  # characters of a value
LONGEST_LIST = 390  # of a list of arrays
MOST_ITEMS = 8  # of a list of structs, or a dict, that are looked into; others are compared as a whole
FIRST_VALUES = 6
CLOSE = 1e-5  # relative; training the same network twice on two machines differs by less
MISSING = object()


def compare(submission: Any, reference: Any) -> list[Compared]:
    """Return all fields of two values, different ones first; None stands for a missing answer.

    Args:
        submission: a probe's result for the submission.
        reference: its result for the reference.
    """
    if submission is None and reference is None:
        return []
    known = submission is not None and reference is not None
    sides = [MISSING if one is None else one for one in (submission, reference)]
    rows = list(_rows("", *sides, known=known))
    return sorted(rows, key=lambda row: not row.differs)


def in_words(value: Any) -> str:
    """Return a value of plain data in words of bounded length; of an array its dtype, shape, digest and range."""
    if value is MISSING:
        return ""
    if isinstance(value, np.ndarray):
        return _array_in_words(value)
    if isinstance(value, (list, tuple)) and any(isinstance(one, np.ndarray) for one in value[:FIRST_VALUES]):
        more = "; …" if len(value) > FIRST_VALUES else ""
        return _cut(f"[{'; '.join(map(in_words, value[:FIRST_VALUES]))}{more}]", LONGEST_LIST)
    if isinstance(value, (list, tuple)) and len(value) > FIRST_VALUES:
        return f"{_cut(_short(value[:FIRST_VALUES]))[:-1]}, …], {len(value):,} items, digest {_digest(repr(value))}"
    text = _short(value)
    return text if len(text) <= LONGEST_TEXT else f"{_cut(text)} ({len(text):,} characters)"


def size_in_words(value: Any) -> str:
    """Return how large a value is; nothing else is said of it."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {_shape(value)}"
    if isinstance(value, (list, tuple, dict, str, bytes)):
        return f"{type(value).__name__} of {len(value):,}"
    return type(value).__name__


def _rows(path: str, one: Any, other: Any, *, known: bool) -> Iterator[Compared]:
    parts = _parts(one) or _parts(other)
    if parts is None or not _alike(one, other):
        differs = known and not _equal(one, other)
        told = _difference(one, other) if differs else ""
        yield Compared(path or "the value", in_words(one) + told, in_words(other), differs)
        return
    mine, others = _parts(one) or {}, _parts(other) or {}
    for name in dict.fromkeys((*mine, *others)):
        inner = f"{path}{name}" if name.startswith("[") or not path else f"{path}.{name}"
        yield from _rows(inner, mine.get(name, MISSING), others.get(name, MISSING), known=known)


def _parts(value: Any) -> dict[str, Any] | None:
    """Return what a value holds if each part deserves a line; None otherwise."""
    if isinstance(value, Struct):
        return {name: getattr(value, name) for name in value.__struct_fields__}
    if isinstance(value, Mapping) and 0 < len(value) <= MOST_ITEMS:
        return {f"[{key!r}]": item for key, item in value.items()}
    if isinstance(value, (list, tuple)) and 0 < len(value) <= MOST_ITEMS and not all(map(_is_plain, value)):
        return {f"[{place}]": item for place, item in enumerate(value)}
    return None


def _alike(one: Any, other: Any) -> bool:
    """Return whether the parts of two values can be put beside each other."""
    return any(value is MISSING for value in (one, other)) or (_parts(one) is not None and _parts(other) is not None)


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str))


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if (one.dtype, one.shape) != (other.dtype, other.shape):
            return False
        if one.dtype.kind in "fc":
            return bool(np.allclose(one, other, rtol=CLOSE, atol=CLOSE, equal_nan=True))
        return bool(np.array_equal(one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE) or (math.isnan(one) and math.isnan(other))
    if isinstance(one, Struct) and type(one) is type(other):
        return all(_equal(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    return type(one) is type(other) and bool(one == other)


def _difference(one: Any, other: Any) -> str:
    """Return where two arrays or lists of numbers differ first, and in how many places; empty for other values."""
    try:
        mine, right = np.asarray(one), np.asarray(other)
    except ValueError:  # lists of different lengths in a list
        return ""
    if mine.shape != right.shape or not mine.ndim or {mine.dtype.kind, right.dtype.kind} - set("biuf"):
        return ""
    wrong = ~np.isclose(mine, right, rtol=CLOSE, atol=CLOSE, equal_nan=True)
    if not wrong.any():
        return ""
    first = tuple(int(place) for place in np.argwhere(wrong)[0])
    at = f"[{', '.join(map(str, first))}]"
    return f"; {int(wrong.sum()):,} of {wrong.size:,} differ, first at {at}: {mine[first]:.6g} and {right[first]:.6g}"


def _array_in_words(array: npt.NDArray[Any]) -> str:
    if not array.size:
        return f"{array.dtype} {_shape(array)}, empty"
    first = ", ".join(
        f"{value:.6g}" if array.dtype.kind in "fiu" else str(value) for value in array.ravel()[:FIRST_VALUES]
    )
    more = ", …" if array.size > FIRST_VALUES else ""
    words = f"{array.dtype} {_shape(array)}: {first}{more}"
    if array.dtype.kind in "fiu" and array.size > FIRST_VALUES:
        finite = array[np.isfinite(array)]
        words += f"; from {finite.min():.6g} to {finite.max():.6g}" if finite.size else ""
        words += f"; {array.size - finite.size:,} not finite" if finite.size < array.size else ""
    return f"{words}; digest {_digest(np.ascontiguousarray(array).tobytes())}"


def _shape(array: npt.NDArray[Any]) -> str:
    return "×".join(map(str, array.shape)) or "a number"


def _short(value: Any) -> str:
    """Return a text of plain data; floats have six digits."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)) and all(map(_is_plain, value)):
        return f"[{', '.join(map(_short, value))}]"
    if isinstance(value, str):
        return repr(value)
    return _REPR.repr(value)


_REPR = reprlib.Repr()
_REPR.maxlevel, _REPR.maxlist, _REPR.maxdict, _REPR.maxstring, _REPR.maxother = 4, FIRST_VALUES, MOST_ITEMS, 80, 80


def _cut(text: str, longest: int = LONGEST_TEXT) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _digest(content: bytes | str) -> str:
    return hashlib.sha256(content.encode("utf-8", "replace") if isinstance(content, str) else content).hexdigest()[:8]
