"""A probe finds a planted file by every path that leads to data, and the original by none."""

import os

import pytest

from autograder.sandbox.sandbox import open_sandbox
from autograder.wire.layers import Feature
from tests.sandbox.bench import GIVEN, Bench

NAME = "batches/first"
LOOKS_EVERYWHERE = """
import glob
from pathlib import Path

def read(path):
    try:
        return path.read_text()
    except OSError:
        return ""

def answer():
    usual = Path("batches/first")
    top = usual.resolve().parents[2]
    listed = glob.glob(f"{top}/*/batches/first") + glob.glob("/tmp/**/batches/first", recursive=True)
    named = [top / folder / usual for folder in ("given", "given-0", "given-1", "given-2")]
    return [read(usual), read(usual.resolve()), read(Path("numbers.txt")), *map(read, [*map(Path, listed), *named])]
"""


def test_original_of_a_planted_file_is_out_of_reach(bench: Bench) -> None:
    """Only the planted text is there; other data do not change, and the next probe finds the original."""
    found = bench.run(LOOKS_EVERYWHERE, planted={NAME: b"planted"}).value

    assert found[:3] == ["planted", "planted", GIVEN["numbers.txt"]]
    assert set(found[3:]) <= {"", "planted"}
    assert bench.run(LOOKS_EVERYWHERE).value[0] == GIVEN[NAME]


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user needs Landlock or namespaces, which hide the original")
def test_original_is_out_of_reach_by_its_mode_alone(bench: Bench) -> None:
    """If root has neither Landlock nor namespaces, the folder is closed to the sandbox's user."""
    given = {name: bench.stage.given / name for name in ("numbers.txt", "batches")}
    with open_sandbox(given, without=(Feature.LANDLOCK, Feature.NAMESPACES)) as opened:
        found = Bench(*opened).run(LOOKS_EVERYWHERE, planted={NAME: b"planted"}).value

    assert found[:2] == ["planted", "planted"]
    assert GIVEN[NAME] not in found
