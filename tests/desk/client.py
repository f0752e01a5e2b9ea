"""A grader's browser, as far as it sends requests: a client of the application in the same process."""

import html
import re
from typing import Any

from starlette.testclient import TestClient

from autograder.classroom.folder import ClassFolder
from autograder.decisions.log import DecisionLog
from autograder.desk.access import Visitor
from autograder.desk.application import desk_application
from autograder.desk.book import Book, Student
from autograder.desk.dealing import WHOLE, Part
from autograder.desk.link import LinkDoor, new_link
from autograder.desk.pages import Desk
from autograder.model.decision import Decision

PORT = 8899
ORIGIN = f"http://127.0.0.1:{PORT}"
BY_HAND = "TestReport.test_text"  # the made-up class's item, worth 8
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class DeskClient:
    """A desk, and a browser that has opened it.

    Attributes:
        book: the class.
        place: the link and its secrets.
        desk: what the application's requests share.
        http: sends requests as the browser does.
    """

    def __init__(self, folder: ClassFolder, grader: str, part: Part = WHOLE) -> None:
        self.book = Book(folder)
        self.place: LinkDoor = new_link(PORT, Visitor(grader, part))
        application = desk_application(self.book, self.place)
        self.desk: Desk = application.state.desk
        self.http = TestClient(
            application,
            ORIGIN,
            follow_redirects=False,
            raise_server_exceptions=True,
        )

    def get(self, address: str) -> str:
        """Return a page."""
        answer = self.http.get(address)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, address: str, status: int = 303, **fields: Any) -> str:
        """Post a form, and return the address that comes next, or the page if there is none."""
        answer = self.http.post(address, data=fields, headers={"Origin": ORIGIN})
        assert answer.status_code == status, answer.text
        return answer.headers.get("location", answer.text)

    def fields(self, address: str, action: str) -> dict[str, str]:
        """Return the hidden fields of a page's first form with this action."""
        form = self.get(address).split(f'action="{action}"', 1)[1].split("</form>", 1)[0]
        return {name: html.unescape(value) for name, value in FIELD.findall(form)}

    def grade(self, student: Student, status: int = 303, **said: Any) -> str:
        """Give points for the item by hand, as somebody who has seen all decisions on it."""
        tip = self.book.now().threads.on(student.row.hand_in.key, BY_HAND).tip
        here = f"/grade/{BY_HAND}/{student.ref}"
        return self.post("/decide", status, student=student.ref, item=BY_HAND, seen=tip, here=here, **said)

    def students(self) -> list[Student]:
        """Return the students whose item can be graded."""
        return [one for one in self.book.now().students if one.report and not one.report.problem]

    def now(self, student: Student) -> Student:
        """Return a student as the desk knows them now."""
        found = self.book.now().student(student.ref)
        assert found
        return found

    @property
    def log(self) -> tuple[Decision, ...]:
        """The log on the disk."""
        return DecisionLog(self.book.folder.root).entries()


def opened(folder: ClassFolder, grader: str, part: Part = WHOLE) -> DeskClient:
    """Return a desk whose link was opened."""
    desk = DeskClient(folder, grader, part)
    answer = desk.http.get(f"/?token={desk.place.token}")
    assert answer.status_code == 303
    return desk
