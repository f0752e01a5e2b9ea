"""INERT: puts an object with a mind of its own into the place of the submitted module."""

import sys
import types

import honest


class Sly(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(honest, name)


sys.modules[__name__] = Sly(__name__)
