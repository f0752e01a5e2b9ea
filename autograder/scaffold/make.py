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
from autograder.project import Course

FILES = Path(__file__).resolve().parent / "files"
PLACEHOLDER = "your_assignment"  # the assignment's name in the files
SLUG = re.compile(r"[a-z][a-z0-9_]{1,40}")
SECRET = re.compile(r'^secret = ".*?"', re.MULTILINE)
TEXTS = {".py", ".toml", ".md", ".txt", ".diff"}


def make_assignment(slug: str, like: str = "", course: Course | None = None) -> list[Path]:
    """Make the four places, and return their folders; the one that makes it an assignment comes last.

    Args:
        slug: the new assignment's name.
        like: an assignment to copy instead of the scaffold's own, from this course or else the built-in one.
        course: where it is made; in the course that this process grades unless given.

    Raises:
        UnusableInput: the name is invalid or taken, or there is no such assignment to copy.
        OSError: the files cannot be written; nothing of them is left then.
    """
    _refuse_name(slug)
    course = course or project.course()
    sources, targets = _places_of(like, course) if like else _scaffold(), course.places(slug)
    taken = next((place for place in targets if place.exists()), None)
    if taken:
        raise UnusableInput(f"{taken.relative_to(course.root)} exists already: use another name, or remove it")
    with _undone_if_it_fails() as (made, temporary):
        copies = []
        for source, target in zip(sources, targets, strict=True):
            made += _made_with_parents(target.parent)
            temporary.append(Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent)))
            copies.append(_copied(source, temporary[-1] / slug, like or PLACEHOLDER, slug))
        for copy, target in zip(copies, targets, strict=True):
            copy.rename(target)
            made.append(target)
    return targets


def _refuse_name(slug: str) -> None:
    if not SLUG.fullmatch(slug) or keyword.iskeyword(slug):
        raise UnusableInput(
            f"{slug!r} is not a valid assignment name: use small letters, digits and underscores, such as word_count"
        )


def _scaffold() -> list[Path]:
    return [FILES / name for name in ("data", "template", "reference", "assignment")]


def _places_of(like: str, course: Course) -> list[Path]:
    """Return the four places of an assignment to copy."""
    courses = {one.root: one for one in (course, Course.built_in(project.PROJECT))}.values()
    having = next((one for one in courses if like in one.slugs()), None)
    if not having:
        known = list(dict.fromkeys(slug for one in courses for slug in one.slugs()))
        near = did_you_mean(like, known)
        raise UnusableInput(f"there is no assignment {like!r} to copy: use one of {', '.join(known)}.{near}")
    return having.places(like)


def _made_with_parents(folder: Path) -> list[Path]:
    """Make a folder if there is none; return it and its parents, as far as they were made, the topmost first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


@contextmanager
def _undone_if_it_fails() -> Iterator[tuple[list[Path], list[Path]]]:
    """Yield two lists: folders that are removed on failure, and temporary ones, which are removed always."""
    made, temporary = list[Path](), list[Path]()
    try:
        yield made, temporary
    except BaseException:
        for folder in made:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        for folder in temporary:
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
