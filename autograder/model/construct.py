"""Constructs in a submission's source that a person should look at; no points depend on them."""

from dataclasses import dataclass
from enum import Enum


class ConstructKind(Enum):
    """Why a line is listed, as staff read it."""

    INTERNALS = "frames, tracing or Python's internals"
    COLLECTOR = "objects of the garbage collector"
    NATIVE = "native code or raw memory"
    DESCRIPTORS = "raw descriptors or the process's files"
    SIGNALS = "signals or exit handlers"
    PROCESSES = "other processes"
    NETWORK = "the network"
    DATA = "encoded data or a long table"
    EVALUATION = "code made from data"
    PATCHED = "a changed library, builtin or import"
    GRADER = "the grader's modules or folders"


@dataclass(frozen=True)
class Construct:
    """One line that uses something that coursework does not need.

    Attributes:
        kind: the reason.
        file: path in the upload, of the notebook if the line is in one; hostile text.
        line: number of the line, from 1; in its cell if it has one.
        text: a bounded part of the line; hostile text.
        cell: number of its cell, from 1; 0 if the file is no notebook.
    """

    kind: ConstructKind
    file: str
    line: int
    text: str
    cell: int = 0


@dataclass(frozen=True)
class SourceLook:
    """The result of looking at one upload's source. Students never see it.

    Attributes:
        constructs: in the order of files and lines.
        left_out: how many more there are.
        unread: why some of the source was not looked at, as a sentence; empty if all of it was.
    """

    constructs: tuple[Construct, ...] = ()
    left_out: int = 0
    unread: str = ""

    @property
    def count(self) -> int:
        """How many constructs there are, those left out included."""
        return len(self.constructs) + self.left_out
