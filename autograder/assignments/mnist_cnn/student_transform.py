"""The transform for test images of a submission, which probes of two files apply; runs in the sandbox."""

from typing import Any


def transform_for_testing(submitted: Any) -> Any:
    """Return what `get_transform` makes; if it asks for a mode, the transform for testing."""
    make = submitted.get("get_transform")
    try:
        return make()
    except TypeError:
        return make(False)
