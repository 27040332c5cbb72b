"""The console's stream of calls, its forms without a page of their own, and what it says where something is amiss."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client

from mock.tests.helpers.console_browser import Console
from pacsimile_mock.console import access
from pacsimile_mock.control.guard import BODY_CAP, FORM_CAP, allowance
from pacsimile_mock.database_errors import Unavailable, WorldEnded
from pacsimile_mock.exchange import STREAM, WIRE
from pacsimile_mock.serving.app import create_app
from pacsimile_mock.wsgi_calls import TOO_LARGE

STREAM_PATH = f"{access.HOME}/worlds/default/journal/stream"


def test_calls_are_followed_over_a_connection_alone(console: Console) -> None:
    """Where there is one, whoever holds it gets a source of events; the limit of followers counts it."""
    assert console.get("journal/stream").status_code == 501
    environs, application = list[Any](), create_app(console.state)
    http = Client(lambda environ, start: [environs.append(environ), application(environ, start)][1])
    http.get(f"{access.SIGN_IN}?code={access.code_of('c')}")
    answer = http.get(f"{STREAM_PATH}?after=3", environ_overrides={WIRE: True})
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    source = environs[-1][STREAM]
    limit = console.state.followers
    taken = 1
    while limit.acquire():
        taken += 1
    assert taken == limit.most
    assert "follow journals already" in console.http.get(STREAM_PATH, environ_overrides={WIRE: True}).text
    source.close()
    assert http.get(STREAM_PATH, environ_overrides={WIRE: True}).status_code == 200
    for _ in range(taken):
        limit.release()


def test_a_filter_that_cannot_be_read_follows_nothing(console: Console) -> None:
    """It says what a filter may be, and takes no place of the followers."""
    answer = console.http.get(f"{STREAM_PATH}?status=4x", environ_overrides={WIRE: True})
    assert answer.status_code == 400
    assert "or a class such as 4xx" in answer.text


def test_a_client_is_made_by_a_form(console: Console) -> None:
    """With the scopes that are ticked; what is refused is said on the page."""
    owner = next(iter(console.world.clients.values())).organization_id
    before = set(console.world.clients)
    made = console.post("default/clients", organization_id=owner, **{"scope status.read": "1"})
    assert made.status_code == 303
    (name,) = set(console.world.clients) - before
    assert tuple(console.world.clients[name].scopes) == ("status.read",)
    refused = console.post("default/clients", organization_id="no such organization")
    assert refused.status_code >= 400
    assert 'role="alert"' in refused.text


def test_faults_are_removed_by_a_form(console: Console) -> None:
    """One, or all at once."""
    token = {"Authorization": "Bearer c"}
    for _ in range(3):
        made = console.http.post("/_mock/worlds/default/faults", json={"effect": {"status": 503}}, headers=token)
        assert made.status_code == 201, made.text
    assert console.post(f"default/faults/{made.json['id']}/remove").status_code == 303
    assert len(console.http.get("/_mock/worlds/default/faults", headers=token).json["faults"]) == 2
    assert console.post("default/faults/clear").status_code == 303
    assert console.http.get("/_mock/worlds/default/faults", headers=token).json["faults"] == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"{access.HOME}/assets/unknown.js", 404),
        ("PUT", access.SIGN_IN, 405),
        ("GET", f"{access.HOME}/sign-out", 405),
        ("POST", f"{access.HOME}/sign-out", 303),
    ],
)
def test_what_there_is_without_signing_in(console: Console, method: str, path: str, status: int) -> None:
    """A stranger who signs out is told nothing else than anybody."""
    assert Client(create_app(console.state)).open(path, method=method).status_code == status


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (WorldEnded(), 404, ""),
        (Unavailable("disk is full"), 503, "disk is full: reload this page"),
        (KeyError(), 500, ""),
    ],
)
def test_what_goes_wrong_is_said_on_a_page(
    console: Console, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, words: str
) -> None:
    """With what to do next."""

    def fail(name: str) -> None:
        raise error

    monkeypatch.setattr(console.state.worlds, "find", fail)
    page = console.get("orders")
    assert page.status_code == status
    assert words in page.text


def test_a_form_may_be_as_large_as_its_page_says(console: Console) -> None:
    """Whoever sends it: its token is inside."""
    headers = {"HTTP_HOST": "localhost", "REQUEST_METHOD": "POST"}
    assert allowance({**headers, "PATH_INFO": f"{access.HOME}/worlds"}, console.state) == FORM_CAP
    token = {"HTTP_AUTHORIZATION": "Bearer c"}
    assert allowance({**headers, "PATH_INFO": "/_mock/worlds"}, console.state) == 0
    assert allowance({**headers, **token, "PATH_INFO": "/_mock/worlds"}, console.state) == BODY_CAP
    cookie = console.http.get_cookie(access.cookie_name("c"), path=access.HOME)
    assert cookie is not None
    large = console.http.post(f"{access.HOME}/worlds", environ_overrides={TOO_LARGE: True})
    assert large.status_code == 413
    assert f"{FORM_CAP >> 10} KiB" in large.text
