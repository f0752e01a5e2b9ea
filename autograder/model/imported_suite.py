"""An imported suite: facts about its tests, read without running them, and how they are run."""

from typing import Literal

from msgspec import Struct

Kind = Literal["unittest", "pytest", "otter"]


class ForeignTest(Struct, frozen=True, forbid_unknown_fields=True):
    """One test of a suite that was written for another grader.

    Attributes:
        kind: which runs it.
        file: path of its file below the suite's folder.
        group: its class; empty if it has none.
        name: of its function, or the number of its case, from 0.
        suite: the heading that people read.
        title: the line that people read.
        weight: points; None for a test without points.
        number: as its author gave it; empty if nobody did.
        visibility: as Gradescope names it; empty if its author said nothing.
        partial: whether it passes its points to `set_score`.
        hidden_errors: the text shown instead of the details of a failure; None if they are shown.
        tags: its tags.
        leaderboard: name and order of the column that it fills; None if there is none.
    """

    kind: Kind
    file: str
    group: str
    name: str
    suite: str
    title: str
    weight: float | None = None
    number: str = ""
    visibility: str = ""
    partial: bool = False
    hidden_errors: str | None = None
    tags: tuple[str, ...] = ()
    leaderboard: tuple[str, str] | None = None


class ForeignModule(Struct, frozen=True, forbid_unknown_fields=True):
    """A module that students hand in, as the reference solution writes it.

    Attributes:
        defines: names of its functions, classes and variables.
        imports: for each name that it imports `module`, or `module:name`.
    """

    defines: tuple[str, ...]
    imports: dict[str, str]


class ImportedSuite(Struct, frozen=True, forbid_unknown_fields=True):
    """A suite, as `imported.json` keeps it.

    Attributes:
        mode: `split` if the submission runs in another process than the tests, `inside` if it runs beside them.
        modules: the modules that students hand in, by name.
        files: files and folders of the suite, below the data's folder.
        tests: all of them, in the order of their files.
    """

    mode: Literal["split", "inside"]
    modules: dict[str, ForeignModule]
    files: tuple[str, ...]
    tests: tuple[ForeignTest, ...]
