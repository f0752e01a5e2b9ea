"""Fresh questions: others for each submission, the same at each of its gradings, and none of the handout's."""

import numpy as np
import pytest

from autograder.checks.draw import Draw, drawn

DIGESTS = [f"{number:064x}" for number in range(200)]


def numbers(draw: Draw) -> list[int]:
    """Return enough of a source to tell it from others."""
    return [draw.whole(0, 1 << 30) for _ in range(4)]


def test_same_submission_gets_same_question() -> None:
    """Repeated gradings of an upload agree, even after other draws."""
    assert numbers(drawn("secret", "a", "line")) == numbers(drawn("secret", "a", "line"))
    assert numbers(drawn("secret", "a", "line", 12)) == numbers(drawn("secret", "a", "line", 12))


def test_numbers_are_the_same_on_every_machine() -> None:
    """A bundle finds the reference's answers, though other versions of packages run there."""
    draw = Draw("pool", "secret", "line", 3)

    assert (draw.whole(0, 999), draw.number(-1, 1), draw.order("abcde")) == (683, -0.4573, list("adbec"))


@pytest.mark.parametrize("other", [("other", "a", "line"), ("secret", "b", "line"), ("secret", "a", "points")])
def test_secret_submission_and_name_make_the_question(other: tuple[str, str, str]) -> None:
    """Whoever lacks one of them cannot draw it."""
    assert numbers(drawn("secret", "a", "line")) != numbers(drawn(*other))


def test_submissions_share_the_questions_of_a_pool_evenly() -> None:
    """There are as many as the pool says, each for about as many submissions."""
    asked = [tuple(numbers(drawn("secret", digest, "line", 4))) for digest in DIGESTS]
    counts = [asked.count(one) for one in set(asked)]

    assert len(counts) == 4
    assert min(counts) > len(DIGESTS) / 4 * 0.6


def test_handout_asks_nothing_that_the_grader_asks() -> None:
    """Without a secret everybody gets one question, which is in no pool."""
    home = numbers(drawn("", "a", "line", 4))
    pool = [numbers(drawn("secret", "a", "line", 4, challenge)) for challenge in range(4)]

    assert home == numbers(drawn("", "b", "line"))
    assert home not in pool
    assert home != numbers(drawn("secret", "a", "line"))


def test_drawn_values_keep_their_bounds() -> None:
    """Both bounds of whole numbers occur, and an order loses nothing."""
    draw = Draw("bounds")

    assert {draw.whole(3, 5) for _ in range(100)} == {3, 4, 5}
    assert all(-2 <= draw.number(-2, 2) <= 2 for _ in range(100))
    assert {draw.one_of("ab") for _ in range(50)} == {"a", "b"}
    assert sorted(draw.order([3, 1, 2])) == [1, 2, 3]
    assert draw.array((2, 3), -1, 1).shape == (2, 3)
    assert np.abs(draw.array((50,), -1, 1)).max() <= 1
