"""All targets."""

from tests.fuzz import (
    of_archives,
    of_channel,
    of_exports,
    of_folders,
    of_gradings,
    of_manifests,
    of_recordings,
    of_results,
    of_wire,
)

TARGETS = (
    *of_wire.TARGETS,
    *of_archives.TARGETS,
    *of_folders.TARGETS,
    *of_exports.TARGETS,
    *of_manifests.TARGETS,
    *of_results.TARGETS,
    *of_channel.TARGETS,
    *of_gradings.TARGETS,
    *of_recordings.TARGETS,
)
