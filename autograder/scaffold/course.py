"""Makes the other files of a course: a README, a workflow for CI, the version of the harness."""

import shutil
from pathlib import Path

from autograder import project
from autograder.scaffold.harness_version import HEAD, requirement
from autograder.scaffold.make import FILES

HARNESS = "harness.txt"
OTHER_NAMES = {"gitignore": ".gitignore"}  # under its right name, git would obey it in this repository


def make_course(root: Path) -> list[Path]:
    """Write those files of a course that are not there yet; return their paths.

    Raises:
        OSError: they cannot be written.
    """
    sources = sorted(path for path in (FILES / "course").rglob("*") if path.is_file())
    made = []
    for source in sources:
        name = source.relative_to(FILES / "course").as_posix()
        target = root / OTHER_NAMES.get(name, name)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            made.append(target)
    if not (root / HARNESS).exists():
        (root / HARNESS).write_text(HEAD + requirement(project.PROJECT), encoding="utf-8")
        made.append(root / HARNESS)
    return made
