"""Collects the harness's own modules for a handout: all that its tests import, directly or not."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from autograder import project
from autograder.suites.load import UnusableSuite
from autograder.system.imports import OURS, Source, reached

FILES = Path(__file__).resolve().parent / "files"
# Packages that students need not install, with the files that replace them.
STAND_INS = {
    "gradescope_utils": ("decorators.py", "gradescope_utils/autograder_utils/decorators.py"),
    "timeout_decorator": ("timeout_decorator.py", "timeout_decorator.py"),
    "msgspec": ("msgspec.py", "msgspec.py"),
}
# Packages that students install if a handout needs them, under the names that pip uses.
AT_HOME = {
    "torch": "torch", "torchvision": "torchvision", "numpy": "numpy", "PIL": "pillow", "matplotlib": "matplotlib",
    "pandas": "pandas", "sklearn": "scikit-learn", "tqdm": "tqdm",
}  # fmt: skip
TORCHVISION = "torchvision"
ASSIGNMENTS = "autograder/assignments/"  # with hidden tests inside: no file of it goes out uncut


class Shipped:
    """The texts of a handout's modules.

    Attributes:
        files: path below `visible_tests` to text.
        packages: the packages of `AT_HOME` that some module imports.
    """

    def __init__(self, own: Mapping[str, str], *roots: str) -> None:
        """Collect all imported modules.

        Args:
            own: the assignment's cut modules, by their full names.
            *roots: further modules, by their full names.

        Raises:
            UnusableSuite: a module imports a package that students lack; names both.
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
                f"{importer} imports {top}, which students do not have: avoid it in visible tests and their "
                "probes, or mark the test @not_at_home"
            )

    def _source(self, name: str) -> Source | None:
        """Return a module as a handout carries it: the assignment's own are cut, its packages empty."""
        if name in self._own:
            return Source(name, f"{name.replace('.', '/')}.py", self._own[name])
        source = project.source(name)
        if source is None or not source.path.startswith(ASSIGNMENTS):
            return source
        if source.path.endswith("/__init__.py"):
            return replace(source, text="")
        raise UnusableSuite(f"a visible test imports all of {name}: import only the names that it needs")
