"""A course's secret stays out of the repository, and each assignment's follows from it."""

import hashlib
import hmac
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import project
from autograder.commands import main
from autograder.commands.secret import warn_of_example
from autograder.course import EXAMPLE, VARIABLE, course_assignment, course_secret, draw_secret, effective
from autograder.evidence.session import secrets_of
from autograder.manifest import load_assignment
from autograder.model.failures import UnusableInput

SLUG = "line_fit"
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of a course's file, which does not exist yet; the environment names no secret."""
    path = tmp_path / "course.toml"
    monkeypatch.setattr(project, "course_file", lambda: path)
    monkeypatch.delenv(VARIABLE, raising=False)
    return path


def test_example_is_used_without_a_course(course: Path) -> None:
    """A plain checkout grades as its tests do."""
    assert course_secret() == ""
    assert course_assignment(SLUG) == load_assignment(SLUG)


def test_each_assignment_has_its_own_secret(course: Path) -> None:
    """It is the HMAC of the slug under the course's secret; the rest of the assignment stays the same."""
    course.write_text(f'secret = "{SECRET}"\n')
    secrets = {slug: course_assignment(slug).secret for slug in project.slugs()}

    assert secrets[SLUG] == hmac.new(SECRET.encode(), SLUG.encode(), hashlib.sha256).hexdigest()
    assert len(set(secrets.values())) == len(secrets)
    assert load_assignment(SLUG).secret not in secrets.values()
    assert course_assignment(SLUG).points == load_assignment(SLUG).points


def test_environment_goes_before_the_file(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A CI server has no file; its variable may end with a line break, or be empty."""
    course.write_text(f'secret = "{SECRET}"\n')
    monkeypatch.setenv(VARIABLE, "another secret of CI\n")
    assert course_assignment(SLUG).secret == effective("another secret of CI", SLUG)
    monkeypatch.setenv(VARIABLE, "")
    assert course_secret() == SECRET

    monkeypatch.setenv(VARIABLE, EXAMPLE)
    assert course_assignment(SLUG) == load_assignment(SLUG)


def test_short_secret_in_the_environment_is_refused_without_telling_it(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word that can be guessed protects nothing; logs of CI servers are read by many."""
    monkeypatch.setenv(VARIABLE, "swordfish")
    with pytest.raises(UnusableInput) as caught:
        course_assignment(SLUG)

    assert str(caught.value).startswith(f"{VARIABLE}: its length is 9: give it 16 to 1000 characters")
    assert "swordfish" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "missing required field `secret`"),
        (b"secret = 5 6", "line 1"),
        (b"secret = 5", "Expected `str`, got `int` - at `$.secret`"),
        (b'secret = "swordfish"', "length >= 16 - at `$.secret`"),
        (b"secret = '" + b"s" * 1001 + b"'", "length <= 1000 - at `$.secret`"),
        (b'secret = "' + SECRET.encode() + b'"\nsercet = 1', "unknown field `sercet`"),
        (b"secret = '\xff'", "utf-8"),
        (b"secret = " + b"[" * 5000, "nested too deep"),
    ],
)
def test_malformed_file_is_named_with_what_to_do(course: Path, content: bytes, told: str) -> None:
    """Grading with the example instead would be a leak that nobody notices."""
    course.write_bytes(content)
    with pytest.raises(UnusableInput) as caught:
        course_assignment(SLUG)

    assert str(caught.value).startswith(f"{course}: ")
    assert told in str(caught.value)
    assert "put back the line" in str(caught.value)
    assert "swordfish" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_folder_in_its_place_is_named(course: Path) -> None:
    """An unreadable file must not make the grader fall back to the example."""
    course.mkdir()
    with pytest.raises(UnusableInput, match="it cannot be read: Is a directory"):
        course_secret()


def test_drawn_secret_is_its_owners_alone(course: Path) -> None:
    """It is random, the harness reads it, and no submission may."""
    assert draw_secret() == course
    first = course_secret()
    course.unlink()
    draw_secret()

    assert len(first) == 32
    assert course_secret() != first
    assert stat.S_IMODE(course.stat().st_mode) == 0o600
    assert course in secrets_of(load_assignment(SLUG), project.data(SLUG, "embedded"))


def test_secret_is_never_drawn_over_another(course: Path) -> None:
    """All questions of a course in progress would change."""
    draw_secret()
    before = course.read_bytes()
    with pytest.raises(UnusableInput, match="remove the file if you want that"):
        draw_secret()

    assert course.read_bytes() == before


def test_secret_that_cannot_be_written_says_what_to_do(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The project may lie where only root writes."""
    monkeypatch.setattr(project, "course_file", lambda: tmp_path / "gone" / "course.toml")
    with pytest.raises(UnusableInput, match=f"No such file or directory: make .* or set {VARIABLE}"):
        draw_secret()


def test_doctor_draws_the_secret(course: Path) -> None:
    """The command says where the secret is, and does not print it."""
    shown = CliRunner().invoke(main.cli, ["doctor", "--draw-secret"])

    assert shown.exit_code == 0
    assert (shown.stdout, course_secret() in shown.stderr) == ("", False)
    assert f"{course}: the course's secret" in "".join(shown.stderr.splitlines())
    assert "layers of the sandbox" not in shown.output


@pytest.mark.parametrize("command", ["bundle", "handout", "class"])
def test_example_is_warned_of_before_the_work(
    command: str, course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on standard error says that it is public, and what to do; with a secret there is none."""
    options = {"bundle": ["--profile", "none"], "handout": [], "class": [str(tmp_path / "none")]}[command]
    out = [{"class": "--out"}.get(command, "-o"), str(tmp_path / "out")]
    words = [command, *options, "--assignment", "none", *out]  # fails as soon as the work begins
    for warned in (True, False):
        with pytest.raises(UnusableInput):
            main.cli(words, standalone_mode=False)
        said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("WARNING: ")]

        assert len(said) == warned
        assert all("example secret" in line and "doctor --draw-secret" in line for line in said)
        course.write_text(f'secret = "{SECRET}"\n')


def test_doctor_warns_of_the_example(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sets the harness up reads it, on standard error."""
    monkeypatch.setattr("autograder.commands.doctor.diagnose_and_show", lambda: None)
    shown = CliRunner().invoke(main.cli, ["doctor"])

    assert shown.stderr.startswith("WARNING: the example secret is used.")
    assert shown.stdout == ""


def test_malformed_file_stops_the_command(course: Path) -> None:
    """A warning would not do: the course means to have a secret."""
    course.write_text("secret =\n")
    with pytest.raises(UnusableInput, match="line 1"):
        warn_of_example()


def test_git_ignores_the_file() -> None:
    """Otherwise `git add .` would publish it."""
    assert f"/{project.COURSE}" in (project.PROJECT / ".gitignore").read_text().splitlines()
    assert project.course_file() == project.PROJECT / project.COURSE
