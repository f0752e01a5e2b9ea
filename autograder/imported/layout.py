"""Finds the parts of an instructor's folder: the suite, the reference solution, and the students' template."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.imported.stated import SuiteFile
from autograder.model.failures import UnusableInput
from autograder.model.imported_suite import ForeignModule

REFERENCES = ("solution", "solutions", "reference", "reference_solution")
TEMPLATES = ("template", "starter", "student", "student_template")
# Of the other grader's machinery; nothing of it is run.
MACHINERY = ("run_autograder", "run_tests.py", "setup.sh", "setup.py", "requirements.txt", "otter_config.json")
UNWANTED = ("__pycache__", "node_modules", "venv")
MAX_FILES, MAX_BYTES = 2000, 64 << 20


@dataclass(frozen=True)
class Layout:
    """The parts, each as files by their paths.

    Attributes:
        suite: all that the tests may need, below the suite's folder.
        reference: the model solution, as students would hand it in.
        template: the students' starting point; empty where the folder has none.
    """

    suite: Mapping[str, bytes]
    reference: Mapping[str, bytes]
    template: Mapping[str, bytes]

    @property
    def sources(self) -> dict[str, bytes]:
        """The suite's Python files."""
        return {path: content for path, content in self.suite.items() if path.endswith(".py")}


def layout_of(folder: Path, reference: Path | None = None, template: Path | None = None) -> Layout:
    """Return the parts of a folder.

    Args:
        folder: the instructor's.
        reference: the model solution, a file or a folder; looked for in the folder unless given.
        template: the students' starting point; looked for there unless given.

    Raises:
        UnusableInput: there is no such folder, no reference solution, or too much of anything.
    """
    if not folder.is_dir():
        raise UnusableInput(f"{folder}: there is no such folder")
    solution = reference or _first(folder, REFERENCES)
    if solution is None:
        raise UnusableInput(
            f"{folder}: there is no reference solution, and without one nobody knows whether the tests work here: "
            f"add a folder {REFERENCES[0]}/ with the files that students hand in, or name it with --reference PATH"
        )
    given = template or _first(folder, TEMPLATES)
    for path in (solution, given):
        if path is not None and not path.exists():
            raise UnusableInput(f"{path}: there is no such file or folder")
    solved = _files_of(solution)
    others = [path.resolve() for path in (solution, given) if path is not None]
    suite = {
        name: content
        for name, content in _files_of(folder, without=others).items()
        if name not in solved and name not in MACHINERY
    }
    return Layout(suite, solved, _files_of(given) if given else {})


def modules_of(layout: Layout, is_otter: bool) -> dict[str, ForeignModule]:
    """Return the modules that students hand in: those of the reference that tests import.

    Args:
        layout: the parts.
        is_otter: whether there are tests of otter's, which import nothing: they find the names of the notebook.

    Raises:
        UnusableInput: no test imports a definition of the reference.
    """
    own = {path.split("/")[0].removesuffix(".py"): path for path in layout.reference if path.endswith(".py")}
    imported = set(own) if is_otter else set().union(*map(_imported, _read(layout.sources).values())) & own.keys()
    if not imported:
        raise UnusableInput(
            f"no test imports a name that the reference solution defines ({', '.join(sorted(own)) or 'no .py file'}): "
            "give its files the names that students' files have"
        )
    names = [path.removesuffix(".py").replace("/", ".") for path in layout.reference if path.endswith(".py")]
    read = _read(layout.reference)
    return {
        name.removesuffix(".__init__"): _module(read[f"{name.replace('.', '/')}.py"])
        for name in sorted(names)
        if name.split(".")[0] in imported
    }


def _first(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_dir()), None)


def _files_of(top: Path, without: list[Path] | None = None) -> dict[str, bytes]:
    """Return the files of a folder by their paths below it, or a file by its name.

    Raises:
        UnusableInput: there are too many, or they are too large.
    """
    if top.is_file():
        return {top.name: top.read_bytes()}
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(top.rglob("*")):
        parts = path.relative_to(top).parts
        if not path.is_file() or any(part.startswith(".") or part in UNWANTED for part in parts):
            continue
        if any(path.resolve().is_relative_to(one) for one in without or []):
            continue
        total += path.stat().st_size
        if len(found) >= MAX_FILES or total > MAX_BYTES:
            raise UnusableInput(
                f"{top}: more than {MAX_FILES} files or {MAX_BYTES >> 20} MiB: leave out all that the tests do not need"
            )
        found["/".join(parts)] = path.read_bytes()
    return found


def _read(sources: Mapping[str, bytes]) -> dict[str, SuiteFile]:
    return {path: SuiteFile.read(path, content) for path, content in sources.items() if path.endswith(".py")}


def _imported(file: SuiteFile) -> set[str]:
    """Return the first parts of the names of all modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module") and node.args:
            first = node.args[0]
            found |= {str(first.value).split(".")[0]} if isinstance(first, ast.Constant) else set()
    return found


def _module(file: SuiteFile) -> ForeignModule:
    """Return what a module defines and imports at its top."""
    defines: list[str] = []
    imports: dict[str, str] = {}
    for node in file.tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defines.append(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            defines += [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                imports[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imports |= {one.asname or one.name: f"{node.module}:{one.name}" for one in node.names if one.name != "*"}
    return ForeignModule(tuple(dict.fromkeys(defines)), imports)
