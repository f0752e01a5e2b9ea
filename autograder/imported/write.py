"""Writes the four places of an imported assignment: a manifest, a list of the tests, and files of two lines."""

import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from autograder import project
from autograder.imported.layout import Layout
from autograder.imported.skeleton import skeleton_of
from autograder.model.imported_suite import ImportedSuite
from autograder.suites.imported_suite import STATED_IN

INSIDE = (
    "The imported suite runs beside the submission, in the same process: expected values are within its reach, "
    "and a verdict can be forged. Look at the source before you rely on a score."
)
PROBE = '''"""Runs one test of the imported suite."""

from autograder.assignments.{slug}.observed import ImportedTest
from autograder.probes.imported.run import run_imported_test


def imported_test(submitted, **asked):
    """Return how one test ended."""
    seen: ImportedTest = run_imported_test(submitted, **asked)
    return seen
'''
OBSERVED = '''"""Declares the result of the probe."""

from autograder.wire.imported_test import ImportedTest

__all__ = ["ImportedTest"]
'''
SUITE = '''"""The imported suite, whose tests `{stated_in}` lists."""

from pathlib import Path

from autograder.suites.imported_suite import cases_of, imported_suite

globals().update(cases_of(imported_suite(Path(__file__).parent), __name__))
'''
MISTAKES = """# Known mistakes: small edits of the reference, each with the tests that it must lose.
# docs/authoring.md shows how they are written, and `verify` asks for one for each test.
"""
HANDOUT = """# {title}

Hand in {files}. DECIDE: describe the task here.
"""
MANIFEST = """title = {title}
points = {points}
secret = {secret}   # an example: a course draws its own (docs/instructors.md)
seed = 0
threads = 1
{note}
[upload]
required = {required}
accepted = {accepted}

[limits]
cpu_s = 60
wall_s = 120
memory_mib = 2048

[profiles.embedded]
given = {given}
hidden = {hidden}
"""


def places_of(slug: str) -> dict[str, Path]:
    """Return the four places of an assignment; the one that makes it an assignment comes last."""
    return {
        "suite": project.data(slug, "embedded"),
        "template": project.template(slug),
        "reference": project.reference(slug),
        "definition": project.definition(slug),
    }


@contextmanager
def undone_if_it_fails(slug: str) -> Iterator[None]:
    """Remove the four places where anything fails in this block."""
    try:
        yield
    except BaseException:
        for place in places_of(slug).values():
            shutil.rmtree(place, ignore_errors=True)
        raise


def write_places(slug: str, layout: Layout, suite: ImportedSuite, title: str) -> None:
    """Write an assignment."""
    places = places_of(slug)
    required = required_of(layout, suite)
    template = layout.template or {
        name: skeleton_of(content) if name.endswith(".py") else content for name, content in layout.reference.items()
    }
    handout = HANDOUT.format(title=title, files=", ".join(f"`{name}`" for name in required)).encode()
    _write(places["suite"], layout.suite)
    _write(places["reference"], layout.reference)
    _write(places["template"], {"HANDOUT.md": handout, **template})
    texts = {
        "__init__.py": f'"""{title}"""\n',
        "observed.py": OBSERVED,
        "probe_imported.py": PROBE.format(slug=slug),
        "test_imported.py": SUITE.format(stated_in=STATED_IN),
        project.MISTAKES: MISTAKES,
    }
    _write(places["definition"], {name: text.encode() for name, text in texts.items()})
    state(slug, layout, suite, title)


def state(slug: str, layout: Layout, suite: ImportedSuite, title: str) -> None:
    """Write the manifest and the list of the tests, which say in which mode the suite runs."""
    folder, is_split = places_of(slug)["definition"], suite.mode == "split"
    suffixes = {Path(name).suffix for name in layout.reference if Path(name).suffix}
    manifest = MANIFEST.format(
        title=json.dumps(title),
        points=f"{sum(test.weight or 0.0 for test in suite.tests):.12g}",
        secret=json.dumps(secrets.token_hex(8)),
        note="" if is_split else f"note_for_staff = {json.dumps(INSIDE)}\n",
        required=json.dumps(required_of(layout, suite)),
        accepted=json.dumps(sorted(f"*{suffix}" for suffix in suffixes | {".py"})),
        given=json.dumps([] if is_split else list(suite.files)),
        hidden=json.dumps(list(suite.files) if is_split else []),
    )
    stated = msgspec.json.format(msgspec.json.encode(suite), indent=1)
    _write(folder, {"assignment.toml": manifest.encode(), STATED_IN: stated + b"\n"})


def required_of(layout: Layout, suite: ImportedSuite) -> list[str]:
    """Return the files that every upload must hold; the entry module, which has to lie at the top, comes first."""
    paths = [f"{name.replace('.', '/')}.py" for name in suite.modules]
    return sorted((path for path in paths if path in layout.reference), key=lambda path: ("/" in path, path))


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
