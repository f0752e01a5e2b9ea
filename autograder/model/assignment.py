"""An assignment as its `assignment.toml` states it: files, data, thresholds, budgets and limits."""

from collections.abc import Collection
from typing import Annotated

from msgspec import Meta, Struct

from autograder.model.lateness import LatePolicy
from autograder.wire.entry import SOURCE, Entry
from autograder.wire.limits import Limits, PositiveFloat, PositiveInt

Finite = Annotated[float, Meta(ge=-1e12, le=1e12)]
Seed = Annotated[int, Meta(ge=0, lt=2**32)]  # the range of numpy.random.seed
Requirement = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]*(\[[A-Za-z0-9_,\-]+\])?([<>=!~]=?[0-9][0-9A-Za-z.*,<>=!~]*)?\Z")
]
FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]*(/[A-Za-z0-9_][A-Za-z0-9_.\-]*)*\Z")]


class Budget(Struct, frozen=True, forbid_unknown_fields=True):
    """CPU seconds that a probe may use, as a multiple of the reference solution's.

    Attributes:
        times_reference: the multiple.
        floor_s: the smallest budget that a submission ever gets, CPU seconds.
    """

    times_reference: PositiveFloat
    floor_s: PositiveFloat


class Upload(Struct, frozen=True, forbid_unknown_fields=True):
    """The files of an upload that are graded.

    Attributes:
        required: files that every upload must hold, its main one first. With an `entry` it may be left out: it is then
            the entry's file, and nothing where there are several parts.
        entry: probes import it: a file, a dotted module or a package; several are parts, of which an upload holds at
            least one. The first of the required files unless stated.
        accepted: shell patterns of the files that are graded; a remark names the others.
        max_mib: size of all accepted files together, MiB.
        max_files: number of files in the upload.
        commits: whether the repository `.git` of an upload is taken too, for people who look at its commits.
    """

    required: Annotated[tuple[FileName, ...], Meta(min_length=1)] = ("submitted.py",)
    # `manifest.py` checks them: msgspec 0.22 crashes at exit if both kinds have constraints.
    entry: str | tuple[str, ...] = ""
    accepted: tuple[str, ...] = ("*.py",)
    max_mib: PositiveInt = 20
    max_files: PositiveInt = 200
    commits: bool = False

    @property
    def entries(self) -> tuple[str, ...]:
        """The modules that probes import, as the manifest names them: one, or each part."""
        if not self.entry:
            return self.required[:1]
        return (self.entry,) if isinstance(self.entry, str) else self.entry

    @property
    def main_file(self) -> str:
        """The file that stands for the submission where only one can: the first entry's."""
        return next(iter(self.required)) if self.required else Entry.of(self.entries[0]).files[0]

    @property
    def wanted(self) -> frozenset[str]:
        """The files that show where a submission's own folder is, and that are always graded."""
        return frozenset(self.required).union(*(Entry.of(one).files for one in self.entries if self.entry))

    def parts_missing(self, names: Collection[str]) -> list[str]:
        """Return the parts of which there is no file among these; nothing if there is one entry alone."""
        if len(self.entries) < 2:
            return []
        return [one for one in self.entries if not self.file_of(one, names)]

    def has_an_entry(self, names: Collection[str]) -> bool:
        """Return whether one of these files can be imported as an entry."""
        return any(self.file_of(one, names) for one in self.entries)

    def file_of(self, entry: str, names: Collection[str]) -> str:
        """Return the file among these that holds an entry; empty if none does."""
        return next((file for file in (entry, *Entry.of(entry).files) if file in names), "")


class Python(Struct, frozen=True, forbid_unknown_fields=True):
    """Packages that submissions may import, besides the ones of every assignment.

    Attributes:
        packages: requirements in the form that pip takes, such as `"lightning"` or `"einops>=0.8"`; `packages.txt`
            beside the manifest locks them (`evidence/packages.py`).
    """

    packages: tuple[Requirement, ...] = ()


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """How often a student, or a group, may have an upload graded; Gradescope's container enforces it.

    Attributes:
        attempts: how many uploads are graded; None means any number.
        cooldown_minutes: the shortest time between two of them, minutes; None means any time.
    """

    attempts: PositiveInt | None = None
    cooldown_minutes: Annotated[float, Meta(gt=0, le=525_600)] | None = None


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """One set of data to grade on.

    Attributes:
        given: files and folders that submissions find in their working directory.
        hidden: files that never enter the sandbox.
        thresholds: numbers that the suites ask for by name.
        budgets: for a probe's name its CPU budget.
    """

    given: tuple[FileName, ...]
    hidden: tuple[FileName, ...] = ()
    thresholds: dict[str, Finite] = {}
    budgets: dict[str, Budget] = {}


class RubricLine(Struct, frozen=True, forbid_unknown_fields=True):
    """A line by which a person judges an item.

    Attributes:
        item: the item's number, such as `"2.5"`.
        text: as people read it.
        points: points that it adds, or takes off if they are negative.
    """

    item: str
    text: Annotated[str, Meta(min_length=1, max_length=300)]
    points: Finite


class Assignment(Struct, frozen=True, forbid_unknown_fields=True):
    """One assignment.

    Attributes:
        title: the name that people read.
        points: sum of all weights of the suites; checked when they are loaded.
        secret: makes questions and held-out perturbations unpredictable; never enters the sandbox. The file states an
            example; a course has its own (`course.py`).
        profiles: data to grade on, by name; `embedded` is always there.
        support: files of the student's template that lie beside the submission.
        upload: the files of an upload that are graded.
        python: packages that its submissions may import.
        limits: of every probe.
        policy: attempt limit and cool-down; none unless stated.
        late: what a late hand-in loses when a class is graded; nothing unless stated.
        rubric: lines by which people judge the items that the harness cannot judge.
        seed: of all random generators in the sandbox.
        threads: of one parallel region in the sandbox.
        required_layers: layers of the sandbox that must be active, as `doctor` names them.
        deadline_s: wall seconds after which the remaining tests are marked as not run.
        note_for_staff: a note on every result; stands once on the page for the staff.
        slug: name of the assignment's folder; not in the file.
    """

    title: str
    points: PositiveFloat
    secret: str
    profiles: dict[str, Profile]
    support: tuple[FileName, ...] = ()
    upload: Upload = Upload()
    python: Python = Python()
    limits: Limits = Limits()
    policy: Policy = Policy()
    late: LatePolicy | None = None
    rubric: tuple[RubricLine, ...] = ()
    seed: Seed = 0
    threads: PositiveInt = 2
    required_layers: tuple[str, ...] = ()
    deadline_s: PositiveFloat = 540.0
    note_for_staff: str = ""
    slug: str = ""

    @property
    def entry(self) -> str:
        """The entry that probes import where a test names no part, such as `"submitted"`."""
        first = self.upload.entries[0]
        return first.removesuffix(SOURCE) if self.upload.entry else first.rpartition(".")[0]

    @property
    def has_parts(self) -> bool:
        """Whether there are several entries, each with its own tests."""
        return len(self.upload.entries) > 1
