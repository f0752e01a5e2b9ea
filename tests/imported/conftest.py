"""The courses here are imported by tests; they are no tests of ours."""

collect_ignore = ["courses"]
