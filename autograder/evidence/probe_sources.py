"""Finds the probes of an assignment: public functions of its `probe_*.py` files, and the modules that these import."""

import ast
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import project
from autograder.evidence.excerpt import excerpt_for
from autograder.model.failures import UnusableInput
from autograder.system.imports import OURS, Source, reached

# The modules of ours that the zygote has imported, and so the only ones that a child can import.
IMPORTABLE = (
    "autograder.probes",
    "autograder.wire.declaration",
    "autograder.wire.network",
    "autograder.wire.training",
    "autograder.wire.imported_test",
)


@dataclass(frozen=True)
class ProbeSource:
    """The part of a file that defines a probe.

    Attributes:
        module: its full name.
        text: the excerpt that the probe needs; the child compiles and runs it.
    """

    module: str
    text: str


def probe_sources(slug: str) -> dict[str, ProbeSource]:
    """Return for each probe's name the file that defines it.

    An observation depends on that file and on all of ours that it imports (`naming.py`), so a change to another
    probe's file leaves it valid.

    Raises:
        UnusableInput: a file is not Python, two files define a probe of the same name, or a probe imports a module
            that the sandbox does not have.
    """
    sources: dict[str, ProbeSource] = {}
    for path in sorted(project.definition(slug).glob("probe_*.py")):
        text = path.read_text(encoding="utf-8")
        module = f"{_package(slug)}{path.stem}"
        _brought_along(slug, module)
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                if node.name in sources:
                    raise UnusableInput(f"{slug}/{path.name}: the probe {node.name!r} is defined twice; rename one")
                sources[node.name] = ProbeSource(module, excerpt_for(text, node.name))
    return sources


def modules_for(slug: str, probe: ProbeSource) -> dict[str, str]:
    """Return the assignment's modules that a probe imports, directly or not: name to source text."""
    found = _brought_along(slug, probe.module, probe.text)
    return {one.name: one.text for one in found if one.name != probe.module}


def _brought_along(slug: str, probe_module: str, excerpt: str | None = None) -> list[Source]:
    """Return a probe's module, or an excerpt of it, and the assignment's modules that it imports, directly or not.

    Raises:
        UnusableInput: a file is not Python, imports a module that the sandbox does not have, or is a suite, which
            must not enter the sandbox.
    """
    package = _package(slug)

    def source_of(name: str) -> Source | None:
        source = project.source(name) if name.startswith(package) else None
        if source:
            _refuse_other_imports(slug, source)
        return replace(source, text=excerpt) if source and excerpt is not None and name == probe_module else source

    found = list(reached([probe_module], source_of))
    if tests := [one.name for one in found if one.name.removeprefix(package).startswith("test_")]:
        raise UnusableInput(f"{probe_module} imports {tests[0]}: judging code must not enter the sandbox")
    return found


def _refuse_other_imports(slug: str, source: Source) -> None:
    allowed, file = (*IMPORTABLE, _package(slug).rstrip(".")), f"{slug}/{Path(source.path).name}"
    try:
        imports = source.imports
    except SyntaxError as error:
        raise UnusableInput(f"{file}: line {error.lineno}: {error.msg}") from None
    for name in imports:
        ours = name.startswith(f"{OURS}.")
        if ours and not any(name == one or name.startswith(f"{one}.") for one in allowed):
            raise UnusableInput(
                f"{file} imports {name}, which the sandbox does not have: a probe may import {IMPORTABLE[0]}, which "
                f"docs/probes.md lists, {IMPORTABLE[1]}, {IMPORTABLE[2]}, and its assignment's own modules"
            )


def _package(slug: str) -> str:
    return f"{project.ASSIGNMENTS}.{slug}."
