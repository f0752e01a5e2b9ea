"""A job for the sandbox: one probe, in one workspace, within limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.wire.declaration import Observed
from autograder.wire.limits import NO_DEADLINE_S, Limits, longest_s

ROOT = "root"  # beside the workspace: an empty folder on which the probe's own file tree is built


@dataclass(frozen=True)
class Job:
    """One probe to run.

    Attributes:
        function: name of the probe in `probe_source`, or of a built-in probe where that is empty.
        arguments: its keyword arguments, plain JSON.
        probe_source: source text of the assignment's probe file.
        modules: full name to source text of each module of the assignment that this file imports.
        declared: the struct that the probe returns; None where nothing is declared.
        workspace: the folder that holds the submission's files; its working directory. Beside it lies an
            empty folder of the name ROOT.
        scratch: home and temporary folder.
        readable: further files and folders that it may read.
        entry: the submission's module, such as `"submitted"`.
        seed: for Python's, NumPy's and PyTorch's generators.
        libraries: modules that the zygote imports before it forks.
        import_without: statements to leave out while the submission is imported, beside others that take long;
            None to import it as it is.
        threads: threads of one parallel region.
        limits: of the child and all that it starts.
        left_s: seconds by the clock until the deadline of the whole grading.
        keeps_output: whether output counts that was printed after a hidden input came; only for the reference
            solution, which tells nobody.
    """

    function: str
    workspace: Path
    scratch: Path
    entry: str = "submitted"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    probe_source: str = ""
    modules: Mapping[str, str] = field(default_factory=dict)
    declared: type[Observed] | None = None
    readable: tuple[Path, ...] = ()
    seed: int = 0
    libraries: tuple[str, ...] = ()
    import_without: tuple[str, ...] | None = None
    threads: int = 2
    limits: Limits = field(default_factory=Limits)
    left_s: float = NO_DEADLINE_S
    keeps_output: bool = False

    @property
    def longest_s(self) -> float:
        """Seconds by the clock after which it ends, however long it waited for a core."""
        return longest_s(self.limits, self.left_s)

    @property
    def is_our_own(self) -> bool:
        """Whether it runs no code of a submission."""
        return not self.probe_source and self.function != "import"
