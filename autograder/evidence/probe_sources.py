"""Finds the probes of an assignment: public functions of its `probe_*.py` files, and what these import."""

import ast
from dataclasses import dataclass

from autograder import project
from autograder.model.failures import UnusableInput
from autograder.system.imports import Source, reached, source_below


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


def modules_for(slug: str, probe_module: str) -> dict[str, str]:
    """Return what a probe's file imports of its own assignment, directly or not: full name to source text.

    Raises:
        UnusableInput: it imports tests, which must not enter the sandbox.
    """
    package = f"autograder.assignments.{slug}."

    def source_of(name: str) -> Source | None:
        return source_below(project.PROJECT, name) if name.startswith(package) else None

    found = {source.name: source.text for source in reached([probe_module], source_of) if source.name != probe_module}
    if tests := [name for name in found if name.removeprefix(package).startswith("test_")]:
        raise UnusableInput(f"{probe_module} imports {tests[0]}: what judges must not enter the sandbox")
    return found
