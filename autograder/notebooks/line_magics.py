"""Says in Python what those commands do that a program needs: `%time f(x)`, `%run helper.py`, `%env NAME=value`."""

import re

TIMED = re.compile(r"%(?:time|timeit|prun|memit|mprun)[ \t]+(?:-\w+(?:[ \t]*\d+)?[ \t]+)*(?P<statement>[^\s-].*)")
RAN = re.compile(r"%run[ \t]+(?:-i[ \t]+)?(?P<quote>[\"']?)(?:\./)?(?P<file>[\w/]+)(?:\.py)?(?P=quote)[ \t]*;?")
SET = re.compile(r"%(?:set_)?env[ \t]+(?P<name>[A-Za-z_]\w*)(?:[ \t]*=[ \t]*|[ \t]+)(?P<value>[^\s${][^${]*)")


def statement_under_timer(command: str) -> str:
    """Return the statement that a command measures; empty if it measures none."""
    timed = TIMED.fullmatch(command)
    return timed["statement"] if timed else ""


def statement_like(command: str, at_top: bool) -> str:
    """Return a statement that does what a command does; empty if it can do nothing here.

    Args:
        command: one line, from its `%` or `!` on.
        at_top: whether the command stands at the top of its cell, where every name may be imported.
    """
    if (ran := RAN.fullmatch(command)) and at_top:
        module = ran["file"].strip("/").split("/")
        if all(part.isidentifier() for part in module):
            return f"from {'.'.join(module)} import *"
    if found := SET.fullmatch(command):
        return f"__import__('os').environ[{found['name']!r}] = {found['value'].strip()!r}"
    return ""
