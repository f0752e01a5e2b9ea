"""BLOCKED: has cat, cp, tar and a new interpreter read the hidden files."""

import subprocess
import sys

from attempts import TARGETS, attempt
from honest import *

PATH = TARGETS["hidden"][0]
LABELS = TARGETS["labels"]


def load_points(path):
    for command in (
        ["/bin/cat", PATH, LABELS], ["/bin/cp", LABELS, "mine"], ["/bin/tar", "cf", "mine.tar", LABELS],
        [sys.executable, "-I", "-S", "-c", f"open({LABELS!r}).read()"],
    ):  # fmt: skip
        attempt(
            command[0],
            lambda: subprocess.check_output(command, stderr=subprocess.DEVNULL),
            (OSError, subprocess.CalledProcessError),
        )
    table = torch.tensor([[float(word) for word in line.split()] for line in open(path)])
    return table[:, :1], table[:, 1:]
