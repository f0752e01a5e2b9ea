"""Which of the harness's own modules a handout carries: those that its tests import, and what these import."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.project import PROJECT
from autograder.suites.load import UnusableSuite

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
PICTURES = "torchvision"
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
                f"{importer} imports {top}, which students do not have: do without it in visible tests and their "
                "probes, or keep the test out of the handout with @not_at_home"
            )

    def _source(self, name: str) -> tuple[str, str]:
        """Return the path and the text of a module or package; empty where the name is none, but a function, say."""
        place = name.replace(".", "/")
        if name in self._own:
            return f"{place}.py", self._own[name]
        for path in (f"{place}.py", f"{place}/__init__.py"):
            if (PROJECT / path).is_file():
                if path.startswith(ASSIGNMENTS) and path.endswith("/__init__.py"):
                    return path, ""
                if path.startswith(ASSIGNMENTS):
                    raise UnusableSuite(f"a visible test imports {name} as a whole: import from it what is needed")
                return path, (PROJECT / path).read_text(encoding="utf-8")
        return "", ""


def _imports(text: str) -> Iterator[str]:
    """Yield the full names that a source imports; of `from a import b` both `a` and `a.b`, if that is a module."""
    for node in _walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all that runs; what stands below `if TYPE_CHECKING` is for mypy alone."""
    yield node
    only_typing = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    for child in node.orelse if only_typing else ast.iter_child_nodes(node):  # type: ignore[attr-defined]
        yield from _walk(child)
