"""The constructs in a class's sources that a person should look at: found once, and again if the rules change."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom.folder import ClassFolder
from autograder.classroom.serialization import from_json, to_json
from autograder.model.class_result import ClassResult
from autograder.model.construct import SourceLook
from autograder.source_look import look as looking
from autograder.system.files import write_whole

KEPT = "constructs.json"


@dataclass(frozen=True)
class LookedAt:
    """The result for each digest, and the digest of everything that it depends on."""

    of: str
    looks: Mapping[str, SourceLook]


def looks_of(folder: ClassFolder, result: ClassResult) -> Mapping[str, SourceLook]:
    """Return the constructs in each upload of a class, from an earlier look if uploads and rules are the same.

    Raises:
        UnwritableResults: the result cannot be kept.
    """
    digests = sorted(result.sources)
    of = _digest(digests)
    known = _known(folder)
    if known and known.of == of:
        return known.looks
    looks = looking.look_at({digest: folder.python_files(digest) for digest in digests})
    write_whole(folder.root / KEPT, to_json(LookedAt(of, looks)), mode=0o600)
    return looks


def former_looks(folder: ClassFolder) -> Mapping[str, SourceLook]:
    """Return the constructs that the last look has found, whatever uploads it was at; none without one."""
    known = _known(folder)
    return known.looks if known else {}


def _known(folder: ClassFolder) -> LookedAt | None:
    try:
        return from_json((folder.root / KEPT).read_bytes(), LookedAt)
    except (OSError, ValueError):  # there is no file, or it is damaged
        return None


def _digest(digests: list[str]) -> str:
    rules = sorted(Path(looking.__file__).parent.glob("*.py"))
    return hashlib.sha256(repr((digests, [path.read_text("utf-8") for path in rules])).encode()).hexdigest()
