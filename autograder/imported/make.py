"""Makes an assignment of an existing suite: reads it, writes it, and tries it on the reference solution."""

import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from autograder.imported.dry_run import failures_on_reference
from autograder.imported.layout import Layout, layout_of, modules_of
from autograder.imported.read_suite import read_tests
from autograder.imported.write import places_of, required_of, state, undone_if_it_fails, write_places
from autograder.model.failures import UnusableInput
from autograder.model.imported_suite import ForeignTest, ImportedSuite
from autograder.rendering.text import counted

SLUG = re.compile(r"[a-z][a-z0-9_]{1,40}")
TOP_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*\Z")  # a manifest's
SHOWN = 5


@dataclass(frozen=True)
class Imported:
    """A finished import.

    Attributes:
        slug: the assignment's name.
        suite: its tests and its mode.
        kept_inside: if not empty, the tests for which the suite runs beside the submission, each with the reason.
    """

    slug: str
    suite: ImportedSuite
    kept_inside: Mapping[ForeignTest, str]


def import_suite(
    folder: Path,
    name: str = "",
    reference: Path | None = None,
    template: Path | None = None,
    inside: bool = False,
    say: Callable[[str], object] = lambda text: None,
) -> Imported:
    """Make the four places of an assignment.

    Args:
        folder: holds the suite.
        name: of the assignment; of the folder unless given.
        reference: the model solution; looked for in the folder unless given.
        template: the students' starting point; looked for there unless given.
        inside: run the suite beside the submission, even if it could be split.
        say: called with a sentence before each step.

    Raises:
        UnusableInput: the suite cannot be imported; says what is wrong where, and what to do. Nothing is left then.
    """
    slug = _slug_of(name or folder.resolve().name, is_given=bool(name))
    layout = layout_of(folder, reference, template)
    suite = _suite_of(layout)
    kept_inside: Mapping[ForeignTest, str] = {}
    title = slug.replace("_", " ").capitalize()
    with undone_if_it_fails(slug):
        write_places(slug, layout, replace(suite, mode="inside") if inside else suite, title)
        if not inside:
            say(f"trying {counted(len(suite.tests), 'test')} on the reference solution, each in two processes")
            kept_inside = failures_on_reference(slug, suite)
        if inside or kept_inside:
            say(f"trying {counted(len(suite.tests), 'test')} on the reference solution, each beside it")
            suite = replace(suite, mode="inside")
            state(slug, layout, suite, title)
            _refuse_failures(failures_on_reference(slug, suite))
    return Imported(slug, suite, kept_inside)


def _slug_of(name: str, is_given: bool) -> str:
    slug = name if is_given else re.sub(r"\W+", "_", name.lower()).strip("_")
    if not SLUG.fullmatch(slug) or keyword.iskeyword(slug):
        raise UnusableInput(
            f"{slug!r} is not a valid assignment name: give one with --name, in small letters, digits and underscores"
        )
    taken = next((place for place in places_of(slug).values() if place.exists()), None)
    if taken:
        raise UnusableInput(f"{taken} exists already: give another name with --name, or remove it")
    return slug


def _suite_of(layout: Layout) -> ImportedSuite:
    tests = read_tests(layout.sources)
    modules = modules_of(layout, any(test.kind == "otter" for test in tests))
    tops = sorted({path.split("/")[0] for path in layout.suite})
    if unusable := [top for top in tops if not TOP_NAME.match(top)]:
        raise UnusableInput(f"{unusable[0]}: rename this: letters, digits, underscores, dots and dashes are allowed")
    suite = ImportedSuite("split", modules, tuple(tops), tests)
    if "/" in [*required_of(layout, suite), "/"][0]:
        raise UnusableInput(
            "the tests import packages alone: the reference solution needs a module at its top, such as submitted.py"
        )
    return suite


def _refuse_failures(failures: Mapping[ForeignTest, str]) -> None:
    if not failures:
        return
    lines = [f"  {test.file}: {test.name}: {' '.join(reason.split())[:200]}" for test, reason in failures.items()]
    more = f"\n  … and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    raise UnusableInput(
        f"the reference solution does not pass {len(lines)} of the suite's tests. Mend the solution, or the test:\n"
        + "\n".join(lines[:SHOWN])
        + more
    )
