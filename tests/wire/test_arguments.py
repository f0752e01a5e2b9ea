"""Arrays and bytes travel as a probe's arguments, and come out as they went in."""

import json
from typing import Any

import numpy as np
import pytest

from autograder.wire.arguments import MOST_BYTES, packed, unpacked


def test_arguments_come_out_as_they_went_in() -> None:
    """At any depth, through JSON; arrays keep dtype and shape, and can be written to."""
    arguments = {
        "rows": np.arange(6, dtype=np.int16).reshape(2, 3),
        "raw": b"\x00\xff",
        "deep": [{"x": np.array(1.5), "none": None}, "text"],
        "empty": np.zeros((0, 4), bool),
    }
    seen = unpacked(json.loads(json.dumps(packed(arguments))))
    seen["rows"][0, 0] = 7

    assert seen["rows"].tolist() == [[7, 1, 2], [3, 4, 5]]
    assert (seen["rows"].dtype, seen["empty"].shape, seen["empty"].dtype) == (np.int16, (0, 4), np.bool_)
    assert (seen["raw"], seen["deep"][0]["x"].item(), seen["deep"][1]) == (b"\x00\xff", 1.5, "text")


def test_plain_arguments_stay_plain() -> None:
    """So that stored observations keep their names."""
    assert packed({"x": [1, 2.5, {"a": None}], "n": np.int64(3)}) == {"x": [1, 2.5, {"a": None}], "n": 3}


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (np.array(["a"]), TypeError, "'x' holds an array of <U1"),
        ({"__array__": 1}, TypeError, "rename it"),
        (np.zeros(MOST_BYTES + 1, np.uint8), ValueError, "send them as a deferred input"),
        ([bytes(MOST_BYTES), b"1"], ValueError, "393,217 bytes"),
    ],
)
def test_what_cannot_travel_is_refused(value: Any, error: type[Exception], words: str) -> None:
    """The author reads which argument it is, and what to do."""
    with pytest.raises(error, match=words):
        packed({"x": value})
