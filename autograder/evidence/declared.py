"""Finds the declared results of an assignment's probes: the structs of its `observed.py`."""

import importlib
from collections.abc import Collection

from autograder import project
from autograder.model.failures import UnusableInput
from autograder.wire.declaration import Observed, declarations


def declared_by(slug: str, probes: Collection[str]) -> dict[str, type[Observed]]:
    """Return what each probe of an assignment declares to return.

    Raises:
        UnusableInput: a probe has no declaration, a declaration no probe, or something in one has no bound.
    """
    file = project.definition(slug) / "observed.py"
    where = f"{slug}/{file.name}"
    if not file.is_file():
        raise UnusableInput(f"{where} is missing: declare there what each probe returns; see docs/authoring.md")
    try:
        found = declarations(vars(importlib.import_module(f"autograder.assignments.{slug}.observed")))
    except (TypeError, NameError, SyntaxError) as error:
        raise UnusableInput(f"{where}: {error}") from None
    missing, unknown = sorted(set(probes) - found.keys()), sorted(found.keys() - set(probes))
    if missing:
        raise UnusableInput(
            f"{where}: the probe {missing[0]!r} is not declared; write `class …(Observed, probe={missing[0]!r})`"
        )
    if unknown:
        raise UnusableInput(
            f"{where}: there is no probe {unknown[0]!r}; remove {found[unknown[0]].__name__}, or rename"
        )
    return found
