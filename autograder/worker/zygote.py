"""Imports torch and NumPy once, and large packages when a submission needs them; forks a confined child for each probe.

It holds no secret: jobs, and names of large packages to import (`autograder/intake/libraries.py`), are all that
reaches it. It does next to nothing between two forks: each page that it writes would be copied, and torn out of a
large one.
"""

import ast
import contextlib
import gc
import importlib
import os
import pkgutil
import socket
import sys
import time
from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType

import PIL.Image

import autograder.probes
from autograder.confinement import landlock, namespaces, seccomp
from autograder.confinement.prepared import Prepared
from autograder.wire.layers import Feature
from autograder.wire.messages import (
    MAX_MESSAGE_BYTES,
    Forked,
    Imported,
    ImportOnce,
    Ready,
    RunJob,
    UseLargePages,
    as_bytes,
    request_from,
)
from autograder.worker import child, compiler_stand_in, huge_pages, stand_ins
from autograder.worker.run_probe import PROBE_FILE, code_of

# In the order in which a child puts them into force; the filter comes last.
FEATURES = {Feature.LANDLOCK: landlock.prepare, Feature.SECCOMP: seccomp.prepare}
# Probes need these packages, even if a submission has a file of that name.
KEPT = ("torch", "torchvision")


def serve(link: socket.socket) -> None:
    """Fork a child for each job that the supervisor sends, until it ends.

    Args:
        link: to the supervisor.
    """
    _import_all(autograder.probes)
    stand_ins.install()
    PIL.Image.preinit()  # the common formats, which are otherwise imported when an image is opened
    gc.freeze()  # a child's collector would otherwise touch, and so copy, every page
    prepared = {feature: prepare() for feature, prepare in FEATURES.items()}
    link.send(as_bytes(Ready({feature: one.said for feature, one in prepared.items()})))
    while True:
        datagram, descriptors, _, _ = socket.recv_fds(link, MAX_MESSAGE_BYTES, 2 + namespaces.COUNT)
        if not datagram:
            return
        _require_one_thread()
        match request_from(datagram):
            case ImportOnce() as request:
                _import_once(request.modules)
                link.send(as_bytes(Imported()))
            case UseLargePages():
                huge_pages.collapse()
                link.send(as_bytes(Imported()))
            case RunJob() as job:
                link.send(as_bytes(Forked(_fork(job, descriptors, prepared))))


def _import_all(package: ModuleType) -> None:
    """Import every module of a package, for probes to import: a child cannot reach the harness's files."""
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)


def _fork(job: RunJob, descriptors: list[int], prepared: Mapping[Feature, Prepared]) -> int:
    """Fork the child of a job, and return its process id."""
    for source, name in ((job.probe_source, PROBE_FILE), *((text, name) for name, text in job.modules.items())):
        with contextlib.suppress(SyntaxError):  # the child will say so
            code_of(source, name)  # compiled here, and kept for the next submission
            _import_standard_modules(source)
    channel, output, *others = descriptors
    pid = namespaces.fork_brother(others)
    if pid == 0:
        child.run(job, channel, output, others, prepared)
    for descriptor in descriptors:
        os.close(descriptor)
    return pid


@cache
def _import_standard_modules(source: str) -> None:
    """Import the standard modules that a probe file names, so that no file of a submission takes their place."""
    for node in ast.walk(ast.parse(source)):
        named = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        named += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
        for name in named:
            if name.partition(".")[0] in sys.stdlib_module_names:
                with contextlib.suppress(ImportError):  # the probe will say so
                    importlib.import_module(name)


def _import_once(modules: Iterable[str]) -> None:
    with compiler_stand_in.without_traces():
        for module in modules:
            # The submission will be told if a package is not installed, when it imports it.
            with contextlib.suppress(ImportError):
                importlib.import_module(module)
            package = module.partition(".")[0]
            if package not in KEPT:
                child.imported_once.add(package)
    _require_one_thread(patience_s=2.0)  # matplotlib has a timer while it makes its list of fonts
    gc.freeze()


def _require_one_thread(patience_s: float = 0.0) -> None:
    # A child of a process that has run a parallel region hangs in its first one for ever.
    last_moment = time.monotonic() + patience_s
    while len(os.listdir("/proc/self/task")) != 1:  # noqa: PTH208
        if time.monotonic() >= last_moment:
            raise RuntimeError("the zygote has more than one thread")
        time.sleep(0.01)
