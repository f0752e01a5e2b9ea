"""Runs one test of an imported suite, unchanged: beside the submission, or with the submission in another process."""

from autograder.probes.imported import run  # with all that it imports: a child cannot reach the files

__all__ = ["run"]
