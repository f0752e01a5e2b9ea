"""A report as a page: it shows exactly what its reader may see, escapes all text, and fetches nothing."""

import html
import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.model.measurement import Measurement
from autograder.model.outcome import Explanation, Outcome
from autograder.model.plot import Confusion, Curve, Interval, Line, Tile, Tiles
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.student_page import Bar, lines_of, to_page_for_students, to_student_page
from tests.helpers import report_of
from tests.outline import outline_of
from tests.rendering.reports import reports, texts

HIDDEN = ("hidden", "after_due_date", "after_published")
WORD = "Wombat"  # occurs nowhere in the pages' common parts


def line(verdict: Verdict = Verdict.PASSED, score: float = 5.0, **changes: Any) -> Outcome:
    """Return a test worth 5 points, with changes."""
    fields: dict[str, Any] = {"weight": 5.0, "score": score, **changes}
    return Outcome("TestIt.test_it", "1. Suite", "1.1", "It works.", verdict, **fields)


def text_of(report: Report, **options: str) -> str:
    """Return the words of the page."""
    return outline_of(to_student_page(report, **options)).text


@settings(max_examples=30)
@given(reports, texts)
def test_no_report_breaks_the_page(report: Report, who: str) -> None:
    """Whatever text a submission contributed, elements close, no script appears, and no character misleads."""
    page = to_student_page(report, who)
    outline = outline_of(page)
    shown = html.unescape(page)

    assert {c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs")} <= {"\n", "\t"}
    assert outline.all("script") == []
    assert len([one for one in outline.all("li") if (one.get("id") or "").startswith("test-")]) == len(report.outcomes)


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(["<b>", "</pre>", '"', "'", "&amp;", "{{ 7 * 7 }}", "-->", "a"]), max_size=6).map("".join)
)
def test_markup_is_shown_as_text(hostile: str) -> None:
    """A student's text reads exactly as it was written."""
    said = Explanation(hostile, hostile, hostile, hostile)
    outline = outline_of(to_student_page(report_of(line(Verdict.FAILED, 0.0, explanation=said)), hostile))

    assert outline.words.count(hostile) >= (5 if hostile.strip() else 0)
    assert outline.all("b") == [{}]  # of the points


def test_names_between_backticks_are_code() -> None:
    """And nothing else of a text becomes markup."""
    said = Explanation(seen="`build_model` returned `<b>`, and a lone ` stays")
    page = to_student_page(report_of(line(Verdict.FAILED, 0.0, explanation=said)))

    assert "<code>build_model</code> returned <code>&lt;b&gt;</code>, and a lone ` stays" in page


def test_page_fetches_nothing_and_runs_nothing() -> None:
    """The page works offline, and its policy forbids everything but its own style."""
    page = to_student_page(report_of(line()), back="../class.html")
    outline = outline_of(page)
    policy = next(one["content"] for one in outline.all("meta") if one.get("http-equiv"))

    assert {"script", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in outline.seen)
    assert "url(" not in page and "http" not in page.replace("http-equiv", "")
    assert policy is not None and policy.startswith("default-src 'none'; style-src 'sha256-")
    assert [one["href"] for one in outline.all("a")] == ["#content", "../class.html"]


def test_images_are_allowed_only_where_the_page_holds_some() -> None:
    """Only images within the page itself are allowed then."""
    tiles = Tiles("A sample", (Tile("yours", "3 × 1 × 1", 1, 1, "AAAA"),))
    with_image, without = (outline_of(to_student_page(report_of(line(plots=plots)))) for plots in ((tiles,), ()))
    policies = [one["content"] or "" for page in (with_image, without) for one in page.all("meta") if "content" in one]
    sources = [one["src"] or "" for one in with_image.all("img")]

    assert ["img-src data:;" in policy for policy in policies if "default-src" in policy] == [True, False]
    assert [source.split(",")[0] for source in sources] == ["data:image/png;base64"]


def test_plot_that_an_earlier_test_showed_is_not_shown_again() -> None:
    """Later tests refer to it, as they do for words."""
    interval = Interval("Accuracy", 0.8, 0.75, 0.85, 0.94)
    shown = line(Verdict.FAILED, 0.0, explanation=Explanation(seen="80%"), plots=(interval,))

    assert text_of(report_of(shown, replace(shown, number="1.2"))).count("required: 94.0 %") == 1


def test_head_shows_name_and_score() -> None:
    """The head shows the name, the points, and a bar of the right width."""
    page = to_student_page(report_of(line(), line(Verdict.FAILED, 0.0)), "Ada Lovelace")

    assert "<title>Ada Lovelace: 5 of 10, A small one</title>" in page
    assert "5 of 10 points" in outline_of(page).text
    assert 'class="fill" width="50.00%"' in page


def test_report_without_points_can_be_rendered() -> None:
    """An assignment may only inform, or nothing may have run."""
    assert "0 of 0 points" in text_of(report_of())


@pytest.mark.parametrize(
    ("outcome", "mark", "words"),
    [
        (line(), "✓", "full points"),
        (line(Verdict.FAILED, 2.5), "◐", "some of the points"),
        (line(Verdict.RAISED, 0.0), "✗", "no points"),
        (line(Verdict.NOT_RUN, 0.0), "–", "not run"),
        (line(Verdict.HARNESS_FAULT, 0.0), "!", "the grader failed"),
        (line(Verdict.NOT_RUN, 0.0, weight=None, manual=4.0), "✎", "a person gives the points"),
        (line(weight=None, score=0.0), "·", "without points"),
    ],
)
def test_each_outcome_has_a_symbol_and_words(outcome: Outcome, mark: str, words: str) -> None:
    """Outcomes are distinguishable without colour, and without sight."""
    assert f"{mark} {words}: 1.1" in text_of(report_of(outcome))


def test_student_reads_expectation_observation_and_hint() -> None:
    """The explanation comes in this order, after the verdict and before the detail."""
    said = Explanation("a loss below 1", "a loss of 3", "lower the rate", "step 1: 3.0")
    shown = text_of(report_of(line(Verdict.CPU_BUDGET, 0.0, explanation=said, remarks=("12 epochs",))))

    assert (
        "Result cpu budget Expected a loss below 1 Seen a loss of 3 Hint lower the rate step 1: 3.0 12 epochs" in shown
    )


def test_shared_reason_is_shown_once() -> None:
    """Later tests refer to the first one."""
    said = Explanation(seen="build_model returned None", hint="return the network", detail="a traceback")
    first = line(Verdict.FAILED, 0.0, explanation=said)
    report = report_of(first, line(), replace(first, number="1.3"))

    assert [one.as_in for one in lines_of(report)] == [0, 0, 1]
    assert text_of(report).count("build_model returned None") == 1
    assert 'The same as in <a href="#test-1">1.1</a>' in to_student_page(report)


def test_tests_that_never_ran_have_only_their_mark() -> None:
    """Twenty lines that refer to the first one would help nobody."""
    skipped = line(Verdict.NOT_RUN, 0.0, explanation=Explanation(seen="Not run."))
    shown = text_of(report_of(skipped, skipped, skipped))

    assert shown.count("Not run.") == 1
    assert "The same as in" not in shown


def test_tests_that_students_do_not_see_are_marked() -> None:
    """The staff sees all tests, and knows which of them students see."""
    shown = text_of(report_of(line(visibility="hidden"), line(visibility="after_due_date"), line(visibility="visible")))

    assert shown.count("hidden from students") == 1
    assert shown.count("It works. shown after the due date") == 1


def test_notes_on_the_whole_result_come_first() -> None:
    """Problem, forfeit and fault come before the first test."""
    forfeit = line(Verdict.FAILED, 0.0, forfeits=True, explanation=Explanation(seen="The test set was trained on."))
    report = report_of(line(), forfeit, line(Verdict.HARNESS_FAULT, 0.0), problem="It is a notebook.")
    shown = text_of(report)
    first = shown.index("1. Suite")

    for text in ("It is a notebook.", "The whole result is 0 points:", "The grader itself failed in 1 of the tests."):
        assert 0 < shown.index(text) < first


def test_budgets_are_bars_and_say_when_they_are_overdrawn() -> None:
    """A bar shows the used seconds of the allowed ones, and never grows out of the page."""
    report = report_of(
        budgets=(Measurement("trained", 30.0, 120.0, at_least=False), Measurement("slow", 50.0, 25.0, at_least=False))
    )
    shown = text_of(report)

    assert "trained 30.0 of 120.0 s" in shown
    assert "slow 50.0 of 25.0 s over its budget" in shown
    assert [Bar(measurement).share for measurement in report.budgets] == [0.25, 1.0]
    assert Bar(Measurement("none", 1.0, 0.0, at_least=False)).share == 1.0


def test_machine_and_missing_layers_are_named() -> None:
    """A result can be reproduced, and a weaker sandbox is never silent."""
    shown = text_of(report_of(environment={"torch": "2.9.0"}, protections={"Landlock": "missing: no support"}))

    assert "Not in force: Landlock." in shown
    assert "torch 2.9.0" in shown


def secretive(visibility: str, verdict: Verdict = Verdict.FAILED) -> Outcome:
    """Return a hidden test with the word in each part, and a plot of each kind."""
    plots = (
        Tiles(WORD, (Tile(WORD, WORD, 3, 1, "AAECAwQFBgcI"),), WORD),
        Curve(WORD, WORD, (Line(WORD, (1.0, 0.5), 2),)),
        Confusion(((3, 1), (0, 4)), (WORD, WORD)),
        Interval(WORD, 0.8, 0.75, 0.85, 0.94),
    )
    said = Explanation(WORD, WORD, WORD, WORD)
    fields: dict[str, Any] = {"explanation": said, "remarks": (WORD,), "tags": (WORD,), "plots": plots}
    return Outcome(f"{WORD}.test", WORD, f"9.{WORD}", WORD, verdict, 3.0, 0.0, visibility=visibility, **fields)


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.RAISED, Verdict.HARNESS_FAULT, Verdict.NOT_RUN])
@pytest.mark.parametrize("visibility", HIDDEN)
def test_page_for_students_holds_no_word_of_a_hidden_test(visibility: str, verdict: Verdict) -> None:
    """It shows neither suite, number, title, message, remark, plot nor probe; the staff's page shows them all."""
    probe = Measurement(WORD, 3.0, 4.0, at_least=False)
    report = report_of(line(), secretive(visibility, verdict), secretive(visibility), budgets=(probe,))
    whole, shown = to_student_page(report), to_page_for_students(report, "Ada Lovelace")

    assert whole.count(WORD) > 10 and "data:image" in whole
    assert WORD not in shown and "data:image" not in shown


@settings(max_examples=30)
@given(reports)
def test_page_for_students_has_the_points_of_the_whole(report: Report) -> None:
    """It counts the hidden tests and their points, so that nobody takes it for the whole result."""
    hidden = [one for one in report.outcomes if one.visibility in HIDDEN]
    shown = outline_of(to_page_for_students(report)).text
    total = outline_of(to_student_page(report)).text

    assert ("does not yet mean full marks" in shown) == bool(hidden)
    assert (f"{len(hidden)} hidden test" in shown) == bool(hidden)
    assert re.findall(r"(\S+ of \S+) points", shown)[0] == re.findall(r"(\S+ of \S+) points", total)[0]


def test_page_for_students_does_not_describe_the_sandbox() -> None:
    """Versions are there, so that students understand the result; missing layers are for the staff alone."""
    report = report_of(environment={"torch": "2.9.0"}, protections={"Landlock": "missing: no support"})
    shown = to_page_for_students(report)

    assert "2.9.0" in shown
    assert "Landlock" not in shown and "Not in force" not in shown


def test_page_for_students_links_nowhere() -> None:
    """It contains no address of the class's page."""
    assert [one["href"] for one in outline_of(to_page_for_students(report_of(line()), "Ada")).all("a")] == ["#content"]


def test_students_see_budgets_if_no_test_is_hidden() -> None:
    """Students learn how close they came, as long as no probe's name can reveal a hidden test."""
    report = report_of(line(), budgets=(Measurement("trained", 30.0, 120.0, at_least=False),))

    assert "trained 30.0 of 120.0 s" in outline_of(to_page_for_students(report)).text
