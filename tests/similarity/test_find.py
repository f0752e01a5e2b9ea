"""Finding similar uploads in a class, and naming those that cannot be compared."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import project
from autograder.model.hand_in import Student
from autograder.similarity import find
from autograder.similarity.find import find_similar, pairs_of, template_of
from autograder.similarity.found import Similar, Similarity
from tests.gradebook.made import a_class, a_report, a_row
from tests.similarity.disguises import DISGUISES

SLUG = "cifar8_finetune"
GOLDEN = Path(__file__).parents[1] / "golden" / SLUG
CODE = (GOLDEN / "trainer_class" / "submitted.py").read_text()
OTHER = (GOLDEN / "pil_images" / "submitted.py").read_text()


def upload(text: str, name: str = "submitted.py") -> dict[str, str]:
    """Return an upload of one file."""
    return {name: text}


@pytest.fixture(scope="module")
def golden() -> dict[str, dict[str, str]]:
    """Return independently written solutions, by their folders' names."""
    return {path.parent.name: upload(path.read_text()) for path in sorted(GOLDEN.glob("*/submitted.py"))}


def test_solutions_written_one_by_one_are_not_reported(golden: dict[str, dict[str, str]]) -> None:
    """Thirty solutions of one assignment solve the same tasks, yet no pair of them is listed."""
    found = find_similar(golden, template_of(project.template(SLUG)))

    assert found.compared == len(golden) > 25
    assert found.pairs == ()


@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda disguise: disguise.__name__)
def test_copy_in_disguise_is_reported(disguise: Callable[[str], str], golden: dict[str, dict[str, str]]) -> None:
    """New names, another order, other comments, padding, and all of them together do not hide a copy in a class."""
    names = ("notebook_export", "trainer_class")
    copies = {f"copy of {name}": upload(disguise(golden[name]["submitted.py"])) for name in names}

    found = find_similar(golden | copies, template_of(project.template(SLUG)))

    assert {(pair.first, pair.second) for pair in found.pairs} == {(f"copy of {name}", name) for name in names}


def test_half_a_copy_is_reported() -> None:
    """A student who hands in only a part of another's work shares all of it."""
    half = CODE[: len(CODE) // 2]

    (pair,) = find_similar({"a": upload(CODE), "b": upload(half)}, {}).pairs
    assert pair.share > 0.9


def test_code_of_the_template_does_not_count() -> None:
    """Two students who add little to the template are not a pair."""
    template = template_of(project.template(SLUG))
    uploads = {
        "a": {**template, "submitted.py": template["submitted.py"] + "\n\nONE = 1\n"},
        "b": {**template, "submitted.py": template["submitted.py"] + "\n\nTWO = [2, 2]\n"},
    }

    assert find_similar(uploads, template).pairs == ()
    assert len(find_similar(uploads, {}).pairs) == 1


def test_code_that_much_of_the_class_has_does_not_count() -> None:
    """A function from the lecture makes no pairs; one that only two students have does."""
    others = [path.read_text() for path in sorted(GOLDEN.glob("*/submitted.py"))][:16]
    uploads = {f"s{number:02}": upload(text + CODE) for number, text in enumerate(others)}

    assert find_similar(uploads, {}).pairs == ()
    assert len(find_similar({name: uploads[name] for name in ("s01", "s02")}, {}).pairs) == 1


def test_the_files_of_one_upload_are_compared_as_one() -> None:
    """Code that moved to another file is found, and an unclosed string does not hide it."""
    moved = {"aaa.py": 'text = """', "helpers.py": CODE, "submitted.py": "from helpers import *\n"}

    (pair,) = find_similar({"a": upload(CODE), "b": moved}, {}).pairs
    assert pair.share == 1.0


def test_only_python_is_compared() -> None:
    """Two equal texts of another kind are not a pair, and an upload without Python is named."""
    uploads = {"a": upload(CODE, "answers.txt"), "b": upload(CODE, "notes.md"), "c": upload(OTHER)}

    found = find_similar(uploads, {})

    assert found.pairs == ()
    assert found.not_compared == {"a": "it has no Python file", "b": "it has no Python file"}


def test_fragments_hold_the_code_that_is_shared() -> None:
    """A fragment's characters are those of the source, with either kind of line end and behind a class's name."""
    (pair,) = find_similar({"a": upload(CODE), "b": upload("\n\n\ufeff" + CODE.replace("\n", "\r\n"))}, {}).pairs

    text = find.python_of(upload(CODE))["submitted.py"]
    assert "".join(text[one.start : one.end] for one in pair.in_first).split() == text.split()
    assert [one.numbers for one in pair.in_second] == [(1,)]


def test_fragment_of_a_reordered_copy_bears_the_number_of_its_origin() -> None:
    """A part that moved in the second source bears the number of its origin in the first."""
    first, second = (CODE[: CODE.index("class Trainer")], CODE[CODE.index("class Trainer") :])
    gap = 'print("in between", 1, 2, 3)\nassert not isinstance(print, type(None)), [None] * 4\n'
    long = "try:\n    import zlib\nexcept ImportError as missing:\n    raise SystemExit(9) from missing\n"

    (pair,) = find_similar({"a": upload(first + gap + second), "b": upload(second + long + first)}, {}).pairs

    assert [one.numbers[0] for one in pair.in_first] == [1, 2]
    assert [one.numbers[0] for one in pair.in_second] == [2, 1]


def test_the_same_class_gives_the_same_pairs() -> None:
    """The result depends neither on the order of the uploads nor on the salt of Python's hashes."""
    uploads = {"a": upload(CODE), "b": upload(CODE + OTHER), "c": upload(OTHER)}

    assert find_similar(uploads, {}) == find_similar(dict(reversed(uploads.items())), {})


HOSTILE = {
    "null bytes": "\0" * 100_000,
    "one long line": "x = " + "1+" * 120_000,
    "deep brackets": "(" * 250_000,
    "quotes": '"' * 100_001,
    "not python": "def f(:\n ] return }{\n" * 5000,
    "not utf-8": "name = '\udcff\udcfe'\n" * 5000,
    "empty": "",
}


def test_hostile_sources_disturb_nobody() -> None:
    """Whatever others hand in, the pair is found, and every short enough upload is compared."""
    uploads = {name: upload(text) for name, text in HOSTILE.items()} | {"a": upload(CODE), "b": upload(CODE + "\n#")}

    found = find_similar(uploads, {}, cpu_s=60.0)  # the limit is not at issue, and machines are slow

    assert [(pair.first, pair.second) for pair in found.pairs] == [("a", "b")]
    assert found.not_compared == {}


def test_source_that_is_too_large_is_named() -> None:
    """An upload with five megabytes on one line is refused unread, with its size."""
    found = find_similar({"a": upload("x" * 5_000_000), "b": upload(CODE)}, {})

    assert found.not_compared == {"a": "its source has 4,883 KiB; the limit is 256 KiB"}
    assert found.compared == 1


def test_source_that_takes_too_long_to_read_is_named() -> None:
    """Pygments needs minutes for unclosed names of characters; the other uploads are still compared."""
    endless = 'x = "' + "\\N{" * 80_000 + '"'

    found = find_similar({"a": upload(CODE), "b": upload(CODE + "\n"), "slow": upload(endless)}, {}, cpu_s=1.0)

    assert found.not_compared == {"slow": "reading it takes more than 1 CPU seconds"}
    assert found.compared == 2


def dying_python(folder: Path, when: str) -> str:
    """Return a Python that kills itself at a given digest and otherwise runs the request."""
    script = folder / "python"
    script.write_text(
        f"#!{sys.executable}\n"
        "import json, os, subprocess, sys\n"
        "request = sys.stdin.read()\n"
        f"if any(digest.startswith({when!r}) for digest, _ in json.loads(request)['sources']):\n"
        "    print(next(d for d, _ in json.loads(request)['sources'] if d.startswith("
        f"{when!r})), file=sys.stderr, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
        "done = subprocess.run([sys.executable, *sys.argv[1:]], input=request, text=True)\n"
        "sys.exit(done.returncode)\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return str(script)


def test_source_that_kills_its_reader_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process starts again without that source and compares the rest."""
    monkeypatch.setattr(sys, "executable", dying_python(tmp_path, "bad"))

    found = find_similar({"bad": upload("x = 1"), "a": upload(CODE), "b": upload(CODE + "\n#")}, {})

    assert found.not_compared == {"bad": "the comparing process died while reading it"}
    assert len(found.pairs) == 1


def test_reader_that_always_dies_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three deaths nothing is compared, and every upload is named."""
    monkeypatch.setattr(sys, "executable", dying_python(tmp_path, "bad"))

    found = find_similar({f"bad{number}": upload("x = 1") for number in range(5)}, {})

    assert set(found.not_compared) == {f"bad{number}" for number in range(5)}
    assert found.pairs == ()


@settings(max_examples=8)
@given(st.lists(st.text(max_size=300), min_size=2, max_size=12, unique=True))
def test_any_texts_are_compared(texts: list[str]) -> None:
    """No text breaks the comparison, and all fragments lie within their sources."""
    sources = {f"{number:02}": upload(text) for number, text in enumerate([*texts, CODE, CODE + texts[0]])}

    found = find_similar(sources, {})

    assert found.not_compared == {}
    for pair in found.pairs:
        for digest, fragments in ((pair.first, pair.in_first), (pair.second, pair.in_second)):
            length = len(find.python_of(sources[digest])["submitted.py"])
            assert all(0 <= one.start < one.end <= length for one in fragments)


def test_pairs_name_all_hand_ins_of_identical_uploads() -> None:
    """Each hand-in of one source is paired with each of the other, and all pairs link to the same place."""
    rows = [a_row(key, Student(key), report=a_report(submission=digest)) for key, digest in ("ax", "bx", "cy")]

    pairs = pairs_of(a_class(*rows), Similarity((Similar("x", "y", 0.75, 12),)))

    assert [(pair.first, pair.second, pair.link) for pair in pairs] == [
        ("a", "c", "similarity.html#pair-1"),
        ("b", "c", "similarity.html#pair-1"),
    ]
    assert pairs[0].share == 0.75


def test_two_hand_ins_of_one_student_are_not_a_pair() -> None:
    """A student who hands in twice has not copied."""
    ada = Student("Ada", "1")
    rows = [
        a_row("a", ada, report=a_report(submission="x")),
        a_row("b", ada, Student("Bob"), report=a_report(submission="y")),
    ]

    assert pairs_of(a_class(*rows), Similarity((Similar("x", "y", 0.75, 12),))) == ()
