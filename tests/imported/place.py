"""A project in a temporary folder, into which suites are imported; the code in it is the real one."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder import project

SUITES = Path(__file__).parent / "courses"


@contextmanager
def a_project(folder: Path) -> Iterator[None]:
    """Let the project be this folder, with no assignments in it."""
    for place in ("reference_solution", "student_template", "fixtures", "autograder/assignments"):
        (folder / place).mkdir(parents=True)
    for path in (project.PROJECT / "autograder").iterdir():
        if path.name != "assignments":
            (folder / "autograder" / path.name).symlink_to(path)
    (folder / "autograder/assignments/__init__.py").touch()
    (folder / "requirements").symlink_to(project.PROJECT / "requirements")
    package = importlib.import_module("autograder.assignments")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "PROJECT", folder)
        patch.setattr(package, "__path__", [*package.__path__, str(folder / "autograder/assignments")])
        before = set(sys.modules)
        try:
            yield
        finally:
            for name in set(sys.modules) - before:
                if name.startswith("autograder.assignments."):
                    del sys.modules[name]
