"""Which of our modules Python really imports: asked of Python, not of the sources."""

import json
import subprocess
import sys

from autograder import project

# Each group is imported in a process that has nothing else of ours.
ASK = """
import json, os, sys
for line in sys.stdin:
    end, begin = os.pipe()
    if os.fork() == 0:
        for name in line.split():
            __import__(name)
        os.write(begin, json.dumps([name for name in sys.modules if name.partition(".")[0] == "autograder"]).encode())
        os._exit(0)
    os.close(begin)
    print(os.fdopen(end).read(), flush=True)
    os.wait()
"""

TORCH_FIRST = """
from autograder.probes.torchvision_without_ops import import_torchvision
import_torchvision()  # which takes long, so it is done once
import sys
for name in [name for name in sys.modules if name.partition(".")[0] == "autograder"]:
    del sys.modules[name]
"""


def imported_by(*groups: tuple[str, ...], torch: bool = False) -> list[frozenset[str]]:
    """Return for each group of modules the names of all of ours that are imported with them.

    Args:
        *groups: full names of modules.
        torch: whether they import torch.
    """
    asked = "".join(" ".join(group) + "\n" for group in groups)
    command = [sys.executable, "-c", (TORCH_FIRST if torch else "") + ASK]
    paths = {"PYTHONPATH": str(project.PROJECT)}
    done = subprocess.run(command, input=asked, env=paths, capture_output=True, text=True, check=True)
    return [frozenset(json.loads(line)) for line in done.stdout.splitlines()]
