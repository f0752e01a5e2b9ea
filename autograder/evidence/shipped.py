"""The reference solution of a bundle: its observations, under the names that they were made with, without its source.

A bundle may be graded on another processor, and with another Python, for which other versions of packages are pinned.
So it notes the versions that its observations were made with, and asks for them by these.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from autograder import project

FILE = "reference.json"  # beside the observations


class ShippedReference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The known facts about a reference solution whose source is absent.

    Attributes:
        digest: of the solution as it was handed in.
        environment: versions that it was observed with.
    """

    digest: str
    environment: Mapping[str, str]


def is_shipped(slug: str) -> bool:
    """Return whether the source of an assignment's reference is absent, so that nothing of it can be observed here."""
    return not project.reference(slug).is_dir()


def ship(folder: Path, digest: str, environment: Mapping[str, str]) -> None:
    """Note beside the observations in a folder which reference they belong to."""
    (folder / FILE).write_bytes(msgspec.json.encode(ShippedReference(digest, dict(environment))))


def shipped_reference(slug: str) -> ShippedReference:
    """Return what a bundle says of its reference."""
    path = project.shipped_observations(slug) / FILE
    return msgspec.json.decode(path.read_bytes(), type=ShippedReference)
