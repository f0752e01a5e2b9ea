"""Which of the harness's own modules a handout carries: those that its tests import, and what these import."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from autograder.project import PROJECT
from autograder.suites.load import UnusableSuite
from autograder.system.imports import OURS, Source, reached, source_below

FILES = Path(__file__).resolve().parent / "files"
# Packages that students need not install, by the file that stands in for them.
STAND_INS = {
    "gradescope_utils": ("decorators.py", "gradescope_utils/autograder_utils/decorators.py"),
    "timeout_decorator": ("timeout_decorator.py", "timeout_decorator.py"),
    "msgspec": ("msgspec.py", "msgspec.py"),
}
# Packages that students install where a handout needs them, by the names that pip has for them.
AT_HOME = {
    "torch": "torch", "torchvision": "torchvision", "numpy": "numpy", "PIL": "pillow", "matplotlib": "matplotlib",
    "pandas": "pandas", "sklearn": "scikit-learn", "tqdm": "tqdm",
}  # fmt: skip
TORCHVISION = "torchvision"
ASSIGNMENTS = "autograder/assignments/"  # hidden tests stand there: nothing of it leaves the house uncut


class Shipped:
    """Texts of a handout's modules.

    Attributes:
        files: path below `visible_tests` to text.
        packages: what of `AT_HOME` is imported somewhere.
    """

    def __init__(self, own: Mapping[str, str], *roots: str) -> None:
        """Gather what is imported.

        Args:
            own: modules of the assignment that have been cut, by their full names.
            *roots: further modules, by their full names.

        Raises:
            UnusableSuite: something imports a package that students do not have; names both.
        """
        self.files: dict[str, str] = {}
        self.packages: set[str] = set()
        self._own = own
        for source in reached((*own, *roots), self._source):
            self.files[source.path] = source.text
            for top in (name.partition(".")[0] for name in source.imports):
                if top != OURS:
                    self._take_package(top, source.name)

    def _take_package(self, top: str, importer: str) -> None:
        if top in STAND_INS:
            file, place = STAND_INS[top]
            for folder in list(Path(place).parents)[:-1]:
                self.files[(folder / "__init__.py").as_posix()] = ""
            self.files[place] = (FILES / file).read_text(encoding="utf-8")
        elif top in AT_HOME:
            self.packages.add(top)
        elif top not in sys.stdlib_module_names:
            raise UnusableSuite(
                f"{importer} imports {top}, which students do not have: do without it in visible tests and their "
                "probes, or keep the test out of the handout with @not_at_home"
            )

    def _source(self, name: str) -> Source | None:
        """Return what a handout carries of a module: the assignment's own are cut, and its packages are empty."""
        if name in self._own:
            return Source(name, f"{name.replace('.', '/')}.py", self._own[name])
        source = source_below(PROJECT, name)
        if source is None or not source.path.startswith(ASSIGNMENTS):
            return source
        if source.path.endswith("/__init__.py"):
            return replace(source, text="")
        raise UnusableSuite(f"a visible test imports {name} as a whole: import from it what is needed")
