"""The page of messages shows what students read about each known mistake."""

import importlib.util
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from autograder.checks.mistake import Mistake
from autograder.manifest import load_assignment
from autograder.model.outcome import Explanation
from autograder.model.plot import Curve, Line, Tile, Tiles
from autograder.model.verdict import Verdict
from autograder.verify.cases import known_mistakes
from tests.helpers import report_of
from tests.outline import Outline, outline_of
from tests.rendering.test_student_page import line

MISTAKES = known_mistakes(load_assignment("line_fit"))
SCRIPT = Path(__file__).parents[1] / "docs" / "make_messages_page.py"
MISTAKE = Mistake("rows_turned", "Turns <rows> into columns.", frozenset({"1.1"}))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Outline:
    """The page that the script builds for all of line_fit."""
    page = tmp_path_factory.mktemp("page") / "messages.html"
    subprocess.run([sys.executable, SCRIPT, "--assignment", "line_fit", "-o", page], check=True, capture_output=True)
    return outline_of(page.read_text(encoding="utf-8"))


def test_built_page_has_a_section_for_each_known_mistake(built: Outline) -> None:
    """The list at the top links to each section."""
    names = [mistake.name for mistake in MISTAKES]

    assert [one["id"] for one in built.all("section")] == names
    assert {f"#{name}" for name in names} <= {one.get("href") for one in built.all("a")}


def test_built_page_shows_each_story_with_the_tests_that_lost_points(built: Outline) -> None:
    """Each item is a test that the mistake must lose, and no test is missing."""
    items = Counter(str(one["id"]).rsplit("-test-", 1)[0] for one in built.all("li") if one.get("id"))

    assert [mistake.story for mistake in MISTAKES if mistake.story not in built.text] == []
    assert items == {mistake.name: len(mistake.loses) for mistake in MISTAKES}


def test_built_page_fetches_nothing(built: Outline) -> None:
    """The page is one file, which can be sent to somebody."""
    fetched = [one.get("src") or one.get("href") for kind in ("img", "link", "script") for one in built.all(kind)]

    assert [source for source in fetched if source and not source.startswith("data:")] == []


@pytest.fixture(scope="module")
def script() -> Any:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("make_messages_page", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_shows_story_change_and_messages_of_lost_tests(script: Any) -> None:
    """Tests that kept their points do not appear."""
    tiles = Tiles("A sample", (Tile("yours", "", 1, 1, "AAAA"),))
    said = Explanation("rows", "columns", "Transpose.")
    report = report_of(line(), line(Verdict.FAILED, 0.0, explanation=said, plots=(tiles,)))
    change = script.change_of({"submitted.py": b"x\na = 1\ny\n"}, {"submitted.py": b"x\na = 2\ny\n"})
    outline = outline_of(script.to_messages_page("A small one", "embedded", [script.Message(MISTAKE, change, report)]))

    assert "Rows turned Turns <rows> into columns." in outline.text
    assert "-a = 1 +a = 2" in outline.text
    assert "Expected rows Seen columns Hint Transpose." in outline.text
    assert [one["id"] for one in outline.all("li") if one.get("id")] == ["rows_turned-test-2"]
    assert len(outline.all("img")) == 1


def test_no_change_has_no_lines(script: Any) -> None:
    """The headers of a difference are left out."""
    assert script.change_of({"submitted.py": b"a\n"}, {"submitted.py": b"a\n"}) == ""


def test_change_names_the_line_where_it_begins(script: Any) -> None:
    """Line numbers count from one."""
    before, after = b"a\nb\nc\nd\n", b"a\nb\nx\nd\n"

    assert script.change_of({"submitted.py": before}, {"submitted.py": after}).splitlines() == [
        "@@ line 2", " b", "-c", "+x", " d",
    ]  # fmt: skip


def test_page_does_not_depend_on_the_speed_of_the_machine(script: Any) -> None:
    """Two runs in the same state of the project write the same page."""

    def page(seconds: int) -> str:
        printed = "\n".join(f"epoch {number}: loss {1 / number:.3f}" for number in range(seconds, seconds + 3))
        ended = Explanation(
            seen=f"Stopped after {seconds} CPU seconds; 1,{seconds} steps.", hint="Look.", detail=printed
        )
        curve = Curve("Loss", "batches", (Line("yours", (float(seconds),), 0),))
        outcome = line(Verdict.CPU_BUDGET, 0.0, explanation=ended, plots=(curve,))
        report = script.without_speed(report_of(outcome, execution_s=float(seconds)))
        return str(script.to_messages_page("A small one", "embedded", [script.Message(MISTAKE, "", report)]))

    assert page(60) == page(61)
    assert "Stopped after … CPU seconds; … steps. Hint Look. epoch …: loss …" in outline_of(page(60)).text
