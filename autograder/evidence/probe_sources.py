"""Finds the probes of an assignment: public functions of its `probe_*.py` files."""

import ast

from autograder import project
from autograder.project import UnusableInput


def probe_sources(slug: str) -> dict[str, str]:
    """Return for each probe's name the source text of the file that defines it.

    An observation depends on that one file, so a change to another file leaves it valid.

    Raises:
        UnusableInput: a file is not Python, or two files define a probe of the same name.
    """
    sources: dict[str, str] = {}
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
                sources[node.name] = text
    return sources
