"""Publishing: what changes since the last time, files with all decisions, and a copy of what was published."""

import csv
import json
from pathlib import Path

from autograder.classroom.folder import ClassFolder, opened_folder
from autograder.decisions.log import DecisionLog
from tests.desk.client import BY_HAND, DeskClient, opened


def gradebook(root: Path) -> dict[str, dict[str, str]]:
    """Return the gradebook's lines by key."""
    with (root / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def test_decisions_reach_every_file_and_a_copy_is_kept(folder: ClassFolder) -> None:
    """The gradebook, results.json, both pages; what was published stays as it was. No student reads a grader's name."""
    desk = opened(folder, "Konrad")
    one, root = desk.students()[0], desk.book.folder.root
    key, (test, most) = one.row.hand_in.key, (one.report.outcomes[0].key, 5.0)  # type: ignore[union-attr]
    desk.grade(one, points="6", comment="Say which step.")
    desk.post("/decide", student=one.ref, item=test, points="1.25", reason="Ambiguous files.", here="/")
    desk.post("/note", student=one.ref, file="submitted.py", line="8", comment="Why three?", here="/")
    done = desk.post("/publish")
    desk.grade(one, points="2")
    desk.post("/publish")
    row, copy = gradebook(root)[key], gradebook(root / "published" / "0001")[key]
    results = json.loads((root / "published/0001/students" / f"{key}.json").read_text())
    page = (root / "published/0001/for_students" / f"{key}.html").read_text()
    item = next(one for one in results["tests"] if one["extra_data"]["key"] == BY_HAND)

    assert done == "/publish?done=0001"
    assert [value for name, value in copy.items() if "by hand, 8" in name] == ["6"]
    assert [value for name, value in row.items() if "by hand, 8" in name] == ["2"]
    assert float(copy["score"]) - float(row["score"]) == 4
    assert (item["score"], item["max_score"]) == (6, 8)
    assert results["tests"][0]["score"] == 1.25 and results["tests"][0]["max_score"] == most
    assert "Ambiguous files." in results["tests"][0]["output"]
    for text in ("Say which step.", "Changed by staff: 1.25 instead of", "Ambiguous files.", "Why three?"):
        assert text in page
    assert "Konrad" not in page


def test_page_lists_what_would_change(desk: DeskClient) -> None:
    """Everybody at first; then only those whose points or words differ."""
    first = desk.get("/publish")
    desk.post("/publish")
    nothing = desk.get("/publish")
    one = desk.students()[0]
    desk.grade(one, points="6")
    page = desk.get("/publish")

    assert "Publish 24 changes" in first and "Nothing has been published" in first
    assert "Publish 0 changes" in nothing
    assert "Publish 1 change<" in page
    assert f"<bdi>{one.who}</bdi>" in page and "<td>7.1</td>" in page


def test_changed_words_are_a_change(desk: DeskClient) -> None:
    """A comment that says something else counts, even where points and the number of comments stay."""
    one, other = desk.students()[:2]
    for student in (one, other):
        desk.grade(student, points="6", comment="Fine.")
    desk.post("/publish")
    desk.grade(desk.now(one), points="6", comment="Not fine.")
    page = desk.get("/publish")

    assert "Publish 1 change<" in page
    assert f"<bdi>{one.who}</bdi>" in page and "<td>words</td>" in page


def test_publication_of_an_older_desk_makes_nobody_a_change(desk: DeskClient) -> None:
    """It kept points alone, and those still count."""
    one = desk.students()[0]
    desk.grade(one, points="6")
    desk.post("/publish")
    path = desk.book.folder.root / "published" / "0001" / "scores.json"
    publication = json.loads(path.read_text())
    for score in publication["scores"].values():
        del score["late"], score["words"]
    path.write_text(json.dumps(publication))
    nothing = desk.get("/publish")
    desk.grade(desk.now(one), points="2")
    page = desk.get("/publish")

    assert "Publish 0 changes" in nothing
    assert "Publish 1 change<" in page and f"<bdi>{one.who}</bdi>" in page and "<td>7.1</td>" in page


def test_publishing_waits_for_whoever_writes_into_the_folder(desk: DeskClient) -> None:
    """Deciding goes on."""
    with opened_folder(desk.book.folder.root, new=False):
        page = desk.post("/publish", 409)
        desk.grade(desk.students()[0], points="1")

    assert "another run is using this folder" in page
    assert len(DecisionLog(desk.book.folder.root).entries()) == 1
