"""What documents tell people to do works: their commands are run and their changes made, in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.project import PROJECT
from tests.classroom.varied import copy_project

BLOCK = re.compile(r"(?:<!-- (write|edit) (\S+) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)
EXITS = re.compile(r"\s+# exits with (\d+): (.*)$")


def steps(document: str) -> Iterator[tuple[str, str, str]]:
    """Yield what a document does: "run", a command; "write" or "edit", a file, and its text or a difference."""
    for action, path, language, text in BLOCK.findall((PROJECT / document).read_text()):
        if language == "console":
            yield from (("run", line.removeprefix("$ "), "") for line in text.splitlines() if line.startswith("$ "))
        elif action:
            yield action, path, text


def changed(content: str, difference: str) -> str:
    """Return a text after a difference whose old lines stand in it once."""
    lines = difference.splitlines()
    old, new = ("\n".join(line[1:] for line in lines if line[:1] in (" ", sign)) for sign in "-+")
    assert content.count(old) == 1, old
    return content.replace(old, new)


def run(command: str, root: Path) -> None:
    """Run a command as the document gives it, and hold it to the exit status that stands beside it."""
    status, said = (match[1], match[2]) if (match := EXITS.search(command)) else ("0", "")
    line = EXITS.sub("", command).replace("./run_autograder", f"{sys.executable} -s -P -m autograder")
    line = re.sub(r"^python ", f"{sys.executable} ", line)
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(line, shell=True, cwd=root, env=environment, capture_output=True, text=True)

    assert done.returncode == int(status), f"{command}\n{done.stdout}\n{done.stderr}"
    assert said in " ".join(done.stdout.split()), done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("document", ["docs/authoring.md"])
def test_commands_of_document_work(document: str, tmp_path: Path) -> None:
    """Every command ends as the document says, when what it says was done before."""
    root = copy_project(tmp_path / "project")
    shutil.copy2(PROJECT / "run_autograder", root)  # which a bundle carries
    done = 0
    for action, what, text in steps(document):
        done += 1
        if action == "run":
            run(what, root)
        elif action == "write":
            (root / what).write_text(text)
        else:
            (root / what).write_text(changed((root / what).read_text(), text))

    assert done > 10
