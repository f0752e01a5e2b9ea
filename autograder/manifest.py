"""Reads `assignment.toml`."""

import contextlib
import re
import tomllib

import msgspec

from autograder import project
from autograder.model.assignment import Assignment, Profile
from autograder.model.failures import UnusableInput
from autograder.model.suggestion import did_you_mean
from autograder.wire.entry import Entry
from autograder.wire.layers import LAYERS

ENTRY = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_\-]*/)*[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
SECRET = re.compile(r"""^secret[ \t]*=[ \t]*(".*?"|'.*?')""", re.MULTILINE)


def load_assignment(slug: str) -> Assignment:
    """Return the assignment of that name.

    Raises:
        UnusableInput: there is none, or its manifest is wrong; names the file, the key and the value's type.
    """
    path = project.definition(slug) / "assignment.toml"
    if not path.is_file():
        known = project.slugs()
        raise UnusableInput(
            f"there is no assignment {slug!r}{_where()}: use one of {', '.join(known)}.{did_you_mean(slug, known)} "
            "An assignment of another course needs --course."
        )
    try:
        return parse_manifest(path.read_text(encoding="utf-8"), slug)
    except (ValueError, msgspec.ValidationError) as error:
        raise UnusableInput(f"{slug}/assignment.toml: {error}") from None


def profile_of(assignment: Assignment, name: str) -> Profile:
    """Return a profile of an assignment.

    Raises:
        UnusableInput: its manifest has none of that name; lists the names that it has.
    """
    if name not in assignment.profiles:
        known = ", ".join(sorted(assignment.profiles))
        raise UnusableInput(f"{assignment.slug} has no profile {name!r}: use one of {known}")
    return assignment.profiles[name]


def parse_manifest(text: str, slug: str) -> Assignment:
    """Return the assignment that a manifest's text describes.

    Raises:
        ValueError: it is not TOML, lacks the embedded profile, or requires a layer that does not exist.
        msgspec.ValidationError: a key is unknown, missing or out of range.
    """
    try:
        content = tomllib.loads(text)
    except RecursionError:  # tomllib does not catch it
        raise ValueError("values are nested too deep") from None
    assignment = msgspec.convert({**content, "slug": slug}, Assignment)
    if "embedded" not in assignment.profiles:
        raise ValueError("profiles: the profile 'embedded' is missing: add [profiles.embedded]")
    _refuse_unknown_layers(assignment)
    return _with_required_files(assignment, stated="required" in content.get("upload", {}))


def with_secret(text: str, slug: str, secret: str) -> str:
    """Return a manifest's text with another secret and no other change.

    Args:
        text: a manifest that can be read.
        slug: the assignment's.
        secret: the new secret: letters and digits.

    Raises:
        UnusableInput: the text does not state its secret in one line.
    """
    stated = parse_manifest(text, slug)
    changed = SECRET.sub(f'secret = "{secret}"', text, count=1)
    with contextlib.suppress(ValueError):  # for example, the match was inside a multi-line string
        if parse_manifest(changed, slug) == msgspec.structs.replace(stated, secret=secret):
            return changed
    raise UnusableInput(f'{slug}/assignment.toml: secret: state it in one line, as secret = "…"')


def _with_required_files(assignment: Assignment, stated: bool) -> Assignment:
    """Return an assignment that requires its entry's file, also if the manifest does not state it.

    Raises:
        ValueError: an entry cannot be imported by that name, or the file of the only one is not required.
    """
    upload = assignment.upload
    unusable = [one for one in upload.entries if upload.entry and not ENTRY.fullmatch(one)]
    if unusable or upload.entry == () or len(set(upload.entries)) < len(upload.entries):
        shown = repr(unusable[0]) if unusable else repr(upload.entry)
        raise ValueError(
            f"upload.entry: {shown}: use a file such as 'partA/train.py', a module or a package; each once"
        )
    if not upload.entry or assignment.has_parts:
        required = upload.required if stated or not upload.entry else ()
    else:
        files = Entry.of(upload.entries[0]).files
        required = upload.required if stated else files[: len(files) == 1]
        if not set(files) & set(required):
            raise ValueError(f"upload.required: add the file of the entry {upload.entries[0]!r}: {' or '.join(files)}")
    return msgspec.structs.replace(assignment, upload=msgspec.structs.replace(upload, required=required))


def _where() -> str:
    """Return where assignments are looked for, if that is not obvious."""
    course = project.course()
    return "" if course.root == project.PROJECT else f" in the course {course.root}"


def _refuse_unknown_layers(assignment: Assignment) -> None:
    known = sorted(layer.name for layer in LAYERS if layer.at_start)
    unknown = [name for name in assignment.required_layers if name not in known]
    if unknown:
        raise ValueError(f"required_layers: there is no layer {unknown[0]!r}; use any of {', '.join(known)}")
