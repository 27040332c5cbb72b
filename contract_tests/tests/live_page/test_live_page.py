"""The page beside a proxy: who sees it, what is on it, and that nothing on it can do anything."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from contract_tests.tests.helpers.small_run import CALLS, HOSTILE, call
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.live_page import board as boards
from pacsimile_contract.live_page.access import Access
from pacsimile_contract.live_page.board import Board
from pacsimile_contract.live_page.server import HEADERS, PageServer
from pacsimile_contract.redaction.redactor import Redactor


@pytest.fixture
def board() -> Board:
    """Return a board with the calls of the small run."""
    redactor = Redactor("salt")
    redactor.add_secret("the-token-sent", "$TOKEN")
    redactor.add_identifiers([("order", "ORD-OLD")], harmless=False)
    made = Board("https://api.example", redactor, compares=True)
    for exchange in CALLS:
        made.add_call(exchange)
    return made


@pytest.fixture
def server(board: Board) -> Iterator[PageServer]:
    """Serve it."""
    with closing(PageServer(board)) as made:
        made.start()
        yield made


class Browser:
    """Asks a page server, and keeps its cookie."""

    def __init__(self, server: PageServer) -> None:
        self._address = urlsplit(server.url).netloc
        self.cookie: str | None = None
        self.headers: dict[str, str] = {}

    def get(self, path: str, *, host: str | None = None, method: str = "GET") -> tuple[int, str]:
        """Return status and text."""
        headers = {"Host": host or self._address, **({"Cookie": self.cookie} if self.cookie else {})}
        with closing(http.client.HTTPConnection(self._address, timeout=10)) as connection:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            self.headers = dict(answer.headers.items())
            if "Set-Cookie" in self.headers:
                self.cookie = self.headers["Set-Cookie"].partition(";")[0]
            return answer.status, answer.read().decode()


@pytest.fixture
def visitor(server: PageServer) -> Browser:
    """Return a browser that opened the printed link."""
    browser = Browser(server)
    assert browser.get(server.link.removeprefix(server.url)) == (303, "")
    return browser


def test_a_stranger_sees_nothing(server: PageServer) -> None:
    """No page without the link's code, and none with another code; the code leaves the address."""
    browser = Browser(server)
    for path in ("/", "/update", "/calls/1", "/nowhere", "/sign-in", "/sign-in?code=wrong", "/sign-in?code=%FF"):
        status, text = browser.get(path)
        assert (status, "api.example" in text) == (403, False)
    assert browser.cookie is None
    browser.get(server.link.removeprefix(server.url))
    assert browser.headers["Location"] == "/"
    assert re.search("HttpOnly; SameSite=Strict; Path=/$", browser.headers["Set-Cookie"])


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", "[::1]"])
def test_another_name_is_refused(host: str, server: PageServer, visitor: Browser) -> None:
    """A page of another site whose name was led here gets nothing, even with the cookie."""
    port = server.url.rpartition(":")[2]
    assert visitor.get("/", host=host.format(port=port))[0] == 421
    assert visitor.get("/", host=f"localhost:{port}")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "<script>"])
def test_nothing_can_be_changed(method: str, visitor: Browser) -> None:
    """Only GET is answered, and what was asked instead is not repeated."""
    status, text = visitor.get("/", method=method)
    assert (status, method in text) == (501, False)
    assert visitor.headers["X-Content-Type-Options"] == "nosniff"


def test_every_answer_forbids_scripts_and_frames(visitor: Browser) -> None:
    """Each answer has the policy, and no page has a script or style of its own within it."""
    for path in ("/", "/calls/2", "/update", "/nowhere", "/assets/live.js", "/assets/page.css", "/assets/../access.py"):
        _, text = visitor.get(path)
        assert {name: visitor.headers[name] for name, _ in HEADERS} == dict(HEADERS)
        assert not re.search(r"<script(?! src=\"/assets/)|<style| style=| on\w+=", text) or path.endswith(
            (".js", ".css")
        )


def test_calls_are_listed_and_opened_redacted(visitor: Browser) -> None:
    """The newest call is first; what may not be written in a report is not on a page either."""
    _, text = visitor.get("/")
    assert re.findall('data-number="([0-9]+)"', text) == ["5", "4", "3", "2", "1"]
    assert ("timeout" in text, "404 application/problem+json" in text) == (True, True)
    for number in range(1, 6):
        status, opened = visitor.get(f"/calls/{number}")
        assert status == 200
        text += opened
    assert not any(secret in text for secret in ("Jane", "the-token-sent", "ORD-OLD"))
    assert visitor.get("/calls/6")[0] == visitor.get("/calls/x")[0] == 404


def test_a_hostile_call_is_shown_letter_by_letter(board: Board, visitor: Browser) -> None:
    """Neither its address nor its answer becomes a part of the page, in the list or opened."""
    board.redactor.all_synthetic = True
    hostile = call(6, "getStatus", f"/status?order_id={HOSTILE}", 200, {HOSTILE: HOSTILE}, X_Request_Id=HOSTILE)
    board.add_call(hostile)
    for path in ("/", "/update?after=5&version=0", "/calls/6"):
        status, text = visitor.get(path)
        assert (status, "<script>alert" in text, "\u202e" in text, "\x1b" in text) == (200, False, False, False)
        assert "&lt;script&gt;alert(1)" in text


def test_what_is_wrong_is_beside_its_calls(board: Board, visitor: Browser) -> None:
    """A finding, a mistake and a difference stand above the calls, and mark them."""
    board.add_finding(Verdict.FAIL, "STATUS-2 the newest", "ORD-NEW", HOSTILE, (2, 3))
    board.add_mistake("ADVICE-POLLING: too fast", "asked again at once", "wait", (3,))
    board.add_difference("listReports: member `<b>`", "not there", "always there", 5)
    _, text = visitor.get("/")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    marks = dict(re.findall(r'data-number="([0-9]+)".*?<td data-marks>(.*?)</td>', text))
    found = {number: re.findall(">([A-Z]+)<", shown) for number, shown in marks.items()}
    assert found == {"5": ["DRIFT"], "4": [], "3": ["FAIL", "CLIENT"], "2": ["FAIL"], "1": []}
    _, opened = visitor.get("/calls/3")
    assert ("STATUS-2" in opened, "ADVICE-POLLING" in opened, "DRIFT" in opened) == (True, True, False)


def test_an_update_has_what_is_new(board: Board, visitor: Browser) -> None:
    """Only newer calls; where there is a new finding, all of them, since it marks older ones."""
    _, text = visitor.get("/update?after=4&version=0")
    assert (re.findall('data-number="([0-9]+)"', text), "data-whole" in text) == (["5"], False)
    board.add_mistake("ADVICE-POLLING", "", "", (1,))
    _, text = visitor.get("/update?after=4&version=0")
    assert (len(re.findall("data-number=", text)), "data-whole" in text) == (5, True)
    board.set_state("The proxy has ended.")
    assert "The proxy has ended." in visitor.get("/update?after=5&version=1")[1]


def test_old_calls_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy may run for days: so many calls and findings are kept, and the page says how many there were."""
    monkeypatch.setattr(boards, "MOST_CALLS", 3)
    monkeypatch.setattr(boards, "MOST_NOTES", 2)
    made = Board("https://api.example", Redactor("salt"))
    for number in range(1, 6):
        made.add_call(call(number, "getStatus", "/status", 200, {}))
        made.add_difference(f"d{number}", "", "", number)
    shown = made.snapshot(200)
    assert ([row.number for row in shown.rows], shown.total, len(shown.differences)) == ([5, 4, 3], 5, 2)
    assert made.call(2) is None


def test_the_oldest_browser_is_signed_out() -> None:
    """Sessions are few, and a cookie that is none signs nobody in."""
    access = Access()
    cookies = [str(access.sign_in(access.code)).partition(";")[0] for _ in range(21)]
    assert [access.is_signed_in(cookie) for cookie in (cookies[0], cookies[1], cookies[20])] == [False, True, True]
    assert not any(map(access.is_signed_in, (None, "", f"{access.cookie}=", f"{access.cookie}=x", "\x00=;;")))
