"""Weighted suites in unittest's form: written by authors, loaded, run and judged outside the sandbox."""

from autograder.suites.case import SubmissionTestCase

__all__ = ["SubmissionTestCase"]
