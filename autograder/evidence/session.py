"""What all gradings of one assignment on one machine share: sandbox, staged data, stored observations."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograder import project
from autograder.evidence.probe_sources import probe_sources
from autograder.evidence.store import ObservationStore
from autograder.nouns.assignment import Assignment, Profile
from autograder.project import UnusableInput
from autograder.sandbox.job import Job
from autograder.sandbox.protection import (
    Protection,
    UnsafeMachine,
    close_project,
    intolerable,
    judge_self_test,
    refusal,
    remove_left_behind,
)
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.slots import sandbox_uid
from autograder.sandbox.stage import Stage, digest_of


@dataclass
class Session:
    """An open sandbox for one assignment and one profile.

    Attributes:
        assignment: what is graded.
        profile_name: `"embedded"` or `"real"`.
        data: folder of the profile's data, hidden files included.
        data_digest: SHA-256 over all of the data.
        probes: for each probe's name the text of the file that defines it.
        protections: layer or attempted attack to `"active"`, `"blocked"`, `"missing: …"` or `"POSSIBLE"`.
    """

    assignment: Assignment
    profile_name: str
    data: Path
    data_digest: str
    probes: Mapping[str, str]
    sandbox: Sandbox
    stage: Stage
    store: ObservationStore
    protections: Mapping[str, str] = field(default_factory=dict)

    @property
    def profile(self) -> Profile:
        """Thresholds and budgets that hold in this session."""
        return self.assignment.profiles[self.profile_name]

    @cached_property
    def calibration_cpu_s(self) -> float:
        """How fast this machine is: CPU seconds of a fixed piece of work."""
        with self.stage.workspace({}) as place:
            seen = self.sandbox.run(Job("calibrate", place.folder, place.scratch, threads=self.assignment.threads))
        if seen.value is None:
            raise UnsafeMachine(f"the sandbox cannot run the calibration: {seen.reason}")
        return float(seen.value["cpu_s"])


@contextlib.contextmanager
def open_session(
    assignment: Assignment, profile_name: str, *, unsafe: bool = False, store: Path | None = None
) -> Iterator[Session]:
    """Open the sandbox for an assignment; everything it made is removed at the end.

    Args:
        assignment: what will be graded.
        profile_name: the data to grade on.
        unsafe: go on where the machine cannot protect the grader.
        store: where the reference's observations are kept; the project's cache unless given.

    Raises:
        UnusableInput: the profile's data are missing; names the first missing file.
        UnsafeMachine: the machine cannot protect the grader.
    """
    profile = _profile(assignment, profile_name)
    data = project.data(assignment.slug, profile_name)
    given = _existing(data, profile.given) | _existing(project.template(assignment.slug), assignment.support)
    hidden = _existing(data, profile.hidden)
    with sandbox_uid() as uid, contextlib.ExitStack() as clean_up:
        close_project()
        protection = Protection(uid)
        sandbox = Sandbox(protection, assignment.threads)
        clean_up.callback(remove_left_behind, uid)
        clean_up.callback(sandbox.close)
        # While the zygote imports torch, this side copies and hashes the data.
        stage = Stage(protection, given)
        clean_up.callback(stage.close)
        session = Session(
            assignment=assignment,
            profile_name=profile_name,
            data=data,
            data_digest=digest_of(given | hidden),
            probes=probe_sources(assignment.slug),
            sandbox=sandbox,
            stage=stage,
            store=ObservationStore(
                store or project.cache() / "observations", project.shipped_observations(assignment.slug)
            ),
        )
        session.protections = _prove(session, [*hidden.values(), *_trusted_files(assignment.slug)], unsafe)
        yield session


def _profile(assignment: Assignment, name: str) -> Profile:
    if name not in assignment.profiles:
        raise UnusableInput(
            f"{assignment.slug} has no profile {name!r}: use one of {', '.join(sorted(assignment.profiles))}"
        )
    return assignment.profiles[name]


def _existing(folder: Path, names: tuple[str, ...]) -> dict[str, Path]:
    for name in names:
        if not (folder / name).exists():
            raise UnusableInput(f"{folder / name} is missing: see the data's README for the layout")
    return {name: folder / name for name in names}


def _trusted_files(slug: str) -> list[Path]:
    """Return a sample of the files that no submission may read."""
    files = [project.definition(slug) / "assignment.toml", project.reference(slug) / "submitted.py"]
    return [path for path in files if path.exists()]


def _prove(session: Session, hidden: list[Path], unsafe: bool) -> dict[str, str]:
    """Attack ourselves; return what held.

    Raises:
        UnsafeMachine: an attack was possible and `unsafe` is not set.
    """
    files = [path for top in hidden for path in (sorted(top.rglob("*")) if top.is_dir() else [top]) if path.is_file()]
    with session.stage.workspace({}) as place:
        arguments = {"hidden": [str(path) for path in files], "grader": os.getpid()}
        seen = session.sandbox.run(Job("self_test", place.folder, place.scratch, arguments=arguments))
    if seen.value is None:
        raise UnsafeMachine(f"the sandbox does not work here: {seen.reason}")
    if seen.value["unreadable"]:
        raise UnsafeMachine(
            f"the sandbox's user cannot read {', '.join(seen.value['unreadable'])}: let every user enter these "
            "folders, set TMPDIR to a folder such as /tmp, or remove .venv and run ./setup.sh again"
        )
    uid, attempts = session.sandbox.protection.uid, seen.value["attempts"]
    possible = intolerable(attempts, uid)
    if possible and not unsafe:
        raise UnsafeMachine(refusal(possible))
    tested = judge_self_test(attempts)
    return session.sandbox.layers() | {"user of its own": "active" if uid else "missing: not root"} | tested
