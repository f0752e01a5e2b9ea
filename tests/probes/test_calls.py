"""Calls that must raise, and programs: what they did comes back as data."""

from pathlib import Path

import pytest

from autograder.probes.calls import Ran, raised_by, run_program


def test_classes_of_an_exception_are_named() -> None:
    """With those that it is derived from, so that a student may derive from the one that is asked for."""

    class TooSmall(ValueError):
        pass

    def check(x: float, least: float = 0) -> None:
        if x < least:
            raise TooSmall

    assert raised_by(check, 1, least=2)[:2] == ["TooSmall", "ValueError"]
    assert raised_by(check, 1) == []


def test_empty_part_of_a_template_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An assignment may ask for any exception; that of the template is not it."""

    def hole() -> None:
        raise NotImplementedError("Write hole")

    with pytest.raises(NotImplementedError):
        raised_by(hole)
    monkeypatch.chdir(tmp_path)
    Path("program.py").write_text("raise NotImplementedError('Write main')")
    with pytest.raises(NotImplementedError):
        run_program("program.py")


@pytest.mark.parametrize(
    ("source", "ran"),
    [
        ("import sys\nprint(int(input()) + int(sys.argv[1]))", Ran("5\n")),
        ("if __name__ == '__main__':\n    print('ran')", Ran("ran\n")),
        ("print('a')\nexit(3)", Ran("a\n", 3)),
        ("import sys\nsys.exit('no')", Ran("", 1)),
        ("import sys\nsys.exit()", Ran("", 0)),
        ("input()\ninput()", Ran("", 1, "EOFError: EOF when reading a line")),
        ("print('x' * 10_000)", Ran("x" * 4000)),
    ],
)
def test_program_reads_prints_and_ends(source: str, ran: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Output, exit status and exception are those of `python program.py 2` with one typed line."""
    monkeypatch.chdir(tmp_path)
    Path("program.py").write_text(source)

    assert run_program("program.py", "3\n", ["2"]) == ran
