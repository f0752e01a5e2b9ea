"""Each probe is observed once, within limits that follow from the reference and the deadline."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from autograder import project
from autograder.evidence.code import Code
from autograder.evidence.limits import WALL_PER_CPU_S
from autograder.evidence.observer import CPU_UNLIMITED_S, Observer, reference_limits
from autograder.evidence.running import Question
from autograder.evidence.session import Session
from autograder.evidence.store import ObservationStore
from autograder.model.assignment import Budget, Upload
from autograder.model.observation import Observation
from autograder.model.verdict import Verdict
from autograder.sandbox.job import Job
from autograder.wire.built_in import Imported
from autograder.wire.declaration import Count, Observed
from autograder.wire.limits import Limits
from tests.evidence.fake_session import LIMITS, SOURCE, SUBMISSION, FakeSession
from tests.helpers import returned


def observer(session: FakeSession, **options: Any) -> Observer:
    """Return an observer of the small submission in a fake session."""
    return Observer(cast(Session, session), SUBMISSION, SUBMISSION.digest, **options)


class Length(Observed, probe="length"):
    """The result of the small probe."""

    length: Count


def test_probe_runs_once() -> None:
    """Asking again gives the same observation; other arguments are another observation."""
    session = FakeSession()
    observe = observer(session).observe
    first, again, other = observe("length", n=1), observe("length", n=1), observe("length", n=2)

    assert first is again
    assert other is not first
    assert session.functions == ["import", "length", "length"]


def test_nothing_runs_to_recall_what_is_known(tmp_path: Path) -> None:
    """An answer comes from memory or from the store; None where there is none."""
    session, store = FakeSession(), ObservationStore(tmp_path)
    asked, fresh = observer(session, store=store), observer(session, store=store)
    seen = asked.observe("length", n=1)

    assert asked.recall("length", n=1) is seen
    assert fresh.recall("length", n=1) == seen
    assert fresh.recall("length", n=2) is None
    assert session.functions == ["import", "length"]


@pytest.mark.parametrize(("hidden", "seconds"), [(("labels.txt",), 7.0), ((), 0.0)])
def test_time_of_probes_on_hidden_data_is_kept_apart(hidden: tuple[str, ...], seconds: float) -> None:
    """A probe could tell of the data by how long it takes; one that gets them and hides nothing is like any other."""
    slow = Observation(Verdict.RETURNED, wall_s=7.0)
    watcher = observer(FakeSession({"trained": slow}, hidden=hidden))
    watcher.observe("length", n=1)
    watcher.observe("trained", {"labels": lambda digest: [1]})

    assert watcher.on_hidden_s == seconds
    assert (slow in watcher.seen_openly, slow in watcher.seen) == (not hidden, True)


def test_failed_import_leaves_the_rest_not_run() -> None:
    """Where the import fails nothing else is tried, and each probe knows why."""
    failed = Observation(Verdict.RAISED, reason="SyntaxError: no")
    session = FakeSession({"import": failed})
    seen = observer(session)

    assert seen.problem is failed
    assert seen.observe("length").verdict is Verdict.NOT_RUN
    assert seen.observe("length").reason == "SyntaxError: no"
    assert session.functions == ["import"]


def test_import_that_the_machine_failed_is_a_fault_in_each_probe() -> None:
    """Nobody knows whether the submission can be imported, so no test is failed for it."""
    session = FakeSession({"import": Observation(Verdict.HARNESS_FAULT, reason="too busy")})

    assert observer(session).observe("length").verdict is Verdict.HARNESS_FAULT
    assert session.functions == ["import", "import"], "it is tried once more"


def test_job_carries_what_the_assignment_says() -> None:
    """Seed, threads, entry, limits and the probe's source come from the assignment; data are readable."""
    session = FakeSession(changes={"seed": 7, "threads": 3})
    observer(session).observe("length", files=["a"])
    imported, job = session.jobs

    assert (job.seed, job.threads, job.entry, job.probe_source) == (7, 3, "submitted", "source")
    assert job.modules == {"of.it": "source"}
    assert (imported.modules, imported.declared) == ({}, Imported)
    assert (job.arguments, job.readable) == ({"files": ["a"]}, (Path("/given"),))
    assert (job.limits.cpu_s, job.limits.memory_mib) == (LIMITS.cpu_s, LIMITS.memory_mib)
    assert imported.probe_source == ""


@pytest.mark.parametrize(
    ("reference_cpu_s", "calibrated_then", "calibrated_now", "cpu_s"),
    [
        (20.0, 0.1, 0.1, 100.0),  # five times the reference
        (20.0, 0.1, 0.3, 300.0),  # on a machine three times slower
        (20.0, 0.3, 0.1, 60.0),  # the floor, on a faster one
        (2.0, 0.1, 0.1, 60.0),  # the floor
        (20.0, 0.0, 0.2, 100.0),  # nobody knows how fast the other machine was
    ],
)
def test_budget_follows_the_reference(
    reference_cpu_s: float, calibrated_then: float, calibrated_now: float, cpu_s: float
) -> None:
    """A budget is a multiple of the reference's CPU seconds, scaled to this machine, with a floor."""
    budgets = {"trained": Budget(times_reference=5, floor_s=60)}
    answer = Observation(Verdict.RETURNED, value=1, cpu_s=reference_cpu_s)
    then = FakeSession({"trained": answer}, budgets, calibrated_then)
    session = FakeSession({"trained": answer}, budgets, calibrated_now)
    reference = observer(then, limits=LIMITS)
    observing = observer(session, reference=reference)
    observing.observe("trained")

    assert [(one.value, one.threshold, one.at_least) for one in observing.cpu] == [
        (reference_cpu_s, pytest.approx(cpu_s), False)
    ]
    assert reference.cpu == [], "its seconds are what others are measured by"
    assert session.jobs[-1].limits.cpu_s == pytest.approx(cpu_s)
    assert session.jobs[-1].limits.wall_s == pytest.approx(max(LIMITS.wall_s, WALL_PER_CPU_S * cpu_s))


def test_reference_itself_has_the_limits_it_is_given() -> None:
    """The reference sets the budgets, so none is asked for while it is observed."""
    limits = Limits(cpu_s=CPU_UNLIMITED_S, wall_s=CPU_UNLIMITED_S)
    session = FakeSession(budgets={"trained": Budget(times_reference=5, floor_s=60)})
    record = observer(session, limits=limits).record(Question("trained"))

    assert session.jobs[-1].limits == limits
    assert record.calibration_cpu_s == session.calibration_cpu_s


def test_deadline_leaves_the_limits_alone() -> None:
    """A probe learns how much time is left; a limit of the submission's stays what it is."""
    session = FakeSession()
    soon = observer(session)
    soon.deadline = time.monotonic() + 40
    soon.observe("length")

    assert 1 < session.jobs[-1].left_s <= 40
    assert session.jobs[-1].limits == LIMITS


def test_stored_observation_is_not_made_again(tmp_path: Path) -> None:
    """With a store, another observer of the same submission finds what the first one saw."""
    store = ObservationStore(tmp_path)
    first, second = FakeSession(), FakeSession()
    seen = observer(first, store=store).observe("length")
    found = observer(second, store=store).observe("length")

    assert found.value == seen.value
    assert second.jobs == []


def test_stored_observation_is_what_the_probe_declares(tmp_path: Path) -> None:
    """Another observer finds the struct again; a stored value of another form counts as missing."""
    store = ObservationStore(tmp_path)
    observer(FakeSession({"length": returned({"length": 3})}), store=store).observe("length", n=1)
    observer(FakeSession({"length": returned("old")}), store=store).observe("length", n=2)
    session = FakeSession({"length": returned(Length(length=4))}, declared={"length": Length})
    found = observer(session, store=store)

    assert found.observe("length", n=1).value == Length(length=3)
    assert session.functions == []
    assert found.observe("length", n=2).value == Length(length=4)
    assert session.functions == ["length"]


def test_look_afresh_runs_again_and_keeps_the_result(tmp_path: Path) -> None:
    """Looking afresh takes nothing from the store, and leaves there what it saw."""
    store = ObservationStore(tmp_path)
    observer(FakeSession({"length": returned("old")}), store=store).observe("length")
    session = FakeSession({"length": returned("new")})
    afresh = observer(session, store=store)
    afresh.look_afresh()

    assert afresh.observe("length").value == "new"
    assert observer(FakeSession(), store=store).observe("length").value == "new"


@pytest.mark.parametrize("verdict", [Verdict.CRASHED, Verdict.CPU_BUDGET, Verdict.HARNESS_FAULT, Verdict.MEMORY])
def test_failure_is_not_stored(tmp_path: Path, verdict: Verdict) -> None:
    """If something outside ended the reference, it is observed again, as that may not recur."""
    store = ObservationStore(tmp_path)
    observer(FakeSession({"length": Observation(verdict)}), store=store).observe("length")
    again = observer(FakeSession({"length": returned("now")}), store=store).observe("length")

    assert again.value == "now"


@pytest.mark.parametrize(
    "changed",
    [
        FakeSession(data_digest="d2"),
        FakeSession(probes={"length": replace(SOURCE, module="autograder.assignments.line_fit.probe_model")}),
        FakeSession(changes={"seed": 1}),
        FakeSession(changes={"secret": "another"}),
        FakeSession(changes={"threads": 1}),
        FakeSession(changes={"upload": Upload(required=("main.py",))}),
        FakeSession(versions={"pillow": "1.0"}),
    ],
)
def test_stored_observation_depends_on_its_circumstances(tmp_path: Path, changed: FakeSession) -> None:
    """Other data, another probe, seed, secret, entry, number of threads or version make another observation."""
    store = ObservationStore(tmp_path)
    observer(FakeSession(), store=store).observe("length")
    observer(changed, store=store).observe("length")

    assert "length" in changed.functions


def test_change_of_what_a_probe_imports_is_observed_afresh(tmp_path: Path) -> None:
    """With a warm cache a submission must not be compared with what an older helper saw of the reference."""
    store, root = ObservationStore(tmp_path / "store"), tmp_path / "project"
    shutil.copytree(project.PROJECT / "autograder", root / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    first, same, changed = FakeSession(code=Code(root)), FakeSession(code=Code(root)), FakeSession(code=Code(root))
    observer(first, store=store).observe("length")
    observer(same, store=store).observe("length")
    weights = root / "autograder" / "probes" / "weights.py"
    weights.write_text(weights.read_text().replace("[:24]", "[:32]"))
    observer(changed, store=store).observe("length")

    assert [session.functions for session in (first, same, changed)] == [["import", "length"], [], ["import", "length"]]


def test_observation_that_a_bundle_lacks_is_a_fault() -> None:
    """Where only stored observations are left of the reference, a missing one asks for a person."""
    seen = Observer(cast(Session, FakeSession()), None, "0" * 64).observe("length")

    assert seen.verdict is Verdict.HARNESS_FAULT
    assert "a bundle, or a class's folder, has to be made again" in seen.reason


def test_what_a_submission_did_is_stored_however_it_ended(tmp_path: Path) -> None:
    """A class is judged again without running anything; only the harness's own faults are looked at again."""
    store, reference = ObservationStore(tmp_path), observer(FakeSession())
    raised, fault = Observation(Verdict.RAISED, reason="bad"), Observation(Verdict.HARNESS_FAULT)
    session = FakeSession({"length": raised, "trained": fault})
    first = observer(session, store=store, reference=reference)
    seen = [first.observe("length"), first.observe("trained")]
    closed = observer(FakeSession(opened=None), store=store, reference=reference)
    again = [closed.observe("length"), closed.observe("trained")]

    assert [one.verdict for one in seen] == [Verdict.RAISED, Verdict.HARNESS_FAULT]
    assert again[0] == seen[0]
    assert closed.missing == ["trained"]


@pytest.mark.parametrize(
    "changed",
    [
        FakeSession(changes={"limits": Limits(cpu_s=31, wall_s=90)}, opened=None),
        FakeSession(budgets={"length": Budget(times_reference=4, floor_s=1)}, opened=None),
    ],
    ids=["limits", "budget"],
)
def test_stored_observation_of_a_submission_depends_on_its_limits(tmp_path: Path, changed: FakeSession) -> None:
    """A submission must be observed again under other limits."""
    store, reference = ObservationStore(tmp_path), observer(FakeSession())
    observer(FakeSession(), store=store, reference=reference).observe("length")
    closed = observer(changed, store=store, reference=reference)
    closed.observe("length")

    assert closed.missing[0] in ("import", "length")


@pytest.mark.parametrize(
    ("limits", "missing"),
    [(Limits(memory_mib=512), ["import"]), (Limits(cpu_s=31, wall_s=95), [])],
    ids=["memory", "CPU and clock"],
)
def test_stored_observation_of_the_reference_depends_on_the_limits_that_it_has(
    tmp_path: Path, limits: Limits, missing: list[str]
) -> None:
    """Its CPU and its clock are not limited, whatever the assignment says."""
    store, before, after = (
        ObservationStore(tmp_path),
        FakeSession(),
        FakeSession(changes={"limits": limits}, opened=None),
    )
    observer(before, limits=reference_limits(before.assignment), store=store).observe("length")
    closed = observer(after, limits=reference_limits(after.assignment), store=store)
    closed.observe("length")

    assert closed.missing == missing


def test_observation_that_cannot_be_stored_counts_all_the_same(tmp_path: Path) -> None:
    """A store that takes nothing, such as a read-only cache, costs time and not the result."""
    (tmp_path / "file").write_text("in the way of the folder")
    seen = observer(FakeSession(), store=ObservationStore(tmp_path / "file"))

    assert seen.observe("length").verdict is Verdict.RETURNED
    assert isinstance(seen.unstored, OSError)


SLOW = Observation(Verdict.RETURNED, value=Imported(given_up=["submitted.py, line 9"]), cpu_s=12.0)
ENDED = Observation(Verdict.CPU_BUDGET, reason="over its budget", cpu_s=30.0)


@dataclass
class SlowSession(FakeSession):
    """One whose submission takes long to import, unless that is done in steps."""

    imported: Observation = SLOW
    in_steps: Observation = SLOW

    def run(self, job: Job, deferred: Mapping[str, Any]) -> Observation:
        seen = super().run(job, deferred)
        return seen if job.function != "import" else self.in_steps if job.import_without is not None else self.imported


@pytest.mark.parametrize("imported", [SLOW, ENDED], ids=["slow", "over its budget"])
def test_slow_import_is_whole_only_where_a_budget_allows_for_it(imported: Observation) -> None:
    """A submission that trains at import is observed without training, except by the probe about training."""
    session = SlowSession(imported=imported, budgets={"trained": Budget(times_reference=3, floor_s=60)})
    it = observer(session)
    it.observe("length")
    it.observe("trained")

    assert it.problem is None
    assert {job.function: job.import_without for job in session.jobs if job.function != "import"} == {
        "length": ("submitted.py, line 9",),
        "trained": None,
    }
    assert "submitted.py, line 9" in it.remarks[0]
    assert "__main__" in it.remarks[0]


def test_import_that_does_not_end_in_steps_either_is_the_problem() -> None:
    """The student reads how the import ended, and no probe runs."""
    session = SlowSession(imported=ENDED, in_steps=Observation(Verdict.RAISED, reason="NameError"))
    it = observer(session)

    assert it.problem is ENDED
    assert it.observe("length").verdict is Verdict.NOT_RUN
    assert it.remarks == ()


def test_quick_import_is_not_looked_at_twice() -> None:
    """Nothing is said of it, and nothing left out."""
    session = FakeSession()
    it = observer(session)
    it.observe("length")

    assert it.remarks == ()
    assert [(job.function, job.import_without) for job in session.jobs] == [("import", None), ("length", None)]
