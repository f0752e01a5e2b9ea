"""Weighted suites in unittest's form: written by authors, loaded, run and judged outside the sandbox."""

from autograder.suites.case import SubmissionTestCase
from autograder.suites.manual import manual

__all__ = ["SubmissionTestCase", "manual"]
