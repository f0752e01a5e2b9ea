"""Builds small exports as the platforms write them."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from autograder.exports.read import read_export
from autograder.model.export import Export
from autograder.model.hand_in import HandIn
from tests.helpers import SOURCE

JANE = """\
submission_11:
  :submitters:
  - :name: Jane Doe
    :sid: '0301'
    :email: jane@example.edu
  :created_at: 2026-03-02 17:35:00.123456789 -08:00
  :score: 7.5
  :status: processed
  :results:
    :tests:
    - :output: "\\e[31mred"
  :history:
  - :id: 10
    :created_at: 2026-03-01 17:35:00 -08:00
    :score: 3.0
"""
PAIR = """\
submission_12:
  :submitters:
  - :name: José Núñez
    :sid: 302
    :email: ~
  - :name: 陳大文
    :sid: '303'
  :created_at: 2026-03-02 17:36:00 Z
"""


def laid_out(folder: Path, files: Mapping[str, bytes | str]) -> Path:
    """Write files below a folder; a name that ends in "/" is a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def zipped(path: Path, files: Mapping[str, bytes | str]) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def read(folder: Path, files: Mapping[str, bytes | str]) -> Export:
    """Lay an export out and read it."""
    return read_export(laid_out(folder / "export", files), folder / "kept")


def by_name(export: Export) -> dict[str, HandIn]:
    """Return the hand-ins by the names of who handed them in."""
    return {hand_in.who: hand_in for hand_in in export.hand_ins}


def files_of(hand_in: HandIn) -> dict[str, bytes]:
    """Return what is graded of a hand-in."""
    assert hand_in.path
    if hand_in.path.is_file():
        return {hand_in.path.name: hand_in.path.read_bytes()}
    root = hand_in.path
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


__all__ = ["JANE", "PAIR", "SOURCE", "by_name", "files_of", "laid_out", "read", "zipped"]
