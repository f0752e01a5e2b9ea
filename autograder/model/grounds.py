"""The grounds of a verdict, for the staff: questions, answers, and the line of the suite that took points."""

from dataclasses import dataclass


@dataclass(frozen=True)
class JudgedAt:
    """A statement of a suite that decided about points.

    Attributes:
        file: the suite's file, relative to the project.
        line: its first line, from 1.
        source: its text, at most a few lines.
    """

    file: str
    line: int
    source: str


@dataclass(frozen=True)
class Compared:
    """One field of a probe's result.

    Attributes:
        path: where it lies, such as `outputs[1]`.
        submission: the submission's value, in words of bounded length; empty if nothing is known.
        reference: the reference's value; empty if nothing is known.
        differs: whether both are known and differ.
    """

    path: str
    submission: str
    reference: str
    differs: bool


@dataclass(frozen=True)
class Asked:
    """One question of a test, and its answers.

    Attributes:
        probe: name of the probe.
        arguments: name and value of each argument, in words of bounded length.
        deferred: name and size of each input that entered the sandbox late; never its values.
        submission: how the probe ended with the submission; empty if the submission was not asked.
        reference: how it ended with the reference; empty if nothing is known of that.
        error: the frames of the submission's own files in which it raised an exception, if it did.
        fields: of the probe's result, differences first.
        left_out: how many fields are not among them.
        code: the question for `run_visible_tests.py --question`; empty if inputs come late or it is too long.
    """

    probe: str
    arguments: tuple[tuple[str, str], ...] = ()
    deferred: tuple[tuple[str, str], ...] = ()
    submission: str = ""
    reference: str = ""
    error: str = ""
    fields: tuple[Compared, ...] = ()
    left_out: int = 0
    code: str = ""


@dataclass(frozen=True)
class Grounds:
    """The grounds of the verdict on one test.

    Attributes:
        key: of the test.
        asked: its questions, in the order in which it asked them.
        left_out: how many questions are not among them.
        judged_at: the statements that took points, or at which the test ended; empty if it passed.
    """

    key: str
    asked: tuple[Asked, ...] = ()
    left_out: int = 0
    judged_at: tuple[JudgedAt, ...] = ()
