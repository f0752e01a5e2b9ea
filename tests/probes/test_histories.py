"""Training histories are read in the forms in which people return them."""

from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import count
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from autograder.probes.histories import MOST_NUMBERS, numbers, read_history

NAMED = {"loss": [2.5, 1.5], "acc": [0.25, 0.75]}
LISTS = [[2.5, 1.5], [0.25, 0.75], [1.0, 2.0]]
ROWS = [[2.5, 0.25, 1.0], [1.5, 0.75, 2.0]]
EPOCHS = [{"loss": 2.5, "acc": 0.25}, {"loss": 1.5, "acc": 0.75}]
NET = nn.Linear(1, 1)


class Named(NamedTuple):
    """A history, or an epoch of one."""

    loss: Any
    acc: Any


@dataclass
class Noted:
    """The same."""

    loss: Any
    acc: Any


LEAVES = st.none() | st.booleans() | st.floats() | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=20
)


@pytest.mark.parametrize(
    "returned",
    [
        NAMED,
        defaultdict(list, NAMED),
        EPOCHS,
        (NET, NAMED),
        (EPOCHS, 0.75),
        ([0.75, 2], NAMED, LISTS),
        {"history": NAMED, "best": 0.75},
        pd.DataFrame(NAMED),
        Named(**NAMED),
        Noted(**NAMED),
        SimpleNamespace(**NAMED),
        [Named(**epoch) for epoch in EPOCHS],
        [Noted(**epoch) for epoch in EPOCHS],
        (NET, Noted(**NAMED)),
        {name: torch.tensor(values) for name, values in NAMED.items()},
        {name: [torch.tensor(value, requires_grad=True) for value in values] for name, values in NAMED.items()},
        {name: np.array(values, np.float32) for name, values in NAMED.items()},
        {name: [[value] for value in values] for name, values in NAMED.items()},
        {name: [f"{value:.4f}" for value in values] for name, values in NAMED.items()},
        {"loss": deque(NAMED["loss"]), "acc": pd.Series(NAMED["acc"]), "note": "fine", "stopped": [False, True]},
    ],
)
def test_named_curves_are_read_in_many_forms(returned: Any) -> None:
    """Every form gives the same two curves."""
    assert read_history(returned) == {"named": NAMED, "unnamed": []}


@pytest.mark.parametrize(
    ("returned", "unnamed"),
    [
        (LISTS, LISTS),
        (tuple(LISTS), LISTS),
        ((NET, *LISTS), LISTS),
        ((*LISTS, 0.75), LISTS),
        ((*LISTS, torch.eye(3)), LISTS),
        ([LISTS, 0.75], LISTS),
        ((ROWS, [0.75, 2]), ROWS),
        (np.array(ROWS), ROWS),
        (torch.tensor(ROWS), ROWS),
    ],
)
def test_curves_without_names_keep_their_order(returned: Any, unnamed: list[list[float]]) -> None:
    """Lists side by side win over a matrix beside them, and rows over a short list beside them."""
    assert read_history(returned) == {"named": {}, "unnamed": unnamed}


@pytest.mark.parametrize(
    "returned",
    [
        None,
        0.5,
        "0.5",
        NET,
        torch.optim.SGD(NET.parameters()),
        Noted,
        [],
        {},
        (),
        [0.5, 0.25],
        {"loss": "falls"},
        [[[[[[[[1.0]]]]]]]],
    ],
)
def test_value_without_curves_gives_none(returned: Any) -> None:
    """A single number or a list of numbers is not a history."""
    assert read_history(returned) == {"named": {}, "unnamed": []}


def test_epochs_may_lack_numbers() -> None:
    """A curve has the numbers of the epochs that noted one."""
    assert read_history([{"loss": 2.5}, {"loss": 1.5, "acc": 0.75}])["named"] == {"loss": [2.5, 1.5], "acc": [0.75]}


def test_endless_curve_is_cut() -> None:
    """A generator must not keep the probe busy."""
    assert len(read_history({"loss": count()})["named"]["loss"]) == MOST_NUMBERS


def test_history_that_contains_itself_is_given_up() -> None:
    """The search ends after a few levels."""
    endless: list[Any] = []
    endless.append(endless)

    assert read_history(endless) == {"named": {}, "unnamed": []}


@pytest.mark.parametrize("values", ["12", b"12", {"1": 2}, [1, None], [1, True], [1, [2, 3]], 5, [10**400]])
def test_values_that_are_not_numbers_are_no_curve(values: Any) -> None:
    """Text, flags, missing values and lists of lists are not numbers."""
    assert numbers(values) == []


@given(VALUES)
def test_any_value_can_be_read(returned: Any) -> None:
    """Whatever a loop returns, the result is floats in lists, with names or without."""
    seen = read_history(returned)

    assert not (seen["named"] and seen["unnamed"])
    assert all(isinstance(one, float) for curve in (*seen["named"].values(), *seen["unnamed"]) for one in curve)
