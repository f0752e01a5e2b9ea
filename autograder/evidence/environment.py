"""The versions and the machine that a result depends on."""

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

from autograder.evidence.packages import locked
from autograder.model.assignment import Assignment

# Packages whose version changes a probe's observation, or a submission's results.
PACKAGES = ("torch", "torchvision", "numpy", "pillow", "matplotlib", "pandas", "scikit-learn", "scipy")
TOLD = ("torch", "torchvision", "numpy", "threads")  # versions that a result states
NOT_INSTALLED = "none"
CPUINFO = Path("/proc/cpuinfo")
# Fields that tell one processor's kernels from another's, as x86 and ARM name them; others, such as the clock, vary.
OF_A_PROCESSOR = ("vendor_id", "model name", "flags", "CPU implementer", "CPU variant", "CPU part", "Features")


@cache
def _versions() -> dict[str, str]:
    """Return the packages' versions; different builds of one version count as the same."""
    return {name: _version(name) for name in PACKAGES}


def _version(package: str) -> str:
    try:
        return metadata.version(package).split("+")[0]
    except metadata.PackageNotFoundError:
        return NOT_INSTALLED


def environment(assignment: Assignment) -> dict[str, str]:
    """Return what observations depend on beside code and data, on whatever machine they are made."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {**_versions(), **locked(assignment), "python": python, "threads": str(assignment.threads)}


def processor() -> str:
    """Return a short name for this kind of processor, fit for a folder: torch's kernels differ by it."""
    known = "\n".join(_first_processor())
    return f"{platform.machine()}-{hashlib.sha256(known.encode()).hexdigest()[:12]}"


def fingerprint(assignment: Assignment) -> dict[str, str]:
    """Return what a person needs to reproduce a result elsewhere."""
    here = environment(assignment)
    return {
        **{name: here[name] for name in TOLD},
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def _first_processor() -> Iterator[str]:
    """Yield what the kernel says of the first processor; nothing where it says nothing."""
    try:
        text = CPUINFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    for line in text.split("\n\n")[0].splitlines():
        name, _, value = line.partition(":")
        if name.strip() in OF_A_PROCESSOR:
            yield f"{name.strip()}: {value.strip()}"
