"""Tells an empty part of a template from other errors of the same kind, such as that of an abstract class."""

HOLE = "NotImplementedError"
BEGINNING = "Write "  # every part of a template raises NotImplementedError("Write <its name>") until it is filled in


def is_hole(kind: str, message: str) -> bool:
    """Return whether an exception comes from an empty part of a template.

    A student's abstract class, PyTorch's "missing the required forward function" and its operators without a CPU
    version raise the same kind of exception. They are errors of a solution, and students should see where.

    Args:
        kind: name of the exception's class.
        message: its text.
    """
    return kind == HOLE and message.startswith(BEGINNING)
