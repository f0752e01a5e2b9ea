"""Mistakes in batches: their size, their order, the last one."""

import ast

from autograder.mutation.change import Operator
from autograder.mutation.operators.common import Sites, added_keyword, is_flag, keyword_values
from autograder.mutation.program import Program, keyword_of


def _shuffle(program: Program) -> Sites:
    for call in program.calls("DataLoader"):
        word = keyword_of(call, "shuffle")
        if word is None:
            if keyword_of(call, "sampler", "batch_sampler") is None:
                yield (added_keyword(program, call, "shuffle=True"),)
        elif is_flag(word.value):
            yield (program.replaced(word.value, repr(not word.value.value)),)
        else:
            yield (program.replaced(word.value, f"not ({program.source(word.value)})"),)


def _last_batch(program: Program) -> Sites:
    for call in program.calls("DataLoader"):
        word = keyword_of(call, "drop_last")
        if word is None:
            yield (added_keyword(program, call, "drop_last=True"),)
        elif isinstance(word.value, ast.Constant):
            yield (program.replaced(word.value, repr(not word.value.value)),)


OPERATORS = (
    Operator("other_batch_size", "batches of another size", keyword_values("({}) + 1".format, "batch_size")),
    Operator("other_shuffle", "shuffles data that must keep their order, or the reverse", _shuffle),
    Operator("last_batch_dropped", "drops the last batch, or keeps it", _last_batch),
)
