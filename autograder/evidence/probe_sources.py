"""Finds the probes of an assignment: public functions of its `probe_*.py` files."""

import ast
from dataclasses import dataclass

from autograder import project
from autograder.model.failures import UnusableInput


@dataclass(frozen=True)
class ProbeSource:
    """The file that defines a probe.

    Attributes:
        module: its full name.
        text: its content, which the child compiles and runs.
    """

    module: str
    text: str


def probe_sources(slug: str) -> dict[str, ProbeSource]:
    """Return for each probe's name the file that defines it.

    An observation depends on that file and on all of ours that it imports (`naming.py`), so a change to another
    probe's file leaves it valid.

    Raises:
        UnusableInput: a file is not Python, or two files define a probe of the same name.
    """
    sources: dict[str, ProbeSource] = {}
    for path in sorted(project.definition(slug).glob("probe_*.py")):
        text = path.read_text(encoding="utf-8")
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            raise UnusableInput(f"{slug}/{path.name}: line {error.lineno}: {error.msg}") from None
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                if node.name in sources:
                    raise UnusableInput(f"{slug}/{path.name}: the probe {node.name!r} is defined twice; rename one")
                sources[node.name] = ProbeSource(f"autograder.assignments.{slug}.{path.stem}", text)
    return sources
