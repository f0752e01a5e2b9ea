"""Weighted suites in unittest's form: written by authors, loaded, run and judged outside the sandbox."""

from autograder.suites.case import SubmissionTestCase
from autograder.suites.manual import manual
from autograder.suites.not_at_home import not_at_home

__all__ = ["SubmissionTestCase", "manual", "not_at_home"]
