"""Removes the message from an exception of a process that has seen hidden inputs; kind and place remain."""

import re
from collections.abc import Mapping
from typing import Any

from autograder.model.observation import StudentError
from autograder.wire.rules import EXCEPTIONS

OUR_OWN = ("MissingName", "UnexpectedResult")  # exceptions of the probes
PLACE = re.compile(r'File "([^"\n]+)", line (\d{1,5})\b')
NO_MESSAGE = "Its message is withheld, because hidden inputs were in reach"


def without_words(raised: Mapping[str, Any], lines: Mapping[str, int]) -> StudentError:
    """Return an exception without its message, with the last place in the submission's own files.

    Args:
        raised: the fields of `StudentError`, as the process sent them.
        lines: for each file of the submission how many lines it has.
    """
    kind = raised["kind"] if raised["kind"] in EXCEPTIONS or raised["kind"] in OUR_OWN else "Exception"
    places = [(name, int(line)) for name, line in PLACE.findall(raised["traceback"])]
    own = [(name, line) for name, line in places if 0 < line <= lines.get(name, 0)]
    trace = 'File "{}", line {}'.format(*own[-1]) if own else ""
    return StudentError(kind, NO_MESSAGE, trace, importing=raised["importing"])
