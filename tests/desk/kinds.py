"""A class whose desk shows a page of each kind, with everything that can stand on one."""

from dataclasses import replace

from autograder.classroom.changes import ScoreChange, TestChange
from autograder.classroom.folder import PROPOSED, ClassFolder
from autograder.classroom.proposal import Proposal
from autograder.classroom.serialization import from_json, to_json
from autograder.classroom.similar_uploads import KEPT, Compared
from autograder.decisions.log import DecisionLog, new_decision
from autograder.desk.book import Book, Student
from autograder.model.decision import Decision, DecisionKind
from autograder.model.submission import Submission
from autograder.similarity.found import Similar, Similarity
from tests.desk.client import BY_HAND
from tests.desk.made_up_folder import RUBRIC, files_of

FORMER_KEY = "submission-1"


def pages_of_each_kind(folder: ClassFolder) -> list[str]:
    """Add to a made-up class what it lacks, and return an address for each kind of page.

    One student is late, has handed in twice, is similar to another one, has points by two graders at once, a comment on
    a line, an override and decisions on a former upload. A list of changed scores waits.
    """
    one, other = [one for one in Book(folder).now().students if one.report and one.row.is_late][:2]
    _handed_in_before(folder, one)
    _are_similar(folder, one, other)
    DecisionLog(folder.root).append(_decisions(one))
    change = ScoreChange(one.row.hand_in, 3.0, 6.0, (TestChange("1.1", 3.0, 6.0, ("a weight",)),))
    proposal = Proposal(RUBRIC.digest, "0", ("weight of 1.1: 3 → 6",), (change,) * 12)
    (folder.root / PROPOSED).write_bytes(to_json(proposal))
    student, source = f"/student/{one.ref}", f"/student/{one.ref}/source?file=submitted.py"
    beside = (f"{source}&against={against}&line=6" for against in ("template", "former-1", other.ref))
    tables = ("/", "/?q=nobody+has+this+name", "/?lost=4.4&order=-score")
    others = ("/run", f"/run/result/{one.ref}", "/publish", "/log", "/help", "/student/nobody")
    by_hand = (f"/item/{BY_HAND}", f"/grade/{BY_HAND}/{one.ref}", f"/grade/{BY_HAND}/{other.ref}?by=student")
    return [*tables, *others, *by_hand, student, f"{source}&line=6", *beside]


def _handed_in_before(folder: ClassFolder, one: Student) -> None:
    former = Submission({"submitted.py": files_of(0)["submitted.py"].replace("Linear", "LazyLinear").encode()})
    folder.keep_submission(former)
    index = folder.index
    assert index
    key, former_of = one.row.hand_in.key, {"former": (former.digest,), "former_keys": (FORMER_KEY,)}
    lines = (replace(line, **former_of) if line.hand_in.key == key else line for line in index.lines)
    folder.keep_index(replace(index, lines=tuple(lines)))


def _are_similar(folder: ClassFolder, one: Student, other: Student) -> None:
    compared = from_json((folder.root / KEPT).read_bytes(), Compared)
    pair = Similar(one.row.digest, other.row.digest, 0.86, 118)
    (folder.root / KEPT).write_bytes(to_json(replace(compared, similarity=Similarity((pair,)))))


def _decisions(one: Student) -> list[Decision]:
    assert one.report
    key, points = one.row.hand_in.key, DecisionKind.POINTS
    test = next(outcome for outcome in one.report.outcomes if outcome.weight)
    return [
        new_decision("Ada", DecisionKind.LINE, item=BY_HAND, lines=("a",), points=4.0, comment="Says what was tried"),
        new_decision("Ada", DecisionKind.LINE, item=BY_HAND, lines=("b",), points=4.0, comment="And why"),
        new_decision("Ada", points, student=key, item=BY_HAND, lines=("a",), comment="A table would help."),
        new_decision("Grace", points, student=key, item=BY_HAND, points=7.0, comment="Which step size?"),
        new_decision("Ada", points, student=key, item=test.key, points=1.0, reason="Ambiguous files.", verdict="other"),
        new_decision("Ada", DecisionKind.NOTE, student=key, file="submitted.py", line=6, comment="Why eight?"),
        new_decision("Ada", DecisionKind.NOTE, student=FORMER_KEY, file="submitted.py", line=6, comment="Why three?"),
        new_decision("Ada", points, student=FORMER_KEY, item=BY_HAND, points=5.0, comment="Fine."),
    ]
