"""BLOCKED: imports the suites, the labels' reader and the grader itself."""

import importlib
import runpy

from attempts import TARGETS, attempt
from honest import *

for name in ("assignments.line_fit.test_heldout", "assignments.line_fit.heldout", "grading", "evidence.store"):
    attempt(f"import {name}", lambda: importlib.import_module(f"autograder.{name}"), (ImportError, OSError))
attempt("run the suite's file", lambda: runpy.run_path(TARGETS["hidden"][2]), (ImportError, OSError))
