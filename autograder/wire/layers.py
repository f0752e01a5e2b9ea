"""The layers that keep a submission from everything else: one table, from which all others take their rows."""

from enum import StrEnum


class Feature(StrEnum):
    """A feature of the kernel that enforces layers; a machine may lack it, and tests switch it off."""

    NAMESPACES = "namespaces"
    LANDLOCK = "Landlock"
    SECCOMP = "seccomp"
    CGROUP = "cgroup"
