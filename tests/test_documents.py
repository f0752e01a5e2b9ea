"""The instructions of documents work: tests run their commands and make their changes in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder.project import DATA_VARIABLE, PROJECT, reference
from tests.classroom.varied import copy_project, varied_class
from tests.documents import (
    Step,
    broken_links,
    calls_of_ours,
    commands_not_to_be_typed,
    commands_to_type,
    documents,
    steps,
    unknown_in,
)

EXITS = re.compile(r"\s+# exits with (\d+)(?:: (.*))?$")
VARIABLES = re.compile(r"^(?:[A-Z_]+=\S+ )+")
CHANGES_THE_PROJECT = "docs/authoring.md"  # so it gets a separate copy

# Replacements for commands in documents: they do the same and cost seconds.
CHEAPER = (
    ("cifar8_finetune", "line_fit"),  # a straight line instead of a ResNet
    ("verify --html", "verify --assignment line_fit --only no_step --html"),  # instead of all, and the attacks
    ("--repeat 5", "--repeat 3"),
    ("--mutants", "--mutants --only negated_loss"),
    ("--rewrites", "--rewrites --only rate_by_position"),
)

# Beginnings of commands that are not run, and the reasons. Their options are checked nevertheless.
NOT_RUN = {
    "./setup.sh": "installs packages; it has run before any test can",
    "./run_tests": "runs this test",
    "python -m pytest": "runs other tests of this suite",
    ".venv/bin/pip": "installs packages",
    "python -m pip": "installs packages on a student's machine",
    ".venv/bin/python bench/": "measures for minutes to hours, on a machine that does nothing else",
    ".venv/bin/python docs/make_": "trains a network, and needs a browser",
    "docker": "needs a container runtime; tests/test_containers.py runs containers where there is one",
    "python run_visible_tests.py --question": "needs the code of a question that a grading asked",
    "./run_autograder desk": "serves until it is stopped; tests/desk starts such desks",
    ".venv/bin/dask": "serves until it is stopped; tests/classroom/test_class_command.py starts such servers",
    "./run_autograder import my_course": "needs a course; tests/imported imports some",
    "./run_autograder grade my_course": "needs that course",
    "./run_autograder class export.zip": "needs those servers",
    "./run_autograder grade submission.zip --assignment cifar8_finetune --profile real": "needs a course's data",
}


@dataclass
class House:
    """A copy of the project, with everything that a reader of a document has at hand.

    Attributes:
        root: its folder.
        done: the commands that ran, with their folders, so that none runs twice because two documents show it.
    """

    root: Path
    done: set[tuple[Path, str]] = field(default_factory=set)

    def follow(self, document: str) -> None:
        """Do the steps of a document, in its order."""
        folder = self.root / "line_fit" if document.endswith("HANDOUT.md") else self.root
        for step in steps(document):
            if step.what.startswith("cd "):
                folder /= cheaper(step.what.removeprefix("cd "))
            elif (folder, step.what) not in self.done:
                self.do(step, folder)

    def do(self, step: Step, folder: Path) -> None:
        """Do one step in a folder, unless it is a command that is not run."""
        path = folder / step.what
        if step.action == "write":
            path.write_text(step.text)
        elif step.action == "append to":
            path.write_text(path.read_text() + step.text)
        elif step.action == "edit":
            path.write_text(changed(path.read_text(), step.text))
        elif not why_not(step.what):
            run(step.what, folder, self.root)
            self.done.add((folder, step.what))


def changed(content: str, difference: str) -> str:
    """Return a text after a difference whose old lines occur in it once."""
    lines = difference.splitlines()
    old, new = ("\n".join(line[1:] for line in lines if line[:1] in (" ", sign)) for sign in "-+")
    assert content.count(old) == 1, old
    return content.replace(old, new)


def cheaper(command: str) -> str:
    """Return the replacement for a command."""
    for shown, instead in CHEAPER:
        command = command.replace(shown, instead)
    return command


def why_not(command: str) -> str:
    """Return why a command is not run; empty if it is."""
    bare = VARIABLES.sub("", command)
    return next((reason for beginning, reason in NOT_RUN.items() if bare.startswith(beginning)), "")


def run(command: str, folder: Path, root: Path) -> None:
    """Run a command from a document, and require the exit status beside it."""
    status, said = (match[1], match[2] or "") if (match := EXITS.search(command)) else ("0", "")
    line = cheaper(EXITS.sub("", command)).replace("./run_autograder", f"{sys.executable} -s -P -m autograder")
    line = re.sub(r"^python ", f"{sys.executable} ", line)
    environment = {name: value for name, value in os.environ.items() if name != DATA_VARIABLE}
    environment["PYTHONPATH"] = str(root)
    done = subprocess.run(["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True)

    assert done.returncode == int(status), f"{command}\n{done.stdout}\n{done.stderr}"
    assert said in " ".join(done.stdout.split()), done.stdout


def new_house(root: Path) -> House:
    """Copy the project into a folder."""
    copy_project(root)
    shutil.copy2(PROJECT / "run_autograder", root)  # which a bundle carries
    return House(root)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A copy with an upload, an export of Gradescope's, and the students' zip, packed and unpacked."""
    top = tmp_path_factory.mktemp("documents")
    house = new_house(top / "project")
    with zipfile.ZipFile(house.root / "submission.zip", "w") as upload:
        upload.write(reference("line_fit") / "submitted.py", "submitted.py")
    with varied_class(top / "export", attacks=1, right=2):
        shutil.make_archive(str(house.root / "assignment_123_export"), "zip", top, "export")
    house.do(Step("run", "./run_autograder handout --assignment cifar8_finetune -o handout.zip"), house.root)
    with zipfile.ZipFile(house.root / "handout.zip") as handout:
        handout.extractall(house.root)
    return house


@pytest.mark.slow
@pytest.mark.parametrize("document", [one for one in documents() if any(steps(one)) and one != CHANGES_THE_PROJECT])
def test_commands_of_document_work(document: str, house: House) -> None:
    """Every command ends as the document says, after the steps before it."""
    house.follow(document)

    ran = {command for _, command in house.done}
    assert [one for one in commands_to_type(document) if not (one in ran or why_not(one) or one[:3] == "cd ")] == []


@pytest.mark.slow
def test_authoring_leads_from_an_idea_to_both_zips(tmp_path: Path) -> None:
    """Every command and every change of the page works, in its order."""
    house = new_house(tmp_path / "project")
    house.follow(CHANGES_THE_PROJECT)

    assert {path.name for path in house.root.glob("praise_*.zip")} == {"praise_autograder.zip", "praise_handout.zip"}
    assert len(house.done) == len(set(commands_to_type(CHANGES_THE_PROJECT)))


@pytest.mark.parametrize("document", documents())
def test_every_command_is_run_or_excused(document: str) -> None:
    """A command to type stands in a console block behind a $; the one list excuses those that no test runs."""
    typed = {EXITS.sub("", one) for other in documents() for one in commands_to_type(other)}
    others = [one for one in commands_not_to_be_typed(document) if one not in typed and not why_not(one)]

    assert others == []


@pytest.mark.parametrize(
    "shown",
    [
        "    ./run_autograder rejudge course/hw9\n",
        "```bash\n./run_autograder rejudge course/hw9\n```\n",
        "```console\n./run_autograder rejudge course/hw9\n```\n",
        "1. First\n\n       ./run_autograder rejudge course/hw9\n",
    ],
)
def test_command_in_any_other_form_is_noticed(shown: str, tmp_path: Path) -> None:
    """It may be indented, stand in another kind of block, or lack the $."""
    (tmp_path / "page.md").write_text(f"Then:\n\n{shown}")

    assert list(commands_not_to_be_typed(str(tmp_path / "page.md"))) == ["./run_autograder rejudge course/hw9"]


def test_missing_option_is_noticed_within_a_sentence(tmp_path: Path) -> None:
    """So is one behind the command's name alone, or across the end of a line."""
    (tmp_path / "page.md").write_text(
        "Use `run_autograder class X\n--fast`, or `grade --quick FILE`, or `grade --html F`."
    )
    calls = calls_of_ours(str(tmp_path / "page.md"))

    assert [word for words in calls for word in unknown_in(words)] == ["--fast", "--quick"]


@pytest.mark.parametrize("document", documents())
def test_mentioned_calls_exist(document: str) -> None:
    """Whatever the form of a call of our command line, the command and its options exist."""
    unknown = {words: unknown_in(words) for words in calls_of_ours(document) if unknown_in(words)}

    assert unknown == {}


@pytest.mark.parametrize("document", documents())
def test_links_lead_somewhere(document: str) -> None:
    """Each link leads to an existing file, and to an existing heading."""
    assert broken_links(document) == []


def shown_and_not_run() -> list[str]:
    """Return the commands of all documents that no test runs."""
    shown = {one for document in documents() for one in commands_to_type(document)}
    shown |= {one for document in documents() for one in commands_not_to_be_typed(document)}
    return sorted(VARIABLES.sub("", one) for one in shown if why_not(one))


def test_every_excuse_is_needed() -> None:
    """The list of excuses never outlives the documents."""
    shown = shown_and_not_run()

    assert [one for one in NOT_RUN if not any(command.startswith(one) for command in shown)] == []


@pytest.mark.parametrize("command", shown_and_not_run())
def test_excused_command_has_its_options(command: str) -> None:
    """The program exists, and its help describes each option of the document."""
    words = command.split()
    options = [word for word in words if re.match(r"--?[a-z]", word)]
    if words[0] == "./run_autograder":
        assert unknown_in(" ".join(words[1:])) == []
    elif words[0] == "docker":  # its own options cannot be asked for where it is not installed
        ours = words[words.index("autograder") + 1 :] if words[1:3] == ["compose", "run"] else []
        assert not ours or unknown_in(" ".join(ours)) == []
    elif options:
        told = subprocess.run([*program_of(words), "--help"], cwd=PROJECT, capture_output=True, text=True, check=True)

        assert [option for option in options if option not in told.stdout] == []
    else:
        assert all((PROJECT / word).exists() for word in words if word.endswith((".py", ".sh", "/similarity")))


def program_of(words: list[str]) -> list[str]:
    """Return the program that describes the options of a command."""
    match words:
        case [".venv/bin/dask", part, *_]:
            return [str(Path(sys.executable).with_name("dask")), part]
        case ["python", "-m", "pip", part, *_] | [".venv/bin/pip", part, *_]:
            return [sys.executable, "-m", "pip", part]
        case ["./run_tests", *_] | ["python", "-m", "pytest", *_]:
            return [sys.executable, "-m", "pytest"]
        case ["python", "run_visible_tests.py", *_]:  # students have it in their handout
            return [sys.executable, "autograder/handout/files/run_visible_tests.py"]
    return [sys.executable, words[1]]
