"""The channel's frames: random, mutated, lying, in any pieces."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograder.wire import frames
from autograder.wire.frames import NONCE_BYTES, FrameReader, TamperedFrame, decode, encode
from tests.fuzz.edits import Edit, edited, edits
from tests.fuzz.target import Target
from tests.wire.test_frames import assert_same, json_values, plain_values

NONCE = bytes(range(NONCE_BYTES))
VALUES: tuple[Any, ...] = (
    {"logits": np.arange(6, dtype=np.float32).reshape(2, 3), "seen": [1, 2.5, None, "text", float("nan")]},
    {"returned": {"mask": np.ones((4, 2), bool), "empty": np.zeros((0, 3)), "__dict__": {"__array__": 1}}},
    {"raised": {"kind": "ValueError", "message": "größe \ud800", "traceback": "", "importing": False}},
    [[[[]]], {}, -(2**70), 1e300],
)
FRAMES = tuple(encode(value, NONCE) for value in VALUES)
sizes = st.lists(st.integers(0, 300), max_size=6)
streams = st.tuples(
    st.lists(st.sampled_from(FRAMES) | st.binary(max_size=80), min_size=1, max_size=3).map(b"".join),
    st.lists(edits, max_size=4),
    sizes,
)
lying_headers = st.fixed_dictionaries(
    {
        "value": json_values | st.lists(st.fixed_dictionaries({"__array__": st.integers(-2, 4)}), max_size=4),
        "arrays": st.lists(
            st.fixed_dictionaries(
                {
                    "dtype": st.sampled_from([*sorted(frames.DTYPES), "object", "<U4", ">f4", "", "V8", 3]),
                    "shape": st.lists(st.sampled_from([0, 1, 2, 3, -1, 2**31, 2**63, 2**64, 10**30]), max_size=9),
                }
            ),
            max_size=4,
        ),
    }
)


def pieces(content: bytes, sizes: list[int]) -> list[bytes]:
    """Return the bytes in portions of these sizes and a last one with the rest."""
    parts = []
    for size in sizes:
        parts.append(content[:size])
        content = content[size:]
    return [*parts, content]


def is_plain(value: Any) -> bool:
    """Return whether a value consists of what the wire may carry."""
    if isinstance(value, dict):
        return all(type(key) is str and is_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    if isinstance(value, np.ndarray):
        return str(value.dtype) in frames.DTYPES and not value.flags.writeable
    return value is None or type(value) in (bool, int, float, str)


def check_stream(case: tuple[bytes, list[Edit], list[int]], folder: Path) -> None:
    """A reader gives plain values or TamperedFrame, the same for any portions, and holds no more than it was fed."""
    content = edited(case[0], case[1])
    answers = []
    for parts in ([content], pieces(content, case[2])):
        reader, values = FrameReader(NONCE), []
        try:
            for part in parts:
                values += reader.feed(part)
        except TamperedFrame as error:
            assert len(str(error)) < 200
            answers.append(None)
            continue
        assert is_plain(values)
        assert len(reader._buffer) <= len(content)
        answers.append(encode(values))

    # Bytes before a forged frame may have been taken already, so only whole streams are compared.
    assert answers[0] == answers[1]


def check_header(case: tuple[Any, bytes, bytes], folder: Path) -> None:
    """A sender that knows the nonce and writes any header is read or found out."""
    header, body, nonce = case
    text = json.dumps(header).encode("utf-8", "surrogatepass")
    sent = frames.PREFIX.pack(frames.MAGIC, nonce, len(text), len(body)) + text + body
    try:
        values = FrameReader(NONCE).feed(sent)
    except TamperedFrame as error:
        assert len(str(error)) < 200
        return

    assert nonce == NONCE
    assert is_plain(values)
    encode(values)


def check_round_trip(value: Any, folder: Path) -> None:
    """Any result that a probe may return arrives unchanged."""
    assert_same(decode(encode(value)), value)


TARGETS = (
    Target("wire: streams of frames", streams, check_stream, 2.0),
    Target(
        "wire: lying headers",
        st.tuples(lying_headers, st.binary(max_size=40), st.just(NONCE) | st.binary(min_size=16, max_size=16)),
        check_header,
    ),
    Target("wire: round trips", plain_values, check_round_trip),
)
