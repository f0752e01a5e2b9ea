"""The manifest is read completely, and each fault in it gets one sentence."""

import re
from pathlib import Path

import pytest
from msgspec import ValidationError
from msgspec.structs import replace

from autograder import project
from autograder.manifest import load_assignment, parse_manifest, with_secret
from autograder.model.failures import UnusableInput

HEAD = 'title = "A small one"\npoints = 10\nsecret = "s"\n'
EMBEDDED = '[profiles.embedded]\ngiven = ["pictures"]\n'


def test_small_manifest_is_filled_with_defaults() -> None:
    """An author states title, points, secret and one profile; defaults fill the rest."""
    assignment = parse_manifest(HEAD + EMBEDDED, "small")

    assert (assignment.slug, assignment.title, assignment.points) == ("small", "A small one", 10)
    assert assignment.profiles["embedded"].given == ("pictures",)
    assert assignment.upload.required == ("submitted.py",)
    assert assignment.entry == "submitted"
    assert assignment.deadline_s < 600, "Gradescope's own time-out loses all details"


def test_thresholds_and_budgets_belong_to_a_profile() -> None:
    """Numbers differ between the embedded and the real data."""
    text = HEAD + EMBEDDED + (
        "[profiles.embedded.thresholds]\naccuracy = 0.9\n"
        "[profiles.embedded.budgets.trained]\ntimes_reference = 4\nfloor_s = 60\n"
        '[profiles.real]\ngiven = []\nhidden = ["heldout"]\n'
    )  # fmt: skip
    profiles = parse_manifest(text, "small").profiles

    assert profiles["embedded"].thresholds == {"accuracy": 0.9}
    assert profiles["embedded"].budgets["trained"].times_reference == 4
    assert profiles["real"].hidden == ("heldout",)
    assert profiles["real"].budgets == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + "pionts = 10\n" + EMBEDDED, "pionts"),
        (HEAD + EMBEDDED + "[limits]\ncpu_seconds = 10\n", "cpu_seconds"),
        (HEAD + EMBEDDED + "[limits]\ncpu_s = -5\n", "limits.cpu_s"),
        (HEAD + EMBEDDED + "[limits]\nmemory_mib = 0\n", "limits.memory_mib"),
        (HEAD + EMBEDDED + "[limits]\nprocesses = 2.5\n", "limits.processes"),
        (HEAD + "deadline_s = nan\n" + EMBEDDED, "deadline_s"),
        (HEAD + "deadline_s = inf\n" + EMBEDDED, "deadline_s"),
        (HEAD + "seed = -1\n" + EMBEDDED, "seed"),
        (HEAD + EMBEDDED + f"[limits]\nmemory_mib = {10**40}\n", "limits.memory_mib"),
        (HEAD + EMBEDDED + "[profiles.embedded.thresholds]\naccuracy = nan\n", "thresholds"),
        (HEAD + EMBEDDED + '[upload]\nrequired = ["a/../../submitted.py"]\n', "upload.required"),
        (HEAD + EMBEDDED + '[upload]\nrequired = ["submitted.py\\n"]\n', "upload.required"),
        (HEAD + EMBEDDED + '[upload]\nrequired = ["folder/"]\n', "upload.required"),
        (
            HEAD + 'required_layers = ["Landlok"]\n' + EMBEDDED,
            "there is no layer 'Landlok'; use any of IPC namespace, L",
        ),
        (HEAD + "x = " + "[" * 5000 + "\n" + EMBEDDED, "nested too deep"),
        (HEAD + EMBEDDED + "[policy]\nattempts = 0\n", "policy.attempts"),
        (HEAD + EMBEDDED + "[policy]\ncooldown_minutes = -1\n", "policy.cooldown_minutes"),
        (HEAD + EMBEDDED + "[policy]\ncooldown_minutes = inf\n", "policy.cooldown_minutes"),
        (HEAD + EMBEDDED + "[policy]\ncooldown = 5\n", "cooldown"),
        (HEAD + "threads = 0\n" + EMBEDDED, "threads"),
        (HEAD + EMBEDDED + "[upload]\nrequired = []\n", "upload.required"),
        (HEAD + EMBEDDED + '[upload]\nrequired = ["/etc/passwd"]\n', "upload.required"),
        (HEAD + EMBEDDED + '[upload]\nrequired = ["../submitted.py"]\n', "upload.required"),
        (HEAD + EMBEDDED + "[profiles.embedded.budgets.trained]\ntimes_reference = 5\n", "floor_s"),
        (HEAD.replace("points = 10", 'points = "ten"') + EMBEDDED, "points"),
        (HEAD.replace("points = 10", "points = 0") + EMBEDDED, "points"),
        ('title = "No points"\nsecret = "s"\n' + EMBEDDED, "points"),
        (HEAD, "profiles"),
    ],
)
def test_wrong_manifest_is_refused_by_the_name_of_its_key(text: str, told: str) -> None:
    """Unknown, missing and impossible keys are found when the file is read, not when a student is graded."""
    with pytest.raises((ValidationError, ValueError)) as caught:
        parse_manifest(text, "small")

    assert told in str(caught.value)


def test_manifest_without_embedded_data_says_what_to_add() -> None:
    """Every assignment can be tried without downloading anything."""
    with pytest.raises(ValueError, match=r"add \[profiles.embedded\]"):
        parse_manifest(HEAD + "[profiles.real]\ngiven = []\n", "small")


@pytest.mark.parametrize(
    ("content", "told"), [(b"title = 5 6", "line 1"), (b"title = '\xff'", "utf-8"), (b"", "title")]
)
def test_broken_file_is_named_in_one_line(
    content: bytes, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The author reads the file's name, and the place in it."""
    (tmp_path / "assignment.toml").write_bytes(content)
    monkeypatch.setattr(project, "definition", lambda slug: tmp_path)
    with pytest.raises(UnusableInput) as caught:
        load_assignment("small")

    assert str(caught.value).startswith("small/assignment.toml: ")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_assignment_lists_the_existing_ones() -> None:
    """The message lists the right names after a mistyped one."""
    with pytest.raises(UnusableInput) as caught:
        load_assignment("cifar8_finetnue")

    assert "'cifar8_finetnue'" in str(caught.value)
    assert "cifar8_finetune" in str(caught.value)


@pytest.mark.parametrize("slug", project.slugs())
def test_every_assignment_of_the_project_is_readable(slug: str) -> None:
    """Each manifest of the project is valid, and names files that exist."""
    assignment = load_assignment(slug)
    embedded = assignment.profiles["embedded"]
    expected = [project.data(slug, "embedded") / name for name in (*embedded.given, *embedded.hidden)]

    assert assignment.slug == slug
    assert [path for path in expected if not path.exists()] == []


@pytest.mark.parametrize("slug", project.slugs())
def test_secret_of_every_assignment_can_be_replaced(slug: str) -> None:
    """A bundle states another secret in its manifest, beside the author's comments."""
    text = (project.definition(slug) / "assignment.toml").read_text(encoding="utf-8")
    changed = with_secret(text, slug, "another")

    assert parse_manifest(changed, slug) == replace(load_assignment(slug), secret="another")
    assert len(changed.splitlines()) == len(text.splitlines())
    assert with_secret(text, slug, load_assignment(slug).secret) == text


@pytest.mark.parametrize("stated", ["secret='s'", 'secret  =  "s"  # mine', 'secret = ""'])
def test_secret_is_found_in_any_line_of_toml(stated: str) -> None:
    """Authors write TOML as they like."""
    text = HEAD.replace('secret = "s"', stated) + EMBEDDED

    assert parse_manifest(with_secret(text, "small", "another"), "small").secret == "another"


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace('"s"', '"""s"""'),
        HEAD.replace('"s"', r'"s\"t"'),
        HEAD.replace("secret", '"secret"'),
        HEAD.replace("secret", '"secret"').replace('"A small one"', '"""\nsecret = "s"\n"""'),
    ],
)
def test_secret_that_cannot_be_replaced_is_refused(text: str) -> None:
    """A bundle with the example secret, or with a broken manifest, would be worse than none."""
    assert parse_manifest(text + EMBEDDED, "small").secret
    with pytest.raises(UnusableInput, match=r"small/assignment.toml: secret: state it in one line"):
        with_secret(text + EMBEDDED, "small", "another")


@pytest.mark.parametrize(
    ("stated", "entries", "required", "main_file"),
    [
        ("", ("submitted.py",), ("submitted.py",), "submitted.py"),
        ('entry = "solution.py"', ("solution.py",), ("solution.py",), "solution.py"),
        ('entry = ["partA/train.py", "partB/train.py"]', ("partA/train.py", "partB/train.py"), (), "partA/train.py"),
        (
            'entry = "mygrad"\nrequired = ["mygrad/__init__.py"]',
            ("mygrad",),
            ("mygrad/__init__.py",),
            "mygrad/__init__.py",
        ),
        ('entry = "hw.train"\nrequired = ["hw/train.py"]', ("hw.train",), ("hw/train.py",), "hw/train.py"),
    ],
)
def test_entry_may_be_a_file_a_module_a_package_or_parts(
    stated: str, entries: tuple[str, ...], required: tuple[str, ...], main_file: str
) -> None:
    """The file of an entry is required; of several parts each may be missing."""
    upload = parse_manifest(f"{HEAD}{EMBEDDED}[upload]\n{stated}\n", "small").upload

    assert (upload.entries, upload.required, upload.main_file) == (entries, required, main_file)


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ('entry = "mygrad"', "upload.required: add the file of the entry 'mygrad': mygrad.py or mygrad/__init__.py"),
        ('entry = "a.py"\nrequired = ["b.py"]', "upload.required: add the file of the entry 'a.py': a.py"),
        ('entry = "../up.py"', "entry"),
        ('entry = "/etc/passwd"', "entry"),
        ("entry = []", "upload.entry"),
        ('entry = ["a.py", "a.py"]', "each once"),
        ('entry = ["a.py", 5]', "entry"),
        ('entry = "a-b"', "entry"),
    ],
)
def test_unusable_entry_is_refused(stated: str, told: str) -> None:
    """The author reads which key is wrong."""
    with pytest.raises((ValueError, ValidationError), match=re.escape(told)):
        parse_manifest(f"{HEAD}{EMBEDDED}[upload]\n{stated}\n", "small")
