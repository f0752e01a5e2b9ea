"""Runs a program as on a student's machine: only PyTorch and its dependencies are installed, and there is no Unix.

python -I only_torch.py run_visible_tests.py …
"""

import importlib.machinery
import os
import runpy
import signal
import sys

THERE = {
    "torch", "torchvision", "torchgen", "functorch", "numpy", "PIL", "matplotlib", "mpl_toolkits",
    "typing_extensions", "sympy", "mpmath", "networkx", "filelock", "fsspec", "jinja2", "markupsafe",
    "contourpy", "cycler", "dateutil", "six", "fontTools", "kiwisolver", "packaging", "pyparsing",
}  # fmt: skip
ONLY_ON_UNIX = ("SIGALRM", "SIGXCPU", "SIGPROF", "setitimer", "alarm")


class OnlyTorch(importlib.machinery.PathFinder):
    """Finds only PyTorch and its dependencies in site-packages."""

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        """Find a module as Python does, but ignore all other packages."""
        found = importlib.machinery.PathFinder.find_spec(name, path, target)
        installed = found is not None and "site-packages" in str(found.origin or found.submodule_search_locations)
        return None if path is None and installed and name not in THERE else found


if __name__ == "__main__":
    place = sys.meta_path.index(importlib.machinery.PathFinder)
    sys.meta_path[place] = OnlyTorch
    for name in ONLY_ON_UNIX:
        delattr(signal, name)
    del os.fork
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
