"""Names of hand-ins that are safe as a file's name on every system, and tell them all apart."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST_NAME = 40
LONGEST_NUMBER = 20
NAMELESS = "student"  # also where no letter of the name is ASCII
NOT_PLAIN = re.compile(r"[^a-z0-9]+")
# Windows takes these for devices, whatever ending they have.
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10))}


@dataclass(frozen=True)
class Label:
    """What a key is made of.

    Attributes:
        name: whose hand-in it is, in any script; may be empty.
        number: the platform's own number, which people look for; may be empty.
        identity: what the export itself tells it from all others by, such as the folder's name.
    """

    name: str
    number: str
    identity: str


def keys_of(labels: Sequence[Label]) -> list[str]:
    """Return a key of `[a-z0-9-]` for each label, all different, whatever order the labels come in.

    A name that reads alike for two hand-ins gets the beginning of a digest at both, after two hyphens, which no
    other key holds; so a key depends on those of its own name only.
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
    """Return the name and the number as far as they can be written in ASCII letters and digits."""
    number = _slug(label.number)[:LONGEST_NUMBER].strip("-")
    name = _slug(label.name)[:LONGEST_NAME].strip("-") or NAMELESS
    return f"{name}-{number}" if number else name


def _slug(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text[:500]).encode("ascii", "ignore").decode()
    return NOT_PLAIN.sub("-", letters.lower()).strip("-")


def _digest(label: Label) -> str:
    whole = "\0".join((label.identity, label.name, label.number))
    return hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()
