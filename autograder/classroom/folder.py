"""The folder of a graded class: everything for going on, for judging again, and for people to read.

    DIR/
      class.json                  the hand-ins, and the rubric; written last, so that it lists only files that exist
      uploads/                    the unpacked export, if it was an archive
      submissions/ab/<digest>/    the files of each distinct upload, as they were graded
      observations/ab/<digest>/   its observations, a file for each probe
      reference/                  observations of the reference solution
      judged/<rubric>/<digest>    its report, by the rubric of that name
      decisions.sqlite            people's decisions; entries are added, and none is ever changed
      at_work.json                the step of the run that is at work; gone afterwards
      stop                        asks the run of this name to stop
      proposed.json               the changes of a judging that nobody has accepted yet
      proposed/                   observations and reports of uploads that ran again for it; they count once accepted
      students/, *.csv, *.html    for people; made anew at each run

A file that a power failure damaged counts as missing, and is made again.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.classroom.index import LAYOUT, ClassIndex
from autograder.classroom.rubric import Rubric
from autograder.classroom.serialization import from_json, to_json
from autograder.evidence.store import ObservationStore
from autograder.model.failures import UnusableInput
from autograder.model.report import Report
from autograder.model.submission import Submission
from autograder.system.files import write_whole

INDEX, LOCK = "class.json", ".lock"
PROPOSED = "proposed.json"
LARGEST_TEXT = 1_000_000  # bytes of a file that people read


class ClassFolder:
    """Reads and writes the folder; only one process at a time has it open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.reference = ObservationStore(root / "reference")

    @property
    def uploads(self) -> Path:
        """The folder into which an archive is unpacked."""
        return self.root / "uploads"

    @property
    def held(self) -> "ClassFolder":
        """The folder of the results that do not count until somebody accepts them."""
        return ClassFolder(self.root / "proposed")

    @property
    def index(self) -> ClassIndex | None:
        """The folder's content; None if the folder is new.

        Raises:
            UnusableInput: its `class.json` is damaged, or another version of the harness wrote it.
        """
        path = self.root / INDEX
        if not path.is_file():
            return None
        try:
            found = from_json(path.read_bytes(), ClassIndex)
        except ValueError as error:
            raise UnusableInput(f"{path}: {error}: give another --out, or remove the file to begin again") from None
        if found.layout != LAYOUT:
            raise UnusableInput(f"{path}: another version of the harness made this: give another --out")
        return found

    @property
    def stamp(self) -> tuple[int, int]:
        """Time and number of the file that holds the content: another one after each change; zeros in a new folder."""
        try:
            state = (self.root / INDEX).stat()
        except FileNotFoundError:
            return 0, 0
        return state.st_mtime_ns, state.st_ino

    def keep_index(self, index: ClassIndex) -> None:
        """Write the folder's content."""
        write_whole(self.root / INDEX, to_json(index, indent=1), mode=0o600)

    def keep_submission(self, submission: Submission) -> None:
        """Keep the files of an upload, either all of them or none."""
        target = self._of("submissions", submission.digest)
        if target.is_dir():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=target.parent, prefix="."))
        for name, content in submission.files.items():
            path = part / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        with contextlib.suppress(OSError):  # another process was faster
            part.replace(target)
        shutil.rmtree(part, ignore_errors=True)

    def submission(self, digest: str) -> Submission:
        """Return the files of an upload.

        Raises:
            UnusableInput: they are gone, or they have changed.
        """
        top = self._of("submissions", digest)
        paths = (path for path in top.rglob("*") if path.is_file())
        found = Submission({path.relative_to(top).as_posix(): path.read_bytes() for path in paths})
        if found.digest != digest:
            raise UnusableInput(f"{top}: these are not the files that were graded: run `class` with the export again")
        return found

    def observations(self, digest: str) -> ObservationStore:
        """Return the store of an upload's observations."""
        return ObservationStore(self._of("observations", digest))

    def report(self, rubric: Rubric, digest: str) -> Report | None:
        """Return the report of an upload by that rubric; None if there is none."""
        with contextlib.suppress(OSError, ValueError):
            return from_json((self._judged(rubric) / digest).read_bytes(), Report)
        return None

    def keep_report(self, rubric: Rubric, digest: str, report: Report) -> None:
        """Keep the report of an upload by that rubric."""
        write_whole(self._judged(rubric) / digest, to_json(report), mode=0o600)

    def forget_proposed(self) -> None:
        """Remove the list of changes and the results that nobody has accepted."""
        (self.root / PROPOSED).unlink(missing_ok=True)
        shutil.rmtree(self.held.root, ignore_errors=True)

    def accept_held(self, rubric: Rubric, digests: Sequence[str]) -> None:
        """Let held results of that rubric count; a report comes last, after the observations that it rests on."""
        for digest in digests:
            if report := self.held.report(rubric, digest):
                self.observations(digest).put_frames(self.held.observations(digest).frames())
                self.keep_report(rubric, digest, report)

    def fresh_reports(self, since: float = 0.0) -> list[Path]:
        """Return the reports that were kept since a moment, the latest first; a run may be writing more.

        Args:
            since: seconds since the epoch.
        """
        folders = [path for path in self.root.glob("judged/*") if path.is_dir()]
        latest = max(folders, key=lambda path: path.stat().st_mtime_ns, default=None)
        found = [path for path in latest.iterdir() if not path.name.startswith(".")] if latest else []
        times = {path: path.stat().st_mtime for path in found}
        return sorted((path for path in found if times[path] >= since), key=lambda path: -times[path])

    def sources(self, digests: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return the Python files of uploads: digest to name to text."""
        texts = {digest: self.python_files(digest) for digest in digests}
        return {one: {name: _text(content) for name, content in files.items()} for one, files in texts.items()}

    def python_files(self, digest: str) -> dict[str, bytes]:
        """Return the Python files of an upload, name to content."""
        top = self._of("submissions", digest)
        files = sorted(path for path in top.rglob("*.py") if path.is_file())
        return {path.relative_to(top).as_posix(): path.read_bytes() for path in files}

    def text_files(self, digest: str) -> dict[str, str]:
        """Return the files of an upload that hold text, name to content; large files count as none.

        A Python file always counts: a character that hides it from Python must not hide it from people.
        """
        top = self._of("submissions", digest)
        files = sorted(path for path in top.rglob("*") if path.is_file() and path.stat().st_size <= LARGEST_TEXT)
        contents = {path.relative_to(top).as_posix(): path.read_bytes() for path in files}
        return {
            name: _text(content) for name, content in contents.items() if name.endswith(".py") or b"\0" not in content
        }

    def _of(self, kind: str, digest: str) -> Path:
        return self.root / kind / digest[:2] / digest

    def _judged(self, rubric: Rubric) -> Path:
        return self.root / "judged" / rubric.digest


@contextlib.contextmanager
def opened_folder(root: Path, *, new: bool) -> Iterator[ClassFolder]:
    """Yield a class's folder; nobody else can open it in the meantime.

    Args:
        root: path of the folder.
        new: whether it may be created.

    Raises:
        UnusableInput: it is not the folder of a class, or another process has it open.
    """
    if not new and not (root / INDEX).is_file():
        raise UnusableInput(f"{root}: there is no {INDEX}: name the --out folder of a class that was graded")
    if root.exists() and not root.is_dir():
        raise UnusableInput(f"{root}: this is not a folder: name a new one, or one of an earlier run")
    if new and root.is_dir() and not (root / LOCK).exists() and any(root.iterdir()):
        raise UnusableInput(f"{root}: this folder holds other files: name a new one, or one of an earlier run")
    root.mkdir(mode=0o700, parents=True, exist_ok=True)  # nobody else may read students' work
    descriptor = os.open(root / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise UnusableInput(f"{root}: another run is using this folder: wait for it, or stop it") from None
    try:
        yield ClassFolder(root)
    finally:
        os.close(descriptor)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
