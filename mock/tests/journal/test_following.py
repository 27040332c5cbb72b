"""Following a journal that several processes write."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from mock.tests.helpers.databases import KINDS, Databases
from mock.tests.helpers.served import PATIENCE, Served, serving
from mock.tests.helpers.sharing import serving as sharing
from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.journal import follower_limit
from pacsimile_mock.journal.poller import DatabaseFollower
from pacsimile_mock.journal.query import JournalQuery
from pacsimile_mock.storage.database.journal import SqlJournalStore

CALLS = 24


def follow(served: Served, query: str = "") -> requests.Response:
    """Follow the default world."""
    headers = {"Authorization": f"Bearer {served.line['control_token']}"}
    url = f"{served.line['control_url']}/worlds/default/journal/follow{query}"
    return requests.get(url, headers=headers, stream=True, timeout=PATIENCE)


@pytest.mark.parametrize("kind", KINDS)
def test_calls_of_all_workers_are_followed_in_order(kind: str, tmp_path: Path, databases: Databases) -> None:
    """Whichever worker answers, each call comes once, by its number; and an open stream does not hold up the end."""
    with serving(tmp_path, "--database", databases.empty(kind), "--workers", "2") as served:
        with follow(served, "?operation=getStatus") as following:
            lines = following.iter_lines()
            assert next(lines).startswith(b":")
            path = f"/status?order_id=NO-SUCH&organizationId={served.organization_id}"
            token = {"Authorization": f"Bearer {served.token}"}
            with ThreadPoolExecutor(4) as pool:  # a connection of its own for each: the workers share them
                asked = [pool.submit(served.call, "GET", path, token) for _ in range(CALLS)]
            ids = {one.result().headers["x-request-id"] for one in asked}
            told = [json.loads(next(line for line in lines if line.startswith(b"data:"))[5:]) for _ in range(CALLS)]
        assert {one["request_id"] for one in told} == ids
        numbers = [one["number"] for one in told]
        assert numbers == list(range(numbers[0], numbers[0] + CALLS))
        with follow(served):
            assert served.stop() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_another_worker_answers_is_followed(
    kind: str, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a clearing and an outage too; what was dropped before it was read is counted."""
    with sharing(databases.empty(kind)) as (one, other):
        store = one.world.journal.store
        assert isinstance(store, SqlJournalStore)

        async def scene() -> list[tuple[int, int]]:
            events = DatabaseFollower(store, JournalQuery(operation=None, status=range(404, 405))).events(
                asyncio.Event().wait()
            )
            assert (await anext(events)).startswith(b":")
            waiting = asyncio.ensure_future(anext(events))
            monkeypatch.setattr(store, "after", unavailable_once(store))
            other.call("GET", "/nowhere")
            first = await asyncio.wait_for(waiting, PATIENCE)
            other.call("GET", "/status")  # a 401, which is not asked about
            one.world.journal.store.clear()
            one.call("GET", "/nowhere")
            second = await asyncio.wait_for(anext(events), PATIENCE)
            await events.aclose()
            return [told(event) for event in (first, second)]

        assert asyncio.run(scene()) == [(1, 0), (3, 1)]


def told(event: bytes) -> tuple[int, int]:
    """The number of an event's entry, and how many were lost before it."""
    content = json.loads(event.split(b"data: ")[1])
    return content["number"], content["lost_before"]


def unavailable_once(store: SqlJournalStore) -> object:
    """Return the method `after`, which fails once."""
    real, refused = store.after, list[int]()

    def after(number: int, most: int) -> object:
        if not refused:
            refused.append(number)
            raise Unavailable("gone for a moment")
        return real(number, most)

    return after


def follow_without_reading(served: Served, query: str = "") -> socket.socket:
    """Follow the default world over a connection of which the system keeps little."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    connection.settimeout(PATIENCE)
    connection.connect(served.address)
    path = f"{urlsplit(served.line['control_url']).path}/worlds/default/journal/follow{query}"
    token = f"Authorization: Bearer {served.line['control_token']}"
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{token}\r\n\r\n".encode())
    assert connection.recv(12) == b"HTTP/1.1 200"
    return connection


def test_who_does_not_read_is_told_what_was_lost(tmp_path: Path) -> None:
    """Nothing is kept beyond the bound, not by the HTTP server inside either; and so many may follow, but no more."""
    query, calls = "&".join(f"{n}=" + "x" * 200 for n in range(50)), 300
    with serving(tmp_path) as served, ExitStack() as held:
        stalled = held.enter_context(follow_without_reading(served))
        for _ in range(follower_limit.MOST_FOLLOWERS - 1):
            held.enter_context(follow_without_reading(served, "?operation=getToken"))
        refused = held.enter_context(follow(served))
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        calling = held.enter_context(closing(http.client.HTTPConnection(*served.address, timeout=PATIENCE)))
        for _ in range(calls):
            calling.request("GET", f"/nothing?{query}")
            calling.getresponse().read()
        events = [json.loads(line[5:]) for line in until(stalled, calls)]
        assert sum(one["lost_before"] for one in events) + len(events) == calls
        assert len(events) < calls


def until(connection: socket.socket, last: int) -> list[bytes]:
    """Read events until that of this number."""
    lines: list[bytes] = []
    with connection.makefile("rb") as stream:
        while not lines or json.loads(lines[-1][5:])["number"] < last:
            line = stream.readline()
            assert line
            lines += [line] if line.startswith(b"data:") else []
    return lines
