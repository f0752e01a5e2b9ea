"""Students read which further packages the grader has, and need none of them to run the tests."""

from pathlib import Path

from autograder.handout.shipped import Shipped
from autograder.handout.write import _name_packages
from autograder.manifest import load_assignment


def test_named_packages_are_listed_with_their_versions(tmp_path: Path) -> None:
    """The file holds the packages that the manifest names, without their dependencies."""
    _name_packages(tmp_path, load_assignment("inaturalist_cnn"))
    first, *pins = (tmp_path / "packages.txt").read_text().splitlines()

    assert first.startswith("# ")
    assert [pin.partition("==")[0] for pin in pins] == [
        "einops", "lightning", "pytorch-lightning", "seaborn", "torchinfo", "torchmetrics", "torchsummary",
    ]  # fmt: skip
    assert all(pin.partition("==")[2] for pin in pins)


def test_assignment_without_packages_lists_none(tmp_path: Path) -> None:
    """No empty file puzzles anybody."""
    _name_packages(tmp_path, load_assignment("line_fit"))

    assert list(tmp_path.iterdir()) == []


def test_evidence_of_items_by_hand_needs_no_package_that_students_lack() -> None:
    """Only the grader reads the commits of a repository."""
    assert Shipped({}, "autograder.checks.manual").packages <= {"numpy"}
