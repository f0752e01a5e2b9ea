"""A repository travels with a submission if the manifest asks for it, and only its own probe sees it."""

from pathlib import Path
from typing import Any

import pytest

from autograder.evidence.import_policy import COMMITS, SHOWN
from autograder.evidence.running import Question, Runner
from autograder.intake.submission import take_submission
from autograder.model.assignment import Upload
from autograder.model.submission import Submission
from autograder.wire.commits import REPOSITORY
from tests.helpers import SOURCE, an_assignment
from tests.sandbox.repositories import repository


@pytest.mark.parametrize("asked", [True, False])
def test_repository_is_taken_where_it_is_asked_for(tmp_path: Path, asked: bool) -> None:
    """Elsewhere nothing of it is read, as before."""
    repository(tmp_path, ["one\n"])
    (tmp_path / "submitted.py").write_bytes(SOURCE)
    taken = take_submission(tmp_path, an_assignment(upload=Upload(commits=asked), support=()))

    assert set(taken.files) == {"submitted.py"} | ({REPOSITORY} if asked else set())
    assert (taken.problem, taken.remarks) == ("", ())


def test_probes_find_the_submission_or_the_repository() -> None:
    """Megabytes of history would be copied for each probe, and a submission has no use for them."""
    session: Any = None
    runner = Runner(session, Submission({"submitted.py": SOURCE, REPOSITORY: b"packed"}), "")

    assert runner._files_for(Question(SHOWN), is_clean=False) == {"submitted.py": SOURCE}
    assert runner._files_for(Question(COMMITS), is_clean=False) == {REPOSITORY: b"packed"}
