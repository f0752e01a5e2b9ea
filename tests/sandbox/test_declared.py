"""Both sides check a probe's declaration: the student is told, and a forger is found out."""

import inspect
from typing import Any

import pytest

from autograder.assignments.line_fit import observed
from autograder.assignments.line_fit.observed import Training
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.wire import built_in
from autograder.worker import child
from tests.sandbox.bench import Bench

MODULES = {"autograder.assignments.line_fit.observed": inspect.getsource(observed)}
# The probe has the name of the bench's, which the declaration takes over.
PROBE = """
from autograder.assignments.line_fit.observed import Training as Declared

class Training(Declared, probe="call"):
    pass

def call(submitted):
    losses = []
    submitted.keep(Training, losses=losses, slope=lambda: float(len(losses)){more})
    return Training(losses=submitted.get("answer")(losses), slope=1.0, intercept=0.0)
"""
WITH_ALL, WITHOUT_SLOPE = PROBE.format(more=", intercept=0.0"), PROBE.format(more="")
HOSTILE = """
import gc, os
def answer(losses):
    channel = next(o for o in gc.get_objects() if type(o).__name__ == "Channel")
    channel.send({message})
    os._exit(0)
"""
ENDLESS = "def answer(losses):\n    losses += [2.0, 1.0]\n    while True: pass\n"


def seen(bench: Bench, source: str, probe: str = WITH_ALL, **limits: Any) -> Observation[Training | None]:
    """Return what the bench observes of a submission by a probe that declares what it returns."""
    return bench.run(source, probe=probe, declared=Training, modules=MODULES, **limits)


def test_declared_value_arrives_as_its_struct(bench: Bench) -> None:
    """The child finds the declaration though the harness's files are out of its reach."""
    observation = seen(bench, "def answer(losses):\n    return [1, float('nan')]\n")

    assert isinstance(observation.value, Training), observation.reason
    assert (observation.value.losses[0], observation.value.slope) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("[0.0] * 10_001", "losses has length 10,001; at most 10,000 is allowed"),
        ("['x']", "losses[0] is not a number"),
        ("3", "losses is not a list"),
    ],
)
def test_honest_value_that_does_not_fit_is_told_and_is_no_tampering(bench: Bench, answer: str, said: str) -> None:
    """A student's value that is larger or odder than what is declared raises an error in words."""
    observation = seen(bench, f"def answer(losses):\n    return {answer}\n")

    assert observation.verdict is Verdict.RAISED
    assert observation.error
    assert observation.error.kind == "UnexpectedResult"
    assert observation.error.message == f"the grader observed a value that it cannot take: {said}"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"returned": 100}, "the answer does not fit its declaration"),
        ({"returned": None}, "the answer does not fit its declaration"),
        ({"returned": {"losses": [], "slope": 1.0}}, "the answer has other fields"),
        ({"returned": {"losses": [], "slope": "x", "intercept": 0.0}}, "slope is not a number"),
        ({"kept": {"losses": 3, "slope": 1.0, "intercept": 0.0}}, "losses is not a list"),
    ],
)
def test_forged_value_that_does_not_fit_is_tampering(bench: Bench, message: dict[str, Any], said: str) -> None:
    """Whoever writes a frame with the nonce still has to write what the probe declares."""
    observation = seen(bench, HOSTILE.format(message=message))

    assert (observation.verdict, observation.value) == (Verdict.TAMPERED, None)
    assert f"a value that the probe does not return ({said})" in observation.reason


@pytest.mark.parametrize("kept", [None, {"losses": [], "slope": 1.0, "intercept": 0.0}])
def test_kept_value_without_a_spent_budget_is_nothing(bench: Bench, kept: Any) -> None:
    """Only the supervisor ends a probe with what it has kept."""
    observation = seen(bench, HOSTILE.format(message={"kept": kept}))

    assert (observation.verdict, observation.value) == (Verdict.CRASHED, None)
    assert "a signal that only the grader may send" in observation.reason


def test_kept_fields_are_the_struct_where_a_budget_ends_the_probe(bench: Bench) -> None:
    """Values kept until then arrive in the declared form, if all required ones are there."""
    whole, partial = (seen(bench, ENDLESS, probe, cpu_s=0.5) for probe in (WITH_ALL, WITHOUT_SLOPE))

    assert whole.verdict is partial.verdict is Verdict.CPU_BUDGET
    assert whole.value == Training(losses=[2.0, 1.0], slope=2.0, intercept=0.0)
    assert partial.value is None


def test_built_in_probes_are_declared() -> None:
    """The harness's own probes are held to a form, too."""
    assert child.BUILT_IN.keys() == built_in.BUILT_IN.keys()


def test_field_that_is_not_declared_cannot_be_kept(bench: Bench) -> None:
    """A probe that misspells a field is told at once, and not when a budget ends."""
    observation = seen(bench, ENDLESS, PROBE.format(more=", intercpet=0.0"))

    assert "Training has no field 'intercpet'" in observation.reason


TEXTS = """
from typing import Annotated
from autograder.wire.declaration import Meta, Name, Observed

class Texts(Observed, probe="call"):
    before: Name
    after: Annotated[list[Name], Meta(max_length=2)]
    number: int
"""
WITH_TEXTS = (
    TEXTS
    + """
def call(submitted):
    submitted.keep(Texts, before=submitted.get("answer")("before"), number=1)
    submitted.receive("images")
    return Texts(before="late 7", after=[submitted.get("answer")("after"), "KeyError: 7"], number=7)
"""
)


def test_texts_that_were_kept_before_hidden_inputs_came_are_the_last(bench: Bench) -> None:
    """Whoever has hidden inputs could put them into any text, declared or not."""
    space: dict[str, Any] = {"__name__": "texts"}
    exec(TEXTS, space)
    source = "def answer(when):\n    return when\n"
    value = bench.run(source, probe=WITH_TEXTS, declared=space["Texts"], deferred={"images": lambda: 7}).value

    assert value
    assert (value.before, value.after, value.number) == ("before", ["[withheld]", "KeyError ([withheld])"], 7)
