"""The versions and the machine that a result depends on."""

import platform
from functools import cache
from importlib import metadata

from autograder.model.assignment import Assignment

PACKAGES = ("torch", "torchvision", "numpy")


@cache
def _versions() -> dict[str, str]:
    """Return the packages' versions; different builds of one version count as the same."""
    return {name: metadata.version(name).split("+")[0] for name in PACKAGES}


def environment(assignment: Assignment) -> dict[str, str]:
    """Return what observations depend on beside code and data."""
    return {**_versions(), "threads": str(assignment.threads)}


def fingerprint(assignment: Assignment) -> dict[str, str]:
    """Return what a person needs to reproduce a result elsewhere."""
    return {
        **environment(assignment),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }
