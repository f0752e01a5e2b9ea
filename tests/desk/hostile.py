"""Submissions, names and explanations that try to run something, fetch something, or read as something else."""

from dataclasses import replace
from pathlib import Path

from autograder.classroom.changes import ScoreChange, TestChange
from autograder.classroom.folder import PROPOSED, ClassFolder
from autograder.classroom.proposal import Proposal
from autograder.classroom.serialization import from_json, to_json
from autograder.classroom.similar_uploads import KEPT, Compared
from autograder.decisions.log import DecisionLog, new_decision
from autograder.desk.book import Book
from autograder.model.class_result import ClassResult
from autograder.model.decision import DecisionKind
from autograder.model.hand_in import Student
from autograder.model.outcome import Explanation
from autograder.similarity.found import Fragment, Similar, Similarity
from tests.class_page.made_up_class import made_up_class
from tests.desk.client import BY_HAND
from tests.desk.made_up_folder import RUBRIC, made_up_folder

ELSEWHERE = "https://evil.example"
TEXTS = (
    "<script>document.title='ran'</script>",
    f"<img src={ELSEWHERE}/x.png onerror=\"document.title='ran'\">",
    f"<style>@import '{ELSEWHERE}/x.css'; * {{ display: none }}</style>",
    f"<link rel=stylesheet href={ELSEWHERE}/x.css>",
    f"<svg onload=\"document.title='ran'\"><image href='{ELSEWHERE}/x.png'/></svg>",
    f"<iframe src={ELSEWHERE}></iframe>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<base href={ELSEWHERE}>",
    f"<form action={ELSEWHERE}><button>Save</button></form>",
    f"<object data={ELSEWHERE}/x.svg></object>",
    f"<video src={ELSEWHERE}/x.mp4 autoplay>",
    "</textarea><script>document.title='ran'</script>",
    "</code></div></main><script>document.title='ran'</script>",
    "\"><script>document.title='ran'</script>",
    "' onmouseover='document.title=1' x='",
    "{{ 7 * 7 }}{% raw %}{{ known }}",
    "javascript:document.title='ran'",
    "\u202etxt.exe \u2066level\u2069 \u200bhidden\u200b",
    "\x1b[31mred\x1b[0m \x00\x07\x08",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;script>",
    "x" * 60_000,
    "\n" * 300,
    "مُحَمَّد 欧阳 กานต์ 😀" * 50,
    "# " + "(" * 20_000,
    "'''" + "\\" * 30_000,
)


UPLOADS = 3  # different ones, each with some of the texts


def hostile_files(place: int) -> dict[str, str]:
    """Return an upload that holds some of the texts: as code, as prose, and as strings."""
    texts = TEXTS[place % UPLOADS :: UPLOADS]
    code = "".join(f"x = 1\n{text}\ny = '{text}'\n" for text in texts)
    return {"submitted.py": code, "README.md": "# Report\n\n" + "\n\n".join(texts)}


def hostile_folder(root: Path) -> ClassFolder:
    """Write the folder of such a class, with former uploads, similar ones, and what graders have said of all texts."""
    folder = made_up_folder(root, hostile_class(), hostile_files)
    index = folder.index
    assert index
    lines = tuple(replace(line, former=tuple(set(index.digests) - {line.digest})[:2]) for line in index.lines)
    folder.keep_index(replace(index, lines=lines))
    known = Book(folder).now()  # compares the sources
    first, second = index.digests[:2]
    compared = from_json((root / KEPT).read_bytes(), Compared)
    pair = Similar(first, second, 0.9, 20, (Fragment(0, 40, (1,)),), (Fragment(0, 40, (1,)),))
    (root / KEPT).write_bytes(to_json(replace(compared, similarity=Similarity((pair,)))))
    said = [new_decision("Ada", DecisionKind.LINE, item=BY_HAND, lines=("a",), points=5.0, comment=TEXTS[1][:300])]
    for one, text in zip(known.students, TEXTS, strict=True):
        if one.report is None:
            continue
        key, words = one.row.hand_in.key, text[:2000]
        override = next(outcome for outcome in one.report.outcomes if outcome.weight)
        said += [
            new_decision(words[:60], DecisionKind.POINTS, student=key, item=BY_HAND, lines=("a",), comment=words),
            new_decision("Ada", DecisionKind.POINTS, student=key, item=override.key, points=1.0, reason=words),
            new_decision("Ada", DecisionKind.NOTE, student=key, file="submitted.py", line=2, comment=words),
        ]
    DecisionLog(root).append(said)
    change = ScoreChange(known.students[0].row.hand_in, 3.0, 6.0, (TestChange("1.1", 3.0, 6.0, (TEXTS[0],)),))
    changes = (replace(change, hand_in=one.row.hand_in) for one in known.students)
    proposal = Proposal(RUBRIC.digest, "0", (TEXTS[0], TEXTS[4]), tuple(changes))
    (root / PROPOSED).write_bytes(to_json(proposal))
    return folder


def hostile_class() -> ClassResult:
    """Return a class with one student named by each text; every report shows all of them."""
    result = made_up_class(len(TEXTS))
    rows = []
    for row, text in zip(result.rows, TEXTS, strict=True):
        hand_in = replace(row.hand_in, students=(Student(text, text[:30], text[:30], text[:30]),), remarks=(text,))
        if row.report is None:
            rows.append(replace(row, hand_in=hand_in))
            continue
        outcomes = tuple(
            replace(one, explanation=Explanation(*[TEXTS[place % len(TEXTS)][:2000]] * 4), remarks=(text[:2000],))
            for place, one in enumerate(row.report.outcomes + row.report.outcomes[:8])
        )
        rows.append(replace(row, hand_in=hand_in, report=replace(row.report, outcomes=outcomes)))
    return replace(result, rows=tuple(rows))
