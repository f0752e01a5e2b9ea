"""A question crosses from the staff's page to a student's machine as one word."""

import base64
import zlib
from typing import Any

import numpy as np
import pytest

from autograder.wire.frames import encode
from autograder.wire.question_code import UnreadableCode, code_of, question_in

ARRAY = np.arange(6, dtype=np.float32).reshape(2, 3)


def test_question_comes_back_from_a_code_that_a_terminal_broke_into_lines() -> None:
    """Numbers stay exact, and arrays keep shape and dtype."""
    code = code_of("trained", {"rows": [[0.1, -2.5]], "x": ARRAY, "name": "Ü"})
    probe, arguments = question_in(f"{code[:20]}\n    {code[20:]}\n")

    assert (probe, arguments["rows"], arguments["name"]) == ("trained", [[0.1, -2.5]], "Ü")
    assert arguments["x"].dtype == ARRAY.dtype
    assert np.array_equal(arguments["x"], ARRAY)


@pytest.mark.parametrize("code", ["", "abc", code_of("trained", {"rows": [1]})[:-6], "eJwDAAAAAAE=", "Ü"])
def test_damaged_code_is_refused(code: str) -> None:
    """The sentence says what to do."""
    with pytest.raises(UnreadableCode, match="copy all of it"):
        question_in(code)


@pytest.mark.parametrize("value", [5, None, "ab", ["trained"], ["trained", [1]], [1, {}], {"trained": {}, "x": {}}])
def test_code_of_something_else_is_refused(value: Any) -> None:
    """Whatever it decodes to."""
    with pytest.raises(UnreadableCode, match="copy all of it"):
        question_in(base64.urlsafe_b64encode(zlib.compress(encode(value))).decode("ascii"))


@pytest.mark.parametrize("name", ["self", "probe", "deferred"])
def test_argument_with_the_name_of_a_parameter_of_the_asker_is_refused(name: str) -> None:
    """It would end in a traceback."""
    with pytest.raises(UnreadableCode, match="copy all of it"):
        question_in(code_of("trained", {name: 1}))
