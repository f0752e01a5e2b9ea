"""Suggests the known word that somebody may have meant."""

import difflib
from collections.abc import Iterable


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?" with the nearest known word; empty if none is near."""
    near = difflib.get_close_matches(wanted, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""
