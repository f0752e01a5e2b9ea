"""The settings of a bundle, and whether this is one, unpacked in Gradescope's container."""

import msgspec

from autograder import project

SETTINGS = "bundle.json"


class BundleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The assignment and the profile that a bundle grades."""

    assignment: str
    profile: str


def is_container() -> bool:
    """Return whether this is an unpacked bundle with an upload beside it."""
    return (project.PROJECT / SETTINGS).is_file() and (project.PROJECT.parent / "submission").is_dir()


def bundle_settings() -> BundleSettings:
    """Return this bundle's settings.

    Raises:
        OSError: they cannot be read.
        msgspec.MsgspecError: they are damaged.
    """
    return msgspec.json.decode((project.PROJECT / SETTINGS).read_bytes(), type=BundleSettings)


def bundled_slug() -> str:
    """Return the assignment of this bundle; empty if its settings are damaged, which the grading will say."""
    try:
        return bundle_settings().assignment
    except (OSError, msgspec.MsgspecError):
        return ""
