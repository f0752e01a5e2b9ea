"""Hostile sources are parsed within limits, and never stop the look at others."""

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.model.construct import SourceLook
from autograder.source_look.look import MAX_KIB, look_at
from autograder.source_look.worker import MOST_CONSTRUCTS, answer
from autograder.wire.cells import Cell, as_module
from tests.similarity.test_find import dying_python

USUAL, UNUSUAL = b"import torch\n", b"import ctypes\n"
HOSTILE = {
    "nested": b"x = " + b"(" * 5_000 + b")" * 5_000,
    "signs": b"x = " + b"-" * 100_000 + b"1",
    "attributes": b"x" + b".x" * 100_000,
    "sums": b"x = 1" + b" + 1" * 60_000,
    "calls": b"x = f" + b"()" * 50_000,
    "lists": b"[" * 190 + b"]" * 190,
    "blocks": b"\n".join(b" " * depth + b"if 1:" for depth in range(99)) + b"\n" + b" " * 99 + b"pass",
    "nul": b"import ctypes\x00\n",
    "one line": b"x = 1; " * 35_000,
    "long text": b"x = '" + b"a" * 250_000 + b"'",
    "long number": b"x = " + b"9" * 200_000,
    "hexadecimal": b"x = 0x" + b"f" * 200_000,
    "no encoding": b"# coding: nothing\n" + UNUSUAL,
    "binary encoding": b"# coding: base64\n" + UNUSUAL,
    "not utf-8": b"x = '\xff\xfe'",
    "utf-16": UNUSUAL.decode().encode("utf-16"),
    "surrogates": b"x = '\\ud800' * 2; import ctypes",
    "nothing": b"",
}


def test_constructs_of_each_upload_are_its_own() -> None:
    """An upload without any has an empty result; files of other kinds are not parsed."""
    looks = look_at({"a": {"a.py": USUAL, "b.txt": UNUSUAL}, "b": {"a.py": USUAL, "c/d.py": UNUSUAL}, "c": {}})

    assert looks["a"] == looks["c"] == SourceLook()
    assert [(one.file, one.line, one.text) for one in looks["b"].constructs] == [("c/d.py", 1, "import ctypes")]


def test_hostile_sources_stop_nothing() -> None:
    """The upload beside them is looked at, in the same process."""
    uploads = {f"hostile {name}": {"submitted.py": content} for name, content in HOSTILE.items()}
    looks = look_at({**uploads, "unusual": {"submitted.py": UNUSUAL}})

    assert looks.keys() == {*uploads, "unusual"}
    assert looks["unusual"].count == 1


def test_cell_that_is_no_python_hides_nothing() -> None:
    """The others run, and are looked at; lines are counted in cells, and names keep their meaning."""
    cells = [Cell(1, "import ctypes as c"), Cell(2, "if True print(1)\n\n"), Cell(4, "x = 1\nc.CDLL('x')")]
    (look,) = look_at({"a": {"submitted.py": as_module("hw.ipynb", cells).encode()}}).values()

    assert [(one.file, one.cell, one.line, one.text) for one in look.constructs] == [
        ("hw.ipynb", 1, 1, "import ctypes as c"),
        ("hw.ipynb", 4, 2, "c.CDLL('x')"),
    ]


def test_name_of_a_notebook_states_no_encoding() -> None:
    """Python would take it for that in the first line."""
    module = as_module("coding: nothing; coding=nothing.ipynb", [Cell(1, "import ctypes")])

    assert look_at({"a": {"submitted.py": module.encode()}})["a"].count == 1


def test_encoding_is_that_which_python_reads() -> None:
    """A line that is hidden from a reader of UTF-8 is no comment for Python."""
    (look,) = look_at({"a": {"a.py": b"# coding: unicode_escape\n# \\u000aimport ctypes\n"}}).values()

    assert {one.kind.name for one in look.constructs} >= {"NATIVE", "EVALUATION"}


def test_source_that_takes_too_long_is_named() -> None:
    """Staff read that it was not looked at; the next file is."""
    (look,) = look_at({"a": {"a.py": b"x = [" + b"y.z, " * 40_000 + b"]", "b.py": UNUSUAL}}, cpu_s=0.02).values()

    assert look.unread == "Parsing a.py takes more than 0.02 CPU seconds."
    assert look.count == 1


def test_large_source_is_named() -> None:
    """Nobody writes so much for coursework, and it is not parsed."""
    (look,) = look_at({"a": {"a.py": b"#" * (MAX_KIB + 1) * 1024}}).values()

    assert look == SourceLook(unread=f"The source has more than {MAX_KIB} KiB.")


def test_many_constructs_are_counted() -> None:
    """A list that hides one line among thousands stays short."""
    (look,) = look_at({"a": {"a.py": UNUSUAL * 1000}}).values()

    assert (len(look.constructs), look.count) == (MOST_CONSTRUCTS, 1000)


def test_source_that_kills_its_reader_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process starts again without it."""
    monkeypatch.setattr(sys, "executable", dying_python(tmp_path, "bad"))
    looks = look_at({"bad": {"a.py": USUAL}, "good": {"a.py": UNUSUAL}})

    assert looks["bad"].unread == "The process that parses sources died at this one."
    assert looks["good"].count == 1


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.binary(max_size=60) | st.text(max_size=60).map(str.encode), max_size=3))
def test_any_bytes_have_an_answer(files: dict[str, bytes]) -> None:
    """The answer can be sent as JSON for any contents."""
    as_text = {name: content.decode("latin-1") for name, content in files.items()}
    look = answer(json.loads(json.dumps({"sources": [("a", as_text)], "cpu_s": 2.0})))["a"]

    assert look.count >= 0
    assert look.unread == "" or look.unread.endswith(".")
