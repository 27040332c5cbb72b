"""What a mock's control API may answer: its journal page by page, and what is no mock at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pacsimile_contract.errors import CannotTell, Unreachable, UsageError
from pacsimile_contract.evidence.exchange import Answer
from pacsimile_contract.provider import mock_worlds
from pacsimile_contract.provider.mock_journal import MOST_PAGES, read_journal
from pacsimile_contract.provider.mock_worlds import Mock, MockGone, mock_at
from pacsimile_contract.run.run import Run
from pacsimile_contract.target.model import States, Target

URL = "http://127.0.0.1:9"
JOURNAL = URL + "/_mock/worlds/w/journal"


def answer(document: Any, status: int = 200) -> Answer:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Answer(status, (), content, content)


@pytest.fixture
def run() -> Iterator[Run]:
    """A run whose transport answers what a test wants."""
    made = Run(Target(URL, URL, {}, states=States(token="t")))
    yield made
    made.close()


def test_a_journal_is_read_to_its_last_page(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page names the next; the name is quoted."""
    pages = {
        f"{JOURNAL}?limit=1000": {"entries": [{"number": 1}], "next": "a&b"},
        f"{JOURNAL}?limit=1000&after=a%26b": {"entries": [{"number": 2}], "next": None},
    }
    monkeypatch.setattr(run.transport, "call_state_url", lambda method, url, *_: answer(pages[url]))
    assert read_journal(run.transport, JOURNAL) == [{"number": 1}, {"number": 2}]


@pytest.mark.parametrize(
    "page",
    [answer({"entries": []}, 401), answer({}), answer({"entries": 1}), answer([]), answer(b"{")],
)
def test_a_journal_that_cannot_be_read_says_so(run: Run, monkeypatch: pytest.MonkeyPatch, page: Answer) -> None:
    """Nothing is concluded from a part of it."""
    monkeypatch.setattr(run.transport, "call_state_url", lambda *_: page)
    with pytest.raises(CannotTell, match=f"the mock's journal answered {page.status}"):
        read_journal(run.transport, JOURNAL)


def test_a_journal_without_an_end_is_left(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """After many pages."""
    asked = list[str]()
    page = answer({"entries": [], "next": "x"})
    monkeypatch.setattr(run.transport, "call_state_url", lambda method, url, *_: [asked.append(url), page][1])
    with pytest.raises(CannotTell, match="no last page"):
        read_journal(run.transport, JOURNAL)
    assert len(asked) == MOST_PAGES


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (answer({}, 401), "refuses the control token (401); see --control-token"),
        (answer({"detail": "no such world"}, 404), "is not a pacsimile mock with a control API (404 no such world)"),
        (answer(b"<html>"), "is not a pacsimile mock with a control API (200)"),
        (CannotTell("connection refused"), "connection refused; is the mock running?"),
    ],
)
def test_what_is_no_control_api(said: Answer | Exception, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever started the run is told what answers there, and what to do."""

    def send(*_: object) -> Answer:
        if isinstance(said, Exception):
            raise said
        return said

    monkeypatch.setattr(mock_worlds, "send_json", send)
    mock, target = Mock(URL, "t"), Target(URL, URL, {}, states=States(url=f"{URL}/_mock/worlds/w/states"))
    with pytest.raises(UsageError) as raised:
        mock.submit(target, [])
    assert words in str(raised.value)
    mock.close()


@pytest.mark.parametrize(
    ("error", "gone"),
    [
        (Unreachable("no answer (refused)"), True),
        (CannotTell("no answer (timeout)"), False),
        (CannotTell("no answer (closed)"), False),
    ],
)
def test_a_mock_that_answers_late_is_not_gone(
    error: CannotTell, gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Only one that nobody can connect to is: the next call may be answered."""

    def send(*_: object) -> Answer:
        raise error

    monkeypatch.setattr(mock_worlds, "send_json", send)
    mock = Mock(URL, "t")
    with pytest.raises(UsageError) as raised, mock.world():
        pass
    assert isinstance(raised.value, MockGone) == gone
    mock.close()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (answer({}, 404), "is not a pacsimile mock: /_mock/health answers 404 (no media type)"),
        (answer({"status": "up"}), "is not a pacsimile mock: /_mock/health answers 200"),
        (CannotTell("connection refused"), "is a mock running there? Start one with `pacsimile serve`"),
    ],
)
def test_what_is_no_mock(said: Answer | Exception, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for its health before a token is looked for."""

    def send(*_: object) -> Answer:
        if isinstance(said, Exception):
            raise said
        return said

    monkeypatch.setattr(mock_worlds, "send_json", send)
    with pytest.raises(UsageError) as raised:
        mock_at(URL, None)
    assert words in str(raised.value)


def test_an_organization_more_has_a_client_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything in it was made for the run."""
    client = {"client_id": "c", "client_secret": "s", "organization_id": "org-b"}
    monkeypatch.setattr(mock_worlds, "send_json", lambda *_: answer({"client": client}, 201))
    mock, target = Mock(URL, "t"), Target(URL, URL, {}, states=States(url=f"{URL}/_mock/worlds/w/states"))
    (made,) = mock.add_organization(target).clients.values()
    assert (made.client_id, made.organization_id, made.owned) == ("c", "org-b", True)
    mock.close()


def test_a_world_that_cannot_be_deleted_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was judged in it stands. Before, a run that had failed a MUST ended as wrong usage."""
    made = {
        "world": "w", "base_url": URL + "/w/w", "oauth2_endpoint": URL + "/w/w/oauth2", "states_url": URL + "/states",
        "clients": [{"client_id": "a", "client_secret": "b", "organization_id": "org-a"}],
    }  # fmt: skip

    def send(wire: object, method: str, *_: object) -> Answer:
        if method == "DELETE":
            raise Unreachable("no answer (refused)")
        return answer(made, 201)

    monkeypatch.setattr(mock_worlds, "send_json", send)
    mock = Mock(URL, "token")
    with mock.world() as target:
        assert target.base_url == URL + "/w/w"
    mock.close()
