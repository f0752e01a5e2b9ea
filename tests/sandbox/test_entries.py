"""A submission is a file, a module of a package, a package, or parts in folders that are alike."""

import pytest

from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench

PART = "import model\nimport common\ndef answer(): return [model.NAME, common.SIZE, __name__]\n"
PARTS = {
    "partA/train.py": PART,
    "partA/model.py": "NAME = 'A'\n",
    "partB/train.py": PART,
    "partB/model.py": "NAME = 'B'\n",
    "common.py": "SIZE = 3\n",
}
PACKAGE = {
    "mygrad/__init__.py": "from .tensor import Tensor\nfrom mygrad.run import answer\n",
    "mygrad/tensor.py": "class Tensor: pass\n",
    "mygrad/run.py": "from . import tensor\ndef answer(): return [__name__, tensor.Tensor.__module__]\n",
}
RUN = ["mygrad.run", "mygrad.tensor"]


@pytest.mark.parametrize(
    ("entry", "files", "answer"),
    [
        ("partA/train.py", PARTS, ["A", 3, "train"]),
        ("partB/train.py", PARTS, ["B", 3, "train"]),
        ("mygrad", PACKAGE, RUN),
        ("mygrad.run", PACKAGE, RUN),
        ("code/mygrad", {f"code/{name}": text for name, text in PACKAGE.items()}, RUN),
        ("project.train", {"project/train.py": "from . import net\ndef answer(): return net.__name__\n",
                           "project/net.py": ""}, "project.net"),
    ],
)  # fmt: skip
def test_entry_is_imported_as_it_is_at_home(bench: Bench, entry: str, files: dict[str, str], answer: object) -> None:
    """Modules beside a part come first, then those at the top; those of a package are imported by their full names."""
    seen = bench.run(files, entry=entry)

    assert seen.verdict is Verdict.RETURNED, seen.error
    assert seen.value == answer


def test_part_is_imported_in_steps_from_its_folder(bench: Bench) -> None:
    """A part that trains at its top level is observed without the training; its modules are found all the same."""
    slow = {**PARTS, "partB/train.py": f"{PART}while True: pass\n"}

    assert bench.run(slow, entry="partB/train.py", without=()).value == ["B", 3, "train"]


def test_module_beside_a_part_goes_before_ours(bench: Bench) -> None:
    """The worker has imported `statistics`; at home the student's own would be found."""
    files = {
        "partA/train.py": "import statistics\ndef answer(): return statistics.NAME\n",
        "partA/statistics.py": "NAME = 'mine'\n",
    }

    assert bench.run(files, entry="partA/train.py").value == "mine"


def test_missing_part_is_named(bench: Bench) -> None:
    """The student reads which file is missing, and not that a module is not installed."""
    error = bench.run({"partA/train.py": PART}, entry="partB/train.py").error

    assert error
    assert (error.kind, error.message) == ("UnusableFile", "there is no `partB/train.py` in the upload")


def test_missing_import_of_an_entry_is_its_own_error(bench: Bench) -> None:
    """A module that the entry asks for is another one than the entry."""
    error = bench.run({"mygrad/__init__.py": "import mygrad.nothing\n"}, entry="mygrad").error

    assert error
    assert (error.kind, error.message) == ("ModuleNotFoundError", "No module named 'mygrad.nothing'")


def test_missing_name_is_missed_in_the_file_of_the_entry(bench: Bench) -> None:
    """The file that the student has to look into is named."""
    files = {"mygrad/__init__.py": "", "partA/train.py": ""}
    named = {entry: bench.run(files, entry=entry).error for entry in ("mygrad", "partA/train.py")}

    assert named["mygrad"] and named["partA/train.py"]
    assert named["mygrad"].message == "mygrad/__init__.py does not define `answer`"
    assert named["partA/train.py"].message == "partA/train.py does not define `answer`"
