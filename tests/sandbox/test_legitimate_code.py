"""Honest coursework works as it does at home."""

import shutil

import numpy as np
import pytest

from autograder.model.verdict import Verdict
from tests.sandbox.bench import Bench


def returned(bench: Bench, source: str, **limits: float) -> object:
    """Return what `answer` returned; fails with the reason and the output if it did not."""
    seen = bench.run(source, **limits)

    assert seen.verdict is Verdict.RETURNED, f"{seen.reason}\n{seen.error and seen.error.traceback}\n{seen.printed}"
    return seen.value


@pytest.mark.parametrize("context", ["fork", "spawn"])
def test_data_loader_with_workers_works(bench: Bench, context: str) -> None:
    """Two worker processes pass batches of tensors, forked or started anew."""
    value = returned(
        bench,
        f"""
        import torch
        from torch.utils.data import DataLoader, TensorDataset
        def answer():
            data = TensorDataset(torch.arange(64).repeat(3 * 32 * 32, 1).T.float(), torch.arange(64))
            loader = DataLoader(data, batch_size=16, num_workers=2, multiprocessing_context="{context}")
            return sorted(label for images, labels in loader for label in labels.tolist())
        """,
    )

    assert value == list(range(64))


def test_training_with_two_threads_works(bench: Bench) -> None:
    """A convolution is trained on two threads: a fork of a process that has used OpenMP would hang here."""
    value = returned(
        bench,
        """
        import torch
        from torch import nn
        def answer():
            model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 30 * 30, 2))
            optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
            images, labels = torch.randn(32, 3, 32, 32), torch.arange(32) % 2
            losses = []
            for _ in range(8):
                loss = nn.functional.cross_entropy(model(images), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            return {"threads": torch.get_num_threads(), "first": losses[0], "last": losses[-1]}
        """,
    )

    assert isinstance(value, dict)
    assert value["threads"] == 2
    assert value["last"] < value["first"]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("a temporary file", "with tempfile.NamedTemporaryFile() as f: return f.name.startswith(os.environ['HOME'])"),
        ("a temporary folder", "with tempfile.TemporaryDirectory() as d: open(d + '/x', 'w').write('x'); return True"),
        ("saved weights", "torch.save({'w': torch.ones(3)}, 'w.pt'); return torch.load('w.pt')['w'].sum().item() == 3"),
        ("a pickled network", "torch.save(torch.nn.Linear(2, 2), 'm.pt'); return os.path.getsize('m.pt') > 0"),
        ("an event loop", "asyncio.run(asyncio.sleep(0.01)); return True"),
        ("threads", "return list(ThreadPoolExecutor(4).map(abs, [-1, -2])) == [1, 2]"),
        ("a pool", "return multiprocessing.Pool(2).map(abs, [-1, -2]) == [1, 2]"),
        ("a manager", "return multiprocessing.Manager().dict(a=1)['a'] == 1"),
        ("a queue", "q = multiprocessing.Queue(); q.put(1); return q.get() == 1"),
        ("a shell command", "return subprocess.check_output(['echo', 'hello']) == b'hello\\n'"),
        ("the time zone", "import datetime; return datetime.datetime.now().astimezone().tzinfo is not None"),
        ("the user's home", "return os.path.expanduser('~') == os.environ['HOME']"),
        ("shared tensors", "return torch.ones(1000).share_memory_().sum().item() == 1000"),
        ("a memory map", "a = np.memmap('a', 'float32', 'w+', shape=(9,)); a[:] = 1; return float(a.sum()) == 9"),
        ("the random device", "return len(os.urandom(8)) == 8"),
        ("a warning", "import warnings; warnings.warn('careful'); return True"),
        ("a network of torchvision's", "import torchvision; return torchvision.models.resnet18() is not None"),
        ("a picture", "from PIL import Image; Image.new('RGB', (4, 4)).save('p.png'); return True"),
        ("a table", "import pandas; return int(pandas.DataFrame({'a': [1, 2]}).sum().item()) == 3"),
    ],
)
def test_everyday_thing_works(bench: Bench, what: str, body: str) -> None:
    """Files, processes, threads and libraries are there as usual."""
    value = returned(
        bench,
        f"""
        import asyncio, multiprocessing, os, subprocess, tempfile
        from concurrent.futures import ThreadPoolExecutor
        import numpy as np, torch
        def answer():
            {body}
        """,
    )

    assert value is True, what


def test_plot_is_saved(bench: Bench) -> None:
    """Drawing works without a display, with its caches in the scratch folder."""
    value = returned(
        bench,
        """
        import os
        import matplotlib
        import matplotlib.pyplot as plt
        def answer():
            plt.plot([1, 2, 3])
            plt.title("Loss")
            plt.savefig("loss.png")
            plt.show()
            return [matplotlib.get_backend().lower(), os.path.getsize("loss.png") > 1000]
        """,
    )

    assert value == ["agg", True]


def test_python_can_be_started(bench: Bench) -> None:
    """A Python of the submission's own starts, is as confined as its parent, and finds its libraries."""
    value = returned(
        bench,
        """
        import subprocess, sys
        TRY = "import numpy, socket\\ntry: socket.socket(socket.AF_INET)\\nexcept PermissionError: print('confined')"
        def answer():
            return subprocess.run([sys.executable, "-c", TRY], capture_output=True, text=True).stdout
        """,
    )

    assert value == "confined\n"


@pytest.mark.slow
def test_compiled_network_works_where_a_compiler_is(bench: Bench) -> None:
    """`torch.compile` gives the same numbers; without a compiler its error is an ordinary exception."""
    seen = bench.run(
        """
        import torch
        def answer():
            model = torch.nn.Linear(4, 2)
            images = torch.ones(3, 4)
            return torch.allclose(torch.compile(model)(images), model(images))
        """,
        cpu_s=200,
        wall_s=400,
    )

    if shutil.which("g++"):
        assert seen.value is True, f"{seen.reason}\n{seen.printed}"
    else:
        assert seen.verdict is Verdict.RAISED


DRAW = """
import random
import numpy, torch
def answer():
    layer = torch.nn.Linear(3, 3)
    return [random.random(), numpy.random.rand(2), numpy.random.permutation(10), torch.rand(2).numpy(),
            layer.weight.detach().numpy(), hash("word")]
"""


def test_random_numbers_are_the_same_in_each_run(bench: Bench) -> None:
    """Every generator is seeded before each probe, so that a second grading sees the same numbers."""
    first, second = returned(bench, DRAW), returned(bench, DRAW)

    assert isinstance(first, list)
    assert isinstance(second, list)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
