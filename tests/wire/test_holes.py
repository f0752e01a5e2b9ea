"""The grader tells empty parts of a template from other uses of NotImplementedError."""

import re
from pathlib import Path

import pytest
from torch import nn

from autograder.project import PROJECT
from autograder.wire.holes import BEGINNING, is_hole

TEMPLATES = sorted(
    path
    for folder in ("student_template", "autograder/scaffold/files/template")
    for path in (PROJECT / folder).rglob("*.py")
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_empty_part_of_a_template_is_recognised(path: Path) -> None:
    """Authors write the same words in each of them."""
    raised = re.findall(r"raise NotImplementedError.*", path.read_text(encoding="utf-8"))

    assert all(one.startswith(f'raise NotImplementedError("{BEGINNING}') for one in raised)


def test_network_without_forward_is_no_empty_part() -> None:
    """PyTorch raises the same kind of exception; the student has to see where."""
    with pytest.raises(NotImplementedError) as caught:
        nn.Module()(None)

    assert not is_hole(type(caught.value).__name__, str(caught.value))
    assert not is_hole("NotImplementedError", "")  # an abstract method of a student's
    assert not is_hole("ValueError", "Write CNN")
    assert is_hole("NotImplementedError", "Write CNN")
