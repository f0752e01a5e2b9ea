"""Two answers stand beside each other, differences first, in words of bounded length."""

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grounds.compare import LONGEST_TEXT, compare, in_words, size_in_words
from autograder.wire.declaration import AnyFloat, Meta, Observed, array

plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=400),
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.text(max_size=5), inner, max_size=10),
    max_leaves=20,
)


class Part(Observed):
    """A part of an answer."""

    losses: Annotated[list[AnyFloat], Meta(max_length=100)]


class Seen(Observed):
    """An answer."""

    slope: float
    rows: Annotated[npt.NDArray[np.float32], array("N", 2, most=100)]
    parts: Annotated[list[Part], Meta(max_length=3)]


def seen(**changes: Any) -> Seen:
    """Return an answer with changes."""
    fields: dict[str, Any] = {"slope": 1.0, "rows": np.zeros((4, 2), np.float32), "parts": [Part(losses=[2.0, 1.0])]}
    return Seen(**{**fields, **changes})


def test_differences_come_first() -> None:
    """A nested field is named by its path; fields that agree follow."""
    rows = compare(seen(parts=[Part(losses=[2.0, 3.0])]), seen())

    assert [(row.path, row.differs) for row in rows] == [("parts[0].losses", True), ("slope", False), ("rows", False)]
    assert "1 of 2 differ, first at [1]: 3 and 1" in rows[0].submission


def test_rounding_is_no_difference() -> None:
    """Another machine that computes in another order gives the same answer."""
    rows = np.full((4, 2), 1e-7, np.float32)

    assert not any(row.differs for row in compare(seen(slope=1.0 + 1e-9, rows=rows), seen()))


def test_place_of_first_difference_in_an_array_is_named() -> None:
    """The reader sees dtype, shape, first values, digest, and where to look."""
    rows = np.zeros((4, 2), np.float32)
    rows[2, 1] = 5
    first = compare(seen(rows=rows), seen())[0]

    assert first.path == "rows"
    assert first.submission.startswith("float32 4×2: 0, 0, 0, 0, 0, 5, …; from 0 to 5; digest ")
    assert "1 of 8 differ, first at [2, 1]: 5 and 0" in first.submission


def test_answer_that_is_not_there_differs_from_nothing() -> None:
    """If the reference was not asked, the submission's fields stand alone."""
    rows = compare(seen(), None)

    assert [row.reference for row in rows] == ["", "", ""]
    assert not any(row.differs for row in rows)


@given(plain_data, plain_data)
def test_words_are_bounded(one: Any, other: Any) -> None:
    """Whatever a probe returns, no field's text is long, and nothing raises."""
    for row in compare({"a": one}, {"a": other}):
        assert len(row.submission) < 2 * LONGEST_TEXT + 200
        assert len(row.reference) < LONGEST_TEXT + 200


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.ones((2, 3), np.float32), "float32 2×3"),
        ([1, 2], "list of 2"),
        ({"secret": 1}, "dict of 1"),
        (3.5, "float"),
    ],
)
def test_size_says_nothing_of_the_values(value: Any, words: str) -> None:
    """Held-out inputs are known by their sizes alone."""
    assert size_in_words(value) == words


def test_numbers_that_are_not_finite_are_counted() -> None:
    """They do not hide the range of the others."""
    values = np.array([1, 2, np.nan, np.inf, 3, 4, 5], np.float32)

    assert "from 1 to 5; 2 not finite" in in_words(values)
