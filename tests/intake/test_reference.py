"""The reference solution's files, some of which differ from profile to profile."""

from pathlib import Path

import pytest

from autograder import project
from autograder.intake.reference import take_reference
from tests.helpers import SOURCE, an_assignment

FILES = {
    "submitted.py": SOURCE,
    "model.py": b"embedded",
    "profiles/real/model.py": b"real",
    "profiles/other/model.py": b"neither",
    "profiles/other/more.py": b"neither",
}


@pytest.mark.parametrize(("profile", "model"), [("embedded", b"embedded"), ("real", b"real")])
def test_files_of_a_profile_replace_those_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str, model: bytes
) -> None:
    """Each profile has its own, and none sees another's."""
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(project, "reference", lambda slug: tmp_path)

    assert take_reference(an_assignment(), profile).files == {"submitted.py": SOURCE, "model.py": model}
