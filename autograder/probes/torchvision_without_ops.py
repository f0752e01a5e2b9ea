"""Imports torchvision beside a torch that its compiled operators were not built for.

A CUDA build of torchvision cannot load its operators into a CPU build of torch, and its import then
fails with "operator torchvision::nms does not exist", because it attaches Python code to operators
by name. Their schemas are enough for that. Models, transforms and data sets work. In the sandbox the worker's
`image_operators` and `box_operators` stand in for `torchvision.io` and `torchvision.ops`.
"""

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

from torch import library

SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_kept_alive: list[Any] = []  # a library that is collected takes its operators with it


def import_torchvision() -> ModuleType:
    """Return torchvision, with its transforms, data sets and models ready to use."""
    load_torchvision(lambda: importlib.import_module("torchvision"))
    for part in ("transforms", "datasets", "models"):
        importlib.import_module(f"torchvision.{part}")
    return importlib.import_module("torchvision")


def load_torchvision(load: Callable[[], object]) -> None:
    """Call a function that loads torchvision; once more with the operators' schemas if it fails without them."""
    try:
        load()
    except RuntimeError:
        operators = library.Library("torchvision", "DEF")
        for schema in SCHEMAS:
            operators.define(schema)
        _kept_alive.append(operators)
        load()
