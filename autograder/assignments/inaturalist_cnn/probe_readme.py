"""Reads the READMEs of the upload. Runs in the sandbox; uses nothing of the submission's source."""

from pathlib import Path

from autograder.assignments.inaturalist_cnn.observed_files import MOST_CHARACTERS, ReadmeFile, Readmes

GIVEN = "inaturalist_12K"
SUFFIXES = ("", ".md", ".rst", ".txt", ".markdown")


def readmes(submitted):
    """Return path and text of each README, at the top or in a folder such as `partA`."""
    found = sorted(
        path
        for depth in ("*", "*/*")
        for path in Path().glob(depth)
        if path.is_file()
        and path.stem.lower().startswith("readme")
        and path.suffix.lower() in SUFFIXES
        and path.parts[0] != GIVEN
    )
    return Readmes(files=[ReadmeFile(path=str(path), text=_text(path)) for path in found[:10]])


def _text(path):
    return path.read_text("utf-8", "replace")[:MOST_CHARACTERS]
