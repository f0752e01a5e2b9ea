"""Weighted suites in unittest's form: written by authors, loaded, run and judged outside the sandbox."""

from autograder.checks.case import SubmissionTestCase
from autograder.checks.disclosure import discloses
from autograder.checks.manual import manual
from autograder.checks.not_at_home import not_at_home

__all__ = ["SubmissionTestCase", "discloses", "manual", "not_at_home"]
