"""Turns frozen values into JSON and back, whatever text a student or an export put into them.

It uses Python's own encoder: unlike msgspec's it takes lone surrogates and NaN, which occur in students' output and
in measurements.
"""

import json
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Value = TypeVar("Value")


def to_json(value: Any, indent: int | None = None) -> bytes:
    """Return a dataclass of plain values, paths, enums and other dataclasses as ASCII JSON."""
    return json.dumps(msgspec.to_builtins(value, enc_hook=str), indent=indent).encode()


def from_json(content: bytes, kind: type[Value]) -> Value:
    """Return the value that `to_json` wrote.

    Raises:
        ValueError: it is another value, or damaged; says where.
    """
    return msgspec.convert(json.loads(content), kind, dec_hook=_as_path)


def _as_path(kind: type, value: Any) -> Any:
    return Path(value) if issubclass(kind, Path) else value
