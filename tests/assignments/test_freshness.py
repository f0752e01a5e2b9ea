"""Each run observes afresh all but known mistakes, a fifth of these, and all on demand."""

from collections import Counter
from pathlib import Path

import pytest

from autograder import project
from tests.assignments.freshness import DAY_S, FIFTHS, TINY, Freshness, fifth_of_the_day, freshness_of
from tests.assignments.gradings import Wanted, golden_names, plan_of

FOLDER = Path("/kept")
SLUGS = [slug for slug in project.slugs() if slug not in TINY]


def taken(fifth: int) -> list[tuple[str, str]]:
    """Return the mistakes that take earlier observations while a fifth is observed afresh."""
    freshness = Freshness(FOLDER, fifth)
    cases = [(slug, case) for slug in project.slugs() for case in plan_of(slug).cases]
    reuses = [(slug, freshness.reuse(slug, case)) for slug, case in cases]
    return [(slug, reuse.case.name) for slug, reuse in reuses if reuse]


def mistakes() -> set[tuple[str, str]]:
    """Return the known mistakes of all assignments but the tiny examples."""
    return {(slug, case.name) for slug in SLUGS for case in plan_of(slug).cases if case.is_mistake}


def test_each_mistake_is_observed_afresh_in_one_of_five_days() -> None:
    """The fifths have about the same size, so that no day is much longer."""
    times = Counter(one for fifth in range(1, FIFTHS + 1) for one in taken(fifth))
    sizes = [len(mistakes()) - len(taken(fifth)) for fifth in range(1, FIFTHS + 1)]

    assert times == dict.fromkeys(mistakes(), FIFTHS - 1)
    assert sum(sizes) == len(mistakes())
    assert max(sizes) < 1.5 * len(mistakes()) / FIFTHS


def test_days_take_turns() -> None:
    """Five days in a row have five fifths, and the sixth begins again; the hour does not matter."""
    days = [fifth_of_the_day(day * DAY_S + 3600.0) for day in range(20_000, 20_006)]

    assert sorted(days[:5]) == list(range(1, FIFTHS + 1))
    assert days[5] == days[0]
    assert fifth_of_the_day(20_000 * DAY_S + 86_399.0) == days[0]


@pytest.mark.parametrize("fifth", range(1, FIFTHS + 1))
def test_all_but_known_mistakes_is_always_observed_afresh(fifth: int) -> None:
    """References, templates, golden submissions, other seeds, and all of the tiny examples."""
    names = [
        Wanted(slug, "embedded", name) for slug in SLUGS for name in ("reference", "template", "again/1", "seed/1")
    ]
    names += [Wanted(slug, "embedded", f"golden/{name}") for slug in SLUGS for name in golden_names(slug)]
    names += [Wanted(slug, "embedded", case.name) for slug in TINY for case in plan_of(slug).cases]

    assert [one for one in names if one.task(Freshness(FOLDER, fifth)).reuse] == []


def test_on_demand_all_mistakes_are_observed_afresh() -> None:
    """`--afresh`, whatever the day."""
    assert taken(0) == []


def test_options_choose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--afresh` wins over `--fifth`; the head of the run says what was chosen, and how to have it again."""
    monkeypatch.setenv(project.CACHE_VARIABLE, str(tmp_path))

    assert freshness_of(afresh=False, fifth=3).fifth == 3
    assert freshness_of(afresh=True, fifth=3).fifth == 0
    assert freshness_of(afresh=False, fifth=None).fifth in range(1, FIFTHS + 1)
    assert "--fifth 3" in str(freshness_of(afresh=False, fifth=3))
    assert "all are observed afresh" in str(freshness_of(afresh=True, fifth=None))


def test_folder_that_cannot_be_used_means_that_all_is_observed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The head of the run says why, and the tests are run all the same."""
    (tmp_path / "verified").mkdir()
    (tmp_path / "verified").chmod(0o755)
    monkeypatch.setenv(project.CACHE_VARIABLE, str(tmp_path))
    freshness = freshness_of(afresh=False, fifth=3)

    assert freshness.folder is None
    assert "is open to others" in str(freshness)
