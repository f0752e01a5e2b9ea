"""A submission that trains when it is imported is imported in steps where training is not the point."""

from dataclasses import dataclass, field, replace

import pytest

from autograder.evidence.import_policy import IMPORT, SHOWN, SLOW_IMPORT_CPU_S, ImportPolicy, imports_slowly
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.wire.built_in import Ended, Imported

QUICK = Observation(Verdict.RETURNED, value=Imported(given_up=[]), cpu_s=0.5)
SLOW = Observation(Verdict.RETURNED, value=Imported(given_up=["submitted.py, line 9"]), cpu_s=12.0)
LARGE = replace(QUICK, cpu_s=4.0)  # nothing of it can be given up
ENDED = Observation(Verdict.CPU_BUDGET, reason="over its budget", cpu_s=30.0)
SLEEPS = replace(SLOW, cpu_s=1.0, wall_s=41.0)
STARVES = replace(QUICK, wall_s=41.0, waited_s=40.0)
IDLES = Observation(Verdict.IDLE, reason="computed nothing", cpu_s=1.0, wall_s=61.0)
RAISED = Observation(Verdict.RAISED, reason="NameError", cpu_s=20.0)


@dataclass
class Imports:
    """Answers how the import ended, as a whole and in steps; notes what it was asked."""

    whole: Observation
    in_steps: Observation = SLOW
    asked: list[bool] = field(default_factory=list)

    def observe(self, probe: str, in_steps: bool = False) -> Observation:
        """Return the answer."""
        assert probe == IMPORT
        self.asked.append(in_steps)
        return self.in_steps if in_steps else self.whole

    @property
    def policy(self) -> ImportPolicy:
        """The policy that decides by these answers."""
        return ImportPolicy(self.observe)


@pytest.mark.parametrize(
    ("imported", "slowly"),
    [
        (QUICK, False),
        (SLOW, True),
        (ENDED, True),
        (SLEEPS, True),
        (IDLES, True),
        (replace(IDLES, verdict=Verdict.WALL_CLOCK), True),
        (STARVES, False),
        (RAISED, False),  # the student's error comes first
        (replace(QUICK, cpu_s=SLOW_IMPORT_CPU_S), False),
    ],
    ids=[
        "quick",
        "slow",
        "over its budget",
        "sleeps",
        "idles",
        "by the clock",
        "starves",
        "raised",
        "just quick enough",
    ],
)
def test_slow_is_what_every_probe_should_not_pay(imported: Observation, slowly: bool) -> None:
    """A budget that is used up is slow; an exception is not, however long it took."""
    assert imports_slowly(imported) is slowly


@pytest.mark.parametrize("whole", [SLOW, ENDED], ids=["slow", "over its budget"])
def test_probe_leaves_out_what_takes_long(whole: Observation) -> None:
    """But for one with a budget, which may be about training."""
    policy = Imports(whole).policy

    assert policy.left_out("length", {}, has_budget=False) == ("submitted.py, line 9",)
    assert policy.left_out("trained", {}, has_budget=True) is None
    assert policy.problem is None


@pytest.mark.parametrize("whole", [SLEEPS, IDLES], ids=["returns", "never returns"])
def test_no_probe_waits(whole: Observation) -> None:
    """Not even one with a budget of CPU seconds: waiting teaches no network anything."""
    policy = Imports(whole).policy

    assert policy.left_out("trained", {}, has_budget=True) == ("submitted.py, line 9",)
    assert policy.left_out(SHOWN, {}, has_budget=False) == ("submitted.py, line 9",)
    assert policy.problem is None
    assert f"takes {whole.wall_s:.0f} seconds or more, and waits" in policy.remarks[0]


def test_training_is_kept_for_a_probe_about_it_even_if_it_waits() -> None:
    """Only structural probes leave it out."""
    policy = Imports(replace(SLOW, wall_s=41.0)).policy

    assert policy.left_out("trained", {}, has_budget=True) is None
    assert policy.left_out("length", {}, has_budget=False) == ("submitted.py, line 9",)


def test_quick_import_is_not_tried_in_steps() -> None:
    """Most submissions define and do not train."""
    imports = Imports(QUICK)

    assert imports.policy.left_out("length", {}, has_budget=False) is None
    assert (imports.policy.problem, imports.policy.remarks) == (None, ())
    assert not any(imports.asked)


def test_import_itself_asks_for_no_import() -> None:
    """It is whole unless its arguments say otherwise; to ask would have no end."""
    imports = Imports(SLOW)

    assert imports.policy.left_out(IMPORT, {}, has_budget=False) is None
    assert imports.policy.left_out(IMPORT, {"in_steps": True}, has_budget=False) == ()
    assert imports.asked == []


def test_import_that_does_not_end_in_steps_either_is_the_problem() -> None:
    """The student reads how the import ended, and nothing is remarked upon."""
    policy = Imports(ENDED, in_steps=RAISED).policy

    assert policy.problem is ENDED
    assert policy.remarks == ()


def test_import_that_raises_is_the_problem() -> None:
    """In steps it would raise as well."""
    imports = Imports(RAISED)

    assert imports.policy.problem is RAISED
    assert imports.asked == [False]


def test_slow_import_that_fails_in_steps_is_imported_whole() -> None:
    """It returned once, so each probe can pay for it."""
    policy = Imports(SLOW, in_steps=RAISED).policy

    assert policy.left_out("length", {}, has_budget=False) is None
    assert policy.problem is None


def test_import_of_large_packages_is_not_remarked_upon() -> None:
    """It takes long, but nothing was given up."""
    assert Imports(LARGE, in_steps=LARGE).policy.remarks == ()


@pytest.mark.parametrize(
    ("lines", "named"),
    [((9,), "(submitted.py, line 9)"), ((1, 2, 3, 4), "line 2, submitted.py, line 3, …)")],
)
def test_remark_names_the_first_statements(lines: tuple[int, ...], named: str) -> None:
    """With what to do about them."""
    given_up = [f"submitted.py, line {line}" for line in lines]
    (remark,) = Imports(SLOW, in_steps=replace(SLOW, value=Imported(given_up=given_up))).policy.remarks

    assert "takes 12 CPU seconds" in remark
    assert named in remark
    assert '`if __name__ == "__main__":`' in remark


def test_remark_names_the_cells_that_ended_early() -> None:
    """The first of them with line and error."""
    cells = [Ended(place=f"cell {number}, line 2", text="1 / 0", error="ZeroDivisionError") for number in range(1, 6)]
    (remark,) = Imports(replace(QUICK, value=Imported(given_up=[], ended=cells, notebook="hw.ipynb"))).policy.remarks

    assert remark.startswith("Cells of `hw.ipynb` that end early: cell 1, line 2, `1 / 0`: ZeroDivisionError; cell 2")
    assert "cell 4" not in remark
    assert "and 2 more" in remark


def test_figures_of_a_training_come_with_the_training() -> None:
    """Unless the import never ended with it: then what can be drawn without is drawn."""
    assert Imports(SLOW).policy.left_out(SHOWN, {}, has_budget=False) is None
    assert Imports(ENDED).policy.left_out(SHOWN, {}, has_budget=False) == ("submitted.py, line 9",)
