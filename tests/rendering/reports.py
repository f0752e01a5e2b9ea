"""Strategies that draw reports of hostile submissions, and helpers of several tests."""

import unicodedata
from dataclasses import replace

from hypothesis import strategies as st

from autograder.model.decided import Decided, GivenLine, LineNote
from autograder.model.grounds import Asked, Compared, Grounds, JudgedAt
from autograder.model.outcome import Explanation, LeaderboardEntry, Outcome
from autograder.model.plot import Confusion, Curve, Images, Interval, Line, Passage, PngImage, Tile, Tiles
from autograder.model.report import Report
from autograder.model.verdict import Verdict

NASTY = [
    "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b", "\x00", "\x9b2J", "\r\rover", "\r\n", "\x85", "\u2028",
    "\u202etxet", "\u2066", "\u061c", "\ufeff", "\ud800", "\udcff", "\U000e0041", "\ue000", "[/]", "[bold]", ":bug:",
    "<script>", "x" * 30_000, "\n" * 2000, "é", "字", "👩‍🔬",
]  # fmt: skip

# One black pixel.
SMALLEST_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"

any_characters = st.text(st.characters(), max_size=30)
texts = st.lists(any_characters | st.sampled_from(NASTY), max_size=4).map("".join)
titles = texts | st.just("")
visibilities = st.sampled_from(["", "hidden", "after_due_date", "after_published", "visible"])
explanations = st.builds(Explanation, texts, texts, texts, texts)
finite = st.floats(-1e9, 1e9)
rows = st.none() | st.builds(LeaderboardEntry, st.just("accuracy"), finite, st.sampled_from(["asc", "desc"]))
shares = st.floats(0, 1)
tiles = st.builds(Tile, texts, texts, st.just(1), st.just(2), st.just("AAECAwQF"))
lines = st.builds(Line, texts, st.lists(st.none() | finite, max_size=5).map(tuple), st.integers(0, 10**6))
confusions = st.integers(0, 4).flatmap(
    lambda size: st.builds(
        Confusion,
        st.tuples(*[st.tuples(*[st.integers(0, 10**6)] * size)] * size),
        st.tuples(*[texts] * size),
    )
)
plots = st.one_of(
    st.builds(Tiles, texts, st.lists(tiles, max_size=3).map(tuple), texts),
    st.builds(Curve, texts, texts, st.lists(lines, max_size=3).map(tuple), st.none() | finite),
    confusions,
    st.builds(Interval, texts, shares, shares, shares, shares, st.none() | shares),
    st.builds(Images, texts, st.lists(st.builds(PngImage, texts, st.just(SMALLEST_PNG)), max_size=3).map(tuple), texts),
    st.builds(Passage, texts, texts),
)

given_lines = st.builds(GivenLine, texts, finite)
decisions = st.builds(
    Decided, st.none() | finite, texts, texts, texts, st.lists(given_lines, max_size=2).map(tuple), st.booleans()
)
notes = st.builds(
    lambda file, line, comment, by, code: LineNote(file, line, comment, by, line, code),
    texts, st.integers(1, 10**6), texts, texts, st.just(()) | st.tuples(texts) | st.tuples(texts, texts),
)  # fmt: skip


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    """Draw an outcome as the runner makes it: a score in [0, weight], and no score without a weight."""
    weight = draw(st.none() | st.integers(0, 10**8).map(lambda millionths: millionths / 10**6))
    share = draw(st.sampled_from([0.0, 0.5, 1.0]) | st.floats(0, 1))
    return Outcome(
        key="Suite.test_it",
        suite=draw(titles),
        number=draw(st.sampled_from(["", "1.1a"]) | titles),
        title=draw(titles),
        verdict=draw(st.sampled_from(Verdict)),
        weight=weight,
        score=round(share * weight, 6) if weight else 0.0,
        explanation=draw(explanations),
        remarks=tuple(draw(st.lists(texts, max_size=3))),
        visibility=draw(visibilities),
        tags=tuple(draw(st.lists(texts, max_size=2))),
        leaderboard=draw(rows),
        plots=tuple(draw(st.lists(plots, max_size=2))),
        decided=draw(st.none() | decisions),
    )


pairs = st.lists(st.tuples(texts, texts), max_size=2).map(tuple)
compared = st.lists(st.builds(Compared, texts, texts, texts, st.booleans()), max_size=2).map(tuple)
questions = st.builds(Asked, texts, pairs, pairs, texts, texts, texts, compared, st.integers(0, 3))
places = st.builds(JudgedAt, texts, st.integers(1, 99), texts)
grounds = st.builds(
    Grounds,
    st.just("Suite.test_it"),
    st.lists(questions, max_size=2).map(tuple),
    st.integers(0, 3),
    st.lists(places, max_size=1).map(tuple),
)

reports = st.builds(
    Report,
    assignment=st.just("small"),
    title=titles,
    profile=st.sampled_from(["embedded", "real"]),
    submission=st.just("0" * 64),
    outcomes=st.lists(outcomes(), max_size=5).map(tuple),
    problem=texts,
    remarks=st.lists(texts, max_size=3).map(tuple),
    environment=st.dictionaries(st.sampled_from(["torch", "system"]), texts),
    protections=st.dictionaries(st.sampled_from(["Landlock", "seccomp"]), texts | st.just("missing: no kernel")),
    execution_s=st.floats(0, 1e5),
    notes=st.lists(notes, max_size=2).map(tuple),
)
explained_reports = st.tuples(reports, grounds).map(lambda pair: replace(pair[0], grounds=(pair[1],)))


def unprintable_in(text: str) -> set[str]:
    """Return the characters that control a terminal, reverse text, or are half of a pair."""
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - {"\n", "\t"}
