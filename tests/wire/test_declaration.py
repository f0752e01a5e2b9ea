"""Declared results come through the wire unchanged, and any other value raises one error."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from typing_extensions import TypeAliasType

from autograder.wire.declaration import (
    AnyFloat,
    Count,
    Fraction,
    Meta,
    Misfit,
    Name,
    Observed,
    Shape,
    array,
    declarations,
    fit,
    fit_kept,
)
from autograder.wire.frames import decode, encode
from tests.wire.test_frames import assert_same, plain_values

MOST = 6


class Layer(Observed):
    """A part, which has no probe."""

    name: Name
    shape: Shape = []  # noqa: RUF012
    kind: Literal["linear", "conv"] = "linear"


class Network(Observed, probe="network"):
    """One field of each kind that can be declared."""

    logits: Annotated[npt.NDArray[np.float32], array("N", 2, most=20)]
    image: Annotated[npt.NDArray[np.uint8 | np.int64], array(3, 4)]
    anything: Annotated[npt.NDArray[Any], array(..., most=MOST)]
    losses: Annotated[list[AnyFloat], Meta(max_length=MOST)]
    accuracy: Fraction
    steps: Count
    layers: Annotated[list[Layer], Meta(max_length=MOST)]
    best: Layer | None = None
    recalls: Annotated[dict[Name, float], Meta(max_length=MOST)] = {}  # noqa: RUF012
    batch: tuple[int, bool] = (1, True)
    note: Annotated[str, Meta(max_length=MOST)] = ""


dtypes = st.sampled_from(["float32", "int64", "bool", "uint8"]).map(np.dtype)
layers = st.builds(
    Layer,
    name=st.text(max_size=20),
    shape=st.lists(st.integers(0, 9), max_size=4),
    kind=st.sampled_from(["linear", "conv"]),
)
finite = st.floats(allow_nan=False, allow_infinity=False)
networks = st.builds(
    Network,
    logits=arrays_of.arrays(np.float32, st.tuples(st.integers(0, 10), st.just(2))),
    image=arrays_of.arrays(st.sampled_from(["uint8", "int64"]).map(np.dtype), (3, 4)),
    anything=arrays_of.arrays(dtypes, arrays_of.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=2)),
    losses=st.lists(st.floats(), max_size=MOST),
    accuracy=st.floats(0, 1),
    steps=st.integers(0, 2**63 - 1),
    layers=st.lists(layers, max_size=MOST),
    best=st.none() | layers,
    recalls=st.dictionaries(st.text(max_size=20), finite, max_size=MOST),
    batch=st.tuples(st.integers(-(2**63) + 1, 2**63 - 1), st.booleans()),
    note=st.text(max_size=MOST),
)
RIGHT: dict[str, Any] = {
    "logits": np.zeros((1, 2), np.float32),
    "image": np.zeros((3, 4), np.uint8),
    "anything": np.zeros(()),
    "losses": [],
    "accuracy": 0.5,
    "steps": 1,
    "layers": [],
}


@given(networks)
def test_declared_value_survives_the_wire(network: Network) -> None:
    """A struct is encoded as a dict, and fitting gives the struct back, field by field."""
    back = fit(decode(encode(network)), Network)

    assert isinstance(back, Network)
    assert type(back.batch) is tuple
    assert_same(decode(encode(back)), decode(encode(network)))


@given(networks, st.data())
def test_mutated_value_fits_or_is_a_misfit(network: Network, data: st.DataObject) -> None:
    """Whatever stands in a place of the value, fitting never raises anything else, and what fits is declared."""
    value = decode(encode(network))
    for _ in range(data.draw(st.integers(1, 3))):
        mutate(value, data)
    try:
        fitted = fit(value, Network)
    except Misfit as problem:
        assert str(problem)
        return

    assert isinstance(fitted, Network)
    assert len(fitted.losses) <= MOST
    assert all(isinstance(layer, Layer) for layer in fitted.layers)


def mutate(value: Any, data: st.DataObject) -> None:
    """Put something else, or something more, into one place of a value."""
    while True:
        places = list(value) if isinstance(value, dict) else list(range(len(value)))
        place = data.draw(st.sampled_from([*places, "another"]))
        inner = value[place] if place in places else None
        if isinstance(inner, (dict, list)) and inner and data.draw(st.booleans()):
            value = inner
            continue
        if isinstance(value, dict) or place in places:
            value[place] = data.draw(plain_values)
        else:
            value.extend(value * MOST)
        return


@given(plain_values)
def test_foreign_value_is_a_misfit(value: Any) -> None:
    """Plain data of any other form is refused with the one error."""
    with pytest.raises(Misfit):
        fit(value, Network)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("logits", np.zeros((1, 3), np.float32), r"logits has the shape \(1, 3\) where \(N, 2\) is declared"),
        ("logits", np.zeros((1, 2)), "logits is an array of float64"),
        ("logits", np.zeros((11, 2), np.float32), "logits holds 22 numbers, and 20 are allowed"),
        ("logits", [1.0], "logits is not an array"),
        ("image", np.zeros((4, 3), np.uint8), "image has the shape"),
        ("losses", [1.0] * 7, "losses has length 7; at most 6 is allowed"),
        ("losses", [1.0, "x"], r"losses\[1\] is not a number"),
        ("losses", [10**400], r"losses\[0\] has more than 64 bits"),
        ("accuracy", 1.5, "accuracy is not at most 1"),
        ("accuracy", float("nan"), "accuracy is not finite"),
        ("accuracy", True, "accuracy is not a number"),
        ("steps", -1, "steps is not at least 0"),
        ("layers", [{"name": "a"}, {"name": 3}], r"layers\[1\]\.name is not a text"),
        ("layers", [{"name": "a", "more": 1}], r"layers\[0\] has other fields"),
        ("layers", [{"name": "a", "kind": "rnn"}], r"layers\[0\]\.kind is none of linear, conv"),
        ("best", 3, "best does not fit its declaration"),
        ("recalls", {"a": float("inf")}, r"recalls\[…\] is not finite"),
        ("recalls", {"a" * 201: 1.0}, "a key of recalls has length 201"),
        ("batch", [1], "batch is not a list of 2"),
        ("note", "1234567", "note has length 7"),
        ("another", 1, "the answer has other fields"),
    ],
)
def test_misfit_names_place_and_rule(field: str, value: Any, said: str) -> None:
    """The error says which part, and what is allowed there."""
    with pytest.raises(Misfit, match=said):
        fit({**RIGHT, field: value}, Network)


def test_missing_field_is_a_misfit_unless_it_has_a_default() -> None:
    """Fields without a default have to be there."""
    assert fit(RIGHT, Network).best is None
    with pytest.raises(Misfit, match="the answer has other fields"):
        fit({name: value for name, value in RIGHT.items() if name != "steps"}, Network)


def test_probe_may_build_structs_of_what_numpy_gives() -> None:
    """NumPy's scalars and tuples are taken where numbers and lists are declared."""
    built = Network(**{**RIGHT, "accuracy": np.float32(0.5), "steps": np.int64(3), "losses": (np.float64(1),)})
    fitted = fit(built, Network)

    assert (type(fitted.accuracy), type(fitted.steps), type(fitted.losses)) == (float, int, list)


def test_kept_fields_make_the_struct_if_all_needed_are_there() -> None:
    """Values kept before the budget ended form the whole struct, or nothing."""
    assert fit_kept({"losses": [1.0]}, Network) is None
    assert fit_kept(RIGHT, Network) == fit(RIGHT, Network)
    with pytest.raises(Misfit):
        fit_kept({**RIGHT, "losses": "x"}, Network)


def _text() -> type[Observed]:
    class Unbounded(Observed):
        value: str

    return Unbounded


def _list() -> type[Observed]:
    class Unbounded(Observed):
        value: Annotated[list[str], Meta(max_length=3)]

    return Unbounded


def _dict() -> type[Observed]:
    class Unbounded(Observed):
        value: dict[Name, int]

    return Unbounded


def _array() -> type[Observed]:
    class Unbounded(Observed):
        value: npt.NDArray[np.float32]

    return Unbounded


def _free_dimension() -> type[Observed]:
    class Unbounded(Observed):
        value: Annotated[npt.NDArray[np.float32], array("N")]

    return Unbounded


def _unknown_type() -> type[Observed]:
    class Unbounded(Observed):
        value: set[int]

    return Unbounded


def _unchecked() -> type[Observed]:
    class Unbounded(Observed):
        value: Annotated[str, Meta(max_length=3, pattern="a")]

    return Unbounded


@pytest.mark.parametrize(
    ("declare", "said"),
    [
        (_text, r"Unbounded\.value: a str needs a bound"),
        (_list, r"Unbounded\.value\[…\]: a str needs a bound"),
        (_dict, r"Unbounded\.value: a dict needs a bound"),
        (_array, r"Unbounded\.value: an array needs its dimensions"),
        (_free_dimension, "an array with a free dimension needs a bound"),
        (_unknown_type, "cannot be declared"),
        (_unchecked, "pattern is not checked"),
    ],
)
def test_declaration_without_a_bound_is_refused(declare: Callable[[], type[Observed]], said: str) -> None:
    """A declaration without a bound is refused; the error says where, and what to write."""
    with pytest.raises(TypeError, match=said):
        declare()


def test_declarations_are_found_by_their_probes() -> None:
    """Parts are no probe's, and a module may import declarations."""
    assert declarations(globals()) == {"network": Network}


Scalar = TypeVar("Scalar", bound=np.generic)
# As Python 3.12 and NumPy 2.5 define NDArray; here it is one on every Python.
Alias = TypeAliasType("Alias", np.ndarray[Any, np.dtype[Scalar]], type_params=(Scalar,))


class Aliased(Observed):
    """An array whose type has a name of its own."""

    logits: Annotated[Alias[np.float32], array("N", most=MOST)]


def test_array_by_an_alias_is_an_array() -> None:
    """Its dtype is checked as that of any other."""
    numbers = np.ones(2, np.float32)

    assert_same(fit({"logits": numbers}, Aliased).logits, numbers)
    with pytest.raises(Misfit, match="array of int64"):
        fit({"logits": np.ones(2, np.int64)}, Aliased)
