"""INERT: installs finders, loaders and path hooks that would serve forged modules."""

import importlib.machinery
import sys

from honest import *


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("autograder", "probes")):
            return importlib.machinery.ModuleSpec(name, self)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.predictions = module.model = lambda submitted: {"score": 100}


sys.meta_path.insert(0, Finder())
sys.path_hooks.insert(0, lambda path: Finder())
sys.path_importer_cache.clear()
