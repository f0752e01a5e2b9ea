"""The visible tests at a student's home: with torch and numpy, but without the harness, its packages, or Unix."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course import VARIABLE, effective
from autograder.evidence.observer import observers_of
from autograder.evidence.session import Session, open_session
from autograder.handout.write import write_handout
from autograder.intake.reference import take_reference
from autograder.intake.submission import submission_of
from autograder.manifest import load_assignment
from autograder.project import PROJECT
from autograder.verify.cases import known_mistakes
from autograder.wire.question_code import code_of
from tests.handout.homes import as_entries, graded, run, run_on, unpacked, unsaid

SLUG = "line_fit"
SOURCE = "submitted.py"
COURSE_SECRET = "the secret of our course"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The handout of the smallest assignment, made where the course has a secret."""
    folder = tmp_path_factory.mktemp("handout")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, COURSE_SECRET)
        unpacked(SLUG, folder)
    return folder / "handout.zip"


@pytest.fixture
def home(archive: Path, tmp_path: Path) -> Path:
    """A student's unpacked folder."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    return tmp_path / SLUG


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """The grader, for the same assignment."""
    with open_session(load_assignment(SLUG), "embedded") as opened:
        yield opened


def reference() -> dict[str, bytes]:
    """The files of the reference solution."""
    return dict(take_reference(load_assignment(SLUG), "embedded").files)


def mistaken(slug: str, name: str) -> dict[str, bytes]:
    """The files of a known mistake."""
    assignment = load_assignment(slug)
    files = take_reference(assignment, "embedded").files
    return next(one for one in known_mistakes(assignment) if one.name == name).applied_to(files)


def test_reference_passes_at_home(home: Path) -> None:
    """The model solution earns all visible points; the last line counts the tests that only the grader runs."""
    ended = run_on(home, reference())

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "The visible tests earn 7 of 7 points." in ended.stdout
    assert "1 more test, worth 3 points, is run by the grader alone." in ended.stdout
    assert "sandbox" in ended.stdout


def test_template_fails_at_home_in_words(home: Path) -> None:
    """The untouched template earns nothing, and each test says that its part is still empty."""
    ended = run(home)

    assert ended.returncode == 1
    assert ended.stdout.count("This part of the template is still empty.") == 4
    assert "Traceback" not in ended.stdout + ended.stderr


def test_question_of_the_grader_is_answered_alike_at_home(home: Path, session: Session) -> None:
    """The code of an explanation reproduces the numbers, which fresh questions at home would not."""
    files = mistaken(SLUG, "no_step")
    rows = [[-1.0, 2.5], [0.0, 0.25], [2.0, -3.75]]
    submission, _ = observers_of(session, submission_of(as_entries(files), session.assignment))
    there = submission.observe("training", rows=rows).value
    ended = run_on(home, files, "--question", code_of("training", {"rows": rows}))
    unknown = run_on(home, files, "--question", code_of("predictions", {"rows": rows}))

    assert ended.returncode == 0, ended.stderr
    assert f"  slope: {there.slope:.6g}\n" in ended.stdout
    assert f"  losses: [{there.losses[0]:.6g}, " in ended.stdout
    assert unknown.returncode == 2
    assert "does not ask `predictions`" in unknown.stderr


@pytest.mark.parametrize("name", ["columns_swapped", "no_step", "last_loss_only"])
def test_mistake_reads_at_home_as_in_the_grader(name: str, home: Path, session: Session) -> None:
    """The student's terminal shows every sentence that the grader says about a mistake."""
    files = mistaken(SLUG, name)
    outcomes, ended = graded(session, files), run_on(home, files)

    assert ended.returncode == 1
    assert any(outcome.score < outcome.weight for outcome in outcomes)
    assert unsaid(outcomes, ended.stdout) == []


def test_own_exception_shows_own_frames(home: Path, session: Session) -> None:
    """A student's exception reads as in the grader: with the frames of their own file, under its own name."""
    files = {SOURCE: reference()[SOURCE].replace(b"return losses", b"return 1 / 0")}
    outcomes, ended = graded(session, files), run_on(home, files)

    assert unsaid(outcomes, ended.stdout) == []
    assert 'File "submitted.py"' in ended.stdout
    assert str(home) not in ended.stdout


def test_failed_import_is_reported_once(home: Path) -> None:
    """A syntax error comes first, and no test runs."""
    ended = run_on(home, {SOURCE: b"def broken(:\n"})

    assert ended.returncode == 1
    assert "`submitted.py` could not be imported, so no test could run. SyntaxError" in ended.stdout
    assert ended.stdout.count("Not run, because") == 4


def test_exit_call_ends_no_more_than_its_test(home: Path) -> None:
    """A submission that calls exit() in a function fails there, and the other tests continue."""
    ended = run_on(home, {SOURCE: reference()[SOURCE].replace(b"return losses", b"raise SystemExit(3)")})

    assert ended.returncode == 1
    assert "the code called exit(), quit() or sys.exit()" in ended.stdout
    assert "The visible tests earn 4 of 7 points." in ended.stdout


def test_folder_stays_as_it_was(home: Path) -> None:
    """Nothing that tests or the submission write appears among the student's own files, which stay unchanged."""
    source = b"open('mine.txt', 'w').write('overwritten')\n" + reference()[SOURCE]
    (home / "mine.txt").write_text("my notes")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.name != SOURCE}
    run_on(home, {SOURCE: source})

    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.name != SOURCE} == before


def test_numbers_select_tests(home: Path) -> None:
    """Numbers on the command line select tests; an unknown number is refused with a sentence."""
    chosen, unknown = run_on(home, reference(), "2.1"), run(home, "2.9")

    assert "These tests earn 2 of 2 points." in chosen.stdout
    assert unknown.returncode == 2
    assert "There is no test with the number 2.9. Did you mean 2.1?" in unknown.stderr
    assert run(home, "--list").stdout.split()[0] == "1.1"
    assert "begin with 2" in run(home, "--help").stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda home: (home / "points.txt").write_text("1 2\n"), "have been changed (points.txt)"),
        (lambda home: (home / "points.txt").unlink(), "points.txt is missing"),
        (lambda home: (home / SOURCE).unlink(), "submitted.py is missing"),
    ],
)
def test_folder_without_its_files_is_refused(change, said: str, home: Path) -> None:
    """Where the handout's data have changed, or a file is missing, a sentence says what to do."""
    change(home)
    ended = run(home)

    assert ended.returncode == 2
    assert said in ended.stderr


def test_zip_holds_no_secrets(archive: Path) -> None:
    """No file of the zip contains hidden data, the reference, the mistakes, or a secret."""
    with zipfile.ZipFile(archive) as opened:
        contents = {name: opened.read(name) for name in opened.namelist()}
    everything = b"\n".join(contents.values())
    manifest = load_assignment(SLUG)

    for secret in (manifest.secret, COURSE_SECRET, effective(COURSE_SECRET, SLUG)):
        assert secret.encode() not in everything
    assert (PROJECT / "fixtures" / SLUG / "heldout.txt").read_bytes() not in everything
    assert not any("mistake" in name or "heldout" in name or name.endswith(".toml") for name in contents)
    for line in reference()[SOURCE].splitlines():
        assert len(line) < 50 or line not in everything, line


def test_zip_unpacks_anywhere(archive: Path) -> None:
    """Every member is a plain file below one folder: no links, and no name that Windows refuses."""
    with zipfile.ZipFile(archive) as opened:
        members = opened.infolist()

    assert {member.filename.split("/")[0] for member in members} == {SLUG}
    assert all(member.external_attr >> 16 == 0o100644 for member in members)
    assert not any(set(member.filename) & set('\\:*?"<>|') or ".." in member.filename for member in members)
    assert len({member.filename.casefold() for member in members}) == len(members)


def test_same_content_gives_the_same_zip(archive: Path, tmp_path: Path) -> None:
    """Making a handout again gives the same bytes."""
    write_handout(SLUG, tmp_path / "again.zip")

    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


@pytest.mark.slow
def test_images_are_judged_at_home_as_in_the_grader(tmp_path: Path) -> None:
    """For `cifar8_finetune`, the reference passes, the template earns nothing, and a mistake reads as in the grader."""
    home = unpacked("cifar8_finetune", tmp_path)
    template = run(home)
    right = run_on(home, reference_of("cifar8_finetune"))
    wrong = mistaken("cifar8_finetune", "planes_read_as_interleaved")
    with open_session(load_assignment("cifar8_finetune"), "embedded") as session:
        outcomes = graded(session, wrong)

    assert template.returncode == 1
    assert "The visible tests earn 0 of" in template.stdout
    assert right.returncode == 0, right.stdout
    assert unsaid(outcomes, run_on(home, wrong).stdout) == []


def reference_of(slug: str) -> dict[str, bytes]:
    """The files of an assignment's reference solution."""
    return dict(take_reference(load_assignment(slug), "embedded").files)
