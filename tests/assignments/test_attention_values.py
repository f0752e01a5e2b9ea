"""`attention`: right answers are PyTorch's own, every question is fair, and answers to other questions earn nothing."""

import copy
import importlib.util
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from autograder import project
from autograder.assignments.attention import (
    probe_attention,
    probe_model,
    probe_sampling,
    right,
    test_attention,
    test_heads,
    test_model,
    test_sampling,
)
from autograder.assignments.attention.observed import SmallTraining
from autograder.assignments.attention.questions import Language, array_of, tokens_of
from autograder.checks.draw import Draw
from autograder.manifest import load_assignment
from autograder.model.outcome import Outcome
from autograder.model.verdict import Verdict
from tests.assignments.by_hand import outcome_of
from tests.assignments.in_process import Program, outcomes_of

SUITES = (
    test_attention.TestAttention,
    test_heads.TestHeads,
    test_model.TestModel,
    test_sampling.TestSampling,
)
PROBES = (probe_attention, probe_model, probe_sampling)
THRESHOLDS = load_assignment("attention").profiles["embedded"].thresholds
TRAINED = ("3.4", "3.5")


@cache
def reference() -> ModuleType:
    """Return the reference solution, imported."""
    path = project.reference("attention") / "submitted.py"
    spec = importlib.util.spec_from_file_location("reference_of_attention", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(**changes: Any) -> Program:
    """Return the reference solution with other functions in place of some."""
    return Program(**{**vars(reference()), **changes})


def graded(submission: Program, digest: int, suites: Iterable[type] = SUITES) -> dict[str, Outcome]:
    """Return the outcomes of a submission with this digest."""
    return outcomes_of(suites, submission, PROBES, "attention/text.txt", f"{digest:064x}", thresholds=THRESHOLDS)


def untrained(submission: Program) -> Program:
    """Return a submission that does not train, for tests that have no use for it."""
    submission.module.train = lambda *arguments: []
    return submission


def lost(outcomes: dict[str, Outcome]) -> set[str]:
    """Return the numbers of the tests that did not pass."""
    return {number for number, one in outcomes.items() if one.verdict is not Verdict.PASSED}


def test_right_answers_are_those_of_pytorch() -> None:
    """Attention with and without a mask, the loss, and its gradient."""
    draw = Draw("right answers")
    queries, keys, values = (array_of(draw, (2, 3, 4, 5)) for _ in range(3))
    mask = right.causal(4)
    logits, tokens = array_of(draw, (2, 6, 5)), tokens_of(draw, (2, 6), 5)
    given = torch.from_numpy(logits).requires_grad_()
    padding = int(tokens[0, 3])
    loss = nn.functional.cross_entropy(
        given[:, :-1].flatten(0, 1), torch.from_numpy(tokens)[:, 1:].flatten(), ignore_index=padding
    )
    loss.backward()
    value, gradient = right.loss(logits, tokens, padding)

    for one in (None, mask):
        theirs = nn.functional.scaled_dot_product_attention(
            *map(torch.from_numpy, (queries, keys, values)), attn_mask=None if one is None else torch.from_numpy(one)
        )
        assert np.allclose(right.attended(queries, keys, values, one)[0], theirs.numpy(), atol=1e-5)
    assert value == pytest.approx(loss.item(), rel=1e-5)
    assert given.grad is not None and np.allclose(gradient, given.grad.numpy(), atol=1e-6)


def test_right_solution_keeps_its_points_whatever_is_drawn() -> None:
    """Questions differ between submissions; chance, rounding and ties decide none of them."""
    for digest in range(10):
        assert lost(graded(untrained(program()), digest)) == set(TRAINED)


def test_last_character_alone_comes_to_no_trained_loss() -> None:
    """The thresholds ask for more than a table of pairs, for every language."""
    for number in range(6):
        draw = Draw("language", number)
        language = Language(draw)
        tokens = language.tokens(draw, 20 * test_model.TEXT)
        pairs = np.zeros((len(language.alphabet),) * 2)
        np.add.at(pairs, (tokens[:-1], tokens[1:]), 1)
        shares = pairs / np.maximum(pairs.sum(axis=1, keepdims=True), 1)
        best = -(pairs * np.log(np.maximum(shares, 1e-300))).sum() / pairs.sum()

        assert best > THRESHOLDS["loss_of_language_model"]


class Friend:
    """Records the reference's answers to the questions of one submission, to give them to another in the same order."""

    FUNCTIONS = (
        *("attention", "causal_mask", "padding_mask", "split_heads", "merge_heads", "encode", "decode"),
        *("loss", "train", "sample", "generate"),
    )
    MODULES = ("MultiHeadAttention", "LanguageModel")

    def __init__(self, digest: int) -> None:
        """Grade the reference as the submission with this digest, and record."""
        self._answers: dict[str, list[Any]] = {}
        assert lost(graded(self._with(self._recording), digest)) == set()

    def replaying(self) -> Program:
        """Return a submission that computes nothing."""
        return self._with(lambda name, function: partial(self._replay, iter(self._answers[name])))

    def _with(self, wrap: Callable[[str, Callable[..., Any]], Callable[..., Any]]) -> Program:
        names: dict[str, Any] = {name: wrap(name, getattr(reference(), name)) for name in self.FUNCTIONS}
        for name in self.MODULES:
            own = getattr(reference(), name)
            answer = wrap(name, own.forward)
            forward = lambda module, *given, answer=answer: answer(module, *given)  # noqa: E731 - a method, which a partial is not
            names[name] = type(name, (own,), {"forward": forward})
        return program(**names)

    def _recording(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            answer = function(*given, **named)
            after = copy.deepcopy(given[0].state_dict()) if name == "train" else None
            gradient = torch.autograd.grad(answer, given[0], retain_graph=True)[0] if name == "loss" else None
            self._answers.setdefault(name, []).append((_detached(answer), gradient, after))
            return answer

        return call

    @staticmethod
    def _replay(answers: Iterator[Any], *given: Any, **named: Any) -> Any:
        answer, gradient, after = next(answers)
        if after:
            given[0].load_state_dict(after)
        if gradient is not None:
            slope = (given[0].flatten()[: gradient.numel()] * gradient.flatten()[: given[0].numel()]).sum()
            return answer + slope - slope.detach()
        return answer


def _detached(answer: Any) -> Any:
    """Return an answer without the graph behind it."""
    if isinstance(answer, tuple):
        return tuple(map(_detached, answer))
    return answer.detach().clone() if isinstance(answer, torch.Tensor) else answer


def test_recorded_answers_earn_nothing() -> None:
    """A friend's outputs, logits, losses, trained weights and draws answer a friend's questions."""
    friend = Friend(1)

    assert lost(graded(friend.replaying(), 1)) == set(), "the recording is not complete"
    assert sum(one.score for one in graded(friend.replaying(), 2).values()) == 0


def test_losses_that_are_only_claimed_earn_nothing() -> None:
    """A list that falls does not change a weight."""
    invented = program(train=lambda model, tokens, steps, *rest: np.linspace(2.4, 0.6, steps).tolist())

    assert set(TRAINED) <= lost(graded(invented, 3, (test_model.TestModel,)))


@pytest.mark.parametrize(
    "answer",
    [None, [], "text", torch.zeros(()), torch.full((2, 3), float("nan")), torch.zeros(2, dtype=torch.complex64)],
    ids=["None", "list", "text", "a number", "NaN", "complex"],
)
def test_odd_results_cost_their_own_test_and_never_the_grader(answer: Any) -> None:
    """Whatever a function returns, its test fails with words, or ends by an error of the submission's."""
    names = ("attention", "causal_mask", "padding_mask", "split_heads", "merge_heads", "encode", "decode", "loss")
    names = (*names, "train", "sample", "generate", "MultiHeadAttention", "LanguageModel")
    odd = Program(**dict.fromkeys(names, lambda *given, **named: answer))
    outcomes = graded(odd, 4)

    assert sum(one.score for one in outcomes.values()) == 0
    assert {one.verdict for one in outcomes.values()} <= {Verdict.FAILED, Verdict.RAISED}


def test_training_that_changes_the_shape_of_a_parameter_is_told() -> None:
    """In the sandbox where it is honest, and outside where the answer is forged."""

    def train(model: nn.Module, *given: Any) -> list[float]:
        losses: list[float] = reference().train(model, *given)
        model.get_submodule("hidden").bias = nn.Parameter(torch.zeros(3))
        return losses

    told = graded(program(train=train), 5, (test_model.TestModel,))["3.4"]
    forged = SmallTraining(before=[np.zeros(3, np.float32)] * 5, after=[np.zeros((0, 2), np.float32)] * 2, losses=[])

    assert (told.verdict, "hidden.bias" in told.explanation.seen) == (Verdict.RAISED, True)
    assert outcome_of(test_model.TestModel, "3.4", {"small_training": forged}).verdict is Verdict.FAILED
