"""An observation: a probe's value, how the probe ended, and the resources that it used."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic

from autograder.model.verdict import Verdict

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    Value = TypeVar("Value", default=Any, covariant=True)
else:  # students at home need not have that package
    from typing import TypeVar

    Value = TypeVar("Value")


@dataclass(frozen=True)
class StudentError:
    """An exception that the student's code raised.

    Attributes:
        kind: name of the exception's class, such as `"ValueError"`.
        message: its text, at most a few hundred characters.
        traceback: the frames that lie in the submission's own files, oldest first, as text.
        importing: whether it was raised while `submitted.py` was imported.
    """

    kind: str
    message: str
    traceback: str
    importing: bool = False


@dataclass(frozen=True)
class Observation(Generic[Value]):
    """One probe's value, how the probe ended, and the resources that it used.

    Attributes:
        verdict: RETURNED, or what ended the probe.
        value: the probe's return value, as the struct that it declares. If a budget ended the probe, the value that
            it had kept by then, if that is enough. None otherwise.
        error: the student's exception, if the verdict is RAISED.
        reason: why the probe ended, in one sentence for the student; empty if it returned.
        cpu_s: user and system CPU seconds of the probe's whole process tree.
        wall_s: seconds from the fork to the last process reaped.
        waited_s: seconds of these in which it could have run and had no core.
        peak_memory_mib: highest memory of the tree beyond what the harness itself holds, MiB.
        printed: tail of standard output and standard error together.
        printed_bytes: length of the whole output, bytes.
    """

    verdict: Verdict
    value: Value = None  # type: ignore[assignment]  # of the type of a value or None
    error: StudentError | None = None
    reason: str = ""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    waited_s: float = 0.0
    peak_memory_mib: float = 0.0
    printed: str = field(default="", repr=False)
    printed_bytes: int = 0
