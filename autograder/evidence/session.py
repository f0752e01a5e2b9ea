"""A session: everything that all gradings of one assignment on one machine share."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from autograder import project
from autograder.evidence.code import Code
from autograder.evidence.declared import declared_by
from autograder.evidence.environment import environment, processor
from autograder.evidence.packages import installed_layer
from autograder.evidence.probe_sources import ProbeSource, modules_for, probe_sources
from autograder.evidence.store import ObservationStore, Store
from autograder.manifest import profile_of
from autograder.model.assignment import Assignment, Profile
from autograder.model.failures import UnusableInput
from autograder.model.observation import Observation
from autograder.sandbox.job import Job
from autograder.sandbox.protection import UnsafeMachine, refusal
from autograder.sandbox.running_processes import RunningProcesses
from autograder.sandbox.sandbox import Sandbox, open_sandbox
from autograder.sandbox.self_check import SelfCheck, check_itself
from autograder.sandbox.workspace import Stage, digest_of
from autograder.wire.built_in import BUILT_IN, Calibration
from autograder.wire.declaration import Observed


@dataclass
class Session:
    """One assignment on one profile's data, with an open sandbox or with stored observations alone.

    Attributes:
        assignment: the graded one.
        profile_name: `"embedded"` or `"real"`.
        data: folder of the profile's data, hidden files included.
        data_digest: SHA-256 over all of the data.
        probes: for each probe's name the file that defines it.
        declared: for each probe's name its declared result.
        store: keeps the reference's observations.
        environment: versions that observations depend on.
        code: our own code, on which they depend, too.
        opened: the sandbox and the stage for its workspaces; None where nothing may run.
        protections: layer or attempted attack to `"active"`, `"blocked"`, `"missing: …"` or `"POSSIBLE"`.
        keeps_output: whether output counts that a probe prints after a hidden input came; only where nothing but
            the reference solution is observed.
    """

    assignment: Assignment
    profile_name: str
    data: Path
    data_digest: str
    probes: Mapping[str, ProbeSource]
    declared: Mapping[str, type[Observed]]
    store: Store
    environment: Mapping[str, str]
    code: Code = field(default_factory=Code)
    opened: tuple[Sandbox, Stage] | None = None
    protections: Mapping[str, str] = field(default_factory=dict)
    keeps_output: bool = False

    @property
    def sandbox(self) -> Sandbox:
        """The open sandbox."""
        assert self.opened
        return self.opened[0]

    @property
    def stage(self) -> Stage:
        """Where its workspaces are laid out."""
        assert self.opened
        return self.opened[1]

    @property
    def profile(self) -> Profile:
        """Thresholds and budgets that hold in this session."""
        return self.assignment.profiles[self.profile_name]

    @cached_property
    def modules(self) -> dict[str, dict[str, str]]:
        """For each probe's name the modules of the assignment that its file imports: full name to source text."""
        return {name: modules_for(self.assignment.slug, file) for name, file in self.probes.items()}

    def declared_of(self, probe: str) -> type[Observed] | None:
        """Return what a probe of the assignment's, or a built-in one, declares to return; None if it does not yet."""
        return self.declared.get(probe) or BUILT_IN.get(probe)

    @cached_property
    def calibration_cpu_s(self) -> float:
        """How fast this machine is: CPU seconds of a fixed piece of work."""
        with self.stage.workspace({}) as place:
            threads = self.assignment.threads
            job = Job("calibrate", place.folder, place.scratch, threads=threads, declared=Calibration)
            seen: Observation[Calibration | None] = self.sandbox.run(job)
        if seen.value is None:
            raise UnsafeMachine(f"the sandbox cannot run the calibration: {seen.reason}")
        return seen.value.cpu_s


@contextlib.contextmanager
def open_session(
    assignment: Assignment,
    profile_name: str,
    *,
    unsafe: bool = False,
    store: Store | None = None,
    running: RunningProcesses | None = None,
) -> Iterator[Session]:
    """Open the sandbox for an assignment; everything it made is removed at the end.

    Args:
        assignment: the one to grade.
        profile_name: the data to grade on.
        unsafe: go on where the machine cannot protect the grader.
        store: where the reference's observations are kept; the project's cache unless given.
        running: the sandbox's processes, where `started_early` has started them.

    Raises:
        UnusableInput: the profile's data, or packages of the assignment, are missing; names them.
        UnsafeMachine: the machine cannot protect the grader.
    """
    profile_of(assignment, profile_name)  # before its data are looked for
    data = project.data(assignment.slug, profile_name)
    given, _ = _files(assignment, profile_name, data)
    packages = installed_layer(assignment)
    with open_sandbox(given, assignment.threads, packages=packages, running=running) as place:
        session = replace(stored_session(assignment, profile_name, store), opened=place)
        check = check_itself(*place, secrets_of(assignment, data))
        if not unsafe:
            _refuse_unsafe_machine(check, assignment)
        session.protections = check.as_words()
        yield session


def stored_session(assignment: Assignment, profile_name: str, store: Store | None = None) -> Session:
    """Return a session in which nothing can run: whatever is asked for has to be stored.

    Args:
        assignment: the one to judge.
        profile_name: the data that it was graded on.
        store: where the reference's observations are kept; the project's cache unless given.

    Raises:
        UnusableInput: the profile's data are missing; names the first missing file.
    """
    data = project.data(assignment.slug, profile_name)
    given, hidden = _files(assignment, profile_name, data)
    probes = probe_sources(assignment.slug)
    return Session(
        assignment=assignment,
        profile_name=profile_name,
        data=data,
        data_digest=digest_of(given | hidden),
        probes=probes,
        declared=declared_by(assignment.slug, probes),
        store=store or cached_store(assignment.slug),
        environment=environment(assignment),
    )


def cached_store(slug: str) -> ObservationStore:
    """Return where this project keeps its observations of the reference solution on this kind of processor.

    A bundle's observations were made elsewhere, and are found on any machine.
    """
    return ObservationStore(project.cache() / "observations" / processor(), project.shipped_observations(slug))


def _files(assignment: Assignment, profile_name: str, data: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """Return the files for submissions, and the files hidden from them: name to file or folder."""
    profile = profile_of(assignment, profile_name)
    given = _existing(data, profile.given) | _existing(project.template(assignment.slug), assignment.support)
    return given, _existing(data, profile.hidden)


def _refuse_unsafe_machine(check: SelfCheck, assignment: Assignment) -> None:
    if check.possible:
        raise UnsafeMachine(refusal(check.possible))
    required = [one for one in check.findings if one.layer.name in assignment.required_layers]
    missing = [one.layer.name for one in required if not one.active]
    if missing:
        raise UnsafeMachine(
            f"{assignment.slug} is graded only where these layers of the sandbox are active, and here they are not: "
            f"{', '.join(missing)}. `run_autograder doctor` says what to do; `--unsafe` grades all the same"
        )


def secrets_of(assignment: Assignment, data: Path) -> list[Path]:
    """Return files that no submission may read: hidden data, the manifest, the course's secret, the reference."""
    slug = assignment.slug
    hidden = {data / name for profile in assignment.profiles.values() for name in profile.hidden}
    stated = [project.definition(slug) / "assignment.toml", project.course_file()]
    tops = [*sorted(hidden), *stated, project.reference(slug) / "submitted.py"]
    return [path for top in tops for path in (sorted(top.rglob("*")) if top.is_dir() else [top]) if path.is_file()]


def _existing(folder: Path, names: tuple[str, ...]) -> dict[str, Path]:
    for name in names:
        if not (folder / name).exists():
            raise UnusableInput(f"{folder / name} is missing: see the data's README for the layout")
    return {name: folder / name for name in names}
