"""Makes a new assignment's four places, completely or not at all."""

import keyword
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder import project
from autograder.model.failures import UnusableInput
from autograder.model.suggestion import did_you_mean

FILES = Path(__file__).resolve().parent / "files"
PLACEHOLDER = "your_assignment"  # the assignment's name in the files
SLUG = re.compile(r"[a-z][a-z0-9_]{1,40}")
SECRET = re.compile(r'^secret = ".*?"', re.MULTILINE)
TEXTS = {".py", ".toml", ".md", ".txt", ".diff"}


def make_assignment(slug: str, like: str = "") -> list[Path]:
    """Make the four places, and return their folders; the one that makes it an assignment comes last.

    Args:
        slug: the new assignment's name.
        like: an assignment to copy instead of the scaffold's own.

    Raises:
        UnusableInput: the name is invalid or taken, or there is no such assignment to copy.
        OSError: the files cannot be written; nothing of them is left then.
    """
    _refuse_name(slug)
    if like and like not in project.slugs():
        known = project.slugs()
        near = did_you_mean(like, known)
        raise UnusableInput(f"there is no assignment {like!r} to copy: use one of {', '.join(known)}.{near}")
    targets = _places(slug)
    taken = next((place for place in targets if place.exists()), None)
    if taken:
        raise UnusableInput(f"{taken.relative_to(project.PROJECT)} exists already: use another name, or remove it")
    with _undone_if_it_fails() as folders:
        copies = []
        for source, target in zip(_places(like) if like else _scaffold(), targets, strict=True):
            folders.append(Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent)))
            copies.append(_copied(source, folders[-1] / slug, like or PLACEHOLDER, slug))
        for copy, target in zip(copies, targets, strict=True):
            copy.rename(target)
            folders.append(target)
    return targets


def _refuse_name(slug: str) -> None:
    if not SLUG.fullmatch(slug) or keyword.iskeyword(slug):
        raise UnusableInput(
            f"{slug!r} is not a valid assignment name: use small letters, digits and underscores, such as word_count"
        )


def _scaffold() -> list[Path]:
    return [FILES / name for name in ("data", "template", "reference", "assignment")]


def _places(slug: str) -> list[Path]:
    data = project.bundled_data(project.PROJECT, slug, "embedded")
    return [data, project.template(slug), project.reference(slug), project.definition(slug)]


@contextmanager
def _undone_if_it_fails() -> Iterator[list[Path]]:
    """Yield a list for folders; on failure, remove all of them, otherwise only the temporary ones."""
    folders: list[Path] = []
    try:
        yield folders
    except BaseException:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    for folder in folders:
        if folder.name.startswith("."):
            shutil.rmtree(folder, ignore_errors=True)


def _copied(source: Path, target: Path, former: str, slug: str) -> Path:
    """Copy a folder under a new name; references to the former assignment change too, and the secret is new."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    for path in target.rglob("*"):
        if path.suffix in TEXTS and path.is_file():
            text = re.sub(rf"\b{former}\b", slug, path.read_text(encoding="utf-8"))
            if path.name == "assignment.toml":
                text = SECRET.sub(f'secret = "{secrets.token_hex(8)}"', text)
            path.write_text(text, encoding="utf-8")
    return target
