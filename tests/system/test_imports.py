"""Following imports through sources as Python follows them."""

from pathlib import Path

import pytest

from autograder.system.imports import Source, reached, source_below


def names(root: Path, *starts: str) -> list[str]:
    """Return the names of all modules reached in a folder."""
    return [source.name for source in reached(starts, lambda name: source_below(root, name))]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a folder with a small package of our name."""
    for path, text in {
        "__init__.py": "",
        "a.py": "import sys, autograder.inner.b\nimport torch\n",
        "c.py": "def f():\n    from autograder.inner import deep, nothing\n",
        "lonely.py": "",
        "inner/__init__.py": "from . import side\n",
        "inner/b.py": "from ..c import f\n",
        "inner/deep.py": "",
        "inner/side.py": "import autograder.a\n",
    }.items():
        file = tmp_path / "autograder" / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    (tmp_path / "torch.py").write_text("import autograder.lonely\n")
    return tmp_path


def test_every_imported_module_is_reached_once(package: Path) -> None:
    """These are packages, relative imports, imports within functions, and cycles, but not other projects' modules."""
    found = names(package, "autograder.a")

    assert sorted(found) == [
        "autograder", "autograder.a", "autograder.c", "autograder.inner", "autograder.inner.b",
        "autograder.inner.deep", "autograder.inner.side",
    ]  # fmt: skip


def test_packages_come_before_their_modules(package: Path) -> None:
    """Python imports them in this order."""
    assert names(package, "autograder.inner.deep")[:3] == ["autograder", "autograder.inner", "autograder.inner.deep"]


def test_name_that_is_not_a_module_leads_nowhere(package: Path) -> None:
    """The name may be a function imported from a module."""
    assert source_below(package, "autograder.c.f") is None


def test_relative_imports_start_from_the_package() -> None:
    """One dot stands for the module's own package, or for the package itself in its `__init__.py`."""
    text = "from . import one\nfrom .two import three\nfrom ..four import five\n"
    module, package = Source("a.b.c", "a/b/c.py", text), Source("a.b.c", "a/b/c/__init__.py", text)

    assert module.imports == ("a.b", "a.b.one", "a.b.two", "a.b.two.three", "a.four", "a.four.five")
    assert package.imports[:4] == ("a.b.c", "a.b.c.one", "a.b.c.two", "a.b.c.two.three")
