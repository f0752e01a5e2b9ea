"""Lets torchvision work in the sandbox as at home, as soon as somebody imports it.

Without the internet, without the operators of another build of torch, and without a compiler.
"""

from types import ModuleType

from autograder.probes.torchvision_without_ops import load_torchvision
from autograder.worker import adapted_imports, box_operators, compiler_stand_in, image_operators, local_datasets


def install() -> None:
    """From now on torchvision is adapted when it is imported."""
    adapted_imports.install({"torchvision": _adapt}, run=_run)


def _run(load: adapted_imports.Load) -> None:
    with compiler_stand_in.in_reach():
        load_torchvision(load)


def _adapt(torchvision: ModuleType) -> None:
    image_operators.install(torchvision)
    box_operators.install(torchvision)
    local_datasets.install(torchvision)
