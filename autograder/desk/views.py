"""The pages that only show: the table, a student, an item, a source, the log."""

from collections import Counter

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from autograder import project
from autograder.decisions.apply import verdict_digest
from autograder.desk.access import visitor_of
from autograder.desk.book import Class, Student
from autograder.desk.pages import Desk, desk_of, to_answer
from autograder.desk.reading import read, side_by_side
from autograder.desk.table import ORDERS, table_of, view_of
from autograder.desk.turns import BY_QUESTION, BY_STUDENT, Turn, comments_used, neighbour, turns
from autograder.model.decision import Decision, DecisionKind
from autograder.model.outcome import Outcome
from autograder.rendering.asides import with_asides
from autograder.rendering.notes import late_note
from autograder.rendering.source_look import look_lines
from autograder.rendering.student_page import MEANINGS, lines_of
from autograder.similarity.find import template_of

TEMPLATE, FORMER = "template", "former-"  # with the number of uploads back
TEXT_FIRST = (".md", ".rst", ".txt")
SHOWN_FILES = 12  # beside an item; the others have links
SHOWN_ENTRIES = 1_000  # of the log


def table_page(request: Request) -> HTMLResponse:
    """Show all students."""
    desk, part = desk_of(request), visitor_of(request).part
    known, view = desk.book.now(), view_of(request.query_params)
    every = ((item, turns(known, part.of_class(known.students), BY_QUESTION, item.key)) for item in known.items)
    return to_answer(
        request,
        "table.html.jinja",
        known,
        view=view,
        table=table_of(known, view, desk.hides_names(request), part),
        part=part,
        orders=list(ORDERS),
        progress=[(item, sum(not one.is_open for one in some), len(some)) for item, some in every],
    )


def student_page(request: Request) -> HTMLResponse:
    """Show one student: every test with its override, every item, the notes."""
    known = desk_of(request).book.now()
    student = student_in(request, known)
    report = student.report
    return to_answer(
        request,
        "student.html.jinja",
        known,
        student=student,
        lines=lines_of(with_asides(report)) if report else [],
        meanings=MEANINGS,
        late_note=late_note(report) if report else "",
        digests={one.key: verdict_digest(report, one) for one in report.outcomes} if report else {},
        look=look_lines(known.looks[student.row.digest]) if student.row.digest in known.looks else [],
        notes=_notes(known, student),
        similar=_similar_to(known, student),
        numbers=_numbers(known),
    )


def item_page(request: Request) -> HTMLResponse:
    """Show an item: its rubric lines and how far its grading is."""
    known = desk_of(request).book.now()
    item = item_in(request, known)
    held = [thread.in_force for (_, key), thread in known.threads.points.items() if key == item.key]
    every = _turns(request, known, item.key, BY_QUESTION)
    return to_answer(
        request,
        "item.html.jinja",
        known,
        item=item,
        lines=known.lines(item.key),
        using=Counter(line for one in held if one for line in one.lines),
        done=sum(not one.is_open for one in every),
        all=len(every),
        first=next((one for one in every if one.is_open), None),
    )


def grade_page(request: Request) -> HTMLResponse:
    """Show one item of one student: the evidence, and the form for its points."""
    desk = desk_of(request)
    known = desk.book.now()
    student, item = student_in(request, known), item_in(request, known)
    outcome = student.outcome(item.key)
    if outcome is None or student.report is None or item.manual is None:
        raise HTTPException(404, "There is nothing to grade by hand here.")
    order = BY_STUDENT if request.query_params.get("by") == BY_STUDENT else BY_QUESTION
    every, here = _turns(request, known, item.key, order), Turn(student, item.key)
    files = _files(desk, student)
    shown = _beside_item(files)
    part = [one for one in lines_of(student.report) if one.outcome.suite == item.suite]
    following = neighbour(every, here, 1)
    answer = to_answer(
        request,
        "grade.html.jinja",
        known,
        student=student,
        item=item,
        outcome=outcome,
        left=[one for one in student.left if one.item == item.key],
        last=_last_of(known, visitor_of(request).name),
        thread=known.threads.on(student.row.hand_in.key, item.key),
        lines=known.lines(item.key),
        line=next(one for one in part if one.outcome.key == item.key),
        beside=[one for one in part if one.outcome.key != item.key],
        files=sorted(read(shown).items(), key=_texts_first),
        further=sorted(set(files) - set(shown)),
        order=order,
        digest=verdict_digest(student.report, outcome),
        notes=_notes(known, student),
        comments=comments_used(known, item.key),
        following=following,
        before=neighbour(every, here, -1),
        done=sum(not one.is_open for one in every),
        all=len(every),
        meanings=MEANINGS,
    )
    if following:  # its sources are read while the grader thinks
        answer.background = BackgroundTask(_read_ahead, desk, following.student)
    return answer


def source_page(request: Request) -> HTMLResponse:
    """Show a file of an upload with its notes, alone or beside the template or a similar upload."""
    desk = desk_of(request)
    known = desk.book.now()
    student = student_in(request, known)
    files = _files(desk, student)
    name = request.query_params.get("file") or next(iter(sorted(files, key=lambda one: not one.endswith(".py"))), "")
    if name not in files:
        raise HTTPException(404, "This upload has no such file that holds text.")
    against = request.query_params.get("against", "")
    other = _other(desk, known, student, against, name) if against else None
    pairs = () if other is None else side_by_side(other, files[name])
    line = request.query_params.get("line", "")
    return to_answer(
        request,
        "source.html.jinja",
        known,
        student=student,
        files=sorted(files),
        file=name,
        source=read({name: files[name]})[name],
        against=against,
        other=None if other is None else read({name: other})[name],
        pairs=pairs,
        changed=sum(pair.differs for pair in pairs),
        line=int(line) if line.isascii() and line.isdigit() and len(line) < 7 else 0,
        notes=_notes(known, student),
        similar=_similar_to(known, student),
        has_template=name in _template(known),
    )


def log_page(request: Request) -> HTMLResponse:
    """Show all decisions, the latest first."""
    known = desk_of(request).book.now()
    return to_answer(
        request,
        "log.html.jinja",
        known,
        entries=known.entries[::-1][:SHOWN_ENTRIES],
        by_key=known.by_key,
        numbers=_numbers(known),
    )


def help_page(request: Request) -> HTMLResponse:
    """Show the keys."""
    return to_answer(request, "help.html.jinja", desk_of(request).book.now())


def student_in(request: Request, known: Class) -> Student:
    """Return the student of an address."""
    student = known.student(request.path_params["student"])
    if student is None:
        raise HTTPException(404, "There is no such student in this class.")
    return student


def item_in(request: Request, known: Class) -> Outcome:
    """Return the test or item of an address."""
    item = known.item(request.path_params["item"])
    if item is None:
        raise HTTPException(404, "There is no such test or item.")
    return item


def _turns(request: Request, known: Class, item: str, order: str) -> list[Turn]:
    desk = desk_of(request)
    students = visitor_of(request).part.of_class(known.students)
    if desk.hides_names(request):
        students.sort(key=lambda one: one.ref)
    return turns(known, students, order, item)


def _numbers(known: Class) -> dict[str, str]:
    return {one.key: one.number or one.title for one in known.tests}


def _last_of(known: Class, grader: str) -> tuple[Student, Decision, Outcome] | None:
    """Return the last points that a grader has given, if they count, so that one key takes them back."""
    last = next((one for one in reversed(known.entries) if one.by == grader), None)
    if last is None or last.kind is not DecisionKind.POINTS:
        return None
    student = known.of_key(last.student)
    if student is None or student.row.hand_in.key != last.student:  # given for a former upload
        return None
    outcome, held = student.outcome(last.item), known.threads.on(last.student, last.item)
    return (student, last, outcome) if outcome and held.tip == last.id and known.item(last.item) else None


def _texts_first(pair: tuple[str, object]) -> tuple[bool, str]:
    return not pair[0].lower().endswith(TEXT_FIRST), pair[0]


def _files(desk: Desk, student: Student) -> dict[str, str]:
    return desk.book.folder.text_files(student.row.digest) if student.row.digest else {}


def _beside_item(files: dict[str, str]) -> dict[str, str]:
    return dict(sorted(files.items(), key=_texts_first)[:SHOWN_FILES])


def _read_ahead(desk: Desk, student: Student) -> None:
    read(_beside_item(_files(desk, student)))


def _notes(known: Class, student: Student) -> tuple[Decision, ...]:
    return known.threads.notes.get(student.row.hand_in.key, ())


def _similar_to(known: Class, student: Student) -> list[tuple[Student, float]]:
    """Return the hand-ins with similar sources, the most similar first."""
    found = [(one, share) for ref, share in student.similar.items() if (one := known.student(ref))]
    return sorted(found, key=lambda pair: -pair[1])


def _template(known: Class) -> dict[str, str]:
    return template_of(project.template(known.result.assignment))


def _other(desk: Desk, known: Class, student: Student, against: str, name: str) -> str:
    """Return the text that a file is compared with; empty if the other side has no such file."""
    if against == TEMPLATE:
        return _template(known).get(name, "")
    formers = {f"{FORMER}{back}": digest for back, digest in enumerate(student.former, 1)}
    if against in formers:
        return desk.book.folder.text_files(formers[against]).get(name, "")
    other = known.student(against)
    if other is None:
        raise HTTPException(404, "There is nothing to compare it with.")
    return _files(desk, other).get(name, "")
