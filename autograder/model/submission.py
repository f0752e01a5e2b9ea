"""The files that a student handed in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Submission:
    """The files of one upload that the assignment accepts, held in memory.

    Attributes:
        files: path relative to the upload's root, with `/`, to content.
        problem: why the upload cannot be graded, as a sentence for the student; empty if it can.
        remarks: notes for the student that cost nothing, such as the names of files left out.
    """

    files: Mapping[str, bytes] = field(repr=False)
    problem: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over the names and contents of all files, as hexadecimal digits."""
        total = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            total.update(f"{len(name.encode())}:{len(content)}:".encode() + name.encode() + content)
        return total.hexdigest()
