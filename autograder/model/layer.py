"""One layer of the sandbox, as a person sees it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """A layer, whether it is active on this machine, and how that is known.

    Attributes:
        name: its name.
        needed: when it is needed, in a few words.
        active: whether it withstood the attack.
        tested: the attack.
        said: more about it: a version, or why it is missing.
        advice: what to do if it is missing; empty if nothing needs to be done.
        missed: whether it is needed and missing.
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
        """`active` or `missing`, and more if there is more to say."""
        state = "active" if self.active else "missing"
        return f"{state}: {self.said}" if self.said else state
