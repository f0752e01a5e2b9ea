"""The Markdown of a report is headings, a table and blocks of code, whatever a submission wrote."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from autograder.model.outcome import Explanation
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.markdown import to_markdown
from tests.helpers import report_of
from tests.rendering.reports import reports, unprintable_in
from tests.rendering.test_gradescope import line

OURS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "fence", "table_open",
    "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close", "tr_open", "tr_close", "th_open",
    "th_close", "td_open", "td_close", "strong_open", "strong_close", "text_special",
}  # fmt: skip
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
LARGEST = 1 << 20  # bytes of a step's summary that GitHub takes
hostile = st.lists(
    st.sampled_from([
        "```", "\n```\n", "\n````\n<b>", "~~~", "`", "````text", "\n", "    ", "# ", "- ", "> ", "|", "---", "<b>",
        "<!--", "&lt;", "![x](http://x)", "[a]: http://x", "[a](javascript:x)", "<http://x>", "**", "_", "~~", "\\",
        "@user", "#1", "$$", ":bug:", "é",
    ]),
    max_size=12,
).map("".join)  # fmt: skip


def tokens(text: str) -> list[Token]:
    """Return all tokens that GitHub's reader of Markdown finds in a text."""
    found = READER.parse(text)
    return [token for outer in found for token in (outer, *(outer.children or ()))]


def report_saying(text: str) -> Report:
    """Return a report that has a text in every place."""
    said = Explanation(text, text, text, text)
    lost = line(title=text, suite=text, number=text, score=0.0, verdict=Verdict.FAILED, explanation=said)
    return replace(report_of(line(), lost, line()), title=text, problem=text, remarks=(text,))


@given(reports | hostile.map(report_saying))
def test_nothing_of_a_submission_is_markup(report: Report) -> None:
    """No link, image, HTML or list comes out, and no block of code closes early."""
    found = tokens(to_markdown(report))

    assert {token.type for token in found} <= OURS
    assert sum(token.type == "heading_open" for token in found) == 1
    assert all(token.info == "text" for token in found if token.type == "fence")


@given(reports)
def test_every_report_has_a_row_for_each_test_and_fits(report: Report) -> None:
    """GitHub drops a summary that is too large."""
    text = to_markdown(report)
    hidden = sum(one.visibility not in ("", "visible") for one in report.outcomes)

    assert sum(token.type == "tr_open" for token in tokens(text)) == 1 + len(report.outcomes) - max(hidden - 1, 0)
    assert len(text.encode()) < LARGEST
    assert unprintable_in(text) == set()


def test_summary_is_read_at_a_glance() -> None:
    """It has the total, the table, and below it the tests that lost points."""
    said = Explanation(expected="10", seen="9 ``` 10")
    lost = line(number="1.2", score=2.5, verdict=Verdict.FAILED, explanation=said)
    text = to_markdown(report_of(line(), lost, execution_s=3.2))

    assert text == (
        "## A small one: 7.5 / 10 points\n\n"
        "| | test | points |\n|---|---|--:|\n"
        "| ✓ | 1\\.1 It works\\. | 5 / 5 |\n"
        "| ◐ | 1\\.2 It works\\. | 2.5 / 5 |\n\n"
        "**1\\.2 It works\\.**\n\n"
        "````text\nExpected: 10\nSeen:     9 ``` 10\n````\n\n"
        "embedded data, 3 s\n"
    )
