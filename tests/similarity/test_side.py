"""One source of a pair as lines with marks."""

from hypothesis import given
from hypothesis import strategies as st

from autograder.similarity.found import Fragment
from autograder.similarity.side import MAX_SHOWN, SourceFile, files_of


def text_of(file: SourceFile) -> str:
    """Return the text of the lines."""
    return "\n".join("".join(piece.text for piece in line.pieces) for line in file.lines)


def marked(file: SourceFile) -> str:
    """Return the marked text, without white space."""
    return "".join("".join(piece.text.split()) for line in file.lines for piece in line.pieces if piece.is_shared)


def test_fragment_of_several_lines_is_marked_without_the_indentation() -> None:
    """The number stands where the fragment begins, and each of its lines is marked."""
    (file,) = files_of({"a.py": "x = 1\ny = 2\n  z = 3\nlast"}, [Fragment(8, 19, (4,))])

    assert [line.numbers for line in file.lines] == [(), (4,), (), ()]
    assert [[(piece.text, piece.is_shared) for piece in line.pieces] for line in file.lines] == [
        [("x = 1", False)],
        [("y ", False), ("= 2", True)],
        [("  ", False), ("z = 3", True)],
        [("last", False)],
    ]


def test_fragment_that_reaches_into_the_next_file_is_marked_in_both() -> None:
    """A fragment counts the characters of all files together, and bears its number where it begins."""
    first, second = files_of({"a.py": "one\ntwo\n", "b.py": "three\nfour\n"}, [Fragment(4, 13, (1,))])

    assert (marked(first), marked(second)) == ("two", "three")
    assert [line.numbers for line in (*first.lines, *second.lines)] == [(), (1,), (), ()]


def test_characters_beyond_the_limit_are_counted() -> None:
    """A very long file is cut, even inside a fragment, and the rest is counted."""
    (file,) = files_of({"a.py": "x" * (MAX_SHOWN + 7)}, [Fragment(MAX_SHOWN - 1, MAX_SHOWN + 7, (1,))])

    assert file.left_out == 7
    assert marked(file) == "x"


@given(texts=st.lists(st.text("ab \n\t", max_size=40), max_size=4), cuts=st.lists(st.integers(0, 170), max_size=8))
def test_no_text_is_lost_and_exactly_the_fragments_are_marked(texts: list[str], cuts: list[int]) -> None:
    """Whatever the fragments are, the lines add up to the files."""
    places = sorted(set(cuts))
    fragments = [Fragment(start, end, (1,)) for start, end in zip(places[::2], places[1::2], strict=False)]
    whole = "".join(texts)

    files = files_of({f"{number}.py": text for number, text in enumerate(texts)}, fragments)

    assert [text_of(file).rstrip("\n") for file in files] == [text.rstrip("\n") for text in texts]
    assert "".join(map(marked, files)) == "".join("".join(whole[one.start : one.end].split()) for one in fragments)
