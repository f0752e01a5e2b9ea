"""Derives changed programs from a program by operators."""

from collections.abc import Iterable, Iterator, Sequence

from autograder.mutation.change import Change, Operator
from autograder.mutation.program import Edit, Program


def changes_of(text: str, operators: Iterable[Operator]) -> Iterator[Change]:
    """Yield a change for each place where an operator applies; programs that are no Python, or equal, are left out.

    Args:
        text: the program.
        operators: which to apply, in this order.
    """
    program, seen = Program(text), {text}
    for operator in operators:
        for edits in operator.sites(program):
            change = _change(program, operator.name, edits)
            if change and change.text not in seen:
                seen.add(change.text)
                yield change


def change_everywhere(text: str, operator: Operator) -> Change | None:
    """Return the change of all places at once where an operator applies; None if there is none.

    Places inside of one that is changed already are left out.
    """
    program, chosen = Program(text), list[Edit]()
    for edits in operator.sites(program):
        if not any(_overlap(one, other) for one in edits for other in chosen):
            chosen += edits
    change = _change(program, operator.name, chosen) if chosen else None
    return change if change and change.text != text else None


def _overlap(one: Edit, other: Edit) -> bool:
    return one.start < other.end and other.start < one.end


def _change(program: Program, name: str, edits: Sequence[Edit]) -> Change | None:
    text = program.edited(edits)
    try:
        compile(text, "submitted.py", "exec", dont_inherit=True)
    except SyntaxError:
        return None
    lines = [program.line_at(edit.start) for edit in edits]
    first = min(lines)
    before, after = program.text.splitlines(), text.splitlines()
    place = next((place for place in range(first - 1, len(before)) if before[place] != after[place]), first - 1)
    code, new = before[first - 1].strip(), after[place].strip()
    return Change(name, first, code, new, frozenset(program.statement_lines.get(line, line) for line in lines), text)
