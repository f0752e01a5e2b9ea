"""Jobs beside the tests: linters count, slow tests come late, and a table says where the time went."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import lanes
from tests.parts import Part, Rooms, room_of, table_of

CONFTEST = """
import sys
from tests.beside import Beside

def pytest_addoption(parser):
    parser.addoption('--lint', action='store_true')
    parser.addoption('--lanes', action='store_true')

def pytest_configure(config):
    config.pluginmanager.register(Beside({{"a linter": [sys.executable, "-c", {linter!r}]}}))
"""
PASSES = "def test_one():\n    assert True\n"
FAILS = "def test_one():\n    assert False\n"
WAITS = "import time; time.sleep(600)"
FINDS = "print('something is wrong'); raise SystemExit(1)"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run pytest on files, beside a linter that is a line of Python; return its exit status and its words."""

    def run(*options: str, linter: str = "", **files: str) -> tuple[int, str]:
        (tmp_path / "conftest.py").write_text(CONFTEST.format(linter=linter))
        for name, text in files.items():
            path = tmp_path / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--lint", *options]
        environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # they take a second to import
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    return run


def test_linter_that_finds_nothing_is_not_shown(run: Run) -> None:
    """Only the table tells that it ran."""
    status, said = run(linter="print('all is well')", test_a=PASSES)

    assert status == 0
    assert "all is well" not in said
    assert "a linter" in said


def test_linter_that_finds_something_fails_the_run(run: Run) -> None:
    """Though all tests pass; its words are shown whole."""
    status, said = run(linter=FINDS, test_a=PASSES)

    assert status == 1
    assert "1 passed" in said
    assert "something is wrong" in said


def test_linter_counts_where_no_test_is_chosen(run: Run) -> None:
    """`-k` with a word that no test has is no way around it."""
    status, said = run("-k", "nothing", linter=FINDS, test_a=PASSES)

    assert status == 1
    assert "something is wrong" in said


def test_linter_is_not_waited_for_when_the_first_failure_ends_the_run(run: Run) -> None:
    """Whoever asks for a quick answer with `-x` gets it."""
    status, said = run("-x", linter=WAITS, test_a=FAILS, test_b=PASSES)

    assert status == 1
    assert "stopped" in said


def test_files_with_slow_tests_come_later_and_what_looks_at_gradings_last(run: Run) -> None:
    """So that a slip is found in the first minute; within a file the order stays."""
    slow = "import pytest\n@pytest.mark.slow\ndef test_slow(): pass\ndef test_beside_it(): pass\n"
    looks = (
        "import pytest\n@pytest.fixture\ndef graded(): return 1\n"
        "@pytest.mark.parametrize('graded', [()], indirect=True)\ndef test_grading(graded): pass\n"
        "def test_fast(): pass\n"
    )
    _, said = run("-v", test_a=slow, test_b=looks, test_c=PASSES)
    order = [line.partition("::")[2].split()[0] for line in said.splitlines() if "::" in line]

    assert order == ["test_fast", "test_one", "test_slow", "test_beside_it", "test_grading[graded0]"]


def in_both_lanes(tmp_path: Path, second: str) -> dict[str, str]:
    """Return files of both lanes, each by its name with `__` for `/`; one in the second lane is `second`."""
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    others = {
        f"{one.removesuffix('.py')}{'' if one.endswith('.py') else '/test_' + one[-4:]}": "" for one in lanes.SECOND
    }
    files = {**others, "tests/test_first": PASSES, "tests/test_documents": second}
    return {name.replace("/", "__"): text for name, text in files.items()}


def test_second_lane_runs_beside_the_first(run: Run, tmp_path: Path) -> None:
    """Each test runs once, and options that choose tests hold in both lanes."""
    status, said = run("--lanes", "-k", "not never", **in_both_lanes(tmp_path, PASSES + "def test_never(): assert 0\n"))

    assert status == 0
    assert said.count("1 passed, 1 deselected") == 1  # the second lane's words
    assert said.count("1 passed, 2 deselected") == 1


def test_failure_in_the_second_lane_fails_the_run(run: Run, tmp_path: Path) -> None:
    """Its words are shown whole."""
    status, said = run("--lanes", **in_both_lanes(tmp_path, FAILS))

    assert status == 1
    assert "FAILED tests/test_documents.py::test_one" in said


def test_who_names_a_path_gets_one_lane(run: Run, tmp_path: Path) -> None:
    """All tests of that path run in one pytest."""
    status, said = run("--lanes", "tests/test_documents.py", **in_both_lanes(tmp_path, PASSES))

    assert status == 0
    assert "second lane" not in said


def test_rooms_are_folders_or_files() -> None:
    """Whatever lies in a folder below `tests` belongs together."""
    assert room_of("tests/wire/test_frames.py::test_x[1]") == "wire"
    assert room_of("tests/assignments/test_audit.py::test_x") == "assignments"
    assert room_of("tests/test_bad_input.py::test_x") == "bad input"


def test_table_has_the_longest_room_first_and_the_short_ones_together() -> None:
    """A row for each room that takes long; setup, call and teardown of a test are one test."""
    rooms = Rooms()
    for test, seconds in (
        ("a/test_a.py::x", 7.0),
        ("b/test_b.py::x", 6.0),
        ("b/test_b.py::x", 20.0),
        ("c/d.py::x", 1.0),
    ):
        rooms.add(f"tests/{test}", seconds)

    assert list(rooms.parts()) == [
        Part("tests of b", 26.0, "1 test"),
        Part("tests of a", 7.0, "1 test"),
        Part("tests of others", 1.0, "1 test"),
    ]


def test_table_is_aligned() -> None:
    """Names to the left, seconds to the right."""
    lines = list(table_of([Part("mypy", 61.4, "beside the tests"), Part("tests of sandbox", 5.0), Part("x", 1200.0)]))

    assert lines == [
        "mypy                  61 s  beside the tests",
        "tests of sandbox       5 s",
        "x                   1200 s",
    ]
