"""Manifests: random text, valid text with changes, and one wrong value at a known key."""

import json
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from autograder.manifest import parse_manifest
from autograder.model.assignment import Assignment
from tests.fuzz.edits import Edit, edited, edits
from tests.fuzz.target import Target

VALID = """title = "A small one"
points = 10
secret = "s"
support = ["models.py"]
seed = 3
threads = 2
deadline_s = 500.5
[upload]
required = ["submitted.py"]
accepted = ["*.py"]
max_mib = 20
max_files = 200
[limits]
cpu_s = 30
wall_s = 90.0
memory_mib = 2048
file_mib = 512
processes = 256
descriptors = 1024
[policy]
attempts = 5
cooldown_minutes = 30.5
[profiles.embedded]
given = ["pictures"]
hidden = ["heldout/batch"]
[profiles.embedded.thresholds]
accuracy = 0.5
[profiles.embedded.budgets.trained]
times_reference = 4
floor_s = 60
"""
SNIPPETS = (
    b"\n", b"[limits]\n", b"[[profiles]]\n", b'"', b"'''", b"= nan\n", b"= inf", b"\\u0000", b"[" * 3000, b"{", b"\xff",
    b"9" * 5000, b"1979-05-27", b"embedded", b"x.y.z = 1\n", b"0x7f",
)  # fmt: skip
words = st.builds(Edit, st.just("insert"), st.integers(0, 10_000).map(lambda n: n / 10_000), st.sampled_from(SNIPPETS))
texts = st.tuples(st.just(VALID.encode()), st.lists(edits | words, max_size=4)) | st.tuples(
    st.binary(max_size=60), st.just([])
)
KEYS = tuple(
    (table, line.split(" = ")[0])
    for table, lines in ((part.split("]\n")[0], part.split("]\n")[-1]) for part in ("]\n" + VALID).split("\n["))
    for line in lines.splitlines()
    if " = " in line
)
scalars = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | st.text(max_size=10)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def toml(value: Any) -> str:
    """Return a value as TOML writes it; None, which TOML has not, as an empty table."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return "{}" if value is None else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def parsed(text: str) -> Assignment | str:
    """Return the assignment of a manifest, or what is wrong with it."""
    try:
        return parse_manifest(text, "small")
    except (ValueError, msgspec.ValidationError) as error:
        return str(error) or repr(error)


def check_text(case: tuple[bytes, list[Edit]], folder: Path) -> None:
    """Any text is an assignment or a documented error."""
    try:
        text = edited(*case).decode()
    except UnicodeDecodeError:  # which load_assignment says of a file
        return
    result = parsed(text)

    assert isinstance(result, str) or result.points > 0


def check_value(case: tuple[tuple[str, str], Any], folder: Path) -> None:
    """One value in place of another is taken, or refused by the name of its key or its place in the text."""
    (table, key), value = case
    before, begin, rest = VALID.rpartition(f"[{table}]\n") if table else ("", "", VALID)
    lines = [f"{key} = {toml(value)}" if line.startswith(f"{key} = ") else line for line in rest.splitlines()]
    result = parsed(before + begin + "\n".join(lines) + "\n")
    if isinstance(result, str):
        # A dict's own keys are not named by msgspec; its place is.
        assert key in result or "[...]" in result or "line" in result, result
    else:
        assert msgspec.json.decode(msgspec.json.encode(result), type=Assignment) == result


TARGETS = (
    Target("manifests: changed text", texts, check_text),
    Target("manifests: wrong values", st.tuples(st.sampled_from(KEYS), values), check_value),
)
