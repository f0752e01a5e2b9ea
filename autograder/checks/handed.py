"""Hands one probe's answer to another, such as a network's weights to a probe that runs without the submission."""

import hashlib
from functools import cached_property
from typing import Any

from autograder.wire.frames import encode


class Handed:
    """A deferred input that is known already: numbers and arrays out of another observation.

    Attributes:
        value: plain data, or a declared struct, which the probe gets as a dict.
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self, digest: str) -> Any:
        """Return the value, whatever the submission's digest is: it was made from the submission."""
        return self.value

    @cached_property
    def sha256(self) -> str:
        """Its digest, which is part of the name of the observation that is made with it."""
        return hashlib.sha256(encode(self.value)).hexdigest()
