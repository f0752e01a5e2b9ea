"""torch's compiler is imported by programs that ask for it, and by no others."""

import os
import tempfile

import pytest

from autograder.intake.libraries import BY_ANY_WORD
from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench

IS_THERE = """
import sys
def is_there():
    return "torch._dynamo.eval_frame" in sys.modules
"""
OTHERS = """
import torch, torchvision
from torch import nn
def answer():
    model = nn.Linear(2, 1)
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    before = model.weight.clone()
    torch.compile(model)(torch.ones(4, 2)).sum().backward()
    optimizer.step()
    schedule.step()
    boxes = torch.tensor([[0, 0, 0, 5.0, 5]])
    pooled = torchvision.ops.roi_align(torch.ones(1, 1, 6, 6), boxes, 2).flatten().tolist()
    return [is_there(), not torch.equal(before, model.weight), pooled]
"""
WAYS = {
    "an attribute": "import torch._dynamo\ntorch._dynamo.config.suppress_errors = True\nfound = torch._dynamo.config",
    "a part": "import torch._dynamo.config as found",
    "a part, behind import hooks of its own": """
import sys
class Blind:
    def find_spec(self, name, path=None, target=None): pass
sys.meta_path.insert(0, Blind())
sys.path_hooks.insert(0, lambda path: Blind())
sys.path_importer_cache.clear()
import torch._dynamo.config as found""",
    "a name": "from torch._dynamo import OptimizedModule\nimport torch\nfound = torch._dynamo.config",
}
ASKING = """
import sys, torch
def answer():
    parts = (found.__name__, found.__spec__.loader.__class__.__name__, found is sys.modules["torch._dynamo.config"])
    return [is_there(), *parts, torch._dynamo is sys.modules["torch._dynamo"], torch._dynamo.__file__ is not None]
"""


def test_training_and_torchvision_import_no_compiler(bench: Bench) -> None:
    """Optimizers, schedules, `torch.compile` and torchvision's operators work without it."""
    seen = bench.run(IS_THERE + OTHERS)

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, [False, True, [1.0] * 4]), f"{seen.reason}\n{seen.printed}"


@pytest.mark.parametrize("way", WAYS)
def test_program_that_asks_for_the_compiler_gets_the_real_one(way: str, bench: Bench) -> None:
    """Each part once, and as its own loader left it."""
    seen = bench.run(f"{WAYS[way]}\n{IS_THERE}{ASKING}")
    expected = [True, "torch._dynamo.config", "SourceFileLoader", True, True, True]

    assert (seen.verdict, seen.value) == (Verdict.RETURNED, expected), f"{seen.reason}\n{seen.printed}"


def test_compiler_can_be_imported_before_the_fork(bench: Bench) -> None:
    """For programs whose words tell that they need it. It leaves no folder behind."""
    bench.sandbox._restart()
    before = set(os.listdir(tempfile.gettempdir()))  # noqa: PTH208
    seen = bench.run(f"{IS_THERE}answer = is_there", libraries=BY_ANY_WORD["torch"][0])
    left = {name for name in set(os.listdir(tempfile.gettempdir())) - before if "inductor" in name}  # noqa: PTH208
    bench.sandbox._restart()  # for the tests that come next

    assert left == set()
    assert (seen.verdict, seen.value) == (Verdict.RETURNED, True), seen.reason
