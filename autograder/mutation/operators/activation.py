"""Mistakes in activations: left out, of another kind, or added behind the last layer."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites, called_instead, first_argument_instead
from autograder.mutation.program import Program


def _softmax_at_the_end(program: Program) -> Sites:
    for function in program.nodes(ast.FunctionDef):
        if function.name == "forward":
            for statement in ast.walk(function):
                if isinstance(statement, ast.Return) and statement.value is not None:
                    yield (program.replaced(statement.value, f"({program.source(statement.value)}).softmax(dim=1)"),)


OPERATORS = (
    Operator("no_activation", "leaves an activation out", first_argument_instead("relu", "gelu", "tanh", "sigmoid")),
    Operator(
        "no_activation_layer",
        "puts nothing in the place of an activation",
        called_instead({name: "Identity" for name in ("ReLU", "GELU", "SiLU", "Mish", "Tanh", "LeakyReLU")}),
    ),
    Operator(
        "other_activation",
        "a sigmoid in the place of another activation",
        called_instead({"relu": "sigmoid", "ReLU": "Sigmoid", "GELU": "Sigmoid", "SiLU": "Sigmoid"}),
    ),
    Operator("softmax_at_the_end", "returns probabilities in the place of logits", _softmax_at_the_end),
)
