"""Students' texts become lines with colours; none of them can keep the desk busy, or read as something else."""

import pytest

from autograder.desk import comparing_worker, reading_worker
from autograder.desk.pages import visible
from autograder.desk.reading import LONGEST, MOST_LINES, Pair, Piece, plain_text, read, side_by_side


def coloured(name: str, text: str) -> list[list[tuple[str, str]]]:
    """Return the kinds and texts of a file's lines."""
    found = reading_worker.answer({"sources": [(name, text)]})[name]
    return [[(piece.kind, piece.text) for piece in line.pieces] for line in found.lines]


def test_python_has_colours_and_keeps_every_character() -> None:
    """Lines are those of the file, empty ones included."""
    lines = coloured("submitted.py", "\nimport torch  # why\n\tx = 'a'\n")

    assert ["".join(text for _, text in line) for line in lines] == ["", "import torch  # why", "\tx = 'a'", ""]
    assert ("c", "# why") in lines[1]
    assert {"s"} == {kind for kind, text in lines[2] if "a" in text}


@pytest.mark.parametrize("name", ["README.md", "notes", "submitted.py.txt"])
def test_other_files_are_plain(name: str) -> None:
    """Nothing of them is interpreted."""
    assert coloured(name, "# <b>import</b>\n") == [[("", "# <b>import</b>")], [("", "")]]


def test_long_lines_and_long_files_are_cut_and_say_so() -> None:
    """With and without colours."""
    for name in ("a.py", "a.txt"):
        found = reading_worker.answer({"sources": [(name, "x" * (LONGEST + 7) + "\n" * (MOST_LINES + 4))]})[name]

        assert (len(found.lines), found.left_out) == (MOST_LINES, 5)
        assert (sum(len(piece.text) for piece in found.lines[0].pieces), found.lines[0].left_out) == (LONGEST, 7)


def test_source_that_is_too_long_for_colours_is_plain_and_says_so() -> None:
    """It is still shown."""
    text = "x = 1\n" * 100_000

    assert reading_worker.answer({"sources": [("a.py", text)]})["a.py"] == plain_text(
        text, "It is too long for colours."
    )


def test_text_of_too_many_pieces_is_plain_and_the_next_file_has_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """One such upload took hundreds of megabytes of the desk; neighbours of one kind are one piece."""
    monkeypatch.setattr(reading_worker, "MOST_PIECES", 600)  # so that it takes little time, on a busy machine, too
    hostile, honest = "1+" * 400 + "1\n", "x = y + (z)  # sum\n"
    found = reading_worker.answer({"sources": [("a.py", hostile), ("b.py", honest)]})

    assert found["a.py"] == plain_text(hostile, "It changes its colour too often.")
    assert [piece.kind for piece in found["b.py"].lines[0].pieces] == ["", "c"]


def test_process_that_dies_costs_the_colours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a text that keeps the reader busy."""
    monkeypatch.setattr("autograder.desk.reading.ask", lambda *_, **__: (None, ["a.py"]))

    assert read({"a.py": "import this\n"}) == {"a.py": plain_text("import this\n", "Reading it takes too long.")}
    assert side_by_side("a", "b") == ()


def test_comparison_that_took_too_long_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine leaves nothing behind; rows that came out are made once."""
    answers = iter([(None, ["left"]), ([{"left": 1, "right": 1, "differs": True}], [])])
    monkeypatch.setattr("autograder.desk.reading.ask", lambda *_, **__: next(answers))
    seen = [side_by_side("slow", "other") for _ in range(3)]

    assert seen == [(), (Pair(1, 1, True),), (Pair(1, 1, True),)]


def test_sides_are_aligned() -> None:
    """A missing line has no number; a changed one differs."""
    pairs = comparing_worker.answer({"sources": [("left", "a\nb\nc"), ("right", "a\nc\nd")]})

    assert pairs == [Pair(1, 1, False), Pair(2, 0, True), Pair(3, 2, False), Pair(0, 3, True)]


def test_invisible_characters_are_seen() -> None:
    """A line reads as Python reads it."""
    pieces = visible(Piece("s", "'x\u202e\u2066'\t\u200b é 欧"))

    assert pieces == [
        Piece("s", "'x"),
        *(Piece("odd", one) for one in ("⟨U+202E⟩", "⟨U+2066⟩")),
        Piece("s", "'\t"),
        Piece("odd", "⟨U+200B⟩"),
        Piece("s", " é 欧"),
    ]


def test_text_full_of_invisible_characters_is_marked_as_a_whole() -> None:
    """A page would have an element for each of them."""
    pieces = visible(Piece("", "x\u202e" * 500))

    assert pieces == [Piece("odd", "x⟨U+202E⟩" * 500)]
