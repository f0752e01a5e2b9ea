"""Selects the tests that students can run at home, and the sources that these tests need."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autograder import project
from autograder.checks.not_at_home import NOT_AT_HOME
from autograder.handout.cut import Piece, Sources
from autograder.model.assignment import Assignment
from autograder.suites.decorators import wrapped_chain
from autograder.suites.load import PlannedTest, UnusableSuite

# Methods of a test case that may take deferred inputs.
ASKS = ("observe", "observe_partial", "observation", "reference")
HEADER = "From the grader's suites: the sources that the visible tests need."


@dataclass(frozen=True)
class Selection:
    """The tests of a handout, and their sources.

    Attributes:
        tests: those for home, in the rubric's order.
        elsewhere: all others.
        suites: short names of the modules that define the tests for home.
        texts: full name of each of the assignment's modules in the handout, to its cut source.
        probes: name of each probe that the tests call, to the short name of its module.
        thresholds: names of the thresholds that the tests use.
    """

    tests: tuple[PlannedTest, ...]
    elsewhere: tuple[PlannedTest, ...]
    suites: tuple[str, ...]
    texts: dict[str, str]
    probes: dict[str, str]
    thresholds: tuple[str, ...]


def select_tests(assignment: Assignment, planned: Sequence[PlannedTest]) -> Selection:
    """Return the tests for home and their sources.

    Raises:
        UnusableSuite: the sources would reveal a hidden test or the secret; names the test and the file.
    """
    package = f"{project.ASSIGNMENTS}.{assignment.slug}"
    sources = Sources(_texts(assignment.slug), package)
    needed = {test.key: _needed_by(test, sources) for test in planned if _may_be_seen(test)}
    tests = [test for test in planned if test.key in needed and _works_at_home(sources, needed[test.key], assignment)]
    pieces = frozenset[Piece]().union(*(needed[test.key] for test in tests))
    words = set(_words(sources.nodes(pieces)))  # a declaration contains the name of its probe
    probes = [piece for piece in sources.functions() if piece.module.startswith("probe_") and piece.name in words]
    asked_for = {piece: sources.reached_from(piece) for piece in probes}
    asked_for = {piece: reached for piece, reached in asked_for.items() if not _receives(sources.nodes(reached))}
    cut = sources.cut(pieces.union(*asked_for.values()), HEADER)
    selection = Selection(
        tests=tuple(tests),
        elsewhere=tuple(test for test in planned if test not in tests and test.manual is None),
        suites=tuple(sorted({_module_of(test) for test in tests})),
        texts={f"{package}.{module}": text for module, text in cut.items()},
        probes={piece.name: piece.module for piece in asked_for},
        thresholds=tuple(name for name in _all_thresholds(assignment) if name in words),
    )
    _refuse_leaks(assignment, selection)
    return selection


def keys_for_home(assignment: Assignment, planned: Sequence[PlannedTest]) -> frozenset[str]:
    """Return the keys of the tests that students can run at home.

    Raises:
        UnusableSuite: the handout would reveal a hidden test or the secret; names the test and the file.
    """
    return frozenset(test.key for test in select_tests(assignment, planned).tests)


def _texts(slug: str) -> dict[str, str]:
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted(project.definition(slug).glob("*.py"))
        if not project.is_mistakes_file(path.name)
    }


def _module_of(test: PlannedTest) -> str:
    return type(test.case).__module__.rpartition(".")[2]


def _needed_by(test: PlannedTest, sources: Sources) -> frozenset[Piece]:
    module, name = _module_of(test), type(test.case).__name__
    method = sources.defining(module, name, test.case._testMethodName)
    return sources.reached_from(method, Piece(module, name))


def _may_be_seen(test: PlannedTest) -> bool:
    kept_back = any(getattr(layer, NOT_AT_HOME, False) for layer in wrapped_chain(test.method))
    return test.visibility in ("", "visible") and test.manual is None and test.hidden_errors is None and not kept_back


def _works_at_home(sources: Sources, pieces: Iterable[Piece], assignment: Assignment) -> bool:
    """Return whether none of a test's pieces reads hidden data, uses the secret, or sends deferred inputs."""
    hidden = {name for profile in assignment.profiles.values() for name in profile.hidden}
    for node in sources.nodes(pieces):
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute) and part.attr == "secret":
                return False
            if isinstance(part, ast.Constant) and part.value in hidden:
                return False
            if isinstance(part, ast.Call) and _sends_deferred_inputs(part):
                return False
    return True


def _sends_deferred_inputs(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return name in ASKS and (len(call.args) > 1 or any(word.arg == "deferred" for word in call.keywords))


def _receives(nodes: Iterable[ast.AST]) -> bool:
    """Return whether a probe receives deferred inputs, so that no test at home can use it."""
    parts = (part for node in nodes for part in ast.walk(node))
    return any(isinstance(part, ast.Attribute) and part.attr == "receive" for part in parts)


def _words(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield all texts in the sources; the names of probes and thresholds are among them."""
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def _all_thresholds(assignment: Assignment) -> list[str]:
    return sorted(assignment.profiles["embedded"].thresholds)


def _refuse_leaks(assignment: Assignment, selection: Selection) -> None:
    """Search the very texts of the handout for hidden content."""
    for name, text in selection.texts.items():
        if assignment.secret and assignment.secret in text:
            raise UnusableSuite(f"{name} would carry the assignment's secret into the handout")
        for test in selection.elsewhere:
            if test.title in text:
                raise UnusableSuite(
                    f"{name} would carry {test.key}, which is not for students, into the handout: "
                    "no visible test may call it, or quote its first line"
                )
