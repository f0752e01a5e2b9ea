"""YAML as Ruby writes it is read as plain data, and hostile YAML costs neither memory nor time."""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from autograder.exports import ruby_yaml
from autograder.exports.ruby_yaml import BrokenYaml, top_entries

WANTED = frozenset({"submitters", "created_at"})


def entries(folder: Path, text: str | bytes) -> dict[str, Any]:
    """Write YAML and read it."""
    path = folder / "metadata.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return dict(top_entries(path, WANTED))


def test_symbols_lose_their_colon_and_scalars_stay_text(tmp_path: Path) -> None:
    """`:sid: 0301` is a student's number and no octal one."""
    text = "a:\n  :submitters:\n  - :sid: 0301\n    :name: 'no'\n    :email: ~\n  :other: [1, {b: c}]\n"

    assert entries(tmp_path, text) == {"a": {"submitters": [{"sid": "0301", "name": "no", "email": ""}]}}


def test_tags_build_nothing(tmp_path: Path) -> None:
    """Ruby's classes and Python's are the mappings that stand behind them."""
    text = (
        "a:\n  :created_at: !ruby/object:ActiveSupport::TimeWithZone\n    utc: 1\n  :submitters: !!python/tuple [x]\n"
    )

    assert entries(tmp_path, text) == {"a": {"created_at": {"utc": "1"}, "submitters": ["x"]}}


def test_binary_is_the_text_that_ruby_meant(tmp_path: Path) -> None:
    """Psych writes names with odd bytes as base64; what is none is no name."""
    text = "a:\n  :submitters: [!binary w6k=, !!binary '??', !binary é]\n"

    assert entries(tmp_path, text) == {"a": {"submitters": ["é", "", ""]}}


def test_alias_is_the_value_that_stood_there(tmp_path: Path) -> None:
    """Ruby writes one object once; an alias to nothing, or to itself, is empty."""
    text = "a:\n  :submitters: &s\n  - :name: &n Jane\n  - *n\n  - *unknown\n  - *s\nb:\n  :submitters: *s\n"
    read = entries(tmp_path, text)

    assert read["a"] == {"submitters": [{"name": "Jane"}, "Jane", "", ""]}
    assert read["b"] == read["a"]


def test_characters_that_yaml_does_not_know_are_replaced(tmp_path: Path) -> None:
    """A bell in one name must not cost all others."""
    assert entries(tmp_path, b"a:\n  :submitters: ['\x07\xff\x00']\n") == {"a": {"submitters": ["\ufffd\ufffd\ufffd"]}}


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 100_000,
        "a:\n  :other: " + "[" * 100_000,
        "a: " + "{b: " * 50_000,
        "- " * 100_000,
        "a:\n  :submitters: [" + "1," * 100_000 + "]",
        "? " * 1000,
    ],
    ids=["flow", "passed over", "mappings", "sequences", "many", "keys"],
)
def test_what_is_too_deep_or_too_much_is_broken_yaml(text: str, tmp_path: Path) -> None:
    """It is found out where it begins; all of it would take PyYAML the square of the time."""
    with pytest.raises(BrokenYaml, match=r"too deep|no keys"):
        entries(tmp_path, text)


def test_laughs_by_the_billion_stay_a_handful_of_lists(tmp_path: Path) -> None:
    """Nothing is copied for an alias."""
    levels = [f"l{i}:\n  :submitters: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]\n" for i in range(1, 40)]
    tracemalloc.start()
    try:
        read = entries(tmp_path, "l0:\n  :submitters: &l0 [lol]\n" + "".join(levels))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert len(read["l39"]["submitters"]) == 9
    assert peak < 2 << 20


def test_what_is_passed_over_takes_no_memory(tmp_path: Path) -> None:
    """The metadata also holds the students' printed output."""
    text = "a:\n  :results:\n" + "  - x\n" * 200_000 + "  :created_at: now\n"
    tracemalloc.start()
    try:
        assert entries(tmp_path, text) == {"a": {"created_at": "now"}}
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 4 << 20


def test_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is asked first."""
    monkeypatch.setattr(ruby_yaml, "MAX_MIB", 0)
    with pytest.raises(BrokenYaml, match="more than 0 MiB"):
        entries(tmp_path, "a: {}\n")
