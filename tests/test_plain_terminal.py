"""An ASCII terminal shows replacement signs, and no command fails."""

import io
import sys

import pytest

from autograder.commands.plain_terminal import show_anywhere


def written(text: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the text as a terminal of this encoding gets it."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, write_through=True))
    show_anywhere()
    print(text, end="")
    return raw.getvalue().decode(encoding)


def test_signs_stay_apart_without_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passed and failed never look alike; letters lose their accents, and others become question marks."""
    assert written("✓ ✗ ● ○ · ≥ …", "ascii", monkeypatch) == "+ x * o . >= ..."
    assert written("Zoë 中", "ascii", monkeypatch) == "Zoe ?"


def test_signs_that_a_terminal_can_show_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Latin-1 has some of them."""
    assert written("✓ Zoë ·", "utf-8", monkeypatch) == "✓ Zoë ·"
    assert written("✓ Zoë ·", "latin-1", monkeypatch) == "+ Zoë ·"
