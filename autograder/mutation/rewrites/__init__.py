"""Rewrites that change how a program is written and not what it does; each must keep every point."""

from autograder.mutation.change import Operator
from autograder.mutation.rewrites import calls, flow, imports, names, wrapping

REWRITES: tuple[Operator, ...] = (
    *names.REWRITES, *flow.REWRITES, *calls.REWRITES, *imports.REWRITES, *wrapping.REWRITES,
)  # fmt: skip
