"""Opens files that students upload beside their source: results as JSON, and checkpoints.

They are as hostile as the source. Probes open them here, in the sandbox, within bounds, and never with a full
unpickler. A sentence tells the student what is wrong with one.
"""

import json
import pickle
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from autograder.probes.submitted import UnusableFile
from autograder.probes.weights import called
from autograder.wire.cells import notebook_of

MIB = 1 << 20
NAMES_SHOWN = 3
LONGEST_NAME = 1000  # bytes of the line that names the notebook
INSIDE = ("state_dict", "model_state_dict", "model", "net", "weights")  # where training scripts put the weights
COMPILED = "_orig_mod."
WRAPPERS = ("module.", COMPILED)
FOREIGN = ("global", "GLOBAL", "class", "instantiate", "REDUCE")
COUNTERS = ("n_averaged",)  # of torch.optim.swa_utils.AveragedModel
SAVED = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")  # a zip; older versions write pickles
OTHERS = {
    b"version https://git-lfs": "a Git LFS pointer, which stands for the file: fetch it with `git lfs pull`",
    b"<!doctype": "a web page, which a download led to instead of the file",
    b"<html": "a web page, which a download led to instead of the file",
    b"<?xml": "a web page, which a download led to instead of the file",
    b"{": "a text file",
}


def read_json(name: str, most_mib: float = 1.0) -> Any:
    """Return the content of a JSON file.

    Args:
        name: of the file, relative to the upload.
        most_mib: how large it may be, MiB.

    Raises:
        UnusableFile: it is missing, too large, or not JSON; says where.
    """
    content = _file(name, most_mib).read_bytes()
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise UnusableFile(f"{name} is not UTF-8 text; save it with json.dump") from None
    except json.JSONDecodeError as error:
        raise UnusableFile(
            f"{name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}; save it with json.dump"
        ) from None
    except RecursionError:
        raise UnusableFile(f"{name} nests lists too deep") from None
    except ValueError as error:
        raise UnusableFile(f"{name} holds {error}") from None


def read_checkpoint(name: str, most_mib: float = 1024.0) -> dict[str, torch.Tensor]:
    """Return the state dict in a checkpoint, even if it lies in a dict with other things, as scripts save it.

    Args:
        name: of the file, relative to the upload.
        most_mib: how large it may be, MiB.

    Raises:
        UnusableFile: it is missing, too large, damaged, a whole network, or holds no weights.
    """
    path = _file(name, most_mib)
    if (kind := _kind_of_no_checkpoint(path)) is not None:
        raise UnusableFile(f"{name} is not a file that torch.save wrote{kind}")
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        # PyTorch's message begins with advice on weights_only for every error; the last part names the reason.
        if not any(word in str(error).rpartition("error:")[2] for word in FOREIGN):
            raise UnusableFile(f"{name} cannot be read: it is damaged, or torch.save did not write it") from None
        raise UnusableFile(
            f"{name} holds more than weights, such as a whole network, and is not opened; "
            "save the weights alone: torch.save(model.state_dict(), …)"
        ) from None
    except Exception as error:  # PyTorch passes on every error of its archive reader
        raise UnusableFile(f"{name} cannot be read: it is damaged, or torch.save did not write it") from error
    state = _state_in(loaded)
    if state is None:
        raise UnusableFile(
            f"{name} holds {called(loaded)}; a state dict is expected: torch.save(model.state_dict(), …)"
        )
    return state


def load_strictly(model: nn.Module, state: Mapping[str, torch.Tensor], name: str) -> None:
    """Load a state dict into a network; all names and shapes must fit.

    Args:
        model: the network; its weights are replaced.
        state: the state dict, from `read_checkpoint`. Prefixes of names that DataParallel, `torch.compile` and averaged
            models add are removed.
        name: of the file, for the sentence.

    Raises:
        UnusableFile: they do not fit; names the first that differ.
    """
    # A lazy layer has no shape before its first batch, and takes that of the checkpoint.
    own = {key: None if is_lazy(value) else tuple(value.shape) for key, value in model.state_dict().items()}
    given = state if set(state) <= set(own) else _renamed(state, own)
    missing, foreign = [key for key in own if key not in given], [key for key in given if key not in own]
    others = [key for key in own if key in given and own[key] not in (None, tuple(given[key].shape))]
    problems = [
        *([f"it lacks {_listed(missing)}"] if missing else []),
        *([f"the network has no {_listed(foreign)}"] if foreign else []),
        *(f"{key} has shape {tuple(given[key].shape)} instead of {own[key]}" for key in others[:NAMES_SHOWN]),
    ]
    if problems:
        raise UnusableFile(f"{name} does not fit the network: {'; '.join(problems)}")
    model.load_state_dict(given, strict=True)


def _renamed(state: Mapping[str, torch.Tensor], own: Collection[str]) -> dict[str, torch.Tensor]:
    """Return a state dict with the names that the network has for them, where wrappers alone make the difference."""
    names = {_without_wrappers(key): key for key in own}
    plain = {_without_wrappers(key): value for key, value in state.items() if key in own or key not in COUNTERS}
    return {names.get(key, key): value for key, value in plain.items()}


def _without_wrappers(key: str) -> str:
    key = key.replace(f".{COMPILED}", ".")  # a part of a network may be compiled by itself
    while key.startswith(WRAPPERS):
        key = key.split(".", 1)[1]
    return key


def _kind_of_no_checkpoint(path: Path) -> str | None:
    """Return words, with a comma before them, for a file that torch.save did not write; None if it may have."""
    with path.open("rb") as file:
        head = file.read(256)
    if head.startswith(SAVED):
        return None
    if not head:
        return ", but empty"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    kind = next((words for start, words in OTHERS.items() if text.startswith(start)), "")
    return f", but {kind}" if kind else ""


def _file(name: str, most_mib: float) -> Path:
    path = Path(name)
    if not path.is_file():
        raise UnusableFile(f"{name} is not among the uploaded files ({_uploaded()})")
    size_mib = path.stat().st_size / MIB
    if size_mib > most_mib:
        raise UnusableFile(f"{name} has {size_mib:.1f} MiB; at most {most_mib:g} are read")
    return path


def _uploaded() -> str:
    """Return the names of the upload's files; links are the course's, and hidden folders are ours."""
    files = (path for path in Path().rglob("*") if path.is_file() and not path.is_symlink())
    names = sorted(_handed_in(path) for path in files if not str(path).startswith("."))
    return _listed(names) or "there are none"


def _handed_in(path: Path) -> str:
    """Return the name of a file as the student knows it: a notebook's, where a module has its place."""
    if path.suffix != ".py":
        return str(path)
    with path.open("rb") as file:
        return notebook_of(file.readline(LONGEST_NAME)) or str(path)


def _state_in(loaded: Any) -> dict[str, torch.Tensor] | None:
    """Return the state dict that something is or holds; None if there is none."""
    if not isinstance(loaded, dict):
        return None
    if loaded and all(isinstance(key, str) and isinstance(value, torch.Tensor) for key, value in loaded.items()):
        return dict(loaded)
    return next((state for key in INSIDE if (state := _state_in(loaded.get(key))) is not None), None)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    return f"{shown} and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else shown


def _no_number(word: str) -> float:
    """Refuse NaN and infinities, which Python's JSON lets through: no other reader takes them."""
    raise ValueError(f"{word}, which is not a number")
