"""How a probe ended, and how a test was judged: one enum for both."""

from enum import StrEnum


class Verdict(StrEnum):
    """How a probe ended or a test was judged; the causes are kept apart.

    A probe that ran to its end is RETURNED; a test of its value is PASSED or FAILED.
    """

    RETURNED = "returned"
    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    CPU_BUDGET = "cpu budget"
    WALL_CLOCK = "wall clock"
    IDLE = "idle"
    MEMORY = "memory"
    DISK_SPACE = "disk space"
    OUTPUT = "output"
    CRASHED = "crashed"
    TAMPERED = "tampered"
    NOT_RUN = "not run"
    HARNESS_FAULT = "harness fault"  # never the submission's doing: a person must look at it
