"""Observations of known mistakes serve the next run where nothing that makes them has changed, and nowhere else."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from autograder import project
from autograder.evidence.code import Code
from autograder.evidence.session import Session, open_session
from autograder.evidence.store import MemoryStore, Record
from autograder.manifest import load_assignment
from autograder.model.failures import UnusableInput
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.suites.load import load_suites
from autograder.verify.cases import Case
from autograder.verify.reuse import CheckedStore, Reuse, folder_for_reuse, tidy
from autograder.verify.suites import plan_for
from autograder.verify.worker import Graded, Task, grade_in

SLUG = "line_fit"
RECORD = Record(Observation(Verdict.RETURNED, value=[1.5, "a value"]), budget_s=2.0)
KEY = "0" * 64


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A sandbox for the smallest assignment; the reference is observed once."""
    with open_session(load_assignment(SLUG), "embedded", store=MemoryStore({})) as opened:
        yield opened


@pytest.fixture(scope="module")
def mistake() -> Case:
    """A known mistake of it."""
    return next(case for case in plan_for(SLUG, "embedded").cases if case.is_mistake)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's observations, with none in it."""
    monkeypatch.setenv(project.CACHE_VARIABLE, str(tmp_path / "cache"))
    return folder_for_reuse()


@pytest.fixture
def grade(session: Session, mistake: Case, folder: Path) -> Callable[..., Graded]:
    """Grade the mistake as another run does, with other code, limits or cases if they are given."""

    def run(case: Case = mistake, **changes: object) -> Graded:
        return grade_in(replace(session, **changes), Task(mistake.submission, reuse=Reuse(folder, case)))

    return run


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, to be edited."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(project.PROJECT / "autograder", root / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    return root


def test_second_run_observes_nothing(grade: Callable[..., Graded]) -> None:
    """It judges what the first one has seen, and comes to the same."""
    first, second = grade(), grade()

    assert (first.is_afresh, first.taken) == (True, 0)
    assert (second.is_afresh, second.taken) == (False, first.made)
    assert [(one.number, one.score, one.explanation) for one in first.report.outcomes] == [
        (one.number, one.score, one.explanation) for one in second.report.outcomes
    ]


@pytest.mark.parametrize(
    "edited",
    [
        "assignments/line_fit/probe_points.py",
        "probes/submitted.py",
        "worker/child.py",
        "sandbox/workspace.py",
        "supervisor/watch.py",
        "confinement/landlock.py",
    ],
)
def test_edit_of_what_makes_observations_observes_again(edited: str, copy: Path, grade: Callable[..., Graded]) -> None:
    """Of a probe, of a helper that it imports, and of whatever confines, watches and runs children."""
    path = copy / "autograder" / edited
    before = path.read_bytes()
    first, same = grade(code=Code(copy)), grade(code=Code(copy))
    path.write_bytes(before + b"\n# edited\n")
    try:
        after = grade(code=Code(copy))
    finally:
        path.write_bytes(before)

    assert (first.is_afresh, same.is_afresh) == (True, False)
    assert after.is_afresh


def test_edit_of_what_only_judges_observes_nothing(copy: Path, grade: Callable[..., Graded]) -> None:
    """Sentences and thresholds are tried on what was seen before."""
    first = grade(code=Code(copy))
    with (copy / "autograder/suites/explain.py").open("a") as file:
        file.write("\n# edited\n")
    after = grade(code=Code(copy))

    assert first.is_afresh
    assert not after.is_afresh


def test_other_limit_observes_again(session: Session, grade: Callable[..., Graded]) -> None:
    """A submission's limits decide what is seen of it."""
    limits = msgspec.structs.replace(session.assignment.limits, processes=session.assignment.limits.processes + 1)
    grade()
    after = grade(assignment=msgspec.structs.replace(session.assignment, limits=limits))

    assert (after.is_afresh, after.taken) == (True, 0)


def test_other_layer_of_the_sandbox_observes_again(session: Session, grade: Callable[..., Graded]) -> None:
    """A machine without control groups counts memory in another way."""
    grade()
    after = grade(protections={**session.protections, "memory and process cgroup": "missing: no such thing"})

    assert (after.is_afresh, after.taken) == (True, 0)


def test_probe_that_reaches_no_changed_statement_is_not_run(
    mistake: Case, session: Session, grade: Callable[..., Graded]
) -> None:
    """The reference has answered its question, and it loses what it must all the same."""
    spared, whole = grade(), grade_in(session, Task(mistake.submission))

    assert 0 < spared.made < len(load_suites(session.assignment))
    assert [outcome.score for outcome in spared.report.outcomes] == [outcome.score for outcome in whole.report.outcomes]


def test_mistake_in_another_file_is_observed_whole(
    session: Session, mistake: Case, folder: Path, grade: Callable[..., Graded]
) -> None:
    """Nothing says which probes a further module reaches."""
    beside = replace(mistake.submission, files={**mistake.submission.files, "other.py": b"x = 1\n"})
    whole = grade_in(session, Task(beside, reuse=Reuse(folder, mistake)))

    assert whole.made > grade().made


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: content[:-9] + b"x" + content[-8:]])
def test_damaged_file_is_as_good_as_none(
    damage: Callable[[bytes], bytes], folder: Path, grade: Callable[..., Graded]
) -> None:
    """Cut short, or with one byte changed that no format would notice; it is replaced."""
    first = grade()
    victim = max(folder.glob("*/*"), key=lambda path: path.stat().st_size)
    victim.write_bytes(damage(victim.read_bytes()))
    second, third = grade(), grade()

    assert (second.made, second.taken) == (1, first.made - 1)
    assert not third.is_afresh


def test_wrong_result_is_never_one_of_earlier_observations(mistake: Case, grade: Callable[..., Graded]) -> None:
    """Where they come to something else than they must, all is observed again: a red test shows what is so now."""
    grade()
    other = replace(mistake, loses=frozenset({"no such test"}))

    assert grade(case=other).is_afresh
    assert not grade().is_afresh


def test_record_comes_back_under_its_own_name_only(tmp_path: Path) -> None:
    """A file that was renamed is no record of another observation."""
    store = CheckedStore(tmp_path / "here")
    store.put(KEY, RECORD)
    shutil.copy(tmp_path / "here" / KEY, tmp_path / "here" / ("1" * 64))

    assert store.get(KEY) == RECORD
    assert store.get("1" * 64) is None
    assert store.get("2" * 64) is None


def test_folder_is_for_its_user_alone(folder: Path) -> None:
    """Neither others nor the group may read it, and one that is open to them is refused."""
    mode = folder.stat().st_mode & 0o777
    folder.chmod(0o755)

    assert mode == 0o700
    with pytest.raises(UnusableInput, match="is open to others"):
        folder_for_reuse()


def test_folder_of_somebody_else_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if only they can write to it."""
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
    with pytest.raises(UnusableInput, match="is open to others"):
        folder_for_reuse()


def test_link_in_its_place_is_refused(folder: Path, tmp_path: Path) -> None:
    """It could lead anywhere."""
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnusableInput, match="is open to others"):
        folder_for_reuse()


def test_place_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do about it."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(project.CACHE_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(UnusableInput, match=r"cannot be made: .* set AUTOGRADER_CACHE"):
        folder_for_reuse()


def test_what_was_of_use_longest_ago_goes_first(tmp_path: Path) -> None:
    """The folder stays below its size; to be taken is to be of use."""
    store = CheckedStore(tmp_path / "code")
    for age, key in enumerate(("new", "older", "oldest")):
        store.put(key, RECORD)
        os.utime(tmp_path / "code" / key, (1e9 - age, 1e9 - age))
    size = (tmp_path / "code" / "new").stat().st_size
    taken = store.get("oldest")
    tidy(tmp_path, 2 * size)
    left = sorted(path.name for path in tmp_path.glob("*/*"))
    tidy(tmp_path, 0)

    assert taken == RECORD
    assert left == ["new", "oldest"]
    assert list(tmp_path.iterdir()) == [], "a folder of code that nobody has any more goes, too"
