"""A suite that is imported runs unchanged, apart from the submission: right answers earn points, and tricks none."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.evidence.observer import reference_of
from autograder.evidence.session import Session, open_session, stored_session
from autograder.grading.flow import judge
from autograder.handout.write import write_handout
from autograder.imported.make import Imported, import_suite
from autograder.intake.submission import take_submission
from autograder.manifest import load_assignment
from autograder.model.report import Report
from autograder.model.verdict import Verdict
from autograder.rendering.student_page import to_page_for_students, to_student_page
from autograder.suites.load import PlannedTest, UnusableSuite, load_suites
from autograder.verify.cases import cases_of
from tests.imported.place import SUITES, a_project

RIGHT = (SUITES / "mixed/solution/submitted.py").read_text()
# Patches assertions, prints results, and returns what is equal to everything.
HOSTILE = """
import _pytest.assertion.util, _pytest.reports, _pytest.runner, builtins, doctest, json, pytest, unittest
for name in dir(unittest.TestCase):
    if name.startswith("assert"):
        setattr(unittest.TestCase, name, lambda *given, **named: None)
unittest.TestCase.run = lambda self, result=None: result.addSuccess(self)
_pytest.runner.call_and_report = lambda *given, **named: None
_pytest.reports.BaseReport.failed = property(lambda self: False)
doctest.DocTestRunner.run = lambda self, *given, **named: (0, 1)
import numpy, torch
numpy.allclose = torch.allclose = torch.equal = numpy.all = builtins.abs = lambda *given, **named: True
print(json.dumps({"returned": {"ending": "passed"}}))


class Anything:
    def __init__(self, *given): pass
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = None
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __sub__(self, other): return 0.0
    __rsub__ = __abs__ = __round__ = __sub__
    def __len__(self): return 2
    def __getattr__(self, name): return Anything()
    def __call__(self, *given, **named): return Anything()
    def __getitem__(self, key): raise IndexError
    def __repr__(self): return "2.0"


class EqualNumber(float):
    def __eq__(self, other): return True
    __hash__ = float.__hash__


mean_of_three = EqualNumber(7)
table = Stack = Anything
greet = linear = numeric_gradient = softmax = lambda *given, **named: Anything()
divide = dropout = lambda *given: EqualNumber(7)
"""
EXITS = "import os, sys\n" + "\n".join(
    f"def {name}(*given): {how}"
    for name, how in {
        "divide": "os._exit(0)",
        "greet": "sys.exit(0)",
        "softmax": "os.kill(os.getppid(), 9)",
        "Stack": "os.write(1, b'ok'); os._exit(0)",
        "linear": "raise __import__('unittest').SkipTest",
        "dropout": "raise __import__('pytest').skip.Exception('as if it did not matter')",
        "numeric_gradient": "os.kill(os.getppid(), __import__('signal').SIGXCPU) or __import__('time').sleep(1)",
    }.items()
)
# Looks for the suite and for the process of the tests; replaces a module that the tests' process has not imported yet.
SPY = """
import glob, os, sys
def divide(a, b):
    seen = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("mem", "maps", "environ", "fd/3", "fd/4"):
            try:
                if int(pid) != os.getpid() and open(f"/proc/{pid}/{name}", "rb").read(1): seen.append(name)
            except OSError: pass
    files = [name for name in glob.glob("/**/*", root_dir=None, recursive=False)] + os.listdir(".")
    for root, _, names in os.walk(os.environ["HOME"]): files += names
    seen += [name for name in files if "expected" in name or "test_basics" in name or name == "/suite"]
    seen += [name for name in sys.modules if name.startswith(("tests", "test_basics"))]
    raise OSError(str(seen))


def greet(name):
    open("colorsys.py", "w").write("raise SystemExit('run in the process of the tests')")
    print(f"Hello, {name}!")
"""


@dataclass(frozen=True)
class Place:
    """An imported suite, ready to judge."""

    made: Imported
    session: Session
    planned: list[PlannedTest]
    folder: Path

    def judged(self, source: str) -> Report:
        """Return the report on a submission with this source."""
        file = self.folder / "submitted.py"
        file.write_text(source)
        submission = take_submission(file, self.session.assignment)
        return judge(self.session, submission, self.planned, time.monotonic())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The suite of three kinds, imported."""
    with a_project(tmp_path_factory.mktemp("project")):
        made = import_suite(SUITES / "mixed", "mixed_suite")
        assignment = load_assignment("mixed_suite")
        with open_session(assignment, "embedded") as session:
            yield Place(made, session, load_suites(assignment), tmp_path_factory.mktemp("upload"))


def test_suite_is_split_and_keeps_what_its_author_said(place: Place) -> None:
    """Weights, numbers, visibility and titles are those of the suite; no test has to run beside the submission."""
    planned = {test.number: test for test in place.planned}

    assert place.made.suite.mode == "split"
    assert place.made.kept_inside == {}
    assert sum(test.weight or 0 for test in place.planned) == 18
    assert list(planned) == ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2", "5.1", "5.2", "5.3"]
    assert [test.weight for test in planned.values()] == [3, 1, 4, 1, 1, 1, 1.5, 0.5, 2, 1, 2]
    assert planned["1.1"].title == "divide divides, and refuses zero"
    assert [number for number, test in planned.items() if test.visibility == "hidden"] == ["1.1", "3.2", "4.2"]


def test_reference_earns_all_points(place: Place) -> None:
    """Numbers, arrays, tensors, objects, exceptions, printed text, seeds and callbacks cross."""
    report = place.judged(RIGHT)

    assert report.lost == ()
    assert report.faults == ()
    assert report.note_for_staff == ""


def test_wrong_functions_lose_their_tests(place: Place) -> None:
    """Each mistake loses the tests that ask for it, and half of a partial credit."""
    wrong = RIGHT.replace("e.sum(axis=-1, keepdims=True)", "e.sum()").replace("Hello", "Hullo")
    report = place.judged(wrong.replace("x @ weights.T + bias", "x @ weights.T"))
    outcomes = {outcome.number: outcome for outcome in report.outcomes}

    assert report.lost == ("1.2", "2.1", "5.1")
    assert "Hullo, Ada!" in outcomes["1.2"].explanation.seen
    assert outcomes["2.1"].score == 0
    assert "near(tensor(" in outcomes["5.1"].explanation.detail


def test_template_earns_nothing(place: Place) -> None:
    """The template is made of the solution, without its bodies and values."""
    template = next(case for case in cases_of(place.session.assignment, place.planned) if case.name == "template")
    report = judge(place.session, template.submission, place.planned, time.monotonic())

    assert report.score == 0
    assert report.faults == ()


def test_handout_says_that_there_is_nothing_to_run_at_home(place: Place, tmp_path: Path) -> None:
    """The suite holds its answers, so no test of it is for home."""
    with pytest.raises(UnusableSuite, match="at home: the tests of an imported suite hold their answers; give"):
        write_handout("mixed_suite", tmp_path / "handout.zip")


@pytest.mark.parametrize("source", [HOSTILE, EXITS], ids=["patches and equals", "exits"])
def test_tricks_earn_nothing(place: Place, source: str) -> None:
    """Whatever a submission does to assertions, equality, exits and output happens in its own process."""
    report = place.judged(source)

    assert report.score == 0
    assert Verdict.HARNESS_FAULT not in {outcome.verdict for outcome in report.outcomes}


def test_suite_is_out_of_reach(place: Place) -> None:
    """The submission sees neither the suite's files nor its process's memory, and cannot slip it a module."""
    report = place.judged(RIGHT + SPY)
    outcomes = {outcome.number: outcome for outcome in report.outcomes}

    assert outcomes["4.2"].explanation.seen == "OSError: []"
    assert outcomes["1.2"].score == 1


def test_suite_that_cannot_be_split_runs_inside_and_says_so(tmp_path: Path) -> None:
    """A network of the test's own cannot cross: the import names the test and the reason, the staff's page the risk."""
    with a_project(tmp_path / "project"):
        made = import_suite(SUITES / "beside", "beside_suite")
        assignment = load_assignment("beside_suite")
        session = stored_session(assignment, "embedded")
        reference = reference_of(session)
        submission = take_submission(SUITES / "beside/solution/submitted.py", assignment)
        report = judge(session, submission, load_suites(assignment), time.monotonic(), observers=(reference, reference))

    assert made.suite.mode == "inside"
    assert {test.name: reason for test, reason in made.kept_inside.items()} == {
        "test_step": "a Linear of the test's own cannot cross to the submission's process"
    }
    assert report.score == 2
    assert to_student_page(report).count("a verdict can be forged") == 1
    assert "forged" not in to_page_for_students(report)
