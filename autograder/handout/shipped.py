"""Collects the harness's own modules for a handout: those that its tests import, and the imports of these."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.project import PROJECT
from autograder.suites.load import UnusableSuite

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
        for name in (*own, *roots):
            self._take(name)

    def _take(self, name: str) -> None:
        parts = name.split(".")
        for length in range(1, len(parts)):
            self._take_one(".".join(parts[:length]))
        self._take_one(name)

    def _take_one(self, name: str) -> None:
        path, text = self._source(name)
        if not path or path in self.files:
            return
        self.files[path] = text
        for imported in _imports(text):
            top = imported.split(".")[0]
            if top == "autograder":
                self._take(imported)
            else:
                self._take_package(top, name)

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

    def _source(self, name: str) -> tuple[str, str]:
        """Return the path and the text of a module or package; both are empty if the name is a function, say."""
        place = name.replace(".", "/")
        if name in self._own:
            return f"{place}.py", self._own[name]
        for path in (f"{place}.py", f"{place}/__init__.py"):
            if (PROJECT / path).is_file():
                if path.startswith(ASSIGNMENTS) and path.endswith("/__init__.py"):
                    return path, ""
                if path.startswith(ASSIGNMENTS):
                    raise UnusableSuite(f"a visible test imports all of {name}: import only the names that it needs")
                return path, (PROJECT / path).read_text(encoding="utf-8")
        return "", ""


def _imports(text: str) -> Iterator[str]:
    """Yield the full names that a source imports; for `from a import b` both `a` and `a.b`, which may be a module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
