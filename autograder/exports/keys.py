"""Keys of hand-ins: unique, and safe as file names on every system."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_NAME = 40
LONGEST_NUMBER = 20
NAMELESS = "student"  # also if no letter of the name is ASCII
NOT_PLAIN = re.compile(r"[^a-z0-9]+")
# Windows takes these for devices, with any ending.
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10))}


@dataclass(frozen=True)
class Label:
    """The parts of a key.

    Attributes:
        name: of the student or group, in any script; may be empty.
        number: the platform's own number, which people search for; may be empty.
        identity: unique in the export, such as the folder's name.
    """

    name: str
    number: str
    identity: str


def keys_of(labels: Sequence[Label]) -> list[str]:
    """Return a different key of `[a-z0-9-]` for each label, whatever their order.

    If two hand-ins would get the same key, both get the beginning of a digest as well, after two hyphens, which occur
    in no other key. So a key depends only on the labels of the same name.
    """
    keys = [readable(label) for label in labels]
    for digits in (12, 64):
        count = Counter(keys)
        keys = [
            f"{readable(label)}--{_digest(label)[:digits]}" if count[key] > 1 or key in RESERVED else key
            for key, label in zip(keys, labels, strict=True)
        ]
    return keys


def readable(label: Label) -> str:
    """Return the name and the number, as far as ASCII letters and digits can write them."""
    number = _slug(label.number)[:LONGEST_NUMBER].strip("-")
    name = _slug(label.name)[:LONGEST_NAME].strip("-") or NAMELESS
    return f"{name}-{number}" if number else name


def _slug(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text[:500]).encode("ascii", "ignore").decode()
    return NOT_PLAIN.sub("-", letters.lower()).strip("-")


def _digest(label: Label) -> str:
    whole = "\0".join((label.identity, label.name, label.number))
    return hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()
