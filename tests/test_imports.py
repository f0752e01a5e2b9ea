"""Imports point one way: the trusted side never loads the sandbox's side, nor what runs student code."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
# Modules that run beside student code, in the sandbox or at home, and patterns for such files. Of an assignment's own
# files the suites and declarations are the trusted side's; its helpers are loaded by whoever uses them.
IN_SANDBOX = re.compile(
    r"autograder\.(worker|probes|supervisor|confinement|local_runner\.(?!hand_out)|handout\.files|scaffold\.files"
    r"|assignments\.\w+\.(?!test_|observed))"
)
ASIDE = re.compile(r"autograder\.(worker|probes|supervisor|confinement)|autograder\.assignments\.\w+\.probe_")
FORBIDDEN = ("torch", "torchvision")
FOR_A_CLASS = ("pandas", "distributed", "copydetect")  # take seconds to load, which a single grading must not wait for
FOR_PRINTING = ("numpy", "rich", "jinja2", "unittest")
PROGRAM = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


def trusted_modules() -> list[str]:
    """Return the names of all modules of the trusted side."""
    paths = (path.relative_to(PROJECT).with_suffix("") for path in (PROJECT / "autograder").rglob("*.py"))
    names = (".".join(path.parts).removesuffix(".__init__") for path in paths)
    return sorted(name for name in names if not IN_SANDBOX.match(name) and "__main__" not in name)


def modules_after(*names: str) -> list[str]:
    """Return the modules of a fresh interpreter after it has imported these."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", PROGRAM, json.dumps(names)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def test_trusted_side_loads_neither_torch_nor_the_sandbox() -> None:
    """Every module of the trusted side is loaded at once, including suites."""
    names = trusted_modules()
    loaded = modules_after("autograder.commands.main", *names)

    assert "autograder.assignments.cifar8_finetune.test_dataset" in names
    assert set(names) <= set(loaded)
    assert [name for name in loaded if name.split(".")[0] in FORBIDDEN] == []
    assert [name for name in loaded if ASIDE.match(name)] == []


def test_command_line_does_not_load_packages_for_a_class() -> None:
    """A student's result does not wait for a cluster's packages."""
    loaded = modules_after("autograder.commands.main", "autograder.commands.grade", "autograder.gradescope.container")

    assert [name for name in loaded if name.split(".")[0] in FOR_A_CLASS] == []


def test_command_line_itself_loads_nothing_that_grades_or_prints() -> None:
    """A help text, and the words that a shell completes, do not wait for it."""
    loaded = modules_after("autograder.commands.main")
    above = ("autograder.grading", "autograder.evidence", "autograder.sandbox", "autograder.rendering")

    assert [name for name in loaded if name.split(".")[0] in FOR_PRINTING or name.startswith(above)] == []


def test_sandbox_is_started_before_what_only_judging_needs() -> None:
    """The zygote imports torch meanwhile, so what comes before it delays every grading."""
    loaded = modules_after("autograder.commands.main", "autograder.evidence.early_start")

    assert [name for name in loaded if name.split(".")[0] in FOR_PRINTING] == []


def test_sources_are_compared_without_what_only_draws() -> None:
    """A class page would wait for matplotlib."""
    assert [name for name in modules_after("autograder.similarity.worker") if name.startswith("matplotlib")] == []


@pytest.mark.parametrize(
    "name", ["autograder.model.report", "autograder.wire.frames", "autograder.rendering.gradescope"]
)
def test_values_and_renderers_load_nothing_that_runs_code(name: str) -> None:
    """Values and their renderers need no sandbox, suites or command line."""
    loaded = modules_after(name)
    above = ("autograder.sandbox", "autograder.suites", "autograder.commands", "autograder.evidence", "click")

    assert [module for module in loaded if module.startswith(above)] == []
