"""Trainings by `run_model`, with planted labels in test_batch."""

from autograder.assignments.cifar10_cnn.heldout import CLASSES
from autograder.assignments.cifar10_cnn.observed_accuracy import Trained
from autograder.checks.planted_training import PlantedBatch

TEST_FILE = "cifar-10-batches-py/test_batch"
SHARE = 0.75  # a network that is trained from scratch for two passes learns less of it than a head on given features
TRAINING = PlantedBatch(Trained, TEST_FILE, len(CLASSES), SHARE)
