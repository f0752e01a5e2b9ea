"""Messages about lost points tell students what to do next, without the harness's own words."""

import ast
import re
from collections.abc import Iterator

import pytest

from autograder import project
from autograder.model.verdict import Verdict
from autograder.verify.worker import Graded
from tests.assignments.gradings import Wanted, plan_of

INSIDES = re.compile(r"\b(probe|observation|zygote|sandbox|harness|digest|verdict|wire)s?\b", re.IGNORECASE)
SAYING = ("require", "require_close", "fail_because", "explain", "leaked", "forfeit", "remark")
SAID = ("expected", "seen", "hint", "text")
SHOWN = "cifar8_finetune"  # whose messages docs/make_messages_page.py shows unless told otherwise
MISTAKES = [case.name for case in plan_of(SHOWN).cases if case.name not in ("reference", "template")]


def sayings(slug: str) -> Iterator[tuple[str, ast.Call, str]]:
    """Yield where an assignment's suites say something in their own words, the call, and its method's name."""
    for path in sorted(project.definition(slug).glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAYING:
                yield f"{path.name}:{node.lineno}", node, node.func.attr


def sentences(slug: str) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of what they say."""
    for place, call, method in sayings(slug):
        said = [keyword.value for keyword in call.keywords if keyword.arg in SAID]
        for text in said + (call.args if method == "remark" else []):
            yield place, words_of(text)


def words_of(text: ast.expr) -> str:
    """Return the words of a string in the source, with "…" for what is filled in."""
    if isinstance(text, ast.JoinedStr):
        return "".join(words_of(part) for part in text.values)
    return text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else "…"


@pytest.mark.parametrize("slug", project.slugs())
def test_suites_speak_of_the_students_code_and_not_of_ours(slug: str) -> None:
    """Students know no probes and no observations."""
    said = list(sentences(slug))

    assert said
    assert [(place, text) for place, text in said if INSIDES.search(text)] == []


@pytest.mark.parametrize("slug", project.slugs())
def test_every_way_to_lose_points_has_a_hint(slug: str) -> None:
    """Also those that no known mistake comes to."""
    losing = [(place, call) for place, call, method in sayings(slug) if method != "remark"]

    assert losing
    assert [place for place, call in losing if "hint" not in {keyword.arg for keyword in call.keywords}] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("graded", "name"),
    [pytest.param((Wanted(SHOWN, "embedded", name),), name, id=name) for name in MISTAKES],
    indirect=["graded"],
)
def test_lost_points_come_with_what_was_seen_and_what_to_do(graded: list[Graded], name: str) -> None:
    """For each known mistake: a whole sentence of advice, and what was expected unless the code did not come so far."""
    lost = [one for one in graded[0].report.outcomes if one.score < (one.weight or 0.0)]
    said = [one.explanation for one in lost]

    assert lost
    assert [one.number for one in lost if not one.explanation.seen] == []
    assert [one.number for one in lost if not one.explanation.hint.endswith((".", "?"))] == []
    assert [one.number for one in lost if one.verdict is Verdict.FAILED and not one.explanation.expected] == []
    assert [text for one in said for text in (one.expected, one.seen, one.hint) if INSIDES.search(text)] == []
