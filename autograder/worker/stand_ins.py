"""Provides stand-ins inside the sandbox for things that programs expect, from the internet to a compiler."""

from autograder.worker import (
    box_operators,
    drawing_unseen,
    experiment_trackers,
    image_operators,
    lightning_loggers,
    local_datasets,
    no_compiler,
    notebook_stand_ins,
    pretrained_weights,
)


def install() -> None:
    """From now on programs find all of these, or a stand-in."""
    image_operators.install()
    box_operators.install()
    pretrained_weights.install()
    local_datasets.install()
    experiment_trackers.install()
    lightning_loggers.install()
    notebook_stand_ins.install()
    drawing_unseen.install()
    no_compiler.install()
