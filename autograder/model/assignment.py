"""What an assignment asks, allows and measures, as its `assignment.toml` states it."""

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from autograder.wire.limits import Limits, PositiveFloat, PositiveInt

Finite = Annotated[float, Meta(ge=-1e12, le=1e12)]
Seed = Annotated[int, Meta(ge=0, lt=2**32)]  # what numpy.random.seed takes
FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.\-]*(/[A-Za-z0-9_][A-Za-z0-9_.\-]*)*\Z")]


class Budget(Struct, frozen=True, forbid_unknown_fields=True):
    """CPU seconds of a probe, as a multiple of what the reference solution needs for it.

    Attributes:
        times_reference: the multiple.
        floor_s: the least that is ever allowed, CPU seconds.
    """

    times_reference: PositiveFloat
    floor_s: PositiveFloat


class Upload(Struct, frozen=True, forbid_unknown_fields=True):
    """What of an upload is taken.

    Attributes:
        required: files without which nothing can be graded.
        accepted: shell patterns of the files that are taken; others are left out, with a remark.
        max_mib: size of all accepted files together, MiB.
        max_files: number of files in the upload.
    """

    required: Annotated[tuple[FileName, ...], Meta(min_length=1)] = ("submitted.py",)
    accepted: tuple[str, ...] = ("*.py",)
    max_mib: PositiveInt = 20
    max_files: PositiveInt = 200


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """How often a student, or a group, may have an upload graded; Gradescope's container holds to it.

    Attributes:
        attempts: how many uploads are graded; any number if it is not stated.
        cooldown_minutes: least time between two of them, minutes.
    """

    attempts: PositiveInt | None = None
    cooldown_minutes: Annotated[float, Meta(gt=0, le=525_600)] | None = None


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """One set of data to grade on.

    Attributes:
        given: files and folders of the data that submissions find in their working directory.
        hidden: files that never enter the sandbox.
        thresholds: figures that the suites ask for by name.
        budgets: CPU budget of a probe, by its name.
    """

    given: tuple[FileName, ...]
    hidden: tuple[FileName, ...] = ()
    thresholds: dict[str, Finite] = {}
    budgets: dict[str, Budget] = {}


class Assignment(Struct, frozen=True, forbid_unknown_fields=True):
    """One assignment.

    Attributes:
        title: as people read it.
        points: sum of all weights of the suites; checked when they are loaded.
        secret: keeps held-out perturbations from being predicted; never enters the sandbox.
        profiles: data to grade on, by name; `embedded` is always there.
        support: files of the student's template that are laid beside the submission.
        upload: what of an upload is taken.
        limits: of every probe.
        policy: attempt limit and cool-down; none unless stated.
        seed: of all generators in the sandbox.
        threads: of one parallel region in the sandbox.
        required_layers: layers of the sandbox, as `doctor` names them, without which nothing is graded.
        deadline_s: wall seconds after which what is left is marked as not run.
        slug: name of the assignment's folder; not in the file.
    """

    title: str
    points: PositiveFloat
    secret: str
    profiles: dict[str, Profile]
    support: tuple[FileName, ...] = ()
    upload: Upload = Upload()
    limits: Limits = Limits()
    policy: Policy = Policy()
    seed: Seed = 0
    threads: PositiveInt = 2
    required_layers: tuple[str, ...] = ()
    deadline_s: PositiveFloat = 540.0
    slug: str = ""

    @property
    def entry(self) -> str:
        """Name of the module that probes import, such as `"submitted"`."""
        return Path(self.upload.required[0]).stem
