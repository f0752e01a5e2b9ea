"""One hand-in of a student or a group, as the learning platform's export lists it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Student:
    """A student as the platform knows them; fields that it does not state are empty.

    Attributes:
        name: as the platform writes it, in any script; never interpreted as markup.
        sid: the institution's number for the student.
        email: the student's address.
        platform_id: the platform's own number: Canvas's user id, Moodle's participant number.
    """

    name: str
    sid: str = ""
    email: str = ""
    platform_id: str = ""


@dataclass(frozen=True)
class HandIn:
    """One line of a class: the students, their files, and the time.

    Attributes:
        key: unique in the class, and safe as a file name on every system: `[a-z0-9-]`.
        students: one, or the members of a group, in the platform's order; empty only if the export names nobody.
        path: the file, folder or archive to grade, as `take_submission` takes it; None if there is none.
        submission_id: the platform's own number for it; empty if there is none.
        submitted_at: the time, as ISO 8601; empty if the export does not say.
        late: whether the platform says that it came after the due date.
        problem: why there is nothing to grade, as a sentence for the staff; empty if there is something.
        remarks: notes for the staff, such as one on an older attempt that is ignored.
    """

    key: str
    students: tuple[Student, ...]
    path: Path | None
    submission_id: str = ""
    submitted_at: str = ""
    late: bool = False
    problem: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """The students' names for a line of text; the key if there is no name."""
        return ", ".join(student.name for student in self.students if student.name) or self.key
