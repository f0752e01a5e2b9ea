"""Only the browser that opened the link comes in, and no page may load or run what is not ours."""

import pytest

from autograder.classroom.folder import ClassFolder
from tests.desk.client import ORIGIN, DeskClient

ELSEWHERE = ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)")
EVERY_PAGE = ("/", "/publish", "/log", "/help", "/item/TestReport.test_text")


@pytest.fixture
def stranger(folder: ClassFolder) -> DeskClient:
    """A desk whose link nobody has opened."""
    return DeskClient(folder, "Ada")


def test_link_is_changed_for_a_cookie_that_no_script_reads(stranger: DeskClient) -> None:
    """The address that stays in the history has no token."""
    answer = stranger.http.get(f"/log?token={stranger.place.token}&q=1")

    assert (answer.status_code, answer.headers["location"]) == (303, "/log?q=1")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert stranger.http.get("/log").status_code == 200


@pytest.mark.parametrize("address", [*EVERY_PAGE, "/static/", "/static/x", "/static/%2e%2e/log", "/nowhere"])
def test_without_the_cookie_nothing_is_told(stranger: DeskClient, address: str) -> None:
    """Not even the class's title."""
    answer = stranger.http.get(address)

    assert answer.status_code == 403
    assert answer.text == "Open the link that `run_autograder desk` has printed."
    assert stranger.http.get(f"{address}?token=wrong").status_code == 403


def test_foreign_name_that_leads_to_this_machine_is_refused(desk: DeskClient) -> None:
    """A page elsewhere could otherwise read everything, once its name resolves to 127.0.0.1."""
    assert desk.http.get("/", headers={"Host": "evil.example:8899"}).status_code == 421
    assert desk.http.get("/", headers={"Host": "127.0.0.1:9999"}).status_code == 421


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:9999"}])
def test_form_from_another_page_changes_nothing(desk: DeskClient, headers: dict[str, str]) -> None:
    """Also one that is served from another port of this machine."""
    one = desk.students()[0]
    fields = desk.fields(f"/grade/TestReport.test_text/{one.ref}", "/decide")
    answer = desk.http.post("/decide", data={**fields, "points": "8"}, headers=headers)

    assert answer.status_code == 403
    assert desk.log == ()


@pytest.mark.parametrize("address", [*EVERY_PAGE, "/nowhere", "/static/desk.css"])
def test_every_answer_forbids_what_is_not_ours(desk: DeskClient, address: str) -> None:
    """Scripts, styles, images and requests to elsewhere, frames, guesses of types, and caches."""
    headers = desk.http.get(address).headers
    policy = headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'; img-src data:;")
    assert "unsafe" not in policy
    assert "form-action 'self'; base-uri 'none'; frame-ancestors 'none'" in policy
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_pages_have_no_script_or_style_of_their_own(desk: DeskClient) -> None:
    """The policy would stop them."""
    one = desk.students()[0]
    for address in (*EVERY_PAGE, f"/student/{one.ref}", f"/grade/TestReport.test_text/{one.ref}"):
        page = desk.get(address)

        assert "<style" not in page and " style=" not in page
        assert page.count("<script") == page.count('<script src="/static/desk.js" defer></script>') == 1


@pytest.mark.parametrize("address", ELSEWHERE)
def test_form_leads_nowhere_else(desk: DeskClient, address: str) -> None:
    """Whatever address it names."""
    assert desk.post("/names", names="hidden", here=address) == "/"


def test_form_that_is_too_long_is_refused(desk: DeskClient) -> None:
    """Before all of it is read."""
    answer = desk.http.post("/decide", data={"comment": "x" * 70_000}, headers={"Origin": ORIGIN})

    assert answer.status_code == 413


def test_other_methods_are_refused(desk: DeskClient) -> None:
    """The desk reads and posts."""
    assert desk.http.request("DELETE", "/decide", headers={"Origin": ORIGIN}).status_code == 405
