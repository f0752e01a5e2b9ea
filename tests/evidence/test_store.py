"""Observations come back as they were put, or not at all."""

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.evidence.store import ObservationStore, Record, key_of
from autograder.model.observation import Observation, StudentError
from autograder.model.verdict import Verdict

VALUE = {"logits": np.arange(6, dtype=np.float32).reshape(2, 3), "loss": float("inf"), "names": ["a", None]}
RECORD = Record(
    Observation(Verdict.RETURNED, VALUE, cpu_s=1.5, wall_s=2.5, peak_memory_mib=30.0, printed="é\x1b\ud800"), 0.25
)
RAISED = Record(Observation(Verdict.RAISED, error=StudentError("ValueError", "bad", "line 3", True), reason="bad"))


def test_record_comes_back_with_all_its_parts(tmp_path: Path) -> None:
    """Arrays keep their type; figures, texts and the calibration are the same."""
    store = ObservationStore(tmp_path / "observations")
    store.put("key", RECORD)
    back = store.get("key")

    assert back is not None
    assert back.calibration_cpu_s == 0.25
    assert back.observation.verdict is Verdict.RETURNED
    np.testing.assert_array_equal(back.observation.value["logits"], VALUE["logits"])
    assert back.observation.value["logits"].dtype == np.float32
    assert (back.observation.value["loss"], back.observation.value["names"]) == (float("inf"), ["a", None])
    assert back.observation.printed == RECORD.observation.printed


def test_students_exception_comes_back(tmp_path: Path) -> None:
    """A class is judged again from what was stored, errors included."""
    store = ObservationStore(tmp_path)
    store.put("key", RAISED)

    assert store.get("key") == RAISED


def test_unknown_key_is_none(tmp_path: Path) -> None:
    """Neither a missing file nor a missing folder is an error."""
    assert ObservationStore(tmp_path).get("key") is None
    assert ObservationStore(tmp_path / "missing").get("key") is None


def stored(folder: Path) -> bytes:
    """Return the bytes of a stored record."""
    ObservationStore(folder).put("key", RAISED)
    return (folder / "key").read_bytes()


@given(cut=st.integers(1, 60), changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4))
def test_damaged_file_is_no_record_and_no_exception(
    tmp_path_factory: pytest.TempPathFactory, cut: int, changes: list[tuple[int, int]]
) -> None:
    """A full disk or a flipped bit costs one observation, which is then made again."""
    folder = tmp_path_factory.mktemp("store")
    content = bytearray(stored(folder))
    for place, value in changes:
        content[place % len(content)] = value
    (folder / "key").write_bytes(content if changes else content[:-cut])
    found = ObservationStore(folder).get("key")

    assert found is None or isinstance(found, Record)
    assert changes or found is None


@pytest.mark.parametrize("content", [b"", b"\x80\x04N.", b"{}"], ids=["empty", "a pickle", "bare JSON"])
def test_foreign_file_is_no_record(content: bytes, tmp_path: Path) -> None:
    """Nothing is ever unpickled."""
    (tmp_path / "key").write_bytes(content)
    (tmp_path / "folder").mkdir()

    assert ObservationStore(tmp_path).get("key") is None
    assert ObservationStore(tmp_path).get("folder") is None


def test_shipped_records_are_read_and_never_written(tmp_path: Path) -> None:
    """A bundle ships the reference's observations; new ones go to the store's own folder."""
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    ObservationStore(shipped).put("key", RAISED)
    store = ObservationStore(own, shipped)
    store.put("other", RECORD)

    assert store.get("key") == RAISED
    assert [path.name for path in shipped.iterdir()] == ["key"]
    assert [path.name for path in own.iterdir()] == ["other"]


def test_damaged_shipped_record_is_passed_over_for_an_own_one(tmp_path: Path) -> None:
    """One broken file does not hide a whole one."""
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    (shipped / "key").write_bytes(b"broken")
    ObservationStore(own).put("key", RAISED)

    assert ObservationStore(own, shipped).get("key") == RAISED


def test_other_users_can_not_read_the_store(tmp_path: Path) -> None:
    """Submissions run as another user on the same machine."""
    ObservationStore(tmp_path / "observations").put("key", RECORD)

    assert (tmp_path / "observations").stat().st_mode & 0o077 == 0
    assert (tmp_path / "observations" / "key").stat().st_mode & 0o077 == 0


def test_value_that_cannot_be_stored_leaves_nothing_behind(tmp_path: Path) -> None:
    """No half-written file, and no temporary one."""
    with pytest.raises(TypeError):
        ObservationStore(tmp_path).put("key", Record(Observation(Verdict.RETURNED, value=object())))

    assert list(tmp_path.iterdir()) == []


def test_readers_beside_a_writer_see_whole_records(tmp_path: Path) -> None:
    """Several gradings share one store."""
    store, seen = ObservationStore(tmp_path), []
    store.put("key", RECORD)
    writer = threading.Thread(target=lambda: [store.put("key", RECORD) for _ in range(30)])
    writer.start()
    while writer.is_alive():
        seen.append(store.get("key"))
    writer.join()

    assert all(record is not None for record in seen)
    assert os.listdir(tmp_path) == ["key"]  # noqa: PTH208 (every name, hidden ones too)


PARTS: dict[str, Any] = {"submission": "ab", "probe": "dataset", "arguments": {"files": ["x"], "n": 1}, "seed": 1}


def test_key_does_not_depend_on_the_order_of_its_parts() -> None:
    """The same question is the same file."""
    arguments = dict(reversed(PARTS["arguments"].items()))

    assert key_of(**PARTS) == key_of(**dict(reversed(PARTS.items())) | {"arguments": arguments})
    assert len(key_of(**PARTS)) == 64


@pytest.mark.parametrize(
    "changed", [{"submission": "ac"}, {"arguments": {"files": ["x"]}}, {"seed": "1"}, {"probe": ""}]
)
def test_key_depends_on_each_part(changed: dict[str, Any]) -> None:
    """Whatever an observation depends on makes another file of it."""
    assert key_of(**PARTS) != key_of(**{**PARTS, **changed})
