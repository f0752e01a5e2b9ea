"""Mistakes in how layers begin: weights of zero, bias or not, pretrained or not."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import LAYERS, Sites, added_keyword, is_flag
from autograder.mutation.program import Program, keyword_of, name_of

WITH_BIAS = ("Linear", "Conv2d", "Conv1d")


def _zeros(program: Program) -> Sites:
    for statement in program.nodes(ast.Assign):
        target = statement.targets[0]
        is_layer = isinstance(statement.value, ast.Call) and name_of(statement.value.func) in LAYERS
        if is_layer and isinstance(target, (ast.Attribute, ast.Name)):
            yield (program.behind(statement, f"{program.source(target)}.weight.data.zero_()"),)


def _bias(program: Program) -> Sites:
    for call in program.calls(*WITH_BIAS):
        word = keyword_of(call, "bias")
        if word is None:
            yield (added_keyword(program, call, "bias=False"),)
        elif is_flag(word.value):
            yield (program.replaced(word.value, repr(not word.value.value)),)


def _not_pretrained(program: Program) -> Sites:
    for call in program.calls():
        word = keyword_of(call, "weights")
        if word and not (isinstance(word.value, ast.Constant) and word.value.value is None):
            yield (program.replaced(word.value, "None"),)


OPERATORS = (
    Operator("weights_of_zero", "a layer that begins with weights of zero", _zeros),
    Operator("other_bias", "a layer without its bias, or with one that it must not have", _bias),
    Operator("not_pretrained", "random weights in the place of pretrained ones", _not_pretrained),
)
