"""Notes copies of a required file that lie beside it: perhaps the wrong one is graded."""

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

from autograder.intake.limits import Entry

# Names that browsers and file managers give to copies: "x (1)", "x-1", "x copy 2", "Copy of x", "x - Copy", "x_old".
BEFORE = r"(?:(?:copy|kopie|copie|copia) (?:of|von|de|di) )*"
COPY = r"(?:copy|kopie|copie|copia|final|old|new|backup|bak)"
AFTER = rf"(?:\s*-?\s*(?:\(\d+\)|{COPY}(?: ?\d+)?|\d+)|[_.](?:v?\d+|{COPY}))*"


def remarks_on_copies(required: Sequence[str], entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return a remark for each required file with copies beside it, under the names that systems give to copies.

    Args:
        required: names of the files that are graded.
        entries: the files of the upload.
    """
    contents = {name: content for name, _, content in entries}
    remarks = []
    for wanted in required:
        source = contents.get(wanted) or b""
        found = [name for name in sorted(contents) if _is_copy(name, wanted) and not _uses(source, name)]
        if found:
            listed = ", ".join(f"`{name}`" for name in found[:4]) + (", …" if len(found) > 4 else "")
            lie = "lies" if len(found) == 1 else "lie"
            remarks.append(
                f"{listed} {lie} beside `{wanted}`, and `{wanted}` alone is graded. If another one is your latest, "
                "rename it and upload it again."
            )
    return tuple(remarks)


def _is_copy(name: str, wanted: str) -> bool:
    path, original = PurePosixPath(_folded(name)), PurePosixPath(_folded(wanted))
    if name == wanted or path.parent != original.parent or path.suffix != original.suffix:
        return False
    return re.fullmatch(BEFORE + re.escape(original.stem) + AFTER, path.stem) is not None


def _uses(source: bytes, name: str) -> bool:
    """Return whether a source names a file's module, which then is a part of the solution and no copy."""
    return PurePosixPath(name).stem.encode() in source if PurePosixPath(name).stem.isidentifier() else False


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
