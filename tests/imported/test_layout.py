"""The parts of an instructor's folder are found, and what is missing is named."""

import ast
from pathlib import Path

import pytest

from autograder.imported.layout import layout_of, modules_of
from autograder.imported.make import import_suite
from autograder.imported.skeleton import skeleton_of
from autograder.model.failures import UnusableInput
from tests.imported.place import a_project

TEST = "from submitted import f\ndef test_f():\n    assert f() == 1\n"


def a_folder(top: Path, **files: str) -> Path:
    """Return a folder with these files; `__` stands for a slash, and each is a .py file."""
    for name, text in files.items():
        path = top / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return top


def test_parts_are_told_apart(tmp_path: Path) -> None:
    """The other grader's machinery, the solution and the template are not of the suite."""
    solution = "import numpy as np\nfrom math import pi as PI\nx, y = 1, 2\ndef f(): ...\nclass C: ..."
    folder = a_folder(
        tmp_path,
        tests__test_f=TEST,
        tests__helper="",
        solution__submitted=solution,
        template__submitted="",
        run_tests="",
    )
    layout = layout_of(folder)

    assert layout.suite.keys() == {"tests/test_f.py", "tests/helper.py"}
    assert layout.template.keys() == {"submitted.py"}
    module = modules_of(layout, is_otter=False)["submitted"]
    assert module.defines == ("x", "y", "f", "C")
    assert module.imports == {"np": "numpy", "PI": "math:pi"}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"tests__test_f": TEST},
            "there is no reference solution.* add a folder solution/ .* or name it with --reference",
        ),
        (
            {"tests__test_f": TEST, "solution__other": "def f(): return 1"},
            r"no test imports a name that the reference solution defines \(other\)",
        ),
        ({"tests__helper": "from submitted import f", "solution__submitted": ""}, "no tests were found"),
    ],
)
def test_missing_parts_are_named(tmp_path: Path, files: dict[str, str], words: str) -> None:
    """The message says what to add, and where; nothing of an assignment is left."""
    with a_project(tmp_path / "project"), pytest.raises(UnusableInput, match=words):
        import_suite(a_folder(tmp_path / "course", **files), "course")

    assert not (tmp_path / "project/fixtures/course").exists()


def test_names_are_refused_as_new_ones_are(tmp_path: Path) -> None:
    """A name that is taken, or is none, is refused before anything is written."""
    folder = a_folder(tmp_path / "course", tests__test_f=TEST, solution__submitted="def f(): return 1")
    with a_project(tmp_path / "project"):
        (tmp_path / "project/fixtures/taken").mkdir()
        for name, words in (("taken", "fixtures/taken exists already"), ("No Name", "not a valid assignment name")):
            with pytest.raises(UnusableInput, match=words):
                import_suite(folder, name)


def test_skeleton_keeps_names_and_nothing_else() -> None:
    """Bodies become holes and values become dots; imports and docstrings stay."""
    made = skeleton_of(
        b'"""Doc."""\nimport math\nanswer = 42\nprint(answer)\n'
        b'class C(dict):\n    """Of it."""\n    size = 3\n    def f(self, x=1):\n        """Say."""\n        return 7\n'
        b'if __name__ == "__main__":\n    print(C())\n'
    ).decode()

    assert ast.unparse(ast.parse(made)) == ast.unparse(
        ast.parse(
            '"""Doc."""\nimport math\nanswer = ...\nclass C(dict):\n    """Of it."""\n    size = ...\n'
            '    def f(self, x=1):\n        """Say."""\n        raise NotImplementedError("Write f")\n'
            'if __name__ == "__main__":\n    print(C())'
        )
    )
