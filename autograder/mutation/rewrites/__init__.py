"""Rewrites that change a program's text and not its behaviour; each must keep every point."""

from autograder.mutation.change import Operator
from autograder.mutation.rewrites import calls, flow, imports, names, wrapping

REWRITES: tuple[Operator, ...] = (
    *names.REWRITES, *flow.REWRITES, *calls.REWRITES, *imports.REWRITES, *wrapping.REWRITES,
)  # fmt: skip
