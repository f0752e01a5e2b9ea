"""The findings of `verify` as one page."""

from autograder.verify.findings import Findings


def page_of(findings: Findings) -> str:
    return ""
