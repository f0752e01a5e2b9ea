"""Mistakes in shapes: sizes of layers, dimensions, the order of axes."""

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites, is_whole, one_more
from autograder.mutation.program import Program

SIZED = ("Linear", "Conv2d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "Dropout", "Resize", "CenterCrop")


def _other_size(program: Program) -> Sites:
    for call in program.calls(*SIZED):
        for value in (*call.args, *(word.value for word in call.keywords)):
            if is_whole(value):
                yield (program.replaced(value, one_more(value)),)


def _other_dimension(program: Program) -> Sites:
    for call in program.calls():
        for word in call.keywords:
            if word.arg in ("dim", "axis") and is_whole(word.value):
                yield (program.replaced(word.value, repr(0 if word.value.value else 1)),)


def _axes_swapped(program: Program) -> Sites:
    for call in program.calls("permute", "transpose", "reshape", "view"):
        if len(call.args) >= 2:
            one, other = call.args[-2:]
            yield (program.replaced(one, program.source(other)), program.replaced(other, program.source(one)))


def _not_flattened(program: Program) -> Sites:
    for call in program.calls("flatten"):
        if call.args and is_whole(call.args[0]):
            yield (program.replaced(call.args[0], "0"),)


OPERATORS = (
    Operator("other_size", "a size of a layer or image is one too large", _other_size),
    Operator("other_dimension", "works along another dimension", _other_dimension),
    Operator("axes_swapped", "swaps the last two axes", _axes_swapped),
    Operator("not_flattened", "flattens over the batch, too", _not_flattened),
)
