"""A probe imports modules of ours whose sources come with the job."""

from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench

OBSERVED = "autograder.assignments.made_up.observed"
DECLARED = """
from dataclasses import dataclass
from typing import get_type_hints

@dataclass
class Answer:
    number: int

def hints():
    return sorted(get_type_hints(Answer))
"""
ASKING = """
from autograder.assignments.made_up.observed import Answer, hints

def call(submitted):
    return {"number": Answer(submitted.get("answer")()).number, "hints": hints(), "module": Answer.__module__}
"""


def test_probe_imports_a_module_that_came_with_its_job(bench: Bench) -> None:
    """The module, and the packages that lead to it, are there though no file of them is."""
    seen = bench.run("def answer():\n    return 7\n", probe=ASKING, modules={OBSERVED: DECLARED})

    assert seen.value == {"number": 7, "hints": ["number"], "module": OBSERVED}


def test_module_of_one_job_is_not_there_for_the_next(bench: Bench) -> None:
    """Each child has the modules of its own job only."""
    bench.run("def answer():\n    return 7\n", probe=ASKING, modules={OBSERVED: DECLARED})
    seen = bench.run("def answer():\n    return 7\n", probe=ASKING)

    assert seen.verdict is Verdict.RAISED
    assert "No module named 'autograder.assignments" in seen.reason


def test_fault_in_a_module_is_told(bench: Bench) -> None:
    """A module that is no Python costs its own probe, and the zygote lives on."""
    seen = bench.run("def answer():\n    return 7\n", probe=ASKING, modules={OBSERVED: "def"})
    after = bench.run("def answer():\n    return 7\n")

    assert (seen.verdict, seen.reason.partition(":")[0]) == (Verdict.RAISED, "SyntaxError")
    assert after.value == 7


def test_submission_does_not_stand_in_for_a_module(bench: Bench) -> None:
    """A folder of a submission, by the name of the harness, is not where the probe's modules come from."""
    fake = {f"{OBSERVED.replace('.', '/')}.py": "raise SystemExit", "submitted.py": "def answer():\n    return 7\n"}
    seen = bench.run(fake, probe=ASKING, modules={OBSERVED: DECLARED})

    assert seen.value["number"] == 7
