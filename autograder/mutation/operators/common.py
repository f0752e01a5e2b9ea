"""Kinds of places that operators of several families change."""

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import TypeGuard

from autograder.mutation.program import Edit, Program, keyword_of, name_of

Sites = Iterator[tuple[Edit, ...]]
LAYERS = ("Linear", "Conv2d", "Conv1d", "BatchNorm2d", "Embedding", "LSTM")
LOSSES = ("CrossEntropyLoss", "NLLLoss", "MSELoss", "L1Loss", "BCELoss", "BCEWithLogitsLoss")
LOSS_FUNCTIONS = ("cross_entropy", "nll_loss", "mse_loss", "l1_loss", "binary_cross_entropy_with_logits")
OPTIMIZERS = ("SGD", "Adam", "AdamW", "RMSprop")


def keyword_values(change: Callable[[str], str], *names: str) -> Callable[[Program], Sites]:
    """Return what changes the values of keyword arguments of these names.

    Args:
        change: returns the new text of a value for the old one.
        *names: of the arguments.
    """

    def sites(program: Program) -> Sites:
        for call in program.calls():
            if word := keyword_of(call, *names):
                yield (program.replaced(word.value, change(program.source(word.value))),)

    return sites


def called_instead(others: Mapping[str, str]) -> Callable[[Program], Sites]:
    """Return what calls another function of the same module: name to other name."""

    def sites(program: Program) -> Sites:
        for call in program.calls(*others):
            name = name_of(call.func)
            end = program.span(call.func)[1]
            yield (Edit(end - len(name), end, others[name]),)

    return sites


def removed_calls(*names: str) -> Callable[[Program], Sites]:
    """Return what removes statements that only call a method of these names; `pass` takes their place."""

    def sites(program: Program) -> Sites:
        for statement in calling_statements(program, *names):
            yield (program.replaced(statement, "pass"),)

    return sites


def calling_statements(program: Program, *names: str) -> Iterator[ast.Expr]:
    """Yield all statements that do nothing but call a method of these names."""
    for statement in program.nodes(ast.Expr):
        call = statement.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in names:
            yield statement


def first_argument_instead(*names: str) -> Callable[[Program], Sites]:
    """Return what puts the first argument of a function in the place of its call."""

    def sites(program: Program) -> Sites:
        for call in program.calls(*names):
            if call.args:
                yield (program.replaced(call, program.source(call.args[0])),)

    return sites


def added_keyword(program: Program, call: ast.Call, text: str) -> Edit:
    """Return the edit that adds a keyword argument to a call."""
    end = program.span(call)[1] - 1
    inner = program.text[program.span(call.func)[1] + 1 : end].rstrip()
    return Edit(end, end, text if not inner else f" {text}" if inner.endswith(",") else f", {text}")


def is_flag(node: ast.AST | None) -> TypeGuard[ast.Constant]:
    """Return whether a node is True or False."""
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def is_whole(node: ast.AST | None) -> TypeGuard[ast.Constant]:
    """Return whether a node is a whole number."""
    return isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool)


def one_more(node: ast.Constant) -> str:
    """Return the text of the whole number behind a node's."""
    assert isinstance(node.value, int)
    return repr(node.value + 1)
