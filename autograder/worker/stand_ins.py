"""Provides stand-ins inside the sandbox for things that programs expect, from the internet to a compiler."""

from autograder.worker import (
    compiler_stand_in,
    drawing_unseen,
    experiment_trackers,
    lightning_loggers,
    no_compiler,
    notebook_stand_ins,
    pretrained_weights,
    torchvision_here,
)


def install() -> None:
    """From now on programs find all of these, or a stand-in."""
    pretrained_weights.install()
    torchvision_here.install()
    experiment_trackers.install()
    lightning_loggers.install()
    notebook_stand_ins.install()
    drawing_unseen.install()
    no_compiler.install()
    compiler_stand_in.install()  # last, because it keeps the finders of all others
