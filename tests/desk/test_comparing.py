"""A source beside the template, the former upload or a similar one, with comments at its lines."""

from dataclasses import replace

import pytest

from autograder.desk.book import Student
from autograder.model.submission import Submission
from tests.desk.client import DeskClient
from tests.desk.made_up_folder import files_of


@pytest.fixture
def student(desk: DeskClient) -> Student:
    """Somebody who has handed in twice before."""
    one = desk.students()[0]
    folder = desk.book.folder
    index = folder.index
    assert index
    place = next(place for place, line in enumerate(index.lines) if line.hand_in.key == one.row.hand_in.key)
    texts = [files_of(place)["submitted.py"].replace("Linear", former) for former in ("Bilinear", "LazyLinear")]
    former = [Submission({"submitted.py": text.encode()}) for text in texts]
    for submission in former:
        folder.keep_submission(submission)
    lines = list(index.lines)
    lines[place] = replace(lines[place], former=tuple(submission.digest for submission in former))
    folder.keep_index(replace(index, lines=tuple(lines)))
    return desk.now(one)


def test_source_stands_beside_each_former_upload(desk: DeskClient, student: Student) -> None:
    """The latest first, with the lines that differ marked."""
    source = f"/student/{student.ref}/source?file=submitted.py"
    latest, older = (desk.get(f"{source}&against=former-{back}") for back in (1, 2))

    assert f'href="/student/{student.ref}/source?against=former-1"' in desk.get(f"/student/{student.ref}")
    assert "beside the former upload" in latest and "2 uploads ago" in latest
    assert "Bilinear" in latest and "LazyLinear" in older
    for page in (latest, older):
        assert page.count('class="row differs') == 1 and "1 line differs" in page


@pytest.mark.parametrize("against", ["former-3", "former-0", "former-", "nobody"])
def test_upload_that_is_not_there_is_said(desk: DeskClient, student: Student, against: str) -> None:
    """An address may be old."""
    answer = desk.http.get(f"/student/{student.ref}/source?file=submitted.py&against={against}")

    assert answer.status_code == 404 and "nothing to compare it with" in answer.text


def test_line_is_commented_on_beside_the_other_source(desk: DeskClient, student: Student) -> None:
    """The form leads back to the line in both, and the comment stands below its row."""
    address = f"/student/{student.ref}/source?file=submitted.py&against=former-1"
    fields = desk.fields(f"{address}&line=8", "/note")
    back = desk.post("/note", **fields, comment="Why not bilinear?")
    page = desk.get(address)

    assert back == f"{address}#L8"
    assert page.index('id="L8"') < page.index("Why not bilinear?") < page.index('id="L9"')
    assert "Why not bilinear?" in desk.get(f"/student/{student.ref}/source?file=submitted.py")


def test_python_file_with_a_null_byte_is_shown(desk: DeskClient) -> None:
    """Python refuses it; a person must see why. Other files with one hold no text."""
    folder = desk.book.folder
    upload = Submission({"submitted.py": b"x = 1  # \0", "weights.pt": b"PK\0"})
    folder.keep_submission(upload)

    assert folder.text_files(upload.digest) == {"submitted.py": "x = 1  # \0"}
