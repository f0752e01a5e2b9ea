"""Students' files are opened within bounds, and a sentence says what is wrong with one."""

import io
import json
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from autograder.probes.artefacts import load_strictly, read_checkpoint, read_json
from autograder.probes.submitted import UnexpectedResult


@pytest.fixture(autouse=True)
def in_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, as probes do."""
    monkeypatch.chdir(tmp_path)


def network() -> nn.Module:
    """Return a small network."""
    return nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))


def saved(value: Any, name: str = "model.pth") -> str:
    """Save a value as PyTorch does; return the file's name."""
    torch.save(value, name)
    return name


class Opener:
    """Unpickled, it makes a file."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("opened",)


def test_json_is_read_as_python_writes_it() -> None:
    """Also with the mark that Windows puts before UTF-8."""
    Path("answers.json").write_bytes(b"\xef\xbb\xbf" + json.dumps({"shapes": [1, 2]}).encode())

    assert read_json("answers.json") == {"shapes": [1, 2]}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{'a': 1}", ("not JSON", "line 1, column 2")),
        (b'{"a": 1,\n "b": }', ("line 2", "json.dump")),
        (b"", ("line 1",)),
        (b'{"a": NaN}', ("NaN", "not a number")),
        (b"\xff\xfe1\x00", ("UTF-8",)),
        (b"[" * 100_000, ("too deep",)),
        (b'"' + b"x" * (1 << 20) + b'"', ("1.0 MiB", "at most 1")),
    ],
)
def test_what_is_wrong_with_json_is_said(content: bytes, words: tuple[str, ...]) -> None:
    """With the place, and what to do."""
    Path("answers.json").write_bytes(content)
    with pytest.raises(UnexpectedResult) as caught:
        read_json("answers.json")

    assert all(word in str(caught.value) for word in ("answers.json", *words))


@pytest.mark.parametrize("read", [read_json, read_checkpoint])
def test_missing_file_is_said(read: Any) -> None:
    """By its name."""
    with pytest.raises(UnexpectedResult, match="is not among the uploaded files"):
        read("results")


def test_notebook_is_listed_under_its_own_name() -> None:
    """The student has no file of the module's name."""
    Path("submitted.py").write_text("# From the notebook hw.ipynb\n# %% [cell 1]\nx = 1\n")
    with pytest.raises(UnexpectedResult, match=r"is not among the uploaded files \(hw.ipynb\)"):
        read_json("results")


@pytest.mark.parametrize(
    "wrap", [lambda s: s, lambda s: {"epoch": 3, "state_dict": s}, lambda s: {"model": {"state_dict": s}}]
)
def test_state_dict_is_found_where_scripts_put_it(wrap: Any) -> None:
    """By itself, or beside the epoch and the optimizer."""
    state = read_checkpoint(saved(wrap(network().state_dict())))
    load_strictly(network(), state, "model.pth")

    assert set(state) == {"0.weight", "0.bias", "1.weight", "1.bias"}


def test_compressed_checkpoint_is_read() -> None:
    """The reference's own are compressed, to be small."""
    torch.save(network().state_dict(), "plain.pth")
    with zipfile.ZipFile("plain.pth") as plain, zipfile.ZipFile("small.pth", "w", zipfile.ZIP_DEFLATED) as small:
        for entry in plain.infolist():
            small.writestr(entry.filename, plain.read(entry))

    load_strictly(network(), read_checkpoint("small.pth"), "small.pth")


def test_whole_network_is_not_opened() -> None:
    """Its pickle names classes, and so could name anything."""
    with pytest.raises(UnexpectedResult, match="state_dict"):
        read_checkpoint(saved(network()))


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_pickle_that_would_run_code_runs_none() -> None:
    """Neither in PyTorch's form nor in plain pickle's."""
    Path("plain.pth").write_bytes(pickle.dumps(Opener()))
    for name in (saved({"weight": Opener()}), "plain.pth"):
        with pytest.raises(UnexpectedResult):
            read_checkpoint(name)

    assert not Path("opened").exists()


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", b"PK\x03\x04" + b"\0" * 100])
def test_damaged_checkpoint_is_said(content: bytes) -> None:
    """Whatever PyTorch's reader raises."""
    Path("model.pth").write_bytes(content)
    with pytest.raises(UnexpectedResult, match=r"model\.pth"):
        read_checkpoint("model.pth")


def test_cut_checkpoint_is_said() -> None:
    """As after an upload that was broken off."""
    buffer = io.BytesIO()
    torch.save(network().state_dict(), buffer)
    Path("model.pth").write_bytes(buffer.getvalue()[:700])
    with pytest.raises(UnexpectedResult, match=r"model\.pth"):
        read_checkpoint("model.pth")


@pytest.mark.parametrize("value", [[1, 2], 5, {}, {"loss": 1.0}])
def test_checkpoint_without_weights_is_said(value: Any) -> None:
    """A history, say, under the checkpoint's name."""
    with pytest.raises(UnexpectedResult, match="state dict is expected"):
        read_checkpoint(saved(value))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (nn.Sequential(nn.Linear(3, 2)), "it lacks 1.weight, 1.bias"),
        (nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1), nn.Linear(1, 1)), "has no 2.weight, 2.bias"),
        (nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 5)), "1.weight has shape (5, 2) instead of (1, 2)"),
    ],
)
def test_checkpoint_of_another_network_does_not_fit(other: nn.Module, words: str) -> None:
    """The first names and shapes that differ are told."""
    with pytest.raises(UnexpectedResult) as caught:
        load_strictly(network(), other.state_dict(), "model.pth")

    assert words in str(caught.value)


@pytest.mark.parametrize(
    "rename",
    [
        "module.{}".format,
        "_orig_mod.{}".format,
        "_orig_mod.module.{}".format,
        "module._orig_mod.{}".format,
        lambda key: key.replace("1.", "1._orig_mod."),
    ],
)
def test_prefixes_of_wrappers_are_taken_off(rename: Any) -> None:
    """Checkpoints of a network that ran in parallel or was compiled, as a whole or in part, fit the bare one."""
    model, given = network(), network()
    load_strictly(model, {rename(key): value + 1 for key, value in given.state_dict().items()}, "model.pth")

    assert torch.equal(model.state_dict()["0.weight"], given.state_dict()["0.weight"] + 1)


def test_wrapped_network_takes_a_bare_checkpoint() -> None:
    """The other way round."""
    wrapped = nn.DataParallel(network())
    load_strictly(wrapped, network().state_dict(), "model.pth")


def test_averaged_network_fits() -> None:
    """It counts how often it was averaged, beside its weights."""
    averaged = torch.optim.swa_utils.AveragedModel(network())
    load_strictly(network(), read_checkpoint(saved(averaged.state_dict())), "model.pth")


def test_lazy_layers_take_the_shapes_of_the_checkpoint() -> None:
    """Before their first batch they have none."""
    model = nn.Sequential(nn.LazyLinear(2), nn.Linear(2, 1))
    load_strictly(model, network().state_dict(), "model.pth")

    assert model[0].weight.shape == (2, 3)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 12\n", "a Git LFS pointer"),
        (b"<!DOCTYPE html><html>Virus scan warning", "a web page"),
        (b"\n<html>", "a web page"),
        (b'{"weights": []}', "a text file"),
        (b"", "empty"),
        (b"anything else", "is not a file that torch.save wrote"),
    ],
)
def test_file_that_is_no_checkpoint_is_told_by_its_beginning(content: bytes, told: str) -> None:
    """PyTorch's own message speaks of weights_only, which is no help here."""
    Path("model.pth").write_bytes(content)
    with pytest.raises(UnexpectedResult, match=told) as caught:
        read_checkpoint("model.pth")

    assert "not a file that torch.save wrote" in str(caught.value)
