"""Turns an upload's files into a submission, or says in a sentence why that is impossible."""

import codecs
import fnmatch
from pathlib import Path, PurePosixPath

from autograder.intake.upload import MIB, Entry, RefusedUpload, read_upload
from autograder.model.assignment import Assignment
from autograder.model.submission import Submission

LISTED_NAMES = 8


def take_submission(path: Path, assignment: Assignment) -> Submission:
    """Return the submission at a path; its `problem` says why it cannot be graded.

    Raises:
        UnusableInput: there is nothing at that path.
    """
    try:
        entries = _without_wrapping_folder(read_upload(path))
    except RefusedUpload as refused:
        return Submission({}, problem=str(refused))
    if path.is_file() and path.suffix == ".py" and len(entries) == 1:
        # A file given on the command line is the submission, whatever its name.
        entries = [(assignment.upload.required[0], *entries[0][1:])]
    return submission_of(entries, assignment)


def submission_of(entries: list[Entry], assignment: Assignment) -> Submission:
    """Return the submission that consists of these files."""
    upload = assignment.upload
    missing = [name for name in upload.required if name not in {entry[0] for entry in entries}]
    if missing:
        return Submission({}, problem=_missing(missing[0], [name for name, _, _ in entries]))
    if len(entries) > upload.max_files:
        return Submission({}, problem=f"The upload holds {len(entries)} files; at most {upload.max_files} are graded.")
    taken = [entry for entry in entries if _is_accepted(entry[0], assignment)]
    total_mib = sum(size for _, size, _ in taken) / MIB
    if total_mib > upload.max_mib:
        name, size, _ = max(taken, key=lambda entry: entry[1])
        return Submission({}, problem=(
            f"The upload is too large: {total_mib:,.0f} MiB, of which `{name}` has {size / MIB:,.0f}; "
            f"the limit is {upload.max_mib} MiB. Upload your source only, without data and checkpoints."
        ))  # fmt: skip
    files = {name: content for name, _, content in taken if content is not None}
    if len(files) < len(taken):
        return Submission({}, problem=(
            f"The upload is too large to be read in full ({sum(size for _, size, _ in entries) / MIB:,.0f} MiB). "
            "Upload your source only, without data and checkpoints."
        ))  # fmt: skip
    problem = _unusable_source(upload.required[0], files[upload.required[0]])
    return Submission(files, problem, _remarks(entries, taken, assignment))


def _without_wrapping_folder(entries: list[Entry]) -> list[Entry]:
    """Remove the folder that zipping a folder puts around everything."""
    tops = {PurePosixPath(name).parts[0] for name, _, _ in entries}
    if len(tops) != 1 or any("/" not in name for name, _, _ in entries):
        return entries
    return _without_wrapping_folder([(name.split("/", 1)[1], size, content) for name, size, content in entries])


def _is_accepted(name: str, assignment: Assignment) -> bool:
    """Return whether a file is graded. Support files are ours: a student's copy never replaces one."""
    upload = assignment.upload
    if name in upload.required:
        return True
    return name not in assignment.support and any(fnmatch.fnmatchcase(name, pattern) for pattern in upload.accepted)


def _missing(wanted: str, names: list[str]) -> str:
    """Say which file is missing, and which file the student probably meant."""
    if not names:
        return f"The upload is empty: there is no `{wanted}`."
    stem = PurePosixPath(wanted).stem.casefold()
    advice = f"Rename your solution to `{wanted}` and upload it again."
    paths = [PurePosixPath(name) for name in names]
    # The likeliest mistake comes first, whatever else is in the upload.
    for path in paths:
        if path.name == PurePosixPath(wanted).name:
            return f"`{wanted}` lies in the folder `{path.parent}`; upload it at the top level, without the folder."
    for path in paths:
        if str(path).casefold() == wanted.casefold():
            return f"The file is called `{path}`; it must be `{wanted}`, in exactly this spelling. {advice}"
    for path in paths:
        if stem in path.stem.casefold() and path.suffix.casefold() in (".py", ".txt", ""):
            return f"There is `{path}`, but no `{wanted}`. {advice}"
    for path in paths:
        if path.suffix.casefold() == ".ipynb":
            return (
                f"`{path}` is a notebook; the grader runs `{wanted}`. Export it (in Jupyter: File, Save and Export "
                f"As, Executable Script), rename it to `{wanted}` and upload that file."
            )
    for path in paths:
        if path.suffix.casefold() in (".zip", ".gz", ".tar", ".7z", ".rar"):
            return (
                f"The upload holds another archive, `{path}`. Upload `{wanted}` itself, or one zip with it at the top."
            )
    listed = ", ".join(f"`{name}`" for name in names[:LISTED_NAMES]) + (", …" if len(names) > LISTED_NAMES else "")
    return f"There is no `{wanted}` in the upload, which holds {listed}. {advice}"


def _unusable_source(name: str, source: bytes) -> str:
    """Return why Python could not even read a source file; empty if it could."""
    if not source.strip():
        return f"`{name}` is empty. Perhaps you saved or uploaded it before your solution was in it."
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return f"`{name}` is saved as UTF-16. Save the file with the encoding UTF-8 and upload it again."
    if source.startswith((b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"\x80")) or b"\0" in source:
        return f"`{name}` is not Python source: it holds binary data. Upload the text file that you edit."
    if source.lstrip().startswith(b"{") and b'"nbformat"' in source:
        return f"`{name}` is a notebook under another name. Export the notebook as a Python script and upload that."
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        if b"coding" not in b"".join(source.splitlines()[:2]):
            return (
                f"`{name}` is not UTF-8 text: line {line} holds the byte 0x{source[error.start]:02x}. "
                "Save the file with the encoding UTF-8 and upload it again."
            )
    return ""


def _remarks(entries: list[Entry], taken: list[Entry], assignment: Assignment) -> tuple[str, ...]:
    kept = {name for name, _, _ in taken}
    left_out = [name for name, _, _ in entries if name not in kept]
    remarks = []
    given = [name for name in left_out if name in assignment.support]
    if given:
        remarks.append(f"The grader uses its own copy of {', '.join(f'`{name}`' for name in given)}.")
    others = [name for name in left_out if name not in given]
    if others:
        listed = ", ".join(f"`{name}`" for name in others[:LISTED_NAMES])
        remarks.append(f"Not used for grading: {listed}{', …' if len(others) > LISTED_NAMES else ''}.")
    return tuple(remarks)
