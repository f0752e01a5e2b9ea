"""One layer of what keeps a submission from everything else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """A layer, whether it is in force on this machine, and how that is known.

    Attributes:
        name: what it is called.
        needed: when it is, in a few words.
        active: whether it held when it was attacked.
        tested: the attack.
        said: more about it: a version, or why it is missing.
        advice: what to do where it is missing; empty where nothing needs to be done.
        missed: True where it is needed and missing.
    """

    name: str
    needed: str
    active: bool
    tested: str
    said: str = ""
    advice: str = ""
    missed: bool = False

    @property
    def status(self) -> str:
        """`active` or `missing`, and more where there is more to say."""
        state = "active" if self.active else "missing"
        return f"{state}: {self.said}" if self.said else state
