"""A shared desk: graders log in with passwords, decide under their own names, and nobody else comes in."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from autograder.classroom.folder import ClassFolder
from autograder.commands.main import cli
from autograder.decisions.log import DecisionLog
from autograder.desk import graders as graders_file
from autograder.desk.access import Visitor
from autograder.desk.application import desk_application
from autograder.desk.book import Book
from autograder.desk.graders import FILE, Graders, check_password, new_password
from autograder.desk.login import SESSION_S, TRIES, WITHIN_S, LoginDoor, shared_origin
from autograder.desk.serve import Listen, desk_folder, serve_desk
from autograder.model.failures import UnusableInput
from tests.desk.client import BY_HAND

ORIGIN = "https://desk.example.edu"
ADA, GRACE = "a long word of hers", "another long word"


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


class Shared:
    """A shared desk with two graders."""

    def __init__(self, folder: ClassFolder) -> None:
        self.folder = folder
        self.graders = Graders(folder.root)
        self.graders.add("Ada", ADA, "1/2")
        self.graders.add("Grace Hopper", GRACE, "2/2")
        self.clock = Clock()
        self.application = desk_application(Book(folder), LoginDoor(ORIGIN, self.graders, self.clock))

    def browser(self) -> TestClient:
        """Return a browser that has not logged in."""
        return TestClient(self.application, ORIGIN, follow_redirects=False, headers={"Origin": ORIGIN})

    def logged_in(self, name: str, password: str) -> TestClient:
        """Return the browser of a grader."""
        browser = self.browser()
        answer = browser.post("/login", data={"name": name, "password": password, "here": "/"})
        assert answer.status_code == 303
        return browser


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as weakly as argon2 can, because strength is not what is tested."""
    cheap = type(graders_file.HASHER)(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(graders_file, "HASHER", cheap)


@pytest.fixture
def shared(folder: ClassFolder) -> Shared:
    """A shared desk."""
    return Shared(folder)


def test_each_grader_decides_under_their_own_name(shared: Shared) -> None:
    """With a part of the class of their own; the log says who decided what."""
    ada, grace = shared.logged_in("ada", ADA), shared.logged_in("Grace  Hopper", GRACE)
    students = [one for one in Book(shared.folder).now().students if one.report and not one.report.problem]
    for browser, student, points in ((ada, students[0], "3"), (grace, students[1], "5")):
        fields = {"student": student.ref, "item": BY_HAND, "points": points, "here": "/"}
        assert browser.post("/decide", data=fields).status_code == 303
    pages = ada.get("/").text, grace.get("/").text

    assert [(one.by, one.points) for one in DecisionLog(shared.folder.root).entries()] == [
        ("Ada", 3),
        ("Grace Hopper", 5),
    ]
    assert "You are Ada." in pages[0] and "my part, 1/2" in pages[0]
    assert "You are Grace Hopper." in pages[1] and "my part, 2/2" in pages[1]


def test_cookie_is_read_by_no_script_and_sent_over_tls_alone(shared: Shared) -> None:
    """And no other host of the domain can set it."""
    answer = shared.browser().post("/login", data={"name": "Ada", "password": ADA, "here": "/log"})
    cookie = answer.headers["set-cookie"]

    assert answer.headers["location"] == "/log"
    assert re.match(r"__Host-desk=[\w-]{43};", cookie)
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"))
    assert "Domain" not in cookie


@pytest.mark.parametrize("address", ["/", "/log?q=1", "/student/0/source", "/run", "/nowhere"])
def test_without_a_session_nothing_is_told(shared: Shared, address: str) -> None:
    """The log-in page remembers where somebody wanted to go."""
    browser = shared.browser()
    answer = browser.get(address)
    page = browser.get(answer.headers["location"]).text

    assert (answer.status_code, answer.text) == (303, "")
    assert f'name="here" value="{address}"' in page
    assert "Ada" not in page and "/publish" not in page


def test_form_without_a_session_changes_nothing_and_says_what_to_do(shared: Shared) -> None:
    """A session that ends while somebody writes must not lose the words."""
    browser = shared.browser()
    answer = browser.post("/decide", data={"item": BY_HAND, "points": "1"})

    assert answer.status_code == 403
    assert "Log in again in another tab" in answer.text
    assert DecisionLog(shared.folder.root).entries() == ()
    assert browser.get("/run/events").status_code == 403


@pytest.mark.parametrize(("name", "password"), [("Ada", GRACE), ("Ada", ""), ("Nobody", ADA), ("", ""), ("Ada\0", ADA)])
def test_wrong_password_and_unknown_name_look_alike(shared: Shared, name: str, password: str) -> None:
    """The page says that both do not belong together, and sets no cookie."""
    answer = shared.browser().post("/login", data={"name": name, "password": password, "here": "/"})

    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert "set-cookie" not in answer.headers


def test_many_wrong_passwords_close_that_name_for_minutes(shared: Shared) -> None:
    """Other graders and open sessions go on; afterwards the right password counts again."""
    before, browser = shared.logged_in("Ada", ADA), shared.browser()
    for _ in range(TRIES):
        browser.post("/login", data={"name": "Ada", "password": "guessed guessed"})
    closed = browser.post("/login", data={"name": "ADA", "password": ADA})
    other = shared.logged_in("Grace Hopper", GRACE)
    shared.clock.now = WITHIN_S + 1
    later = browser.post("/login", data={"name": "Ada", "password": ADA})

    assert closed.status_code == 429 and "Try again in 5 minutes" in closed.text
    assert before.get("/").status_code == other.get("/").status_code == 200
    assert later.status_code == 303


def test_session_ends_by_time_log_out_new_password_and_removal(shared: Shared) -> None:
    """At once, on a desk that is being served."""
    browsers = [shared.logged_in("Ada", ADA) for _ in range(2)]
    grace = shared.logged_in("Grace Hopper", GRACE)
    browsers[0].post("/logout")
    after_log_out = [one.get("/").status_code for one in browsers]
    shared.graders.add("Ada", "a new word of hers", "1/2")
    after_password = browsers[1].get("/").status_code
    while_there = grace.get("/").status_code
    shared.graders.remove("Grace Hopper")
    after_removal = grace.get("/").status_code
    again = shared.logged_in("Ada", "a new word of hers")
    shared.clock.now = SESSION_S + 1

    assert (after_log_out, after_password) == ([303, 200], 303)
    assert (while_there, after_removal) == (200, 303)
    assert again.get("/").status_code == 303


def test_host_and_origin_are_those_of_the_shared_address_alone(shared: Shared) -> None:
    """Neither the address behind the proxy nor another name opens it."""
    ada = shared.logged_in("Ada", ADA)

    assert ada.get("/", headers={"Host": "127.0.0.1:8899"}).status_code == 421
    assert ada.get("/", headers={"Host": "desk.example.edu.evil.example"}).status_code == 421
    for origin in ("null", "http://desk.example.edu", "https://desk.example.edu:8443", "https://evil.example"):
        assert ada.post("/names", data={"names": "hidden"}, headers={"Origin": origin}).status_code == 403
    assert shared.browser().post("/login", data={"name": "Ada"}, headers={"Origin": "null"}).status_code == 403


@pytest.mark.parametrize("here", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_log_in_leads_nowhere_else(shared: Shared, here: str) -> None:
    """Whatever a link to the log-in page says."""
    page = shared.browser().get("/login", params={"here": here}).text
    answer = shared.browser().post("/login", data={"name": "Ada", "password": ADA, "here": here})

    assert 'name="here" value="/"' in page
    assert answer.headers["location"] == "/"


def test_shared_desk_takes_no_path_of_its_machine(shared: Shared) -> None:
    """People elsewhere could otherwise have any file graded, and read it."""
    ada = shared.logged_in("Ada", ADA)
    answer = ada.post("/run", data={"what": "class", "export": "/etc"})

    assert 'name="export"' not in ada.get("/run").text
    assert answer.status_code == 422 and "Name the export" in answer.text


def test_file_of_graders_holds_hashes_that_only_its_owner_reads(shared: Shared) -> None:
    """Salted, by argon2."""
    path = shared.folder.root / FILE
    text = path.read_text()

    assert path.stat().st_mode & 0o777 == 0o600
    assert ADA not in text and text.count("$argon2id$") == 2
    assert [one.part for one in Graders(shared.folder.root).all().values()] == ["1/2", "2/2"]


@pytest.mark.parametrize(
    ("password", "says"),
    [("short", "has 5 characters"), ("a" * 12, "different"), ("Ada Lovelace 1815", "holds the name")],
)
def test_password_that_can_be_guessed_is_refused(password: str, says: str) -> None:
    """A drawn one is always taken."""
    with pytest.raises(UnusableInput, match=says):
        check_password("Ada Lovelace", password)
    check_password("Ada Lovelace", new_password())


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "Ada\x1b[31m", "\u202eadA"])
def test_name_that_nobody_can_read_is_refused(folder: ClassFolder, name: str) -> None:
    """It would stand on students' pages."""
    with pytest.raises(UnusableInput, match="printable"):
        Graders(folder.root).add(name, ADA, "1/1")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Desk.Example.edu/", "https://desk.example.edu"),
        ("https://desk.example.edu:443", "https://desk.example.edu"),
        ("https://desk.example.edu:8443", "https://desk.example.edu:8443"),
        ("http://localhost:8899", "http://localhost:8899"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_origin_is_written_as_browsers_do(url: str, origin: str) -> None:
    """Otherwise every form would be refused."""
    assert shared_origin(url) == origin


@pytest.mark.parametrize(
    "url",
    [
        "desk.example.edu",
        "ftp://x",
        "https://",
        "https://a/b",
        "https://a?b",
        "https://u@a",
        "https://a:b",
        "https://ü.example",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    """With an example."""
    with pytest.raises(UnusableInput, match=r"https://desk\.example\.edu"):
        shared_origin(url)


def test_passwords_without_tls_are_refused() -> None:
    """Except on this machine itself."""
    with pytest.raises(UnusableInput, match="could read the passwords"):
        shared_origin("http://desk.example.edu")


def test_sharing_without_graders_is_refused(folder: ClassFolder) -> None:
    """Nobody could log in."""
    with pytest.raises(UnusableInput, match="graders add"):
        serve_desk(folder, Visitor("Ada"), Listen(share=ORIGIN), False, print)


def test_graders_are_added_listed_and_removed_at_the_terminal(folder: ClassFolder) -> None:
    """A drawn password is printed once; a mistake is an error with advice."""
    root = str(folder.root)

    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        done = CliRunner().invoke(cli, ["graders", *arguments], input=typed)
        return done.exit_code, done.stdout, str(done.exception or "")

    drawn = run("add", root, "Ada", "--part", "1/2")[1].strip()
    asked = run("add", root, "Grace", "--ask", typed=f"{GRACE}\n{GRACE}\n")
    weak = run("add", root, "Eve", "--ask", typed="eve\neve\n")
    listed = run("list", root)[1]
    run("remove", root, "grace")

    assert Graders(folder.root).check("ada", drawn) is not None
    assert asked[0] == 0 and listed == "Ada\t1/2\nGrace\t1/1\n"
    assert "has 3 characters" in weak[2]
    assert run("list", root)[1] == "Ada\t1/2\n"
    assert "there is no grader 'Grace'" in run("remove", root, "Grace")[2]


def test_each_has_a_name_and_a_part_of_their_own(tmp_path: Path) -> None:
    """So the options for one person are refused."""
    done = CliRunner().invoke(cli, ["desk", str(tmp_path), "--share", ORIGIN, "--part", "1/2"])

    assert "leave out --grader and --part" in str(done.exception)
    assert desk_folder(tmp_path).root == tmp_path


@pytest.mark.parametrize("damage", ["{", '{"graders": [{"name": "Ada", "hashed": "x", "part": "3/2"}]}'])
def test_damaged_list_of_graders_is_told_and_nobody_comes_in(folder: ClassFolder, damage: str) -> None:
    """What, where, and what to do, without a path of this machine; once it is mended, the session goes on."""
    shared = Shared(folder)
    browser = shared.logged_in("Ada", ADA)
    path = folder.root / FILE
    whole = path.read_bytes()
    path.write_text(damage)
    answers = [browser.get("/"), browser.get("/login"), shared.browser().post("/login", data={"name": "Ada"})]
    path.write_bytes(whole)

    assert {one.status_code for one in answers} <= {500, 503}
    for one in answers:
        assert "graders.json, in the class's folder: " in one.text and "graders add DIR NAME" in one.text
        assert str(folder.root) not in one.text
    assert browser.get("/").status_code == 200
