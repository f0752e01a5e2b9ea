"""An upload's repository is read in the sandbox, within bounds, whatever its author put into it."""

import shutil
import zipfile
from pathlib import Path

import pytest
from dulwich.repo import Repo

from autograder.intake.repository import MOST_FILES, TOO_LARGE, take_repository
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.wire.built_in import MAX_COMMITS, History
from autograder.wire.commits import REPOSITORY
from tests.sandbox.bench import Bench
from tests.sandbox.repositories import NOON, commit_of, repository, write_object

PROBE = """
from autograder.worker.child import BUILT_IN
def call(submitted):
    return BUILT_IN["commits of the upload"](submitted)
"""
EMPTY_TREE = b"4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def seen_of(bench: Bench, upload: Path, **limits: float) -> Observation:
    """Return the observation of an upload's repository."""
    packed, remark = take_repository(upload)

    assert (bool(packed), remark) == (True, "")
    return bench.run({REPOSITORY: packed}, probe=PROBE, declared=History, **limits)


def history_of(bench: Bench, upload: Path) -> History:
    """Return the history of an upload's repository, which must be readable."""
    seen = seen_of(bench, upload)

    assert seen.verdict is Verdict.RETURNED, f"{seen.reason}\n{seen.error}\n{seen.printed}"
    return seen.value  # type: ignore[no-any-return]


def point_to(folder: Path, name: bytes) -> None:
    """Let the branch of a repository end at a commit."""
    (folder / ".git/refs/heads/main").write_bytes(name)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", ["folder", "zip", "gztar"])
def test_commits_are_told_newest_first(bench: Bench, tmp_path: Path, form: str, packed: bool) -> None:
    """Loose or in packs, from a folder or an archive with a folder around everything."""
    top = tmp_path / "upload"
    repository(top / "homework", ["one\n", "one\ntwo\n", "two\nthree\nfour\n"])
    if packed:
        repo = Repo(str(top / "homework"))
        repo.object_store.pack_loose_objects()
        repo.close()
    upload = top if form == "folder" else Path(shutil.make_archive(str(tmp_path / "all"), form, top))
    told = history_of(bench, upload)

    assert [(one.who, one.message, one.added, one.removed) for one in told.commits] == [
        ("Ada", "Change 2", 2, 1),
        ("Grace", "Change 1", 1, 0),
        ("Ada", "Change 0", 1, 0),
    ]
    assert [(one.when - NOON, one.offset_s) for one in told.commits] == [(172_800, 3600), (86_400, 3600), (0, 3600)]
    assert (told.is_there, told.more, told.unread) == (True, 0, 0)


def test_long_history_is_bounded(bench: Bench, tmp_path: Path) -> None:
    """The newest commits are listed, and the others counted."""
    repository(tmp_path, [f"{number}\n" for number in range(MAX_COMMITS + 9)])
    told = history_of(bench, tmp_path)

    assert (len(told.commits), told.more) == (MAX_COMMITS, 9)
    assert told.commits[0].message == f"Change {MAX_COMMITS + 8}"


def test_hostile_objects_end_only_what_leads_to_them(bench: Bench, tmp_path: Path) -> None:
    """Circles, other kinds, impossible times, missing parents, broken bytes, and texts that would do something."""
    circle = b"c1" + b"0" * 38
    (first,) = repository(tmp_path, ["one\n"])
    text = commit_of(EMPTY_TREE, [circle], "x").as_raw_string()
    write_object(tmp_path, b"commit", text, name=circle)
    late = text.replace(str(NOON).encode(), b"9" * 30).replace(circle, first)
    no_time = text.replace(str(NOON).encode(), b"soon")
    loud = commit_of(EMPTY_TREE, [], "\x1b[2J<script>alert(1)</script>\u202egnp", "\x07Eve <e>").as_raw_string()
    tops = [circle, *(write_object(tmp_path, b"commit", one) for one in (late, no_time, loud)), b"a" * 40]
    tops += [write_object(tmp_path, b"blob", b"no commit"), write_object(tmp_path, b"commit", b"\xff\0" * 50)]
    broken = tmp_path / ".git/objects/bb" / ("b" * 38)
    broken.parent.mkdir(exist_ok=True)
    broken.write_bytes(b"no zlib")
    for number, top in enumerate([*tops, b"b" * 40]):
        (tmp_path / f".git/refs/heads/branch{number}").write_bytes(top)
    told = history_of(bench, tmp_path)
    said = [one.who + one.message for one in told.commits]

    assert any("<script>alert(1)</script>" in one for one in said)  # a page escapes it
    assert all(one.isprintable() for one in said)
    assert {one.message for one in told.commits} >= {"Change 0", "x"}
    assert told.unread >= 4


def test_bomb_costs_the_history_and_nothing_else(bench: Bench, tmp_path: Path) -> None:
    """Two hundred kilobytes unpack to two hundred megabytes; the sandbox goes on."""
    repository(tmp_path, ["one\n"])
    point_to(tmp_path, write_object(tmp_path, b"commit", bytes(200 << 20)))
    seen = seen_of(bench, tmp_path, memory_mib=100)

    assert seen.verdict is Verdict.MEMORY or (seen.value.commits, seen.value.unread) == ([], 1)
    assert bench.run("def answer(): return 5").value == 5


def test_files_that_git_does_not_read_for_commits_stay_outside(tmp_path: Path) -> None:
    """Hooks, settings, alternates and links lead nowhere; nor do names that leave the folder."""
    repository(tmp_path / "up", ["one\n"])
    git = tmp_path / "up/.git"
    (git / "objects/info").mkdir(exist_ok=True)
    (git / "objects/info/alternates").write_text("/etc\n")
    (git / "hooks").mkdir(exist_ok=True)
    (git / "hooks/post-checkout").write_text("#!/bin/sh\n")
    (git / "refs/heads/linked").symlink_to("/etc/passwd")
    packed, _ = take_repository(tmp_path / "up")
    archive = tmp_path / "odd.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in (".git/HEAD", ".git/../../etc/HEAD", ".git/refs/heads/../../x", "x.git/HEAD", "/.git/shallow"):
            file.writestr(name, "x")
    odd, _ = take_repository(archive)

    assert {name.split("/")[0] for name in names_in(tmp_path, packed)} == {"HEAD", "refs", "objects"}
    assert not any("info" in name or "linked" in name for name in names_in(tmp_path, packed))
    assert names_in(tmp_path, odd) == ["HEAD"]


def names_in(folder: Path, packed: bytes) -> list[str]:
    """Return the names of a packed repository's files."""
    (folder / "packed.zip").write_bytes(packed)
    with zipfile.ZipFile(folder / "packed.zip") as archive:
        return archive.namelist()


def test_too_many_files_and_folder_that_is_a_link_are_left_out(tmp_path: Path) -> None:
    """With a remark, and never at the expense of the upload."""
    repository(tmp_path / "large", ["one\n"])
    for number in range(MOST_FILES):
        (tmp_path / f"large/.git/refs/tags/t{number}").touch()
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/.git").symlink_to(tmp_path / "large/.git")

    assert take_repository(tmp_path / "large") == (b"", TOO_LARGE)
    assert take_repository(tmp_path / "linked") == (b"", "")


def test_upload_without_a_repository_has_no_history(bench: Bench) -> None:
    """Nothing is read, and nothing is wrong."""
    seen = bench.run("", probe=PROBE, declared=History)

    assert seen.value == History(is_there=False, commits=[], more=0, unread=0)
