"""INERT: replaces built-in functions that a judge would use."""

import builtins

from honest import *

builtins.abs = lambda x: 0.0
builtins.round = lambda *a: 100
builtins.AssertionError = ValueError
builtins.print = lambda *a, **k: None
builtins.float.__doc__
