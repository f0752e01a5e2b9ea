"""What one student, or one group, has handed in, as the learning platform's export names it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Student:
    """A student as the platform knows them; what it does not state is empty.

    Attributes:
        name: as the platform writes it, in any script; never markup, whatever it holds.
        sid: the institution's number of the student.
        email: the student's address.
        platform_id: the platform's own number: Canvas's user id, Moodle's participant number.
    """

    name: str
    sid: str = ""
    email: str = ""
    platform_id: str = ""


@dataclass(frozen=True)
class HandIn:
    """One line of a class: who handed in what, and when.

    Attributes:
        key: tells it from all others of the class, and is safe as a file's name on every system: `[a-z0-9-]`.
        students: one, or the members of a group, in the platform's order; empty only if the export names nobody.
        path: the file, folder or archive to grade, as `take_submission` takes it; None where there is none.
        submission_id: the platform's own number of it; empty if there is none.
        submitted_at: when, as ISO 8601; empty if the export does not say.
        late: whether the platform says that it came after the due date.
        problem: why there is nothing to grade, as a sentence for the staff; empty where there is something.
        remarks: what the staff should know of it, such as an older attempt that is passed over.
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
        """The students' names for a line of text; the key where there is no name."""
        return ", ".join(student.name for student in self.students if student.name) or self.key
