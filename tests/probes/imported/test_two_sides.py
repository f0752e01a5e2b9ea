"""Only data cross from the submission's process to the test's, and things that are compared with nothing."""

import contextlib
import os
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from autograder.probes.imported.crossing import CannotCross
from autograder.probes.imported.far_modules import FarModules
from autograder.probes.imported.far_side import FarSide
from autograder.probes.imported.near_side import NearSide
from autograder.probes.imported.pipe import Gone, Pipe
from autograder.wire.frames import encode

SUBMISSION = """
import numpy as np, torch

class Value:
    def __init__(self, data): self.data = data
    def __add__(self, other): return Value(self.data + getattr(other, "data", other))
    __radd__ = __add__
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    def __len__(self): return 3
    def __iter__(self): return iter([1, 2, 3])

OPERANDS = []

class Zero:
    def __sub__(self, other):
        OPERANDS.append(other)
        return self
    __rsub__ = __sub__
    def __abs__(self): return self
    def abs(self): return self
    def max(self): return 0.0
    sqrt = conjugate = max
    def parts(self): return [Own(), Own()]
    def __iter__(self): return iter([0.0])

def operands(): return OPERANDS
class Own(KeyError): pass
class Text(str):
    def __eq__(self, other): return True
    __hash__ = str.__hash__

def same(x): return x
def call(f, *given): return f(*given)
def raise_own(): raise Own("gone")
def text(): return Text("wrong")
def say(): print("said")
def fill(x): x[:] = 1
"""


@pytest.fixture
def submitted() -> Iterator[Any]:
    """The submission as a test sees it; its other half answers from a thread."""
    module = types.ModuleType("a_submission")
    exec(SUBMISSION, module.__dict__)
    sys.modules["a_submission"] = module
    ours, theirs = os.pipe(), os.pipe()
    far = FarSide(Pipe(ours[0], theirs[1]))

    def serve() -> None:
        with contextlib.suppress(Gone):
            far.serve()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    side = NearSide(Pipe(theirs[0], ours[1]))
    yield side.ask("import", name="a_submission")
    os.close(ours[1])
    thread.join()
    for descriptor in (ours[0], *theirs):
        os.close(descriptor)
    del sys.modules["a_submission"]


@pytest.mark.parametrize(
    "value",
    [
        None, True, 7, -2**70, 0.5, "text", b"bytes", 1 + 2j, [1, [2]], (1, 2), {1, 2}, frozenset({3}),
        {1: "a", (2, 3): [4]}, slice(1, None), range(3), ..., torch.float32, torch.device("cpu"), np.dtype("int8"),
        np.float64, int,
        torch.Size([2, 3]), float("inf"),
    ],
    ids=repr,
)  # fmt: skip
def test_data_keep_value_and_type(submitted: Any, value: Any) -> None:
    """There and back, nothing changes."""
    seen = submitted.same(value)

    assert seen == value
    assert type(seen) is type(value)


def test_arrays_and_tensors_cross_as_copies(submitted: Any) -> None:
    """They keep dtype and shape; what the submission does to its copy stays there."""
    for value in (np.zeros((2, 3), np.float32), np.array(["a", "bc"]), np.int16(3), np.zeros((0, 2)), np.array(1.5)):
        seen = submitted.same(value)
        assert (seen.dtype, seen.shape, type(seen)) == (value.dtype, value.shape, type(value))
        assert np.array_equal(seen, value)
    learned = submitted.same(torch.ones(2, requires_grad=True))
    x = np.zeros(2)
    submitted.fill(x)

    assert learned.requires_grad
    assert x.tolist() == [0, 0]


def test_objects_are_compared_with_nothing(submitted: Any) -> None:
    """`==` asks for identity; a difference stays a thing, which has no order and no absolute number."""
    value = submitted.Value(2)

    assert value != 2
    assert submitted.text() != "right"
    assert value == value
    assert not isinstance(value - 2, float)
    for compared in (lambda: value - 2 < 1, lambda: round(abs(value - 2), 7), lambda: float(value)):
        with pytest.raises(TypeError):
            compared()
    with pytest.raises(AssertionError):
        np.testing.assert_allclose(np.zeros(2), value)


EXPECTED = np.array([1.5, 2.5])


@pytest.mark.parametrize(
    "compared",
    [
        lambda answer: np.linalg.norm(answer - EXPECTED),
        lambda answer: np.linalg.norm(EXPECTED - answer),
        lambda answer: np.abs(answer - EXPECTED).max(),
        lambda answer: np.max(np.abs(EXPECTED - answer) / (np.abs(EXPECTED) + np.abs(answer))),
        lambda answer: (answer - torch.from_numpy(EXPECTED)).abs().max(),
        lambda answer: (torch.from_numpy(EXPECTED) - answer).abs().max(),
        lambda answer: answer - EXPECTED[0],
        lambda answer: np.abs(answer - 2.5),
        lambda answer: np.max((answer - 2.5).abs()),
        lambda answer: np.max([abs(one - 2.5) for one in (answer, answer)]),
        lambda answer: np.linalg.norm(np.asarray(answer.parts()) - EXPECTED),
    ],
)
def test_no_object_is_an_answer_in_numbers(submitted: Any, compared: Any) -> None:
    """Whatever a difference is turned into, it is no number, and no array of the test's is handed over for it."""
    with pytest.raises(TypeError):
        compared(submitted.Zero())

    assert submitted.operands() <= [2.5, 2.5]


def test_objects_do_what_they_can(submitted: Any) -> None:
    """Attributes, operators, length, iteration, classes and identity."""
    value = submitted.Value(2)
    value.note = [1]

    assert (1 + (value + submitted.Value(3))).data == 6
    assert (value.note, len(value), list(value)) == ([1], 3, [1, 2, 3])
    assert isinstance(value, submitted.Value)
    assert not isinstance(3, submitted.Value)
    assert submitted.same(value) is value
    assert not hasattr(value, "__array_interface__")
    assert np.asarray(value).tolist() == [1, 2, 3]


def test_exceptions_are_those_of_the_submission(submitted: Any) -> None:
    """The submission's own class becomes the built-in one that it is derived from."""
    with pytest.raises(KeyError, match="Own: 'gone'"):
        submitted.raise_own()
    with pytest.raises(AttributeError):
        _ = submitted.missing


def test_functions_of_the_test_are_called_back(submitted: Any) -> None:
    """They run in the test's process; libraries' functions are known on both sides."""
    offset = 10

    assert submitted.call(lambda x: x + offset, 5) == 15
    assert submitted.call(np.exp, 0.0) == 1
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        submitted.call(lambda: 1 / 0)


def test_printed_text_arrives_with_the_answer(submitted: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A test that captures output captures the submission's."""
    submitted.say()

    assert capsys.readouterr().out == "said\n"


@pytest.mark.parametrize(
    ("value", "kind"),
    [(torch.nn.Linear(1, 1), "a Linear"), (np.array([object()]), "a ndarray"), (object(), "a object")],
)
def test_objects_of_the_test_do_not_cross(submitted: Any, value: Any, kind: str) -> None:
    """The message names the kind, and the side remembers it."""
    with pytest.raises(CannotCross, match=f"{kind} of the test's own"):
        submitted.same(value)

    assert object.__getattribute__(submitted, "_side").crossings == [f"{kind} of the test's own"]


def test_libraries_of_the_reference_are_those_of_the_test(submitted: Any) -> None:
    """`submitted.np` is NumPy itself, so that the submission's is never asked what is close."""
    side = object.__getattribute__(submitted, "_side")
    finder = FarModules(side, {"a_submission": {"defines": ["same"], "imports": {"np": "numpy", "pi": "math:pi"}}})
    spec = finder.find_spec("a_submission")
    assert spec
    module = finder.create_module(spec)

    assert module.np is np
    assert module.same(3) == 3
    assert module.__all__ == ["same", "np", "pi"]
    assert finder.find_spec("numpy") is None


@pytest.mark.parametrize(
    "answer",
    [
        {}, {"value": {"plain": 1}}, {"value": {"plain": [1]}, "printed": ""}, {"value": {"thing": "0"}, "printed": ""},
        {"value": {"array": 3}, "printed": ""}, {"error": [], "message": "", "place": "", "printed": ""},
        {"value": {"type": "eval"}, "printed": ""}, {"value": {"library": "os:system"}, "printed": ""},
        {"value": {"torch": "load"}, "printed": ""}, {"callback": 5, "given": []},
        {"value": {"dict": [1]}, "printed": ""}, {"value": {"set": [{"list": []}]}, "printed": ""},
        {"value": {"dtype": "no such"}, "printed": ""}, [1],
    ],
    ids=str,
)  # fmt: skip
def test_malformed_answers_end_the_exchange(answer: Any) -> None:
    """A submission that writes to the pipe itself is no longer believed, in this test and whatever it says next."""
    ours, theirs = os.pipe(), os.pipe()
    side = NearSide(Pipe(theirs[0], ours[1]))
    os.write(theirs[1], encode(answer))
    os.close(theirs[1])
    for _ in range(2):
        with pytest.raises(Gone):
            side.ask("import", name="a_submission")

    assert side.gone
    for descriptor in (*ours, theirs[0]):
        os.close(descriptor)
