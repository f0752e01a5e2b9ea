"""A new course pins the version of the harness that made it, and never a stranger's package."""

import json
import subprocess
from pathlib import Path

import pytest

from autograder.scaffold.harness_version import for_pip, requirement

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HOST = "https://example.org/staff/autograder.git"


def test_package_that_pip_installed_from_a_repository_names_it(tmp_path: Path) -> None:
    """Pip keeps address and commit (PEP 610)."""
    record = tmp_path / "autograder-0.1.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: autograder\nVersion: 0.1.0\n")
    origin = {"url": HOST, "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    (record / "direct_url.json").write_text(json.dumps(origin))

    assert requirement(tmp_path / "autograder_home") == f"autograder @ git+{HOST}@{COMMIT}\n"


def test_checkout_names_the_repository_that_it_was_cloned_from(tmp_path: Path) -> None:
    """With the commit that is checked out."""

    def git(*words: str) -> str:
        told = ["git", "-C", str(tmp_path), "-c", "user.name=A", "-c", "user.email=a@b", *words]
        return subprocess.run(told, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "--message", "Begin")
    git("remote", "add", "origin", HOST)

    assert requirement(tmp_path) == f"autograder @ git+{HOST}@{git('rev-parse', 'HEAD')}\n"


def test_unknown_origin_is_left_to_decide(tmp_path: Path) -> None:
    """The line is none that pip would install from a registry, where a stranger may have the name."""
    *_, comment, line = requirement(tmp_path).splitlines()

    assert comment.startswith("# DECIDE: ")
    assert line == "autograder @ git+https://HOST/REPOSITORY@COMMIT"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (HOST, HOST),
        ("https://anna:ghp_secret@example.org/a/b.git", "https://example.org/a/b.git"),
        ("git@github.com:staff/autograder.git", "ssh://git@github.com/staff/autograder.git"),
        ("ssh://git@example.org/a/b.git", "ssh://git@example.org/a/b.git"),
        ("/srv/git/autograder.git", "/srv/git/autograder.git"),
    ],
)
def test_address_has_the_form_that_pip_takes_and_no_token(address: str, shown: str) -> None:
    """Git takes the short form of ssh, which pip refuses; a token would be published with the course."""
    assert for_pip(address) == shown
