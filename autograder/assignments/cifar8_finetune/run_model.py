"""Trainings by `run_model`, with planted labels in test_batch."""

from autograder.assignments.cifar8_finetune.heldout import CLASSES
from autograder.assignments.cifar8_finetune.observed import Trained
from autograder.checks.planted_training import PlantedBatch

TEST_FILE = "cifar10_batches/test_batch"
TRAINING = PlantedBatch(Trained, TEST_FILE, len(CLASSES))
