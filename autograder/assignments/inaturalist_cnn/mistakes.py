"""Known mistakes: small edits of the reference solution, and the rubric items that each must lose."""

from autograder.assignments.inaturalist_cnn.mistakes_of_part_a import PART_A
from autograder.assignments.inaturalist_cnn.mistakes_of_part_b import PART_B
from autograder.verify.mistake import Mistake

MISTAKES: tuple[Mistake, ...] = PART_A + PART_B
