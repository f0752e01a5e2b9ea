"""The course's secret at the terminal: draws it, and warns where the example would be used."""

from autograder.commands.console import note, warn


def draw_and_show() -> None:
    """Draw the course's secret, and say where it is.

    Raises:
        UnusableInput: there is one already, or it cannot be written.
    """
    from autograder.course import draw_secret

    note(f"{draw_secret()}: the course's secret. Git ignores the file. Keep a copy of it, and do not publish it.")


def warn_of_example() -> None:
    """Warn if the course has no secret.

    Raises:
        UnusableInput: it has one that cannot be used.
    """
    from autograder.course import TO_DRAW, VARIABLE, course_secret

    if not course_secret():
        warn(
            "the example secret is used. It is public, so students can work out what the grader will ask them: "
            f"{TO_DRAW} for your course (or set {VARIABLE})."
        )
