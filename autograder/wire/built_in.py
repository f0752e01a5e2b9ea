"""Declares the results of the harness's own probes."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from autograder.wire.declaration import Count, Meta, Name, Observed, Text, array, declarations

LongText = Annotated[str, Meta(max_length=5000)]  # such as a path
MAX_GIVEN_UP = 400  # statements
FILES_ARE_FULL = "; the submission's files take all the space that they may"  # ends the message of an exception
ENDS_EARLY = "but ends early"  # in the message on a name that a cell of a notebook would have defined
MAX_KIND, MAX_MESSAGE, MAX_TRACEBACK = 80, 600, 4000  # characters
MAX_ENDED = 100  # cells
MAX_LINE = 120  # characters
MAX_IMAGES, MAX_PNG_BYTES = 12, 200_000
MAX_TEXTS = 100
MAX_COMMITS, MAX_WHO = 200, 80
DAY_S, LATEST_S = 86_400, 250_000_000_000  # the year 9892: no calendar fails on it
MAX_FILES, MAX_FILE = 10, 6000  # characters of each


class Raised(Observed):
    """An exception that ended a probe; the fields of `StudentError`.

    Attributes:
        kind: name of the exception's class.
        message: its text.
        traceback: frames in the submission's own files.
        importing: whether it was raised while the submission was imported.
    """

    kind: Annotated[str, Meta(max_length=MAX_KIND)]
    message: Annotated[str, Meta(max_length=MAX_MESSAGE)]
    traceback: Annotated[str, Meta(max_length=MAX_TRACEBACK)]
    importing: bool


class Ended(Observed):
    """A cell of a notebook that ended early.

    Attributes:
        place: such as "cell 7, line 3".
        text: the line.
        error: the exception's class and message.
    """

    place: Name
    text: Annotated[str, Meta(max_length=MAX_LINE)]
    error: Annotated[str, Meta(max_length=MAX_MESSAGE)]


class Imported(Observed, probe="import"):
    """How the submission was imported.

    Attributes:
        given_up: statements that took too long and were left out, as "file.py, line 12", in the order of their running.
            The request for each later probe repeats them, and it is one datagram of 1 MiB at most.
        ended: cells that ended early, if it is a notebook.
        notebook: name of the notebook's file; empty if it is none.
    """

    given_up: Annotated[list[Name], Meta(max_length=MAX_GIVEN_UP)]
    ended: Annotated[list[Ended], Meta(max_length=MAX_ENDED)] = []
    notebook: LongText = ""


class ShownImage(Observed):
    """A figure, as a PNG that our own code wrote in the sandbox.

    Attributes:
        place: where it comes from, such as "cell 7, line 3".
        cell: number of the cell; 0 if it is no notebook.
        png: the bytes.
    """

    place: Name
    cell: Count
    png: Annotated[npt.NDArray[np.uint8], array("N", most=MAX_PNG_BYTES)]


class ShownText(Observed):
    """A text cell of a notebook.

    Attributes:
        cell: its number.
        text: its beginning.
    """

    cell: Count
    text: Text


class ShownFile(Observed):
    """A file of text of the upload.

    Attributes:
        name: relative to the upload.
        text: its beginning.
    """

    name: Name
    text: Annotated[str, Meta(max_length=MAX_FILE)]


class Shown(Observed, probe="shown to people"):
    """Figures and prose for people to look at.

    Attributes:
        drawn: figures that the submission draws while it is imported.
        saved: figures among a notebook's saved outputs.
        texts: text cells of a notebook.
        files: text files of the upload.
        more: how many figures were drawn beyond those.
    """

    drawn: Annotated[list[ShownImage], Meta(max_length=MAX_IMAGES)]
    saved: Annotated[list[ShownImage], Meta(max_length=MAX_IMAGES)]
    texts: Annotated[list[ShownText], Meta(max_length=MAX_TEXTS)]
    files: Annotated[list[ShownFile], Meta(max_length=MAX_FILES)]
    more: Count


class Commit(Observed):
    """A commit of an upload's repository, as it says of itself.

    Attributes:
        who: its author's name.
        when: Unix time, seconds.
        offset_s: seconds by which the author's clock is ahead of UTC.
        message: the first line of its message.
        added: lines that are new against its first parent; -1 if they were not counted, as for a merge.
        removed: lines that are gone.
    """

    who: Annotated[str, Meta(max_length=MAX_WHO)]
    when: Annotated[int, Meta(ge=0, le=LATEST_S)]
    offset_s: Annotated[int, Meta(ge=-DAY_S, le=DAY_S)]
    message: Annotated[str, Meta(max_length=MAX_LINE)]
    added: int
    removed: int


class History(Observed, probe="commits of the upload"):
    """The commits of an upload's repository.

    Attributes:
        is_there: whether the upload holds a repository with commits.
        commits: the newest ones, newest first.
        more: how many more were found; the search ends at some number.
        unread: commits that are named and that could not be read, as in a shallow clone.
    """

    is_there: bool
    commits: Annotated[list[Commit], Meta(max_length=MAX_COMMITS)]
    more: Count
    unread: Count


class Calibration(Observed, probe="calibrate"):
    """How fast the machine is.

    Attributes:
        cpu_s: CPU seconds of a fixed piece of work.
    """

    cpu_s: Annotated[float, Meta(ge=0)]


class Attempts(Observed, probe="attempts"):
    """Attempts that must fail.

    Attributes:
        succeeded: for each attempt, in words, whether it succeeded.
    """

    succeeded: Annotated[dict[Name, bool], Meta(max_length=100)]


class Surroundings(Observed, probe="surroundings"):
    """The surroundings that a process in the sandbox finds.

    Attributes:
        unreadable: folders that a submission needs and that the sandbox's user cannot enter.
        reached: files of other programs' sockets that can be connected to.
        shared_memory_mib: free in /dev/shm, MiB.
    """

    unreadable: Annotated[list[LongText], Meta(max_length=100)]
    reached: Annotated[list[LongText], Meta(max_length=100_000)]
    shared_memory_mib: Count


class Held(Observed, probe="held"):
    """Which layers held when they were attacked from inside.

    Attributes:
        held: for each layer's name, whether it did.
    """

    held: Annotated[dict[Name, bool], Meta(max_length=100)]


class TakenMemory(Observed, probe="take_memory"):
    """Shared memory that a probe took.

    Attributes:
        mib: how much, MiB.
    """

    mib: Count


class Spun(Observed, probe="spin"):
    """The result of a probe that computes without end; it never returns."""


class Daemon(Observed, probe="leave_daemon"):
    """A process that a probe left behind.

    Attributes:
        pid: its number in the probe's namespace.
    """

    pid: Count


BUILT_IN = declarations(globals())
