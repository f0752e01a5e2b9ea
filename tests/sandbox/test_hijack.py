"""Attempts on the interpreter: file names that shadow, and patches of what the grader might use."""

import subprocess
import sys
import unittest

import numpy as np
import pytest

from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench

CONSTANT = "def answer():\n    return 1\n"


@pytest.mark.parametrize(
    "name",
    [
        "torch.py", "numpy.py", "json.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "probes.py",
        "pickle.py", "unittest.py", "autograder.py", "autograder/__init__.py", "models.py", "io.py", "submitted.pyc",
    ],
)  # fmt: skip
def test_file_that_shadows_a_module_has_no_effect(bench: Bench, name: str) -> None:
    """A file by the name of a module that the harness uses is not imported in its place."""
    seen = bench.run({"submitted.py": CONSTANT, name: "raise SystemExit('hijacked')\n"})

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, 1)
    assert "hijacked" not in seen.printed


@pytest.mark.parametrize("name", ["utils", "helpers", "dataset", "model", "train", "config", "data", "transforms"])
def test_submissions_own_module_is_importable(bench: Bench, name: str) -> None:
    """A helper of the student's own is imported by its name; the harness uses up none of the usual ones."""
    seen = bench.run({
        "submitted.py": f"import {name}\ndef answer():\n    return {name}.mine\n",
        f"{name}.py": "mine = True\n",
    })  # fmt: skip

    assert seen.value is True


def test_patched_functions_stay_inside(bench: Bench) -> None:
    """Patches of torch, NumPy and unittest end with the probe: not even the next one sees them."""
    seen = bench.run("""
        import builtins, unittest
        import numpy as np, torch
        torch.allclose = torch.equal = np.array_equal = lambda *a, **k: True
        unittest.TestCase.assertEqual = lambda *a, **k: None
        builtins.isinstance = lambda *a: True
        def answer():
            return torch.allclose(torch.zeros(1), torch.ones(1))
    """)
    after = bench.run("import torch\ndef answer():\n    return torch.allclose(torch.zeros(1), torch.ones(1))\n")

    assert seen.verdict in (Verdict.RETURNED, Verdict.RAISED, Verdict.CRASHED)
    assert after.value is False
    assert not np.array_equal([1], [2])
    assert "torch" not in vars(unittest)


def test_trusted_side_has_not_imported_torch() -> None:
    """Running submissions brings neither torch nor the sandbox's inside into this process."""
    code = "import autograder.sandbox.sandbox, sys; print(sorted({'torch', 'autograder.worker'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "[]\n"


def test_replaced_modules_stay_inside(bench: Bench) -> None:
    """Emptying `sys.modules` harms nobody but the probe itself."""
    bench.run("import sys\nsys.modules.clear()\ndef answer():\n    return 1\n")
    after = bench.run(CONSTANT)

    assert after.value == 1


def test_changed_harness_objects_stay_inside(bench: Bench) -> None:
    """A submission that patches the harness's own classes in its child forges at most its own observation."""
    bench.run("""
        import autograder.worker.channel as channel
        channel.Channel.send = lambda self, message: None
        def answer():
            return 1
    """)
    after = bench.run(CONSTANT)

    assert after.value == 1


def test_pickle_in_a_checkpoint_acts_inside_only(bench: Bench) -> None:
    """A checkpoint that runs code when it is loaded runs it in the sandbox, as its uploader could anyway."""
    seen = bench.run("""
        import os, torch
        class Bomb:
            def __reduce__(self):
                return (os.system, ("id -u",))
        def answer():
            torch.save(Bomb(), "bomb.pt")
            try:
                torch.load("bomb.pt")
            except Exception as error:
                return type(error).__name__
    """)

    assert seen.value == "UnpicklingError"


def test_probe_source_is_not_taken_from_the_upload(bench: Bench) -> None:
    """The probe is the assignment's, also for a submission that has put its own `probes` into place."""
    seen = bench.run("""
        import sys, types
        fake = types.ModuleType("probes")
        fake.call = lambda submitted: 100
        sys.modules["probes"] = fake
        def answer():
            return 1
    """)

    assert seen.value == 1
