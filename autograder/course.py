"""The course's secret, which is not in the repository, and assignments with the secret that follows from it.

The secret in an assignment's manifest is an example that every reader of the repository knows. Commands that grade a
course load their assignments here. The tests, the demonstration and `verify` load them from the manifest, so their
results are the same everywhere. A container has no course: the manifest of its bundle carries the secret.
"""

import hashlib
import hmac
import os
import secrets
import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from autograder import project
from autograder.manifest import load_assignment
from autograder.model.assignment import Assignment
from autograder.model.failures import UnusableInput

VARIABLE = "AUTOGRADER_SECRET"
EXAMPLE = "example"  # a value of the variable: use the manifests' secrets though there is a course.toml
SHORTEST, LONGEST = 16, 1000  # characters
BYTES = 16  # of a secret that is drawn here
TO_DRAW = "`run_autograder doctor --draw-secret` draws one"
HEAD = """\
# The course's secret: whoever knows it can draw the questions that the grader asks. Keep it out of git, keep a copy,
# and use the same on all machines that grade the course.
"""


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `course.toml`.

    Attributes:
        secret: the course's.
    """

    secret: Annotated[str, msgspec.Meta(min_length=SHORTEST, max_length=LONGEST)]


def course_assignment(slug: str) -> Assignment:
    """Return an assignment as the course grades it: with the course's secret, or with the example where there is none.

    Raises:
        UnusableInput: there is no such assignment, or the manifest, `course.toml` or the variable is wrong.
    """
    assignment, secret = load_assignment(slug), course_secret()
    return msgspec.structs.replace(assignment, secret=effective(secret, slug)) if secret else assignment


def course_secret() -> str:
    """Return the course's secret, from the environment or else from `course.toml`; empty if there is none.

    Raises:
        UnusableInput: it cannot be used; names the variable or the file, and says what to do.
    """
    named = os.environ.get(VARIABLE, "").strip()  # a CI server may append a line break
    if named == EXAMPLE:
        return ""
    if named and not SHORTEST <= len(named) <= LONGEST:
        raise UnusableInput(
            f"{VARIABLE}: its length is {len(named)}: give it {SHORTEST} to {LONGEST} characters, such as the secret "
            f"of a course.toml, or {EXAMPLE!r} for the example secrets, or unset it"
        )
    return named or _stated(project.course_file())


def effective(secret: str, slug: str) -> str:
    """Return an assignment's secret: HMAC-SHA256 of the slug under the course's secret, 64 hexadecimal digits.

    An assignment's secret reveals neither another assignment's nor the course's.
    """
    return hmac.new(secret.encode(), slug.encode(), hashlib.sha256).hexdigest()


def draw_secret() -> Path:
    """Write a new secret to `course.toml`, which nobody but its owner can read; return the file's path.

    Raises:
        UnusableInput: there is such a file already, or it cannot be written.
    """
    path = project.course_file()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UnusableInput(
            f"{path}: there is one already, and with another secret every question would be another: "
            "remove the file if you want that"
        ) from None
    except OSError as error:
        raise UnusableInput(
            f"{path} cannot be written: {error.strerror}: make the folder writable, or set {VARIABLE}"
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f'{HEAD}secret = "{secrets.token_hex(BYTES)}"\n')
    return path


def _stated(path: Path) -> str:
    """Return the secret that a file states; empty if there is no file."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(content, Course).secret
    except FileNotFoundError:
        return ""
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}"
    except RecursionError:  # tomllib does not catch it
        problem = "values are nested too deep"
    except ValueError as error:  # of the encoding, TOML or a key
        problem = str(error)
    raise UnusableInput(
        f'{path}: {problem}: put back the line secret = "…" from your copy; if no class was graded with it, '
        f"remove the file, and {TO_DRAW}"
    )
