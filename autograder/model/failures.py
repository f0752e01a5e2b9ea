"""The reasons for which a command cannot do its work: an unusable input, and a failure of the harness itself."""


class UnusableInput(ValueError):
    """The command or its input cannot be used; the text says what is wrong, where, and what to do."""


class HarnessFailure(Exception):
    """The harness itself failed, through no fault of a submission; the text says why, and what to do."""


class UnusableAssignment(HarnessFailure):
    """The assignment cannot be used as its author wrote it; the text says what to change, and where."""
