"""Takes the commands of a notebook (`%matplotlib inline`, `!pip install`, `help?`) out of a cell, line for line.

A line is one only where a statement begins, as in IPython, and not inside a string or between brackets. The text is
never parsed: it may not be Python, and the sandbox will say so with the line.
"""

import re
from dataclasses import dataclass, field

from autograder.notebooks.line_magics import statement_like, statement_under_timer

TOKEN = re.compile(
    r"""
    \#[^\n]*
    | \"{3} (?:[^\\]|\\.)*? (?:\"{3}|\Z) | '{3} (?:[^\\]|\\.)*? (?:'{3}|\Z)
    | \" (?:[^\\\n\"]|\\.)* \"? | ' (?:[^\\\n']|\\.)* '?
    | \\\n
    | (?P<opens>[\[({]) | (?P<closes>[\])}])
    | (?P<ends>\n)
    | [^\#\"'\\\[\](){}\n]+ | .
    """,
    re.VERBOSE | re.DOTALL,
)
COMMAND = re.compile(
    r"""
    (?P<indent>[ \t]*)
    (?: (?P<assigned>[^\W\d][\w., \t\[\]'\"]*?) [ \t]* = [ \t]* (?=[%!]) )?
    (?P<command>
        [%!?][^\n]*
        | [%]{0,2} [^\W\d] [\w.*\[\]]* \?{1,2} [ \t;]* $
        | (?:pip3?|conda|mamba) [ \t]+ (?:install|uninstall|list|show|freeze) \b [^\n]*
        | (?:cd|ls|mkdir|rm|cp|mv|cat) (?:[ \t]+ [\w~./*-][^\n=(,]*)? $
        | pwd [ \t]* $
    )
    """,
    re.VERBOSE | re.MULTILINE,
)
FORM = re.compile(r"(?:[ \t]*(?:\#[ \t]*@.*)?\n)*")  # Colab's forms may stand above the magic of a cell
MEASURES, MEASURED = "%timeit", "get_ipython().measured"  # with -o it returns its measurement, not the value
RUN, WRITTEN = ("time", "timeit", "capture", "prun", "memit", "mprun"), ("writefile", "file")


@dataclass(frozen=True)
class LeftOut:
    """A command that does nothing here: its line in the cell, from 1, and its text."""

    line: int
    text: str


@dataclass(frozen=True)
class Plain:
    """A cell without commands.

    Attributes:
        text: Python, with as many lines as the cell.
        left_out: commands that do nothing here, in their order.
        files: files that the cell writes, name to content.
        appends: whether it writes at their end.
    """

    text: str
    left_out: tuple[LeftOut, ...] = ()
    files: dict[str, str] = field(default_factory=dict)
    appends: bool = False


def without_commands(source: str, entry: str) -> Plain:
    """Return a cell without the commands of a notebook.

    Args:
        source: text of the cell.
        entry: name of the file that is graded, such as `"submitted.py"`: a cell that writes it is part of it.
    """
    source = _dedented(source)
    form = FORM.match(source)
    first = source.count("\n", 0, form.end()) if form else 0
    lines = source.split("\n")
    while first < len(lines) and lines[first].startswith("%%"):  # IPython runs a magic of a cell inside another
        name, _, rest = lines[first].removeprefix("%%").strip().partition(" ")
        target = rest.split()[-1].strip("'\"").removeprefix("./") if rest.split() else ""
        if name not in RUN and not (name in WRITTEN and target == entry):
            return _of_no_python(lines, first, name, target)
        kept = f"{target} = get_ipython().captured" if name == "capture" and target.isidentifier() else "pass"
        lines[first] = f"{kept}  # {lines[first]}"
        first += 1
    return _of_lines("\n".join(lines))


def _of_no_python(lines: list[str], first: int, name: str, target: str) -> Plain:
    """Return a cell whose lines below the magic are a file, or the program of another language."""
    emptied = "\n".join([*lines[:first], f"pass  # {lines[first]}", *(f"# {line}" for line in lines[first + 1 :])])
    if name in WRITTEN and target and target != "-a":
        written = {target: "\n".join(lines[first + 1 :]) + "\n"}
        return Plain(emptied, files=written, appends="-a" in lines[first].split())
    return Plain(emptied, (LeftOut(first + 1, lines[first]),))


def _dedented(source: str) -> str:
    """Return a cell without the indentation of its first line, which IPython takes off all lines."""
    indent = re.match(r"(?:[ \t]*\n)*([ \t]+)\S", source)
    return re.sub(rf"^{re.escape(indent[1])}", "", source, flags=re.MULTILINE) if indent else source


def _of_lines(source: str) -> Plain:
    parts, left_out, at = [], [], 0
    while at < len(source):
        command = COMMAND.match(source, at)
        end = _end_of_line(source, at) if command else _end_of_statement(source, at)
        part = source[at:end]
        if command:
            text, is_run = _replaced(command, part)
            if not is_run:
                left_out.append(LeftOut(source.count("\n", 0, at) + 1, part.strip()))
            part = text
        parts.append(part)
        at = end
    return Plain("".join(parts), tuple(left_out))


def _replaced(command: re.Match[str], part: str) -> tuple[str, bool]:
    """Return the Python in the place of a command, and whether it does what the command does."""
    lines = part.rstrip("\n").split("\n")
    said = command["command"].strip()
    timed = "" if command["assigned"] and said.startswith(MEASURES) else statement_under_timer(said)
    same = timed or ("" if command["assigned"] else statement_like(said, at_top=not command["indent"]))
    value = same or "pass"
    if command["assigned"]:
        nothing = "[]" if said.startswith("!") else MEASURED if said.startswith(MEASURES) else "None"
        value = f"{command['assigned']} = {same or nothing}"
    first = f"{command['indent']}{value}" + ("" if timed else f"  # {said}")
    rest = (f"# {line}" for line in lines[1:])
    return "\n".join([first, *rest]) + ("\n" if part.endswith("\n") else ""), bool(same)


def _end_of_line(source: str, at: int) -> int:
    """Return where a command ends: at the end of its line, unless a backslash stands there."""
    while True:
        end = source.find("\n", at)
        if end < 0:
            return len(source)
        if not source[at:end].endswith("\\"):
            return end + 1
        at = end + 1


def _end_of_statement(source: str, at: int) -> int:
    depth = 0
    for token in TOKEN.finditer(source, at):
        if token["opens"]:
            depth += 1
        elif token["closes"]:
            depth = max(depth - 1, 0)
        elif token["ends"] and not depth:
            return token.end()
    return len(source)
