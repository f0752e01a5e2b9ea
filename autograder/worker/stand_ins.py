"""Stands in, inside the sandbox, for the internet, notebook, screen and compiler that programs expect."""

from autograder.worker import (
    drawing_unseen,
    experiment_trackers,
    local_datasets,
    no_compiler,
    notebook_stand_ins,
    pretrained_weights,
)


def install() -> None:
    """From now on programs find all of these, or what does in their place."""
    pretrained_weights.install()
    local_datasets.install()
    experiment_trackers.install()
    notebook_stand_ins.install()
    drawing_unseen.install()
    no_compiler.install()
