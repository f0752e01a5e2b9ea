"""`decisions export` and `decisions import`: the log of a class as a table."""

import getpass
import sys
from pathlib import Path
from shlex import quote

from autograder.classroom.decided import names_of
from autograder.classroom.folder import INDEX, ClassFolder
from autograder.classroom.result import stored_class
from autograder.commands.console import called, note
from autograder.decisions.log import DecisionLog
from autograder.decisions.table import from_table, to_table
from autograder.model.failures import UnusableInput
from autograder.system.files import write_whole

STANDARD_OUTPUT = Path("-")


def graded_folder(root: Path) -> ClassFolder:
    """Return the folder of a class; others may use it at the same time.

    Raises:
        UnusableInput: it is none.
    """
    if not (root / INDEX).is_file():
        raise UnusableInput(f"{root}: there is no {INDEX}: name the --out folder of a class that was graded")
    return ClassFolder(root)


def grader_name(name: str) -> str:
    """Return the name under which decisions are made: the given one, else that of the user."""
    return " ".join(name.split()) or getpass.getuser()


def export_decisions(root: Path, file: Path) -> None:
    """Write the log as CSV to a file or to standard output."""
    table = to_table(DecisionLog(graded_folder(root).root).entries())
    if file == STANDARD_OUTPUT:
        sys.stdout.write(table)
    else:
        write_whole(file, table.encode("utf-8-sig"), mode=0o600)


def import_decisions(root: Path, file: Path, by: str) -> None:
    """Add the decisions of a CSV file to the log.

    Raises:
        UnusableInput: a row cannot be read; then none of them is added.
    """
    folder = graded_folder(root)
    log = DecisionLog(folder.root)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableInput(f"{file}: this is not UTF-8: save it as CSV UTF-8") from None
    except OSError as error:
        raise UnusableInput(f"{file}: {error.strerror}") from None
    try:
        decisions = from_table(text, by, names_of(stored_class(folder)), log.entries())
    except UnusableInput as error:
        raise UnusableInput(f"{file}: {error}") from None
    added = log.merge(decisions)
    then = f" Next: publish at the desk, or {called()} rejudge {quote(str(root))}" if added else ""
    note(f"{added} new decisions, {len(decisions) - added} known ones.{then}")
