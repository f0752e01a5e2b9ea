"""Turns an upload's files into a submission, or says in a sentence why that is impossible."""

import codecs
import fnmatch
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from autograder.intake import copies, missing_file, notebook, sifting, signatures
from autograder.intake.repository import take_repository
from autograder.intake.upload import MIB, Contents, Entry, RefusedUpload, archives_in, read_upload
from autograder.model.assignment import Assignment
from autograder.model.submission import Submission
from autograder.wire.commits import REPOSITORY

LISTED_NAMES = 8


def take_submission(path: Path, assignment: Assignment) -> Submission:
    """Return the submission at a path; its `problem` says why it cannot be graded.

    Raises:
        UnusableInput: there is nothing at that path.
    """
    try:
        contents = read_upload(path)
        entries, remark = _without_wrapping_folder(contents.entries, assignment), ""
        if path.is_dir() and not _holds(entries, assignment):
            contents, entries, remark = _packed_beside_others(path, contents, assignment)
    except RefusedUpload as refused:
        return Submission({}, problem=str(refused))
    if path.is_file() and path.suffix.casefold() == ".py" and len(entries) == 1:
        # A file given on the command line is the submission, whatever its name.
        entries = [(assignment.upload.main_file, *entries[0][1:])]
    submission = submission_of(entries, assignment, contents.passed_over)
    if assignment.upload.commits and not submission.problem:
        submission = _with_repository(submission, path)
    return replace(submission, remarks=(remark, *submission.remarks)) if remark else submission


def _with_repository(submission: Submission, path: Path) -> Submission:
    """Return the submission together with the repository of its upload, if there is one."""
    packed, remark = take_repository(path)
    files = {**submission.files, REPOSITORY: packed} if packed else submission.files
    return replace(submission, files=files, remarks=(*submission.remarks, *([remark] if remark else [])))


def _holds(entries: list[Entry], assignment: Assignment) -> bool:
    names = [name for name, _, _ in entries]
    upload = assignment.upload
    if not set(upload.required) - {upload.main_file} <= set(names):
        return False
    return upload.has_an_entry(names) or (
        _takes_a_notebook(names, assignment) and notebook.is_there(names, upload.main_file)
    )


def _takes_a_notebook(names: Collection[str], assignment: Assignment) -> bool:
    """Return whether a notebook may have the place of the file that is graded; there is none for a package's."""
    if assignment.has_parts:
        return False
    return assignment.upload.main_file in names or not assignment.upload.has_an_entry(names)


def _packed_beside_others(path: Path, contents: Contents, assignment: Assignment) -> tuple[Contents, list[Entry], str]:
    """Return the one archive in a folder that holds the required files, with a remark; else the folder itself.

    Raises:
        RefusedUpload: the only archive is none.
    """
    archives, no_archives = archives_in(path)
    packed = {name: (one, _without_wrapping_folder(one.entries, assignment)) for name, one in archives.items()}
    holding = [name for name, (_, entries) in packed.items() if _holds(entries, assignment)]
    if not packed and len(no_archives) == 1:
        raise no_archives[0]
    if len(holding) != 1:
        return contents, _without_wrapping_folder(contents.entries, assignment), ""
    (archive,) = holding
    others = [name for name, _, _ in contents.entries if name != archive]
    beside = f" Not used for grading: {_listed(others)}." if others else ""
    return *packed[archive], f"`{assignment.upload.main_file}` is taken from `{archive}`.{beside}"


def submission_of(
    entries: list[Entry], assignment: Assignment, passed_over: Mapping[str, str] | None = None
) -> Submission:
    """Return the submission that consists of these files.

    Args:
        entries: the files, without a folder around all of them.
        assignment: names the required and accepted files.
        passed_over: name of each entry that could not be taken to the reason, as a clause.
    """
    passed_over = passed_over or {}
    upload = assignment.upload
    names = [name for name, _, _ in entries]
    module = notebook.Placed(entries)
    if _takes_a_notebook(names, assignment):
        module = notebook.placed(entries, upload.main_file)
    if module.problem:
        return Submission({}, problem=module.problem)
    uploaded, entries = names, module.entries
    names = [name for name, _, _ in entries]
    missing = [name for name in upload.required if name not in names]
    if not missing and not upload.has_an_entry(names):
        missing = [upload.main_file]
    if missing:
        one_of_several = len(missing) < len(upload.required)
        return Submission({}, problem=missing_file.explained(missing[0], uploaded, passed_over, one_of_several))
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
    problem = ""  # a part that Python cannot read costs the tests of that part
    if not assignment.has_parts:
        source = upload.file_of(upload.entries[0], files)
        problem = _unusable_source(source, files[source])
    return Submission(
        {**files, **module.images}, problem, (*module.remarks, *_remarks(entries, taken, assignment, passed_over))
    )


def _without_wrapping_folder(entries: list[Entry], assignment: Assignment) -> list[Entry]:
    """Remove the folders that zipping a folder puts around everything, and none that the assignment itself names."""
    levels = [entries]
    while inside := _inside_the_only_folder(levels[-1]):
        levels.append(inside)
    wanted = assignment.upload.wanted
    found = next((level for level in levels if any(name in wanted for name, _, _ in level)), None)
    if found is not None:
        return found
    own = {
        file.split("/")[0] for file in wanted if "/" in file
    }  # its file is missing, and this folder is not its wrapping
    return next((level for level in levels if _tops(level) & own), levels[-1])


def _inside_the_only_folder(entries: list[Entry]) -> list[Entry]:
    """Return the files without the one folder that holds all of them; nothing if there is no such folder."""
    tops = _tops(entries)
    if len(tops) != 1 or any("/" not in name for name, _, _ in entries):
        return []
    if PurePosixPath(*tops).suffix.casefold() in missing_file.BUNDLES:
        return []
    return [(name.split("/", 1)[1], size, content) for name, size, content in entries]


def _tops(entries: list[Entry]) -> set[str]:
    return {PurePosixPath(name).parts[0] for name, _, _ in entries}


def _is_accepted(name: str, assignment: Assignment) -> bool:
    """Return whether a file is graded. Support files are ours: a student's copy never replaces one."""
    upload = assignment.upload
    if name in upload.wanted:
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
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _alternates(source):
        return f"`{name}` is saved as UTF-16. Save the file with the encoding UTF-8 and upload it again."
    if (kind := signatures.in_words(source[: signatures.LENGTH])) and kind != signatures.PAGE:
        also = " or a document of an office program" if kind == "a zip" else ""
        return f"`{name}` is {kind}{also} under that name. {missing_file.UPLOAD_THE_TEXT}"
    if source.startswith(b"\x80") or b"\0" in source:
        return f"`{name}` is not Python source: it holds binary data. Upload the text file that you edit."
    if kind := missing_file.kind_of_document(source):
        return f"`{name}` is not Python source, but {kind} under that name. {missing_file.UPLOAD_THE_TEXT}"
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


def _alternates(source: bytes) -> bool:
    """Return whether every second byte is zero, as in English text that is saved as UTF-16 without a mark."""
    head = source[:64]
    return any(set(head[one::2]) == {0} and 0 not in head[1 - one :: 2] for one in (0, 1))


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
    lacking = assignment.upload.parts_missing(kept)
    remarks += [f"There is no `{part}` in the upload: tests of that part earn nothing." for part in lacking]
    return (*remarks, *copies.remarks_on_copies(sorted(kept & assignment.upload.wanted), entries))


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:LISTED_NAMES]) + (", …" if len(names) > LISTED_NAMES else "")
