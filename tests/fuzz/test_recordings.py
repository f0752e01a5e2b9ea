"""Recorded gradings can be sent again, and a forger who gained something would be noticed."""

import json

import numpy as np
import pytest

from autograder.wire.frames import NO_NONCE
from tests.fuzz.forgeries import Sent
from tests.fuzz.of_recordings import grade, holds, stage


def test_what_was_recorded_is_judged_as_it_was() -> None:
    """The poor submission loses two tests; sent again frame by frame, it earns exactly the same."""
    poor = stage().poor
    again = grade({key: Sent(told.messages) for key, told in poor.children.items()})

    assert poor.report.lost == again.lost == ("3.1", "4.1")
    assert [one.score for one in again.outcomes] == [one.score for one in poor.report.outcomes]


def test_right_answers_would_be_noticed() -> None:
    """They need the question, which no forgery reads: here the line is fitted to the points of the question."""
    cases = {}
    for key, told in stage().poor.children.items():
        if told.function == "training":
            slope, intercept = np.polyfit(*np.array(json.loads(key)[1]["rows"]).T, 1)
            value = {**told.value, "slope": float(slope), "intercept": float(intercept)}
            cases[key] = Sent([{"returned": value}])

    assert len(cases) == 2
    with pytest.raises(AssertionError, match=r"3\.1"):
        holds(cases)


def test_frames_that_are_cut_earn_no_more() -> None:
    """At places all over the frames of each child, the last byte among them."""
    for key, told in stage().poor.children.items():
        whole = len(Sent(told.messages).frames(NO_NONCE))
        for place in (*range(0, whole, whole // 12), whole - 1):
            holds({key: Sent(told.messages, cut=place)})
