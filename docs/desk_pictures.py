"""Makes the images of the desk; `make_pictures.py` calls it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from autograder.classroom.folder import ClassFolder
from autograder.decisions.log import DecisionLog, new_decision
from autograder.desk.book import Book, Student
from autograder.desk.graders import Graders
from autograder.desk.login import LoginDoor
from autograder.model.decision import DecisionKind
from autograder.model.submission import Submission
from tests.class_page.made_up_class import made_up_class
from tests.desk.client import BY_HAND
from tests.desk.made_up_folder import made_up_folder
from tests.desk.serving import served, served_at

PROJECT = Path(__file__).resolve().parents[1]
ASSIGNMENT = "cifar8_finetune"
REPORT = """# What I tried

I trained the head alone, for ten epochs, with Adam.

| step | accuracy on validation |
|-----:|-----------------------:|
| 0.01 | 0.71 |
| 0.003 | 0.78 |
| 0.0003 | 0.74 |

The middle one was best. With the largest, the loss rose after the third epoch.
"""
HOLE = '    raise NotImplementedError("Write train")'
FORGOTTEN = "        optimizer.zero_grad()\n"
LOOP = f"""    losses = []
    for images, labels in train_dataloader:
        loss = loss_fn(model(images), labels)
{FORGOTTEN}        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses"""
COLOURS = 128  # of a picture of a page; more make the file larger and nothing clearer
WIDTH = 1280  # CSS pixels
PASSWORD = "for-the-picture"  # of a desk that lives for seconds


def photograph_desk(browser: Browser, pictures: Path) -> None:
    """Save what graders see who have given half of a class points for an item."""
    with tempfile.TemporaryDirectory() as root:
        folder = made_up_folder(Path(root, "class"), made_up_class(40), source_and_report)
        given_by_hand(folder)
        student = handed_in_twice(folder)
        with served(folder) as place, page_of(browser, 860) as page:
            base = place.link.split("/?")[0]
            page.goto(place.link)
            page.goto(f"{base}/item/{BY_HAND}")
            page.click("a[rel=next]")
            page.wait_for_url("**/grade/**", wait_until="load")  # the keys work from then on
            page.keyboard.press("1")
            page.keyboard.press("3")
            save(page, pictures / "desk.png")
            page.goto(f"{base}/student/{student.ref}/source?against=former-1&file=submitted.py")
            page.evaluate("document.getElementById('L119').scrollIntoView()")
            save(page, pictures / "desk_former.png")
        photograph_shared(browser, folder, student, pictures)


def photograph_shared(browser: Browser, folder: ClassFolder, student: Student, pictures: Path) -> None:
    """Save the log-in, and what a grader sees if another one has decided at the same moment."""
    graders = Graders(folder.root)
    for name in ("Ada", "Grace"):
        graders.add(name, PASSWORD, "1/1")
    with (
        served_at(folder, lambda port: LoginDoor(f"http://127.0.0.1:{port}", graders)) as door,
        page_of(browser, 420) as first,
        page_of(browser, 860) as second,
    ):
        for page, name in ((first, "Ada"), (second, "Grace")):
            page.goto(f"{door.origin}/grade/{BY_HAND}/{student.ref}")
            page.fill("[name=name]", name)
            if page is first:
                save(page, pictures / "desk_login.png")
            page.fill("[name=password]", PASSWORD)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        for page, points in ((first, "3"), (second, "7")):  # both have the page open
            page.fill("#points", points)
            page.fill("#comment", f"{points} of 8: say why the middle step was best.")
            with page.expect_navigation():
                page.keyboard.press("Control+Enter")
        save(second, pictures / "desk_two_graders.png")


@contextmanager
def page_of(browser: Browser, height: int) -> Iterator[Page]:
    """Yield a page with cookies of its own; it is as high as that, in CSS pixels."""
    context = browser.new_context(viewport={"width": WIDTH, "height": height})
    yield context.new_page()
    context.close()


def save(page: Page, path: Path) -> None:
    """Save what a page shows without scrolling."""
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)


def source_and_report(place: int) -> dict[str, str]:
    """Return an upload of the picture's class: the template with a loop that trains, and a report."""
    source = (PROJECT / "student_template" / ASSIGNMENT / "submitted.py").read_text(encoding="utf-8")
    return {"submitted.py": f"{source.replace(HOLE, LOOP)}# {place}\n", "README.md": REPORT}


def handed_in_twice(folder: ClassFolder) -> Student:
    """Let a student without points have handed in before, with a loop that forgets something; return the student."""
    one = next(one for one in Book(folder).now().students if one.outcome(BY_HAND) and one.outcome(BY_HAND).is_open)
    former = folder.text_files(one.row.digest)["submitted.py"].replace(FORGOTTEN, "").replace("item()", "detach()")
    submission = Submission({"submitted.py": former.encode()})
    folder.keep_submission(submission)
    index = folder.index
    lines = (
        replace(line, former=(submission.digest,)) if line.digest == one.row.digest else line for line in index.lines
    )
    folder.keep_index(replace(index, lines=tuple(lines)))
    place = folder.text_files(one.row.digest)["submitted.py"].split(FORGOTTEN)[0].count("\n") + 1
    said = new_decision("Grace", DecisionKind.NOTE, student=one.row.hand_in.key, file="submitted.py", line=place,
                        comment="This was missing before: each step now uses its own gradient.")  # fmt: skip
    DecisionLog(folder.root).append([said])
    return one


def given_by_hand(folder: ClassFolder) -> None:
    """Make rubric lines, and give half of the class points and comments by them."""
    lines = {"a": ("Says what was tried, with numbers", 4.0), "b": ("Says what follows from them", 3.0),
             "c": ("Reads easily", 1.0)}  # fmt: skip
    decisions = [
        new_decision("Ada", DecisionKind.LINE, item=BY_HAND, lines=(name,), points=points, comment=text)
        for name, (text, points) in lines.items()
    ]
    for place, student in enumerate(Book(folder).now().students[:20]):
        comment = ("Which step size did you choose in the end?", "", "A table would help.")[place % 3]
        decisions.append(
            new_decision(
                ("Ada", "Grace")[place % 2], DecisionKind.POINTS, student=student.row.hand_in.key, item=BY_HAND,
                lines=tuple("abc"[: place % 4]), comment=comment,
            )
        )  # fmt: skip
    DecisionLog(folder.root).append(decisions)
