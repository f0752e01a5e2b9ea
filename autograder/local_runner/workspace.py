"""A folder laid out as the grader's: the upload's files, data and support files, and nothing else."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.local_runner.hand_out import HandOut


class Workspace:
    """The working directory of the probes; it is a copy, so that nothing a probe writes lands among one's own files."""

    def __init__(self, hand_out: HandOut, own: Path, upload: Mapping[str, bytes], folder: Path) -> None:
        """Lay the folder out.

        Args:
            hand_out: the students' files and the harness's.
            own: the student's folder.
            upload: the student's files, content by name.
            folder: an empty one.
        """
        self.folder = folder
        for name in hand_out.given:
            _copy(own / name, folder / name)
        self._upload = upload
        self._given = set(hand_out.given)
        self._written: dict[str, tuple[int, int]] = {}  # when each was last written, and its size
        self.restore()

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Make it the working directory for a while, and undo all changes afterwards."""
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            yield
        finally:
            os.chdir(before)
            self.restore()

    def restore(self) -> None:
        """Remove new files, and write changed files of the upload anew."""
        for path in sorted(self.folder.rglob("*"), reverse=True):
            place = path.relative_to(self.folder)
            if place.parts[0] in self._given or place.as_posix() in self._upload:
                continue
            if not path.is_dir() or path.is_symlink() or not any(path.iterdir()):
                _remove(path)
        for name, content in self._upload.items():
            path = self.folder / name
            if _age_and_size(path) != self._written.get(name, (0, 0)):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                self._written[name] = _age_and_size(path)


@contextlib.contextmanager
def workspace_of(hand_out: HandOut, own: Path, upload: Mapping[str, bytes]) -> Iterator[Workspace]:
    """Yield a workspace for a student's files, beside the folder's given ones; it is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="visible-tests-", ignore_cleanup_errors=True) as name:
        yield Workspace(hand_out, own, upload, Path(name).resolve())  # macOS has a link on the way there


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):  # Windows keeps files that are still open
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()


def _age_and_size(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return -1, -1
    return found.st_mtime_ns, found.st_size
