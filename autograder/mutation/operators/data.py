"""Mistakes in data and labels: transforms, scales, splits, slices, labels."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import LOSS_FUNCTIONS, Sites, is_flag, is_whole, one_more
from autograder.mutation.program import Program, keyword_of, name_of


def _transform_left_out(program: Program) -> Sites:
    for call in program.calls("Compose", "Sequential"):
        steps = call.args[0] if name_of(call.func) == "Compose" and call.args else None
        if isinstance(steps, ast.List):
            for step in steps.elts:
                if isinstance(step, ast.Call):
                    yield (program.replaced(step, "(lambda given: given)"),)


def _mean_and_spread_swapped(program: Program) -> Sites:
    for call in program.calls("Normalize", "normalize"):
        if len(call.args) >= 2:
            mean, spread = call.args[-2:]
            yield (program.replaced(mean, program.source(spread)), program.replaced(spread, program.source(mean)))


def _scale(program: Program) -> Sites:
    for node in program.nodes(ast.BinOp):
        if isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant) and node.right.value in (255, 255.0):
            yield (program.replaced(node, f"({program.source(node.left)})"),)


def _train_and_test_swapped(program: Program) -> Sites:
    for call in program.calls():
        word = keyword_of(call, "train")
        if word and is_flag(word.value):
            yield (program.replaced(word.value, repr(not word.value.value)),)
        elif word:
            yield (program.replaced(word.value, f"not ({program.source(word.value)})"),)


def _slice_off_by_one(program: Program) -> Sites:
    for part in program.nodes(ast.Slice):
        for bound in (part.lower, part.upper):
            if is_whole(bound):
                yield (program.replaced(bound, one_more(bound)),)
            elif bound is not None:
                yield (program.replaced(bound, f"({program.source(bound)}) - 1"),)


def _other_index(program: Program) -> Sites:
    for part in program.nodes(ast.Subscript):
        if is_whole(part.slice) and part.slice.value in (0, 1):
            yield (program.replaced(part.slice, repr(1 - part.slice.value)),)


def _labels_shifted(program: Program) -> Sites:
    for call in program.nodes(ast.Call):
        is_loss = name_of(call.func) in LOSS_FUNCTIONS or name_of(call.func) in (
            "loss_fn",
            "criterion",
            "loss_function",
        )
        if is_loss and len(call.args) == 2:
            yield (program.replaced(call.args[1], f"({program.source(call.args[1])}).roll(1, 0)"),)


def _names_reversed(program: Program) -> Sites:
    for call in program.calls("sorted"):
        yield (program.replaced(call, f"{program.source(call)}[::-1]"),)


OPERATORS = (
    Operator("transform_left_out", "leaves a step of a transform out", _transform_left_out),
    Operator("mean_and_spread_swapped", "normalises by the wrong one of two numbers", _mean_and_spread_swapped),
    Operator("not_scaled", "keeps pixels from 0 to 255", _scale),
    Operator("train_and_test_swapped", "takes the other part of the data", _train_and_test_swapped),
    Operator("slice_off_by_one", "takes one too many or too few", _slice_off_by_one),
    Operator("other_index", "takes the second for the first", _other_index),
    Operator("labels_shifted", "gives each example its neighbour's label", _labels_shifted),
    Operator("reversed_order", "sorts the other way round", _names_reversed),
)
