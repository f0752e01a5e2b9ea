"""The similar uploads of a class: searched for once, and again only if the uploads change."""

import hashlib
from dataclasses import dataclass

from autograder import project
from autograder.classroom.folder import ClassFolder
from autograder.classroom.serialization import from_json, to_json
from autograder.model.class_result import ClassResult
from autograder.similarity.find import find_similar, template_of
from autograder.similarity.found import Similarity
from autograder.system.files import write_whole

KEPT = "similarity.json"


@dataclass(frozen=True)
class Compared:
    """The similarities, and the digest of everything that was compared."""

    of: str
    similarity: Similarity


def similarity_of(folder: ClassFolder, result: ClassResult) -> Similarity:
    """Return the similar uploads of a class, from an earlier search if the uploads are the same.

    Raises:
        UnwritableResults: the result cannot be kept.
    """
    template = template_of(project.template(result.assignment))
    of = _digest(sorted(result.sources), template)
    known = _known(folder)
    if known and known.of == of:
        return known.similarity
    found = find_similar(result.sources, template)
    write_whole(folder.root / KEPT, to_json(Compared(of, found)), mode=0o600)
    return found


def former_similarity(folder: ClassFolder) -> Similarity:
    """Return the result of the last search, whatever uploads it was for; without one nothing is similar."""
    known = _known(folder)
    return known.similarity if known else Similarity()


def _known(folder: ClassFolder) -> Compared | None:
    try:
        return from_json((folder.root / KEPT).read_bytes(), Compared)
    except (OSError, ValueError):  # there is no file, or it is damaged
        return None


def _digest(digests: list[str], template: dict[str, str]) -> str:
    return hashlib.sha256(repr((digests, sorted(template.items()))).encode("utf-8", "replace")).hexdigest()
