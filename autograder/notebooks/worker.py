"""The process that reads students' notebooks; `autograder.system.reader` starts and limits it.

The request has `sources`, one pair of an identity and the notebook: its `content` as base64, its `name`, and `entry`,
the name of the module. The answer has a `Converted`, or the reason why there is none.
"""

import base64
import dataclasses
from typing import Any

from autograder.notebooks.convert import converted
from autograder.notebooks.read import UnreadableNotebook
from autograder.system.reader import announce, reply

MEMORY_MIB = 2048
CPU_S, CPU_S_PER_UPLOAD = 10, 10  # a notebook of 30 MiB takes 0.5


def main() -> None:
    """Answer one request."""
    reply(answer, CPU_S, CPU_S_PER_UPLOAD, MEMORY_MIB)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of `Converted` for the notebook, or `problem`."""
    ((identity, asked),) = request["sources"]
    announce(identity)
    try:
        made = converted(base64.b64decode(asked["content"]), asked["name"], asked["entry"])
    except UnreadableNotebook as problem:
        return {"problem": str(problem)}
    except (RecursionError, MemoryError):
        return {"problem": "is too large to be read. Clear its outputs, save it, and upload it again."}
    return {"converted": dataclasses.asdict(made)}


if __name__ == "__main__":
    main()
