"""Serves pretrained weights where there is no internet.

A program that asks torchvision or torch.hub for weights gets the hand-out's checkpoint of that architecture,
`pretrained/<architecture>.pth` in the working directory. Where the hand-out has none, it gets weights that are
drawn at random but always the same. `probes/pretrained.py` recognises both.
"""

import hashlib
import importlib
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlparse

import torch
import torch.utils.model_zoo
from torch import nn

from autograder.probes.pretrained import served
from autograder.probes.weights import digest

FOLDER = Path("pretrained")  # of the hand-out
NO_NETWORK = "there is no internet here"
OF_TORCHVISION = "pytorch/vision"
HUB_OPTIONS = ("source", "trust_repo", "force_reload", "verbose", "skip_validation")


def install() -> None:
    """From now on serve weights to this process from local files."""
    torch.hub.load_state_dict_from_url = _state_from_url
    torch.hub.download_url_to_file = _file_from_url
    torch.hub.load = _from_hub
    torch.utils.model_zoo.load_url = _state_from_url  # type: ignore[attr-defined]


def _models() -> ModuleType:
    """Return torchvision's networks; it takes torch.hub's functions, the stand-ins, when it is imported."""
    return importlib.import_module("torchvision.models")


def stand_in_state(architecture: str) -> dict[str, torch.Tensor]:
    """Return the state dict that stands in for an architecture's pretrained weights, float32.

    Args:
        architecture: as torchvision names its builders, such as `"resnet18"`.

    Raises:
        RuntimeError: torchvision has no such architecture and the hand-out no such file.
    """
    path = FOLDER / f"{architecture}.pth"
    if path.is_file():
        return _as_float32(torch.load(path, map_location="cpu", weights_only=True))
    if architecture not in _models().list_models():
        raise RuntimeError(f"{NO_NETWORK}, and no stand-in for weights called {architecture!r}")
    seed = int.from_bytes(hashlib.sha256(architecture.encode()).digest()[:4], "big")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return dict(_untrained(architecture).state_dict())


def _untrained(architecture: str) -> nn.Module:
    """Build a network without weights; detectors and segmenters would otherwise ask for a backbone's."""
    try:
        model: nn.Module = _models().get_model(architecture, weights=None, weights_backbone=None)
    except TypeError:  # a classifier, which has no separate backbone
        model = _models().get_model(architecture, weights=None)
    return model


def _state_from_url(url: str, *positional: Any, **named: Any) -> dict[str, torch.Tensor]:
    """Stand in for `torch.hub.load_state_dict_from_url`."""
    state = stand_in_state(_architecture_of(url))
    served.update(digest(tensor) for tensor in state.values() if tensor.dim() >= 2)
    return state


def _file_from_url(url: str, dst: str, *positional: Any, **named: Any) -> None:
    """Stand in for `torch.hub.download_url_to_file`."""
    torch.save(_state_from_url(url), dst)


def _from_hub(repo_or_dir: str, model: str, *positional: Any, **named: Any) -> Any:
    """Stand in for `torch.hub.load`, whose entries in torchvision's repository are torchvision's builders."""
    if not str(repo_or_dir).startswith(OF_TORCHVISION):
        raise RuntimeError(f"{NO_NETWORK}: torch.hub.load({repo_or_dir!r}, …) works for {OF_TORCHVISION!r} only")
    builder = getattr(_models(), model)
    return builder(*positional, **{name: value for name, value in named.items() if name not in HUB_OPTIONS})


def _architecture_of(url: str) -> str:
    """Return whose weights lie at an address, such as "resnet18" for ".../resnet18-f37072fd.pth"."""
    name = Path(urlparse(url).path).name
    return _architectures().get(name, name.rsplit("-", 1)[0].removesuffix(".pth"))


@cache
def _architectures() -> dict[str, str]:
    """Return the architecture for the file name of each checkpoint that torchvision knows."""
    return {
        Path(urlparse(weights.url).path).name: architecture
        for architecture in _models().list_models()
        for weights in _models().get_model_weights(architecture)
    }


def _as_float32(state: dict[str, Any]) -> dict[str, torch.Tensor]:
    """Checkpoints may lie in half precision to be small."""
    return {name: value.float() if value.is_floating_point() else value for name, value in state.items()}
