"""The wire carries plain data unchanged and lets nothing else through."""

import json
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from autograder.wire import frames
from autograder.wire.frames import NO_NONCE, FrameReader, TamperedFrame, decode, encode

NONCE = bytes(range(16))

numbers = st.integers(-(2**200), 2**200) | st.floats()
plain_arrays = arrays_of.arrays(
    dtype=st.sampled_from(sorted(frames.DTYPES)).map(np.dtype), shape=arrays_of.array_shapes(min_dims=0, min_side=0)
)
leaves = st.none() | st.booleans() | numbers | st.text() | plain_arrays
keys = st.text() | st.sampled_from(["__array__", "__float__", "__dict__"])
plain_values = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=12)
a_frame = encode({"logits": np.arange(6, dtype=np.float32).reshape(2, 3), "seen": [1, 2.5, None, "text"]}, NONCE)


def frame(header: Any, body: bytes = b"", nonce: bytes = NO_NONCE) -> bytes:
    """Return a frame with a header that `encode` need not have written."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return frames.PREFIX.pack(frames.MAGIC, nonce, len(text), len(body)) + text + body


def lie(dtype: Any, shape: Any, body: bytes = b"12345678") -> bytes:
    """Return a frame that says this of its only array."""
    return frame({"value": {"__array__": 0}, "arrays": [{"dtype": dtype, "shape": shape}]}, body)


def assert_same(one: Any, other: Any) -> None:
    """Compare plain values; NaN equals NaN, and arrays are equal in dtype, shape and content."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_same(a, b)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    else:
        assert one == other or (one != one and other != other)


@given(plain_values)
def test_plain_values_come_back_unchanged(value: Any) -> None:
    """Whatever a probe may return is the same on the other side, names of the wire's own included."""
    back = decode(encode(value))

    assert_same(back, value)


@given(plain_values, st.integers(1, 40))
def test_frames_in_pieces_are_whole_values(value: Any, size: int) -> None:
    """A pipe gives the bytes in any portions; the values are the same and nothing is left."""
    reader, sent = FrameReader(NONCE), encode(value, NONCE) * 2
    back = [item for i in range(0, len(sent), size) for item in reader.feed(sent[i : i + size])]

    assert_same(back, [value, value])
    assert not reader.unfinished


@pytest.mark.parametrize("length", range(len(a_frame)))
def test_truncated_frame_gives_no_value(length: int) -> None:
    """A child that dies while it writes has not answered."""
    reader = FrameReader(NONCE)

    assert reader.feed(a_frame[:length]) == []
    assert reader.unfinished == (length > 0)
    with pytest.raises(TamperedFrame):
        decode(a_frame[:length])


@given(st.integers(0, len(a_frame) - 1), st.integers(1, 255))
def test_flipped_byte_is_tampered_or_a_value_and_nothing_else(place: int, change: int) -> None:
    """No single changed byte makes the reader raise anything but TamperedFrame."""
    changed = bytearray(a_frame)
    changed[place] ^= change
    reader, values = FrameReader(NONCE), []
    try:
        values = reader.feed(bytes(changed))
    except TamperedFrame as error:
        values = [str(error)]

    assert values or reader.unfinished


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_garbage_behind_a_right_prefix_is_tampered(header: bytes, body: bytes) -> None:
    """A child that knows the nonce can write any header and body; the reader stays whole."""
    try:
        value = decode(frame(header, body))
    except TamperedFrame:
        value = None

    assert value is None or isinstance(value, (bool, int, float, str, list, dict, np.ndarray))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(sorted(frames.DTYPES)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["value", "arrays", "dtype", "shape", "__array__", "__float__", "__dict__"]), inner
        )
    ),
    max_leaves=15,
)


@given(json_values, json_values, st.binary(max_size=16))
def test_any_json_header_is_a_value_or_tampered(value: Any, arrays: Any, body: bytes) -> None:
    """Headers of the right vocabulary and the wrong structure raise nothing else."""
    try:
        done = bool(decode(frame({"value": value, "arrays": arrays}, body)) is not None or True)
    except TamperedFrame as error:
        done = bool(str(error))

    assert done


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(lie("float32", [10**30]), id="more elements than atoms"),
        pytest.param(lie("float32", [1e30]), id="a float as a dimension"),
        pytest.param(lie("float32", [0, 10**30], b""), id="no elements, and an index too large for NumPy"),
        pytest.param(lie("float64", [2]), id="twice the bytes there are"),
        pytest.param(lie("float32", [1]), id="half the bytes there are"),
        pytest.param(lie("float32", [-2]), id="a negative dimension"),
        pytest.param(lie("float32", [-1, -2]), id="a positive product of negative dimensions"),
        pytest.param(lie("float32", [True, 2]), id="a truth value as a dimension"),
        pytest.param(lie("float32", [1] * 9 + [2]), id="too many dimensions"),
        pytest.param(lie("float32", "12"), id="a string as a shape"),
        pytest.param(lie("float32", {}), id="a dict as a shape"),
        pytest.param(lie("object", [1]), id="an array of objects, which is how pickles come in"),
        pytest.param(lie("O", [1]), id="the same by its letter"),
        pytest.param(lie(">f4", [2]), id="foreign byte order"),
        pytest.param(lie(["float32"], [2]), id="a list as a dtype"),
        pytest.param(frame({"value": {"__array__": -1}, "arrays": [{"dtype": "int8", "shape": [0]}]}), id="index -1"),
        pytest.param(frame({"value": {"__array__": 7}, "arrays": []}), id="an array that is not there"),
        pytest.param(frame({"value": {"__float__": 10**400}, "arrays": []}), id="an integer too large for a float"),
        pytest.param(frame({"value": {"__float__": "many"}, "arrays": []}), id="a word as a float"),
        pytest.param(frame(b'{"value": NaN, "arrays": []}'), id="a bare NaN"),
        pytest.param(frame(b'{"value": 1' + b"0" * 5000 + b', "arrays": []}'), id="an integer of 5,000 digits"),
        pytest.param(frame(b'{"value": ' + b"[" * 1_000_000), id="a million brackets"),
        pytest.param(frame(b'{"value": ' + b"[" * 200 + b"]" * 200 + b', "arrays": []}'), id="200 lists deep"),
        pytest.param(frame(b'{"value": "\xff", "arrays": []}'), id="no UTF-8"),
        pytest.param(frame([1, 2]), id="a list as a header"),
        pytest.param(frame({"value": 1, "arrays": [{"dtype": "int8", "shape": [0]}] * 5000}), id="5,000 arrays"),
        pytest.param(frame({"value": 1, "arrays": []}, b"rest"), id="bytes behind the last array"),
        pytest.param(frame({"value": 1, "arrays": []}) * 2, id="two frames where one is due"),
        pytest.param(frame({"value": {"__dict__": [[1, 2]]}, "arrays": []}), id="a dict with a key that is no text"),
        pytest.param(lie("bool", [1], b"\x02"), id="a truth value of two"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_lying_frame_is_tampered(sent: bytes) -> None:
    """Each lie is found before anything is allocated for it."""
    with pytest.raises(TamperedFrame) as caught:
        decode(sent)

    assert len(str(caught.value)) < 200


def test_wrong_nonce_is_tampered() -> None:
    """Bytes that do not know the nonce were not written by the harness's code."""
    with pytest.raises(TamperedFrame, match="did not write"):
        FrameReader(NONCE).feed(encode("full marks", b"x" * 16))


def test_header_over_the_cap_is_refused_before_it_arrives() -> None:
    """The length alone is enough, so that nobody waits for gigabytes or holds them."""
    sent = frames.PREFIX.pack(frames.MAGIC, NONCE, frames.MAX_HEADER_BYTES + 1, 0)

    with pytest.raises(TamperedFrame, match="over the limit"):
        FrameReader(NONCE).feed(sent)


def test_body_over_the_readers_own_cap_is_refused() -> None:
    """A reader may allow less than the wire does."""
    sent = encode(np.zeros(100, np.uint8), NONCE)

    with pytest.raises(TamperedFrame, match="over the limit"):
        FrameReader(NONCE, max_body_bytes=99).feed(sent)
    assert len(FrameReader(NONCE, max_body_bytes=100).feed(sent)) == 1


def test_largest_lengths_do_not_overflow() -> None:
    """The prefix can say 2^64 - 1 bytes; that is a lie and no crash."""
    sent = struct.pack(">4s16sIQ", frames.MAGIC, NONCE, 2**32 - 1, 2**64 - 1)

    with pytest.raises(TamperedFrame, match="over the limit"):
        FrameReader(NONCE).feed(sent)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (object(), "object"),
        ({1, 2}, "set"),
        (b"bytes", "bytes"),
        (1j, "complex"),
        (np.array(["text"]), "<U4"),
        (np.array([None]), "object"),
        ([{"deep": [lambda: 1]}], "function"),
    ],
)
def test_what_is_not_plain_cannot_be_sent(value: Any, named: str) -> None:
    """The author of a probe learns which type it was."""
    with pytest.raises(TypeError, match="cannot leave the sandbox") as caught:
        encode(value)

    assert named in str(caught.value)


def test_numpy_scalars_arrive_as_plain_numbers() -> None:
    """Probes need not convert each figure by hand."""
    back = decode(encode([np.float32(0.5), np.int64(3), np.bool_(True), np.float64("nan"), np.float64("-inf")]))

    assert [type(item) for item in back] == [float, int, bool, float, float]
    assert back[:3] == [0.5, 3, True]
    assert np.isnan(back[3])
    assert back[4] == -np.inf


def test_value_that_a_reader_would_refuse_is_not_sent() -> None:
    """A list within itself ends in an error of the probe, not in a forged-looking frame."""
    endless: list[Any] = []
    endless.append(endless)

    with pytest.raises(ValueError, match="nested"):
        encode(endless)


def test_received_arrays_cannot_be_written() -> None:
    """One test cannot change what the next one sees."""
    back = decode(encode(np.zeros(3)))

    assert not back.flags.writeable


ARRAY = {"dtype": "uint8", "shape": [1]}


@pytest.mark.parametrize(
    ("value", "count", "reason"),
    [
        ([{"__array__": 0}] * 2, 1, "named out of turn"),
        ([{"__array__": 1}, {"__array__": 0}], 2, "named out of turn"),
        ([{"__array__": 0}], 2, "does not name"),
        ({"__array__": True}, 1, "named out of turn"),
        ({"__float__": "1_000"}, 0, "a number in words"),
        ({"__float__": [1]}, 0, "a number in words"),
    ],
)
def test_value_names_each_array_once_in_their_order(value: Any, count: int, reason: str) -> None:
    """A value that named one array a thousand times used to need a thousand times the space in storage."""
    with pytest.raises(TamperedFrame, match=reason):
        decode(frame({"value": value, "arrays": [ARRAY] * count}, bytes(count)))


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (b'{"value": {"returned": 1, "returned": 2}, "arrays": []}', "stands twice"),
        (b'{"value": 1, "value": 2, "arrays": []}', "stands twice"),
        (b'{"value": 1, "arrays": [], "more": 1}', "other parts"),
        (b'[1, "arrays"]', "other parts"),
    ],
)
def test_header_is_one_that_the_harness_writes(header: bytes, reason: str) -> None:
    """Readers differ in which of two equal keys they believe."""
    with pytest.raises(TamperedFrame, match=reason):
        decode(frame(header))


@pytest.mark.parametrize("shape", [[0, 1 << 40], [1 << 30, 0, 8], [0, (1 << 63) - 1]])
def test_array_without_numbers_has_no_huge_dimensions(shape: list[int]) -> None:
    """A mean over no rows would have as many numbers as the other dimensions say, in the grader's memory."""
    header = json.dumps({"value": {"\0array": 0}, "arrays": [{"dtype": "float32", "shape": shape}]}).encode()

    with pytest.raises(TamperedFrame, match="without numbers"):
        frames._value(header, b"")
