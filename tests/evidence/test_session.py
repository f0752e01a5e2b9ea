"""A session refuses bad settings before anything is graded."""

import msgspec
import pytest

from autograder.evidence.session import open_session
from autograder.manifest import load_assignment
from autograder.sandbox.protection import UnsafeMachine

ASSIGNMENT = load_assignment("line_fit")


def test_required_layer_that_is_missing_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """An assignment may ask for more than the harness does; `--unsafe` goes on, and the result says so."""
    monkeypatch.setattr(
        "autograder.sandbox.running_processes._open_group", lambda protection: (None, "missing: not here")
    )
    strict = msgspec.structs.replace(ASSIGNMENT, required_layers=("memory and process cgroup",))

    with pytest.raises(UnsafeMachine, match="memory and process cgroup") as refused, open_session(strict, "embedded"):
        pass
    assert "`run_autograder doctor` says what to do" in str(refused.value)
    with open_session(strict, "embedded", unsafe=True) as session:
        assert session.protections["memory and process cgroup"] == "missing: not here"
