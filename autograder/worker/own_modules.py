"""Lets a submission import its own file, as at home, even if a module of that name is already loaded.

The worker has imported far more than a program at home has, such as `statistics` and `autograder`. The submission's
files get their own module; probes and libraries keep the one that they know.
"""

import builtins
import importlib
import importlib.machinery
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

# Python imports these before it starts a program, so a program at home cannot replace them either.
FIRST = {
    *sys.builtin_module_names, "__main__", "abc", "codecs", "encodings", "genericpath", "io", "ntpath", "os",
    "posixpath", "site", "stat", "zipimport",
}  # fmt: skip
OURS = "autograder"  # is not installed at home, so that a folder without `__init__.py` is a package


def install(search: Sequence[str]) -> None:
    """From now on files of a submission that import by a name get its own module, if it has one.

    Args:
        search: absolute paths of the folders in which its modules are looked for, its whole folder last.
    """
    folders = [Path(folder) for folder in search]
    names = {path.stem for folder in folders for path in folder.glob("*.py")}
    names |= {path.parent.name for folder in folders for path in folder.glob("*/__init__.py")}
    names |= {OURS} if any((folder / OURS).is_dir() for folder in folders) else set()
    # A look-up for each name, because a walk over all modules would copy the page of each module's name.
    taken = {name for name in names if name in sys.modules} - FIRST
    if taken:
        _Imports(search, taken).install()


class _Imports:
    """The import statement and `import_module`, which answer by who asks."""

    def __init__(self, search: Sequence[str], names: set[str]) -> None:
        self._search = search
        self._folder = f"{search[-1]}/"  # the others lie in it
        self._names = names
        self._own: dict[str, ModuleType] = {}
        self._others: dict[str, ModuleType] = {}
        self._depth = 0
        self._statement, self._function = builtins.__import__, importlib.import_module

    def install(self) -> None:
        """Take the places of both, and find the modules before anything else does."""
        sys.meta_path.insert(0, self)  # a finder needs no other method
        builtins.__import__ = self._for_statement
        importlib.import_module = self._for_function

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of the folder's own module while one of its files asks for it."""
        if not self._depth or name.partition(".")[0] not in self._names:
            return None
        return importlib.machinery.PathFinder.find_spec(name, path or self._search, target)

    def _for_statement(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # the names that Python gives them
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        if self._is_for_own(name, globals, level):
            with self:
                return self._statement(name, globals, locals, fromlist or (), level)
        return self._statement(name, globals, locals, fromlist or (), level)

    def _for_function(self, name: str, package: str | None = None) -> ModuleType:
        if self._is_for_own(name, sys._getframe(1).f_globals, 0):
            with self:
                return self._function(name, package)
        return self._function(name, package)

    def _is_for_own(self, name: str, names: Mapping[str, object] | None, level: int) -> bool:
        """Return whether one of the submission's files asks for one of the modules in question."""
        asking = (names or {}).get("__file__")
        if not isinstance(asking, str) or not asking.startswith(self._folder):
            return False
        module = str((names or {}).get("__name__")) if level else name
        return module.partition(".")[0] in self._names

    def __enter__(self) -> None:
        """Replace the modules loaded before by the submission's own."""
        self._depth += 1
        if self._depth == 1:
            self._others = self._taken_out()
            sys.modules.update(self._own)

    def __exit__(self, *error: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._own = self._taken_out()
            sys.modules.update(self._others)

    def _taken_out(self) -> dict[str, ModuleType]:
        found = [name for name in sys.modules if name.partition(".")[0] in self._names]
        return {name: sys.modules.pop(name) for name in found}
