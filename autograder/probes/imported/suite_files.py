"""The files of a suite in a process that must not write them down: modules are imported, and data opened, from memory.

The submission's process belongs to the same user. A file that is written is a file that it can read and replace.
"""

import builtins
import importlib.abc
import importlib.machinery
import io
import linecache
import os
import posixpath
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

ROOT = "/suite"  # where the files seem to lie; there is no such folder
# Modules that a test file of otter's newer format imports.
OTTER = {
    "otter/__init__.py": b"",
    "otter/test_files/__init__.py": b"def test_case(*given, **named):\n    return lambda test: test\n",
}


class SuiteFiles(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a suite's modules by their names, as if its folder were on `sys.path`."""

    def __init__(self, files: Mapping[str, bytes], root: str) -> None:
        """Take the files.

        Args:
            files: by their paths below the suite's folder.
            root: the folder in which they are or seem to be.
        """
        self.files = {**files, **{path: text for path, text in OTTER.items() if path not in files}}
        self.root = root

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a module or a package; a folder with modules and no `__init__.py` is one, too."""
        place = name.replace(".", "/")
        # A test that adds its own folder to `sys.path` imports a helper beside it by the helper's own name.
        for folder in ("", *sorted(self._added())):
            at = f"{folder}{place}"
            if f"{at}.py" in self.files:
                return self._spec(name, f"{at}.py", is_package=False)
            if f"{at}/__init__.py" in self.files:
                return self._spec(name, f"{at}/__init__.py", is_package=True)
            if any(one.startswith(f"{at}/") and one.endswith(".py") for one in self.files):
                return self._spec(name, "", is_package=True)
        return None

    def _added(self) -> set[str]:
        """Return the suite's folders on `sys.path`, each with a slash at its end."""
        below = (posixpath.relpath(one, self.root) for one in sys.path if one.startswith(f"{self.root}/"))
        return {f"{one}/" for one in below if not one.startswith(".")}

    def _spec(self, name: str, path: str, is_package: bool) -> importlib.machinery.ModuleSpec:
        origin = f"{self.root}/{path}" if path else None
        spec = importlib.machinery.ModuleSpec(name, self, origin=origin, is_package=is_package)
        spec.has_location = bool(path)
        return spec

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's source; pytest's reports of assertions need it compiled in pytest's own way."""
        origin = module.__spec__.origin if module.__spec__ else None
        if origin:
            text = self.files[origin.removeprefix(f"{self.root}/")].decode("utf-8")
            linecache.cache[origin] = (len(text), None, text.splitlines(keepends=True), origin)
            exec(self.code_of(text, origin), module.__dict__)

    def code_of(self, text: str, origin: str) -> CodeType:
        """Return a module's compiled source."""
        return compile(text, origin, "exec")

    def open_from_memory(self) -> None:
        """From now on `open` and `exists` know these files; what else there is they find as before."""
        opened, exists, is_file = io.open, os.path.exists, os.path.isfile

        def open_(file: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
            content = self._content(file)
            if content is None:
                return opened(file, mode, *given, **named)
            if "b" in mode:
                return io.BytesIO(content)
            return io.StringIO(content.decode(named.get("encoding") or "utf-8"))

        builtins.open = io.open = open_
        os.path.exists = lambda path: self._content(path) is not None or exists(path)
        os.path.isfile = lambda path: self._content(path) is not None or is_file(path)

    def _content(self, path: Any) -> bytes | None:
        if not isinstance(path, (str, Path)):
            return None
        name = posixpath.normpath(str(path)).removeprefix(f"{self.root}/")
        return self.files.get(name)


def read_files(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    """Return the Python files of a suite that lies in a folder.

    Args:
        folder: the working directory.
        names: files and folders of the suite there.
    """
    tops = [folder / name for name in names]
    found = [path for top in tops for path in ([top] if top.is_file() else sorted(top.rglob("*.py")))]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found if path.suffix == ".py"}
