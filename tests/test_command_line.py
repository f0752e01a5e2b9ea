"""The output of the command line, and its exit status."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import __version__, project
from autograder.commands import grade as grade_command
from autograder.commands import main
from autograder.commands.assignments import assignments_with
from autograder.confinement.landlock import abi
from autograder.grading import request
from autograder.grading.progress import Progress
from autograder.grading.request import Request
from autograder.manifest import load_assignment
from autograder.model.verdict import Verdict
from autograder.sandbox.protection import UnsafeMachine
from autograder.sandbox.sandbox_users import NoFreeUser
from autograder.sandbox.supervisor_process import SupervisorGone
from autograder.suites.load import UnusableSuite

SLUGS = ", ".join(project.slugs())
COMMANDS = ("grade", "verify", "bundle")

# Starts the command line on a kernel that seems to lack Landlock: its system call is answered with ENOSYS.
WITHOUT_LANDLOCK = """
import ctypes, errno, os, sys
from autograder.confinement import seccomp
library = seccomp._library()
context = library.seccomp_init(seccomp.ALLOW)
seccomp._deny(context, "landlock_create_ruleset", error=errno.ENOSYS)
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
seccomp.install(seccomp._exported(context))
os.execv(sys.executable, [sys.executable, "-m", "autograder", *sys.argv[1:]])
"""


def run(*arguments: str | Path, starter: tuple[str, ...] = ("-m", "autograder")) -> subprocess.CompletedProcess[str]:
    """Run the command line in a separate process, without real data."""
    environment = {name: value for name, value in os.environ.items() if name != project.DATA_VARIABLE}
    environment["PYTHONPATH"] = str(project.PROJECT)
    return subprocess.run(
        [sys.executable, *starter, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A submission that cannot be imported, so that grading it is quick; its folder reveals the assignment."""
    path = tmp_path / "cifar8_finetune" / "submitted.py"
    path.parent.mkdir()
    path.write_text("def answer(:\n")
    return path


def test_graded_submission_exits_with_0(broken: Path, tmp_path: Path) -> None:
    """A grading that reaches its end is a success, whatever the score."""
    done = run("grade", broken, "--json", tmp_path / "results.json")
    results = json.loads((tmp_path / "results.json").read_text())

    assert done.returncode == 0, done.stderr
    assert "0 / 100" in done.stdout
    assert 'File "submitted.py", line 1' in done.stdout
    assert results["score"] == 0
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_upload_that_is_no_submission_exits_with_2(tmp_path: Path) -> None:
    """A script must not take it for graded; the results are written all the same, and say why."""
    (tmp_path / "notes.md").write_text("# My solution")
    done = run("grade", tmp_path / "notes.md", "--assignment", "line_fit", "--json", tmp_path / "r.json")
    results = json.loads((tmp_path / "r.json").read_text())

    assert done.returncode == 2
    assert "`notes.md` is not Python source" in done.stdout
    assert "`notes.md` is not Python source" in results["output"]


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("run_autograder gr", ["grade", "graders"]),
        ("run_autograder grade --assignment cifar", ["cifar10_cnn", "cifar8_finetune"]),
        ("run_autograder grade --ver", ["--verbose"]),
    ],
)
def test_shells_complete_commands_options_and_assignments(words: str, completed: list[str]) -> None:
    """The script that `completion` prints calls the program in this way."""
    script = run("completion", "bash").stdout
    (variable,) = re.findall(r"(\w+_COMPLETE)=bash_complete", script)
    asked = {variable: "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = subprocess.run(
        [sys.executable, "-m", "autograder"], env={**os.environ, **asked}, capture_output=True, text=True, check=True
    )

    assert [line.split(",")[1] for line in done.stdout.splitlines()] == completed


def test_page_is_written_beside_the_results(broken: Path, tmp_path: Path) -> None:
    """The page shows the same points, and the failed import."""
    done = run("grade", broken, "--html", tmp_path / "new" / "report.html", "--test", "1.1")
    page = (tmp_path / "new" / "report.html").read_text(encoding="utf-8")

    assert done.returncode == 0, done.stderr
    assert "<strong>0</strong> of 100 points" in page
    assert "could not be imported" in page
    assert "not yet mean full marks" in page, "hidden tests are announced"
    assert "1.1a" in done.stdout and "1.1b" in done.stdout
    assert "1.2" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["grade", "no/such/file.py"], "no/such/file.py: there is no such file or folder"),
        (["grade", "{upload}", "--assignment", "nothing"], f"no assignment 'nothing': use one of {SLUGS}"),
        (["grade", "{upload}", "--profile", "real"], "set AUTOGRADER_DATA to the folder that holds cifar8_finetune/"),
        (["grade", "{folder}"], f"which assignment is meant? Add --assignment with one of {SLUGS}"),
        (["grade", "{upload}", "--assignment", "line_fit", "--profile", "real"], "line_fit has no profile 'real'"),
        (["grade", "{upload}", "--html", "{folder}"], "{folder} cannot be written: Is a directory"),
        (["grade", "{upload}", "--html", "r", "--json", "r"], "r: --json and --html need a file each"),
        (
            ["grade", "{upload}", "--test", "3.1b"],
            "--test 3.1b: cifar8_finetune has no test of that number. Did you mean 3.1?",
        ),
        (["grade", "{upload}", "--explain", "3.11"], "cifar8_finetune has no test of that number. Did you mean 3.1"),
        (["grade", "{upload}", "--assignment", "cifar8_tuning"], "Did you mean cifar8_finetune?"),
        (["bundle", "-o", "{folder}/a.zip"], f"Add --assignment with one of {SLUGS}"),
        (
            ["bundle", "--assignment", "cifar8_finetune", "--profile", "real", "-o", "{folder}/a.zip"],
            "set AUTOGRADER_DATA to the folder",
        ),
        (["bundle", "--assignment", "nothing", "-o", "{folder}/a.zip"], "there is no assignment 'nothing'"),
        (["verify", "--assignment", "nothing"], "there is no assignment 'nothing'"),
        (["verify", "--json", "{folder}/r.json"], "--json holds the results of attacks: add --attacks"),
        (["verify", "--html", "{folder}"], "cannot be written: Is a directory"),
        (["verify", "--junit", "{upload}/verify.xml"], "verify.xml cannot be written: {upload} is not a folder"),
        (["verify", "--repeat", "3", "--only", "word"], "--repeat grades only the reference: leave --only"),
        (["verify", "--repeat", "2"], "2 is not in the range"),
        (["verify", "--assignment", "line_fit", "--only", "nobody"], "no scored test has this number"),
        (["grade"], "Missing argument 'PATH'"),
        (
            ["grade", "{upload}", "--profile", "imagined", "--json", "{folder}/r.json"],
            "cifar8_finetune has no profile 'imagined': use one of embedded, real",
        ),
        (
            ["class", "{folder}", "--out", "{folder}/out", "--assignment", "line_fit", "--profile", "real"],
            "line_fit has no profile 'real': use one of embedded",
        ),
        (
            ["bundle", "--assignment", "line_fit", "--profile", "real", "-o", "{folder}/a.zip"],
            "line_fit has no profile 'real': use one of embedded",
        ),
        (
            ["verify", "--assignment", "line_fit", "--profile", "real"],
            "line_fit has no profile 'real': use one of embedded",
        ),
        (["verify", "--profile", "imagined"], "no assignment has a profile 'imagined': use one of embedded, real"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["--frobnicate"], "No such option"),
    ],
)
def test_unusable_command_exits_with_2(
    arguments: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """Each error that the person at the keyboard can mend gets a sentence on standard error, without a traceback."""
    upload = tmp_path / "cifar8_finetune" / "submitted.py"
    upload.parent.mkdir()
    upload.write_text("def train(): pass\n")
    words = [word.format(upload=upload, folder=tmp_path) for word in arguments]
    monkeypatch.delenv(project.DATA_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "argv", ["run_autograder", *words])
    with pytest.raises(SystemExit) as left:
        main.main()
    said = capsys.readouterr()

    assert left.value.code == 2
    assert sentence.format(upload=upload, folder=tmp_path) in " ".join(said.err.split())
    assert "Traceback" not in said.err
    assert said.out == ""
    assert not (tmp_path / "r.json").exists(), "results that stood there before would be gone"


def test_assignments_without_the_profile_are_named(capsys: pytest.CaptureFixture) -> None:
    """`verify` takes all assignments that have such data, and names those without."""
    found = assignments_with("real")

    assert found == [slug for slug in project.slugs() if slug not in ("attention", "autodiff_numpy", "line_fit")]
    assert "Left out, for lack of a profile 'real': attention, autodiff_numpy, line_fit." in capsys.readouterr().err


def test_unusable_command_exits_with_2_as_a_process() -> None:
    """In a separate process, too, standard error is one line."""
    done = run("grade", "no/such/file.py")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == "run_autograder: no/such/file.py: there is no such file or folder"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (UnusableSuite("cifar8_finetune: the weights add up to 99,\nthe manifest says points = 100"), 2),
        (UnsafeMachine("this machine cannot protect the grader from a submission, which could become root"), 3),
        (NoFreeUser("all 256 sandbox users are in use: wait for other gradings to end"), 3),
        (SupervisorGone("it ended unexpectedly"), 3),
    ],
)
def test_failure_that_is_not_the_submission_s_has_a_status(
    failure: Exception, status: int, broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """One line says what it is; an author mends a broken suite, and whoever runs the machine an unsafe one."""

    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(grade_command, "grade", fail)
    monkeypatch.setattr(sys, "argv", ["run_autograder", "grade", str(broken)])
    with pytest.raises(SystemExit) as left:
        main.main()
    lines = capsys.readouterr().err.splitlines()

    assert left.value.code == status
    assert lines[-1] == f"run_autograder: {' '.join(str(failure).split())}"


def test_result_that_is_not_final_exits_with_4(
    broken: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """A test that the machine failed asks for a person: a script sees it by the status, a reader on top."""
    request = Request(broken, load_assignment("cifar8_finetune"), "embedded")
    report = Progress(request).interim("The machine was too busy.", Verdict.HARNESS_FAULT)
    monkeypatch.setattr(grade_command, "grade", lambda *_: report)
    monkeypatch.setattr(sys, "argv", ["run_autograder", "grade", str(broken)])
    with pytest.raises(SystemExit) as left:
        main.main()
    shown = capsys.readouterr().out

    assert left.value.code == 4
    assert "This result is not final." in " ".join(shown[: shown.index("too busy")].split())


def test_broken_suite_exits_with_2(
    broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """If weights do not add up, nothing is graded, and the requested results say so."""

    def load(assignment: object) -> None:
        raise UnusableSuite("the weights add up to 99")

    monkeypatch.setattr(request, "load_suites", load)
    monkeypatch.setattr(sys, "argv", ["run_autograder", "grade", str(broken), "--json", str(tmp_path / "r.json")])
    with pytest.raises(SystemExit) as left:
        main.main()

    assert left.value.code == 2
    assert "the weights add up to 99" in capsys.readouterr().err
    assert json.loads((tmp_path / "r.json").read_text())["score"] == 0


@pytest.mark.skipif(not abi(), reason="this kernel has no Landlock to take away")
def test_machine_without_landlock_is_refused_unless_the_sandbox_has_its_own_user(broken: Path) -> None:
    """An ordinary user reads what a submission could do, and what to do about it; root has another layer."""
    done = run("grade", broken, starter=("-c", WITHOUT_LANDLOCK))
    last = done.stderr.splitlines()[-1]

    assert done.returncode == (0 if os.geteuid() == 0 else 3)
    assert ("this machine cannot protect the grader" in last) is (os.geteuid() != 0)
    assert ("read the labels" in last) is (os.geteuid() != 0)
    assert ("--unsafe" in last) is (os.geteuid() != 0)


@pytest.mark.skipif(not abi(), reason="this kernel has no Landlock to take away")
def test_unprotected_machine_grades_when_told_to(broken: Path, tmp_path: Path) -> None:
    """`--unsafe` continues without Landlock, and the result says what was not in force."""
    done = run("grade", broken, "--unsafe", "--json", tmp_path / "r.json", starter=("-c", WITHOUT_LANDLOCK))
    protections = json.loads((tmp_path / "r.json").read_text())["extra_data"]["protections"]

    assert done.returncode == 0, done.stderr
    assert protections["Landlock"] == "missing: not in this kernel, or switched off"
    assert protections["system-call filter"] == "active"
    labels = protections["attempt to read the labels, the tests or the reference"]
    assert labels == ("blocked" if os.geteuid() == 0 else "POSSIBLE")
    assert not list(Path("/var/tmp").glob("autograder-self-test*")), "the self-test leaves nothing behind"


def test_help_names_the_commands() -> None:
    """`--help` lists the commands, each with a line."""
    shown = CliRunner().invoke(main.cli, ["--help"])

    assert shown.exit_code == 0
    for command in COMMANDS:
        assert f"  {command} " in shown.output


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_names_its_options(command: str) -> None:
    """Each command explains itself under `-h` and `--help`."""
    long, short = (CliRunner().invoke(main.cli, [command, option]) for option in ("--help", "-h"))

    assert (long.exit_code, short.exit_code) == (0, 0)
    assert long.output == short.output
    assert "--assignment NAME" in long.output


def test_version_is_printed() -> None:
    """`--version` prints the package's version."""
    assert __version__ in CliRunner().invoke(main.cli, ["--version"]).output


def test_list_of_commands_has_whole_sentences() -> None:
    """A sentence that is cut says less than a short one, also in a narrow terminal."""
    listed = CliRunner().invoke(main.cli, ["--help"], terminal_width=60).output.split("Commands:\n")[1]

    assert [line for line in listed.splitlines() if not line.endswith(".") or line.endswith("...")] == []


def test_every_command_takes_the_course() -> None:
    """The documents promise it for any command; `completion` alone is about none."""
    commands = {**main.cli.commands, **main.decisions.commands, **main.graders.commands}
    without = {name for name, one in commands.items() if not any("--course" in option.opts for option in one.params)}

    assert without == {"completion", "decisions", "graders"}  # the latter two are groups
