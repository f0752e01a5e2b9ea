"""Declares what the harness's own probes return."""

from typing import Annotated

from autograder.wire.declaration import Meta, Observed, declarations

Statement = Annotated[str, Meta(max_length=5000)]


class Imported(Observed, probe="import"):
    """How the submission was imported.

    Attributes:
        given_up: statements that took too long and were left out, as "file.py, line 12", in the order of their running.
    """

    given_up: Annotated[list[Statement], Meta(max_length=10_000)]


class Calibration(Observed, probe="calibrate"):
    """How fast the machine is.

    Attributes:
        cpu_s: CPU seconds of a fixed piece of work.
    """

    cpu_s: Annotated[float, Meta(ge=0)]


BUILT_IN = declarations(globals())
