"""The numbers that the suites of `inaturalist_cnn` rest on, checked against PyTorch and the committed files."""

import importlib.util
import io
import sys
from types import ModuleType

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from autograder import project
from autograder.assignments.inaturalist_cnn import counts
from autograder.assignments.inaturalist_cnn.activations import ACTIVATIONS, is_applied, recognised

FIXTURES = project.PROJECT / "fixtures/inaturalist_cnn"
STATED = {  # (m, k, n), padding: parameters and multiply-accumulates as the assignment's text states them
    True: (240_010, 197_092_608),
    False: (141_706, 183_330_432),
}


def network(m: int, k: int, n: int, *, padded: bool) -> nn.Sequential:
    """Return the five-block network of PyTorch's own parts."""
    layers: list[nn.Module] = []
    for channels in (3, m, m, m, m):
        layers += [nn.Conv2d(channels, m, k, padding=k // 2 if padded else 0), nn.ReLU(), nn.MaxPool2d(2)]
    features = nn.Sequential(*layers)
    flat = features(torch.zeros(1, 3, counts.SIDE, counts.SIDE)).numel()
    return nn.Sequential(features, nn.Flatten(), nn.Linear(flat, n), nn.ReLU(), nn.Linear(n, counts.CLASSES))


def arithmetic(model: nn.Module) -> tuple[int, int]:
    """Return multiply-accumulates and additions of biases for one image, counted by hooks."""
    products, biases = [], []

    def count(layer: nn.Module, inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        products.append(output.numel() * layer.weight[0].numel())
        biases.append(output.numel())

    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            layer.register_forward_hook(count)
    model(torch.zeros(1, 3, counts.SIDE, counts.SIDE))
    return sum(products), sum(biases)


@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize("size", [(32, 3, 128), (6, 5, 20), (3, 7, 11)])
def test_formulas_agree_with_pytorch(size: tuple[int, int, int], padded: bool) -> None:
    """Parameters, multiply-accumulates and additions are those of a network that PyTorch has built."""
    model = network(*size, padded=padded)

    assert counts.parameters(*size, padded=padded) == sum(one.numel() for one in model.parameters())
    assert (counts.products(*size, padded=padded), counts.biases(*size, padded=padded)) == arithmetic(model)


@pytest.mark.parametrize("padded", [True, False])
def test_formulas_give_the_stated_numbers(padded: bool) -> None:
    """The numbers that the hand-out gives for m = 32, k = 3, n = 128."""
    size = (32, 3, 128)

    assert (counts.parameters(*size, padded=padded), counts.products(*size, padded=padded)) == STATED[padded]


def test_closed_formulas_of_the_assignment() -> None:
    """The formulas with 150,528 and 16,660 are those of "same" padding."""
    for m, k, n in ((32, 3, 128), (16, 5, 64), (9, 7, 33)):
        assert counts.parameters(m, k, n, padded=True) == 4 * k * k * m * m + 3 * k * k * m + 5 * m + 49 * m * n + (
            11 * n + 10
        )
        assert counts.products(m, k, n, padded=True) == 150_528 * k * k * m + 16_660 * k * k * m * m + 49 * m * n + (
            10 * n
        )


@pytest.mark.parametrize(
    ("name", "module"),
    [("relu", nn.ReLU()), ("gelu", nn.GELU()), ("silu", nn.SiLU()), ("selu", nn.SELU()), ("mish", nn.Mish())],
)
def test_activations_are_pytorchs(name: str, module: nn.Module) -> None:
    """Each is recognised by its values, and by no other name; GELU also in its approximation by tanh."""
    before = torch.linspace(-8, 8, 401)
    after = module(before).numpy()

    assert is_applied(name, before.numpy(), after)
    assert recognised(before.numpy(), after) == name
    assert [other for other in ACTIVATIONS if is_applied(other, before.numpy(), after)] == [name]
    assert is_applied("gelu", before.numpy(), nn.GELU("tanh")(before).numpy())


@pytest.fixture(scope="module")
def build_images() -> ModuleType:
    """Return the module that renders the embedded data."""
    sys.path.insert(0, str(FIXTURES))
    names = ("build_images", "render", "creatures", "sketch")
    hidden = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    spec = importlib.util.spec_from_file_location("build_images", FIXTURES / "build_images.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["build_images"] = module
    spec.loader.exec_module(module)
    sys.path.remove(str(FIXTURES))
    for name in names:  # another assignment's may have the same names
        sys.modules.pop(name, None)
    sys.modules.update(hidden)
    return module


def test_data_are_what_the_code_renders(build_images: ModuleType) -> None:
    """The code writes exactly the committed files, and a sample of the images decodes to the same pixels."""
    known = {path: content for path, content in build_images.files()}
    there = {path.relative_to(FIXTURES).as_posix() for path in (FIXTURES / build_images.TOP).rglob("*.jpg")}

    assert there == set(known)
    for path in sorted(known)[::20]:
        rendered = np.asarray(Image.open(io.BytesIO(known[path])), np.int16)
        committed = np.asarray(Image.open(FIXTURES / path), np.int16)
        assert np.abs(rendered - committed).max() <= 4, path  # another version of the JPEG library may round otherwise


def test_no_image_occurs_twice() -> None:
    """Training and test images have no file in common."""
    contents = [path.read_bytes() for path in sorted((FIXTURES / "inaturalist_12K").rglob("*.jpg"))]

    assert len(contents) == len(set(contents)) == 195


def test_reference_uploads_what_the_hand_out_asks_for() -> None:
    """The files of both profiles are there."""
    folder = project.reference("inaturalist_cnn")
    names = ("best_model.pth", "config.json", "predictions.json", "README.md", "submitted.py")

    assert [name for name in names if not (folder / name).is_file()] == []
    assert all((folder / "profiles/real" / name).is_file() for name in ("config.json", "predictions.json"))
