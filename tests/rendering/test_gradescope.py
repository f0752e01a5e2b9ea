"""`results.json` is valid, printable and bounded, whatever text a submission contributed."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from autograder.model.outcome import Explanation, LeaderboardEntry, Outcome
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.gradescope import fallback_results, to_results
from autograder.rendering.text import MAX_CHARACTERS
from autograder.system.files import write_results
from tests.helpers import report_of
from tests.rendering.reports import reports, texts

SCHEMA = json.loads((Path(__file__).parents[1] / "results.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(SCHEMA)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
NOTE_CHARACTERS = 60  # of "… 12,345 characters omitted …"


def strings(tree: Any) -> Iterator[str]:
    """Yield every string in a JSON value, keys included."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield from (key, *strings(value))
    elif isinstance(tree, list):
        for value in tree:
            yield from strings(value)


def line(**changes: Any) -> Outcome:
    """Return a passed test worth 5 points, with changes."""
    fields: dict[str, Any] = {
        "key": "TestIt.test_it", "suite": "1. Suite", "number": "1.1", "title": "It works.",
        "verdict": Verdict.PASSED, "weight": 5.0, "score": 5.0,
    }  # fmt: skip
    return Outcome(**{**fields, **changes})


def only_test(outcome: Outcome) -> dict[str, Any]:
    """Return the rendered form of one outcome."""
    (test,) = to_results(report_of(outcome))["tests"]
    return dict(test)


@given(reports)
def test_every_report_is_valid_by_the_schema(report: Report) -> None:
    """Gradescope accepts every result, and JSON has no NaN."""
    results = json.loads(json.dumps(to_results(report), allow_nan=False))

    assert [error.message for error in VALIDATOR.iter_errors(results)] == []
    assert len(results["tests"]) == len(report.outcomes)


@given(reports)
def test_text_is_printable_and_bounded(report: Report) -> None:
    """No escape sequence, reversing character or half pair comes out, and each text is bounded."""
    every = list(strings(to_results(report)))
    unprintable = {c for text in every for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - {"\n", "\t"}

    assert unprintable == set()
    assert max(map(len, every)) <= MAX_CHARACTERS + NOTE_CHARACTERS


@given(reports)
def test_scores_of_the_tests_add_up_to_the_score(report: Report) -> None:
    """The tests' scores add up to the total."""
    results = to_results(report)
    scored = [test for test in results["tests"] if "score" in test]

    assert sum(test["score"] for test in scored) == pytest.approx(results["score"], abs=1e-6)
    assert sum(test["max_score"] for test in scored) == pytest.approx(report.max_score, abs=1e-6)
    assert all(0 <= test["score"] <= test["max_score"] for test in scored)


@given(report=reports)
def test_every_report_can_be_written(tmp_path_factory: pytest.TempPathFactory, report: Report) -> None:
    """Every character that is left has an encoding in UTF-8."""
    path = tmp_path_factory.getbasetemp() / "results.json"
    write_results(path, to_results(report))

    assert json.loads(path.read_text(encoding="utf-8"))["execution_time"] >= 0


@given(texts)
def test_fallback_is_valid_for_any_reason(reason: str) -> None:
    """The text of an exception may contain anything."""
    results = fallback_results(reason)

    assert [error.message for error in VALIDATOR.iter_errors(results)] == []
    assert results["score"] == 0
    assert json.dumps(results, ensure_ascii=False).encode()


def test_repeated_traceback_is_shown_once() -> None:
    """Of tests with the same visibility, only the first has the traceback; each repeats what was seen and the hint."""
    raised = {"verdict": Verdict.RAISED, "score": 0.0, "explanation": Explanation("", "KeyError: 1", "Look.", "File a")}
    tests = to_results(
        report_of(
            line(number="1.1", **raised),
            line(number="1.2", **raised),
            line(number="1.3", **raised, visibility="hidden"),
        )
    )["tests"]
    said = [test["output"] for test in tests]

    assert [text.count("File a") for text in said] == [1, 0, 1]
    assert said[1].endswith("Hint:     Look.\n\nSee 1.1 for details.")


def test_noise_of_floats_is_rounded() -> None:
    """0.1 + 0.2 becomes 0.3, and the time is in whole seconds."""
    results = to_results(report_of(line(score=0.1), line(score=0.2), execution_s=1.23456))

    assert results["score"] == 0.3
    assert results["execution_time"] == 2


@pytest.mark.parametrize(
    ("verdict", "score", "status"),
    [
        (Verdict.PASSED, 5.0, "passed"),
        (Verdict.FAILED, 4.999, "failed"),
        (Verdict.FAILED, 0.0, "failed"),
        (Verdict.NOT_RUN, 0.0, "failed"),
        (Verdict.HARNESS_FAULT, 0.0, None),
        (Verdict.RAISED, 5.0, "failed"),
    ],
)
def test_only_full_points_are_a_pass(verdict: Verdict, score: float, status: str | None) -> None:
    """Half the points in green would read as right; what nobody judged has not failed."""
    test = only_test(line(verdict=verdict, score=score))

    assert (test.get("status"), test["score"], test["max_score"]) == (status, score, 5)


def test_text_of_control_characters_alone_is_left_out() -> None:
    """An empty number or output would be invalid."""
    test = only_test(line(number="\x1f", explanation=Explanation(detail="\x1b[0m")))

    assert "number" not in test
    assert "output" not in test


def test_line_without_weight_carries_no_score() -> None:
    """It informs, and Gradescope does not show 0 / 0."""
    test = only_test(line(weight=None, score=0.0))

    assert "score" not in test
    assert "max_score" not in test


def test_student_reads_the_verdict_and_the_remedy() -> None:
    """Verdict, expectation, observation, hint, detail and remarks come in this order."""
    said = Explanation(expected="a loss", seen="nan\nat step 3", hint="lower lr", detail="step loss\n3    nan")
    output = only_test(line(verdict=Verdict.CPU_BUDGET, score=0.0, explanation=said, remarks=("10 epochs",)))["output"]

    assert output == (
        "Result: cpu budget\n\n"
        "Expected: a loss\n"
        "Seen:     nan\n"
        "          at step 3\n"
        "Hint:     lower lr\n\n"
        "step loss\n3    nan\n\n"
        "10 epochs"
    )


def test_hidden_tests_are_announced() -> None:
    """A student must not take passing all visible tests for full marks."""
    hidden = [line(visibility="hidden"), line(visibility="after_due_date", weight=2.5, score=0.0)]
    output = to_results(report_of(line(), *hidden))["output"]

    assert "not yet mean full marks" in output
    assert "1 test worth 5 points is never shown." in output
    assert "1 test worth 2.5 points is shown after the due date." in output
    assert "full marks" not in to_results(report_of(line()))["output"]


def test_fault_of_the_harness_is_announced_and_named_for_the_staff() -> None:
    """A fault never silently becomes zero points."""
    results = to_results(report_of(line(), line(key="TestIt.test_other", verdict=Verdict.HARNESS_FAULT, score=0.0)))

    assert "not your fault" in results["output"]
    assert results["extra_data"]["needs_a_person"] == ["TestIt.test_other"]


def test_problem_of_the_upload_stands_first() -> None:
    """A student who uploads a notebook reads that first."""
    results = to_results(report_of(line(score=0.0), problem="It is a notebook.", remarks=("One file left out.",)))

    assert results["output"].startswith("It is a notebook.\n\nOne file left out.")


def test_leaderboard_is_there_only_with_rows() -> None:
    """An empty leaderboard would make its page appear."""
    with_row = to_results(report_of(line(leaderboard=LeaderboardEntry("accuracy", 0.93, "desc"))))

    assert with_row["leaderboard"] == [{"name": "accuracy", "value": 0.93, "order": "desc"}]
    assert "leaderboard" not in to_results(report_of(line()))


def test_result_can_be_reproduced() -> None:
    """The text names versions, and the staff's data the layers of protection."""
    results = to_results(report_of(line(), environment={"torch": "2.9.0"}, protections={"seccomp": "active"}))

    assert "torch 2.9.0" in results["output"]
    assert results["extra_data"]["protections"] == {"seccomp": "active"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": "5"},
        {"score": 5, "execution_time": "0.02"},
        {"tests": [{"score": 1, "max_score": 1}]},
        {"tests": [{"name": "x", "score": 1}]},
        {"tests": [{"name": "x", "max_score": 1}]},
        {"tests": [{"name": "x", "visibility": "secret"}]},
        {"tests": [{"name": "x", "output_format": "rtf"}]},
        {"tests": [{"name": "x", "colour": "red"}]},
        {"tests": [], "stdout_visibility": "never"},
        {"tests": [], "leaderboard": [{"name": "x", "value": 1, "order": "up"}]},
        {"tests": [], "marks": 5},
        {"output": "nothing else"},
    ],
)
def test_schema_refuses_results_that_gradescope_refuses(wrong: dict[str, Any]) -> None:
    """The schema rejects wrong results."""
    assert not VALIDATOR.is_valid(wrong)
