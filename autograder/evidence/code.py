"""Digests of our own code: whatever of it makes an observation is part of the observation's name."""

import hashlib
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from autograder import project
from autograder.system.imports import OURS, Source, SourceOf, reached, source_below

# Code that runs beside every probe, with all that it imports. The zygote is not among it: it imports the modules that
# probes may import, so that a fork finds them, installs the stand-ins, and forks.
BESIDE_EVERY_PROBE = (
    f"{OURS}.worker.child",  # seeds, imports the submission, runs the probe, describes what it raised
    f"{OURS}.worker.stand_ins",  # patches torch, torchvision and the import system before the fork
    f"{OURS}.evidence.import_policy",  # decides which parts of the submission are imported
    f"{OURS}.evidence.limits",  # decides how much a probe may use
    f"{OURS}.intake.libraries",  # decides which packages are imported before the fork
    f"{OURS}.sandbox.verdicts",  # turns the child's answer into the observation
)
# Imported modules that cannot affect an observation.
NOT_SEEN = (
    f"{OURS}.confinement",  # locks a child in; an honest program behaves the same
    f"{OURS}.worker.self_test",  # our own attacks run in children without a submission
    f"{OURS}.model",  # values without behaviour; the relevant ones are part of the name themselves
    f"{OURS}.wire.limits",  # so are these
    f"{OURS}.wire.layers",  # the names of the layers
)
# Makers of deferred inputs import these only for types, and for data that the name already holds.
NOT_MAKING = (f"{OURS}.model", f"{OURS}.checks.evidence")
# More code that decides whether a probe runs at all, and which resources it may touch.
HARNESS_PACKAGES = ("sandbox", "supervisor", "confinement", "worker")
HARNESS_ROOTS = (f"{OURS}.evidence.observer",)
# The name of an observation covers these already: the parts of `probes` that it uses and the values that suites hand
# over. A submission's digest covers the intake's result.
NOT_HARNESS = (f"{OURS}.probes", f"{OURS}.intake", f"{OURS}.model", f"{OURS}.checks")


class Code:
    """Digests of the project's code. Each file is read once, so that all digests are of the same moment."""

    def __init__(self, root: Path | None = None) -> None:
        """Look at the code in a folder.

        Args:
            root: the folder that holds the package and its assignments; this project and its course unless given.
        """
        self._root = root or project.PROJECT
        self._source_of: SourceOf = partial(source_below, root) if root else project.source
        self._read: dict[str, Source | None] = {}
        self._digests: dict[tuple[str, tuple[str, ...]], str] = {}

    @cached_property
    def beside_every_probe(self) -> str:
        """The digest of the code that runs in every child, and of the code that makes an observation of it."""
        return self.of(BESIDE_EVERY_PROBE, without=NOT_SEEN)

    @cached_property
    def harness(self) -> str:
        """The digest of the code that confines, watches and runs children, beyond the names of single observations."""
        package = self._root / OURS
        names = [f"{OURS}.{one}.{path.stem}" for one in HARNESS_PACKAGES for path in (package / one).glob("*.py")]
        modules = [name.removesuffix(".__init__") for name in names]
        return self.of([*HARNESS_ROOTS, *modules], without=NOT_HARNESS)

    def of_module(self, name: str, without: tuple[str, ...] = ()) -> str:
        """Return the digest of a module and of all of ours that it imports; the first answer is kept.

        Raises:
            LookupError: there is no such module.
        """
        if (name, without) not in self._digests:
            self._digests[name, without] = self.of([name], without)
        return self._digests[name, without]

    def of_maker(self, make: Callable[..., Any]) -> str:
        """Return the digest of the code that makes a deferred input, and the sizes that were given to it.

        The code includes the maker's module and every project module that it imports. Thresholds can change only the
        size of the data; the name already covers their content.
        """
        sizes = sizes_given(make)
        while isinstance(make, partial):
            make = make.func
        name = make.__module__
        is_ours = name.partition(".")[0] == OURS  # else a test has made it up
        return "; ".join([self.of_module(name, without=NOT_MAKING) if is_ours else name, *sizes])

    def of(self, names: Iterable[str], without: Iterable[str] = ()) -> str:
        """Return the SHA-256 over modules and all of ours that they import, as hexadecimal digits.

        Args:
            names: full names of the modules to start from.
            without: modules and packages that are left out, with the imports of these alone.

        Raises:
            LookupError: one of the names is no module: it was renamed, and a list is out of date.
        """
        return digest_of(self.reached(names, without))

    def reached(self, names: Iterable[str], without: Iterable[str] = ()) -> list[Source]:
        """Return modules and all of ours that they import, sorted by their files; arguments as for `of`."""
        names, without = list(names), tuple(without)
        for name in (*names, *without):
            if self._source(name) is None:
                raise LookupError(f"there is no module {name}")
        found = reached(names, lambda name: None if _lies_in(name, without) else self._source(name))
        return sorted(found, key=lambda source: source.path)

    def _source(self, name: str) -> Source | None:
        if name not in self._read:
            self._read[name] = self._source_of(name)
        return self._read[name]


def sizes_given(make: Any) -> list[str]:
    """Return the numbers, and the shapes of the arrays, that a function got before it is called.

    Args:
        make: a function that may be a `partial`, or close over variables.
    """
    if isinstance(make, partial):
        return [*sizes_given(make.func), *_sizes((*make.args, *make.keywords.values()))]
    cells = getattr(make, "__closure__", None) or ()
    return _sizes(cell.cell_contents for cell in cells)


def _sizes(values: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for value in values:
        if isinstance(value, (bool, int, float)):
            found.append(repr(value))
        elif isinstance(value, np.ndarray):
            found.append(f"{value.dtype} {value.shape}")
        elif callable(value):
            found += sizes_given(value)
    return found


def digest_of(sources: Iterable[Source]) -> str:
    """Return the SHA-256 over the files and texts of modules, as hexadecimal digits."""
    return hashlib.sha256("\0".join(f"{source.path}\0{source.text}" for source in sources).encode()).hexdigest()


def _lies_in(name: str, packages: tuple[str, ...]) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)
