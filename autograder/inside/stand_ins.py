"""What stands in, inside the sandbox, for what programs expect of the internet."""

from autograder.inside import experiment_trackers, local_datasets, pretrained


def install() -> None:
    """Let pretrained weights, torchvision's data sets and experiment trackers be found without a network."""
    pretrained.install()
    local_datasets.install()
    experiment_trackers.install()
