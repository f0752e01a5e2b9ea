"""Turns an upload's files into a submission, or says in a sentence why that is impossible."""

import codecs
import fnmatch
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from autograder.intake import copies, missing_file, notebook, sifting
from autograder.intake.upload import MIB, Contents, Entry, RefusedUpload, archives_in, read_upload
from autograder.model.assignment import Assignment
from autograder.model.submission import Submission

LISTED_NAMES = 8


def take_submission(path: Path, assignment: Assignment) -> Submission:
    """Return the submission at a path; its `problem` says why it cannot be graded.

    Raises:
        UnusableInput: there is nothing at that path.
    """
    try:
        contents = read_upload(path)
        entries, remark = _without_wrapping_folder(contents.entries), ""
        if path.is_dir() and not _holds(entries, assignment):
            contents, entries, remark = _packed_beside_others(path, contents, assignment)
    except RefusedUpload as refused:
        return Submission({}, problem=str(refused))
    if path.is_file() and path.suffix.casefold() == ".py" and len(entries) == 1:
        # A file given on the command line is the submission, whatever its name.
        entries = [(assignment.upload.required[0], *entries[0][1:])]
    submission = submission_of(entries, assignment, contents.passed_over)
    return replace(submission, remarks=(remark, *submission.remarks)) if remark else submission


def _holds(entries: list[Entry], assignment: Assignment) -> bool:
    names = [name for name, _, _ in entries]
    entry, *others = assignment.upload.required
    return set(others) <= set(names) and notebook.is_there(names, entry)


def _packed_beside_others(path: Path, contents: Contents, assignment: Assignment) -> tuple[Contents, list[Entry], str]:
    """Return the one archive in a folder that holds what is required, with a remark; else the folder itself."""
    packed = {name: (one, _without_wrapping_folder(one.entries)) for name, one in archives_in(path).items()}
    holding = [name for name, (_, entries) in packed.items() if _holds(entries, assignment)]
    if len(holding) != 1:
        return contents, _without_wrapping_folder(contents.entries), ""
    (archive,) = holding
    others = [name for name, _, _ in contents.entries if name != archive]
    beside = f" Not used for grading: {_listed(others)}." if others else ""
    return *packed[archive], f"`{assignment.upload.required[0]}` is taken from `{archive}`.{beside}"


def submission_of(
    entries: list[Entry], assignment: Assignment, passed_over: Mapping[str, str] | None = None
) -> Submission:
    """Return the submission that consists of these files.

    Args:
        entries: the files, without a folder around all of them.
        assignment: what it requires and accepts.
        passed_over: name of each entry that could not be taken to the reason, as a clause.
    """
    passed_over = passed_over or {}
    upload = assignment.upload
    module = notebook.placed(entries, upload.required[0])
    if module.problem:
        return Submission({}, problem=module.problem)
    entries = module.entries
    missing = [name for name in upload.required if name not in {entry[0] for entry in entries}]
    if missing:
        return Submission({}, problem=missing_file.explained(missing[0], [name for name, _, _ in entries], passed_over))
    taken = [entry for entry in entries if _is_accepted(entry[0], assignment)]
    if len(taken) > upload.max_files:
        return Submission({}, problem=_too_many([name for name, _, _ in taken], upload.max_files))
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
    return Submission(
        {**files, **module.images}, problem, (*module.remarks, *_remarks(entries, taken, assignment, passed_over))
    )


def _without_wrapping_folder(entries: list[Entry]) -> list[Entry]:
    """Remove the folder that zipping a folder puts around everything."""
    tops = {PurePosixPath(name).parts[0] for name, _, _ in entries}
    if len(tops) != 1 or any("/" not in name for name, _, _ in entries):
        return entries
    if PurePosixPath(*tops).suffix.casefold() in missing_file.BUNDLES:
        return entries
    return _without_wrapping_folder([(name.split("/", 1)[1], size, content) for name, size, content in entries])


def _is_accepted(name: str, assignment: Assignment) -> bool:
    """Return whether a file is graded. Support files are ours: a student's copy never replaces one."""
    upload = assignment.upload
    if name in upload.required:
        return True
    return name not in assignment.support and any(fnmatch.fnmatchcase(name, pattern) for pattern in upload.accepted)


def _too_many(names: list[str], most: int) -> str:
    """Say which folder holds too much."""
    folder, count = sifting.fullest_folder(names)
    where = f" `{folder}` holds {count} of them: leave it out." if folder else ""
    return f"The upload holds {len(names)} files of the kinds that are graded; at most {most} are.{where}"


def _unusable_source(name: str, source: bytes) -> str:
    """Return why Python could not even read a source file; empty if it could."""
    if not source.strip():
        return f"`{name}` is empty. Perhaps you saved or uploaded it before your solution was in it."
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return f"`{name}` is saved as UTF-16. Save the file with the encoding UTF-8 and upload it again."
    if source.startswith((b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"\x80")) or b"\0" in source:
        return f"`{name}` is not Python source: it holds binary data. Upload the text file that you edit."
    if kind := missing_file.kind_of_document(source):
        return f"`{name}` is no Python source, but {kind} under that name. {missing_file.UPLOAD_THE_TEXT}"
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


def _remarks(
    entries: list[Entry], taken: list[Entry], assignment: Assignment, passed_over: Mapping[str, str]
) -> tuple[str, ...]:
    kept = {name for name, _, _ in taken}
    left_out = [name for name, _, _ in entries if name not in kept]
    remarks = []
    given = [name for name in left_out if name in assignment.support]
    if given:
        remarks.append(f"The grader uses its own copy of {', '.join(f'`{name}`' for name in given)}.")
    others = [name for name in left_out if name not in given]
    if others:
        remarks.append(f"Not used for grading: {_listed(others)}.")
    if passed_over:
        remarks.append(sifting.shown(passed_over, LISTED_NAMES))
    return (*remarks, *copies.remarks_on_copies(assignment.upload.required, entries))


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:LISTED_NAMES]) + (", …" if len(names) > LISTED_NAMES else "")
