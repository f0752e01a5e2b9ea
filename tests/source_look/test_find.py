"""Unusual constructs are found wherever they stand, and honest work has none."""

from pathlib import Path

import pytest

from autograder.model.construct import ConstructKind as Kind
from autograder.project import PROJECT
from autograder.source_look.find import SHOWN, constructs_in
from autograder.source_look.rules import LONGEST_BYTES, LONGEST_TABLE, LONGEST_WORD

UNUSUAL = [
    (Kind.INTERNALS, "import sys\nsys._getframe(1)"),
    (Kind.INTERNALS, "from inspect import currentframe as here\nhere()"),
    (Kind.INTERNALS, "def f(e):\n    return e.tb_frame"),
    (Kind.INTERNALS, "x = frame.f_back.f_locals"),
    (Kind.INTERNALS, "x = getattr(generator, 'gi_frame')"),
    (Kind.INTERNALS, "x = object.__subclasses__()"),
    (Kind.INTERNALS, "import threading, sys\nsys.settrace(print)"),
    (Kind.COLLECTOR, "import gc\nfor x in gc.get_objects(): pass"),
    (Kind.COLLECTOR, "from gc import get_referrers"),
    (Kind.NATIVE, "import ctypes"),
    (Kind.NATIVE, "from ctypes import CDLL"),
    (Kind.NATIVE, "c = __import__('ctypes').CDLL(None)"),
    (Kind.NATIVE, "import importlib\nimportlib.import_module('ctypes').CDLL(None)"),
    (Kind.DESCRIPTORS, "import os\nos.write(3, b'x')"),
    (Kind.DESCRIPTORS, "import os as o\no.dup2(1, 2)"),
    (Kind.DESCRIPTORS, "import os\np = os\np.read(3, 10)"),
    (Kind.DESCRIPTORS, "from os import *\nread(3, 10)"),
    (Kind.DESCRIPTORS, "import os\ngetattr(os, 'pread')(3, 1, 0)"),
    (Kind.DESCRIPTORS, "import posix\nposix.open('x', 0)"),
    (Kind.DESCRIPTORS, "import random\nrandom._os.pipe()"),
    (Kind.DESCRIPTORS, "open(3, 'wb')"),
    (Kind.DESCRIPTORS, "open('/proc/self/maps')"),
    (Kind.DESCRIPTORS, "open(f'/dev/fd/{3}')"),
    (Kind.SIGNALS, "import signal"),
    (Kind.SIGNALS, "import os\nos._exit(0)"),
    (Kind.SIGNALS, "from atexit import register"),
    (Kind.PROCESSES, "import subprocess"),
    (Kind.PROCESSES, "import os\nif os.fork(): pass"),
    (Kind.PROCESSES, "import torch.multiprocessing as mp\nmp.Process(target=print)"),
    (Kind.NETWORK, "import socket"),
    (Kind.NETWORK, "import urllib.request"),
    (Kind.DATA, "import base64"),
    (Kind.DATA, f"x = {'ab' * LONGEST_WORD!r}"),
    (Kind.DATA, f"x = {bytes(LONGEST_BYTES + 1)!r}"),
    (Kind.DATA, f"x = {[[place, -place] for place in range(LONGEST_TABLE)]!r}"),
    (Kind.DATA, f"x = {dict.fromkeys(map(str, range(LONGEST_TABLE + 1)), 1)!r}"),
    (Kind.DATA, f"x = {' '.join(map(str, range(LONGEST_TABLE * 2)))!r}.split()"),
    (Kind.DATA, f"x = {10**60}"),
    (Kind.DATA, "#" + "x" * 2000),
    (Kind.EVALUATION, "exec('x = 1')"),
    (Kind.EVALUATION, "run = eval"),
    (Kind.EVALUATION, "import builtins\nbuiltins.compile('1', '', 'eval')"),
    (Kind.EVALUATION, "import marshal"),
    (Kind.EVALUATION, "import pickle\npickle.loads(b'.')"),
    (Kind.EVALUATION, "class A:\n    def __reduce__(self): return print, ()"),
    (Kind.EVALUATION, "import os\ngetattr(os, 'fo' + 'rk')()"),
    (Kind.EVALUATION, "# coding: unicode_escape\nx = 1"),
    (Kind.PATCHED, "import torch\ntorch.Tensor.backward = print"),
    (Kind.PATCHED, "import torch.nn as nn\nnn.Module.__call__ = print"),
    (Kind.PATCHED, "from honest import *\ntorch.optim.SGD.step = torch.optim.Adam.step = print"),
    (Kind.PATCHED, "from torch.optim import SGD\nsetattr(SGD, 'step', print)"),
    (Kind.PATCHED, "import builtins\nbuiltins.len, x = print, 1"),
    (Kind.PATCHED, "import sys\nsys.modules['torch'] = None"),
    (Kind.PATCHED, "import torch\nvars(torch)['load'] = print"),
    (Kind.PATCHED, "import sys\nsys.stdout = None"),
    (Kind.GRADER, "from autograder.worker import channel"),
    (Kind.GRADER, "import probe_training"),
    (Kind.GRADER, "import __main__"),
    (Kind.GRADER, "open('/autograder/results/results.json')"),
]
USUAL = [
    "import os\nos.environ['X'] = '1'\nos.path.join('a', 'b')\nos.makedirs('x')",
    "import gc, torch\ngc.collect()",
    "import torch\ntorch.backends.cudnn.benchmark = True\nmodel = torch.compile(model)\nmodel.eval()",
    "from torchvision.models import resnet18\nmodel = resnet18()\nmodel.fc = torch.nn.Linear(512, 8)",
    "from torchvision.models import resnet18\nresnet18 = resnet18()\nresnet18.fc = None",
    "from scipy import signal\nsignal.spectrogram(x)",
    "import re\nre.compile('x')",
    "import pickle\npickle.load(file)\npickle.loads(path.read_bytes(), encoding='bytes')",
    "import torch.multiprocessing as mp\nmp.set_sharing_strategy('file_system')\nmp.cpu_count()",
    "from PIL import Image, ImageFile\nImageFile.LOAD_TRUNCATED_IMAGES = True\nImage.open('x')",
    "MEAN = [0.485, 0.456, 0.406]\nNAMES = " + repr({place: f"class {place}" for place in range(1000)}),
    "NAMES = " + repr({f"class {place}": place for place in range(100)}),
    "'''" + "A long text of ordinary words. " * 200 + "'''",
    "if __name__ == '__main__':\n    main()",
    "model = getattr(torchvision.models, name)()",
    "def compile(model): return model\ncompile(1)",
    "class Net(Module):\n    def __init__(self): super().__init__(); self.ctx = self.__class__.__name__",
]
HONEST = [
    path
    for folder in ("reference_solution", "student_template", "tests/golden")
    for path in sorted((PROJECT / folder).rglob("*.py"))
]


@pytest.mark.parametrize(("kind", "source"), UNUSUAL)
def test_unusual_construct_is_listed(kind: Kind, source: str) -> None:
    """Under any name that it was imported as."""
    assert kind in {one.kind for one in constructs_in("submitted.py", source.encode())}


@pytest.mark.parametrize("source", USUAL)
def test_usual_code_is_not(source: str) -> None:
    """Code that students write every year needs no attention."""
    assert constructs_in("submitted.py", source.encode()) == []


def test_honest_work_has_none() -> None:
    """No reference, template or golden submission is listed."""
    listed = [one for path in HONEST for one in constructs_in(str(path), path.read_bytes())]

    assert len(HONEST) > 40
    assert listed == []


@pytest.mark.parametrize("family", ["interpreter", "escape", "secrets"])
def test_attacks_are_listed(family: str) -> None:
    """Most have such a construct themselves; the others call a helper that has."""
    paths = sorted((PROJECT / "tests/attacks" / family).glob("[!_]*.py"))
    listed = [path for path in paths if constructs_in(path.name, path.read_bytes())]

    assert len(listed) >= len(paths) / 2


def test_line_is_that_of_the_source(tmp_path: Path) -> None:
    """Lines are counted as editors count them; form feeds and Unicode separators do not end a line."""
    (one,) = constructs_in("a.py", "x = 'a\x0cb\u2028c'\r\n\r\nimport ctypes  # why\r\n".encode())

    assert (one.file, one.line, one.text) == ("a.py", 3, "import ctypes  # why")


def test_long_line_is_shown_at_the_construct() -> None:
    """A line of a megabyte gives a short text with the construct in it."""
    source = "x = 1; " * 150_000 + "import ctypes"
    (one,) = constructs_in("a.py", source.encode())

    assert "import ctypes" in one.text
    assert len(one.text) <= SHOWN + 2
