"""Folders are laid out readable, given data are out of reach, and everything is removed."""

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.sandbox.protection import Protection
from autograder.sandbox.workspace import PREFIX, YOUNG_S, NoRoom, Stage, digest_of


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage with a file and a folder as data; its workspaces belong to the user who runs the tests."""
    (tmp_path / "data" / "inner").mkdir(parents=True)
    (tmp_path / "data" / "inner" / "batch").write_text("batch")
    (tmp_path / "weights.pt").write_text("weights")
    (tmp_path / "weights.pt").chmod(0o600)
    stage = Stage(Protection(None), {"data": tmp_path / "data", "weights.pt": tmp_path / "weights.pt"})
    yield stage
    stage.close()


def modes(path: Path) -> int:
    """Return the permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_given_data_are_copied_readable(stage: Stage) -> None:
    """Every user can read the copies, whatever the modes of the originals, and nobody is invited to write."""
    assert modes(stage.given / "weights.pt") == 0o444
    assert modes(stage.given / "data" / "inner" / "batch") == 0o444
    assert modes(stage.given / "data" / "inner") == 0o755
    assert modes(stage.given.parent) == 0o711


def test_workspace_holds_files_and_links(stage: Stage) -> None:
    """The submission's files are written, folders made, and the data linked."""
    with stage.workspace({"submitted.py": b"x = 1", "parts/deep/helper.py": b""}) as place:
        assert (place.folder / "submitted.py").read_bytes() == b"x = 1"
        assert (place.folder / "parts/deep/helper.py").is_file()
        assert (place.folder / "data").is_symlink()
        assert (place.folder / "data/inner/batch").read_text() == "batch"
        assert list(place.scratch.iterdir()) == []
        assert (modes(place.folder), modes(place.scratch)) == (0o700, 0o700)


@pytest.mark.parametrize("name", ["weights.pt", "data", "data/inner/batch", "data/new", "./weights.pt", "weights.pt/x"])
def test_file_by_the_name_of_data_is_left_out(stage: Stage, name: str) -> None:
    """A student's file that collides with data is neither written beside them nor through the link."""
    with stage.workspace({"submitted.py": b"", name: b"mine"}) as place:
        assert (place.folder / "weights.pt").read_text() == "weights"
        assert (place.folder / "data/inner/batch").read_text() == "batch"
        assert not (place.folder / "data/new").exists()
    assert (stage.given / "weights.pt").read_text() == "weights"


def test_workspaces_differ(stage: Stage) -> None:
    """Two workspaces at a time do not share a folder."""
    with stage.workspace({}) as one, stage.workspace({}) as other:
        assert one.folder != other.folder
        assert one.scratch != other.scratch


def test_workspace_is_removed_though_its_use_fails(stage: Stage) -> None:
    """An exception in between leaves no folder behind."""
    with pytest.raises(ZeroDivisionError), stage.workspace({"submitted.py": b""}) as place:
        raise ZeroDivisionError

    assert not place.folder.parent.exists()


def test_files_without_rights_are_removed(stage: Stage) -> None:
    """Folders of mode 000, nested, with files and links in them, are no obstacle."""
    with stage.workspace({"a/b/c/file.py": b"", "a/b/file.py": b"", "x/file.py": b""}) as place:
        (place.folder / "a/b/link").symlink_to("/etc/passwd")
        for name in ("a/b/c/file.py", "a/b/c", "a/b", "a", "x", "."):
            (place.folder / name).chmod(0)

    assert not place.folder.parent.exists()
    assert Path("/etc/passwd").exists()


def test_data_outlive_a_workspace(stage: Stage) -> None:
    """Removing a workspace removes the links in it and not what they lead to."""
    with stage.workspace({}):
        pass

    assert (stage.given / "data/inner/batch").read_text() == "batch"


def test_closed_stage_is_gone(tmp_path: Path) -> None:
    """Nothing of a stage is left when it is closed."""
    stage = Stage(Protection(None), {})
    stage.close()

    assert not stage.given.parent.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_workspace_is_given_to_the_sandboxs_user(tmp_path: Path) -> None:
    """As root, workspace and scratch belong to the sandbox's user; the data stay root's."""
    (tmp_path / "file").write_text("x")
    stage = Stage(Protection(64_999), {"file": tmp_path / "file"})
    with stage.workspace({"parts/submitted.py": b""}) as place:
        owners = {
            path: path.lstat().st_uid
            for path in (place.folder, place.scratch, place.folder / "parts/submitted.py", place.folder / "file")
        }
        assert set(owners.values()) == {64_999}
        assert place.folder.parent.stat().st_uid == 0
        assert (place.folder / "file").stat().st_uid == 0
    stage.close()


def test_digest_depends_on_names_and_contents(tmp_path: Path) -> None:
    """The digest of data changes with a byte, with a name, and with nothing else."""
    (tmp_path / "folder").mkdir()
    file = tmp_path / "folder" / "file"
    file.write_text("one")
    before = digest_of({"data": tmp_path / "folder"})
    os.utime(file, (0, 0))
    same = digest_of({"data": tmp_path / "folder"})
    renamed = digest_of({"other": tmp_path / "folder"})
    file.write_text("two")

    assert same == before
    assert len({before, renamed, digest_of({"data": tmp_path / "folder"})}) == 3


def aged(folder: Path) -> Path:
    """Return the folder, made to look as if nobody had touched it for long."""
    then = folder.stat().st_mtime - 2 * YOUNG_S
    os.utime(folder, (then, then))
    return folder


def test_folder_of_a_killed_grader_is_removed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One whose grader lives is locked, and what only looks like one is left alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    killed, living = Stage(Protection(None), {}), Stage(Protection(None), {})
    os.close(killed._lock)  # as the kernel does
    abandoned, used = aged(killed.given.parent), aged(living.given.parent)
    somebodys = tmp_path / f"{PREFIX}notes"
    somebodys.mkdir()
    aged(somebodys)
    young = Stage(Protection(None), {})
    os.close(young._lock)
    Stage(Protection(None), {}).close()

    assert not abandoned.exists()
    assert used.exists()
    assert somebodys.exists()
    assert young.given.exists(), "it may be about to be locked"
    living.close()


def test_stage_that_cannot_be_laid_out_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where data cannot be copied, what was there already goes away again."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(OSError):
        Stage(Protection(None), {"data": tmp_path / "missing"})

    assert list(tmp_path.iterdir()) == []


def test_full_disk_is_told_with_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a traceback nor the file that happened to be copied, and nothing is left."""
    (tmp_path / "weights.pt").write_bytes(bytes(3 << 20))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=2 << 20))

    with pytest.raises(NoRoom, match="2 MiB of room, and the data of this assignment need 4: make room"):
        Stage(Protection(None), {"weights.pt": tmp_path / "weights.pt"})
    assert [path.name for path in tmp_path.iterdir()] == ["weights.pt"]


def test_planted_file_lies_in_the_place_of_the_given_one(stage: Stage) -> None:
    """A probe finds the planted content by the usual name, and other users cannot reach the originals."""
    original = (stage.given / "data/inner/batch").stat()
    with stage.workspace({}, {"data/inner/batch": b"other"}) as place:
        planted = place.folder / "data/inner/batch"
        seen = planted.read_text(), (place.folder / "weights.pt").read_text(), modes(planted), modes(stage.given)
        dated = planted.stat().st_mtime

    assert seen == ("other", "weights", 0o444, 0o700)
    assert dated == original.st_mtime
    assert (stage.given / "data/inner/batch").read_text() == "batch"
    assert modes(stage.given) == 0o755
    assert not place.given.exists()


def test_only_a_given_file_can_be_planted(stage: Stage) -> None:
    """A name that is not among the data is the author's slip; the originals stay open."""
    with pytest.raises(ValueError, match="data/typo is no given file"), stage.workspace({}, {"data/typo": b""}):
        pass

    assert modes(stage.given) == 0o755
