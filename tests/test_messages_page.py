"""The page of messages shows what a student reads of each known mistake."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from autograder.nouns.outcome import Explanation
from autograder.nouns.picture import Tile, Tiles
from autograder.nouns.verdict import Verdict
from autograder.verify.mistake import Mistake
from tests.helpers import report_of
from tests.outline import outline_of
from tests.rendering.test_student_page import line

SCRIPT = Path(__file__).parents[1] / "docs" / "make_messages_page.py"
MISTAKE = Mistake("rows_turned", "Turns <rows> into columns.", (("a", "b"),), frozenset({"1.1"}))


@pytest.fixture(scope="module")
def script() -> Any:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("make_messages_page", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_shows_story_change_and_words_of_lost_tests(script: Any) -> None:
    """And nothing of the tests that kept their points."""
    tiles = Tiles("A sample", (Tile("yours", "", 1, 1, "AAAA"),))
    said = Explanation("rows", "columns", "Transpose.")
    report = report_of(line(), line(Verdict.FAILED, 0.0, explanation=said, pictures=(tiles,)))
    change = script.change_of({"submitted.py": b"x\na = 1\ny\n"}, {"submitted.py": b"x\na = 2\ny\n"})
    outline = outline_of(script.to_messages_page("A small one", "embedded", [script.Message(MISTAKE, change, report)]))

    assert "Rows turned Turns <rows> into columns." in outline.text
    assert "-a = 1 +a = 2" in outline.text
    assert "Expected rows Seen columns Hint Transpose." in outline.text
    assert [one["id"] for one in outline.all("li") if one.get("id")] == ["rows_turned-test-2"]
    assert len(outline.all("img")) == 1


def test_no_change_has_no_lines(script: Any) -> None:
    """The heads of a difference are left out."""
    assert script.change_of({"submitted.py": b"a\n"}, {"submitted.py": b"a\n"}) == ""
