"""The command `desk`, killed in the middle of an afternoon: whatever it has confirmed is in the folder."""

import http.client
import os
import signal
import subprocess
import sys
from itertools import cycle, islice
from urllib.parse import urlencode, urlsplit

from autograder.decisions.log import DecisionLog
from tests.desk.client import BY_HAND, DeskClient, opened

DECISIONS, BEFORE = 200, 120


def test_kill_in_the_middle_of_decisions_loses_none_that_was_confirmed(desk: DeskClient) -> None:
    """At most one more is there, whose answer did not arrive; the next desk shows all of them."""
    folder = desk.book.folder
    students = [student.ref for student in desk.students()]
    command = [sys.executable, "-s", "-P", "-m", "autograder", "desk", str(folder.root), "--no-browser", "--port", "0"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    link = process.stdout.readline().strip()
    place, confirmed = urlsplit(link), 0
    browser = http.client.HTTPConnection(place.netloc)
    try:
        browser.request("GET", f"/?{place.query}")
        headers = {"Origin": f"http://{place.netloc}", "Cookie": _read(browser).headers["Set-Cookie"].split(";")[0]}
        for number, ref in enumerate(islice(cycle(students), DECISIONS)):
            fields = {"student": ref, "item": BY_HAND, "points": str(number % 8), "comment": f"decision {number}"}
            browser.request("POST", "/decide", urlencode(fields), headers)
            if number == BEFORE:  # while the desk takes it
                process.send_signal(signal.SIGKILL)
            confirmed += _read(browser).status == 303
    except (OSError, http.client.HTTPException):
        pass
    finally:
        process.kill()
        process.wait()
    said = [one.comment for one in DecisionLog(folder.root).entries()]
    graded = opened(folder, "Grace").students()
    shown = sum(student.outcome(BY_HAND).decided is not None for student in graded)  # type: ignore[union-attr]

    assert BEFORE <= confirmed < DECISIONS
    assert said[:confirmed] == [f"decision {number}" for number in range(confirmed)]
    assert len(said) - confirmed <= 1
    assert shown == len(students)


def _read(browser: http.client.HTTPConnection) -> http.client.HTTPResponse:
    """Return an answer whose text was read, so that the next request can be sent."""
    answer = browser.getresponse()
    answer.read()
    return answer
