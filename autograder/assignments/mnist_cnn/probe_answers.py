"""Reads the uploaded answers. Runs in the sandbox, although it uses nothing of the student's code."""

from autograder.assignments.mnist_cnn.observed import Answers
from autograder.probes.artefacts import read_json


def answers(submitted):
    """Return the content of `answers.json`, as it is."""
    return Answers(answers=read_json("answers.json", most_mib=0.1))
