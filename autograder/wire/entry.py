"""Names the entry of a submission: a file, a module or a package, at the top or in a folder."""

from dataclasses import dataclass
from pathlib import Path

SOURCE = ".py"
PART = "_part"  # the argument with which a test says which entry a probe imports, where an assignment has several


@dataclass(frozen=True)
class Entry:
    """The module or package that probes import.

    Attributes:
        folder: where Python looks for it first, below the submission's own folder; empty for that one.
        module: the full name under which it is imported.
        files: one of them holds it; the first stands for it where nothing is known of an upload.
    """

    folder: str
    module: str
    files: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> "Entry":
        """Return the entry that a text names.

        Args:
            text: `submitted.py` or `submitted`; `partA/train.py`, which is run as Python runs a program in that folder;
                `project.train`, a module of a package; or `mygrad`, a package.
        """
        folder, _, name = text.removesuffix(SOURCE).rpartition("/")
        place = f"{folder}/{name.replace('.', '/')}".lstrip("/")
        files = (f"{place}{SOURCE}",) if text.endswith(SOURCE) else (f"{place}{SOURCE}", f"{place}/__init__{SOURCE}")
        return cls(folder, name, files)

    def search(self, workspace: str) -> list[str]:
        """Return the folders in which a submission's modules are looked for, in a workspace."""
        return [f"{workspace}/{self.folder}", workspace] if self.folder else [workspace]

    def is_in(self, workspace: Path) -> bool:
        """Return whether a file of a workspace holds it."""
        return any((workspace / file).is_file() for file in self.files)

    def file_in(self, workspace: Path) -> str:
        """Return the file that holds it, as far as there is one; else the file that stands for it."""
        return next((file for file in self.files if (workspace / file).is_file()), self.files[0])
