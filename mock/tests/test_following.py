"""Following a journal that several processes write."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from databases import KINDS, Databases
from served import PATIENCE, Served, serving
from sharing import serving as sharing

from pacsimile_mock.database.errors import Unavailable
from pacsimile_mock.database.keeper import SqlKeeper
from pacsimile_mock.journal.poller import Poller
from pacsimile_mock.journal.query import Match

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
        keeper = one.world.journal.keeper
        assert isinstance(keeper, SqlKeeper)

        async def scene() -> list[tuple[int, int]]:
            events = Poller(keeper, Match(operation=None, status=404)).events(asyncio.Event().wait())
            assert (await anext(events)).startswith(b":")
            waiting = asyncio.ensure_future(anext(events))
            monkeypatch.setattr(keeper, "after", unavailable_once(keeper))
            other.call("GET", "/nowhere")
            first = await asyncio.wait_for(waiting, PATIENCE)
            other.call("GET", "/status")  # a 401, which is not asked about
            one.world.journal.keeper.clear()
            one.call("GET", "/nowhere")
            second = await asyncio.wait_for(anext(events), PATIENCE)
            await events.aclose()
            return [told(event) for event in (first, second)]

        assert asyncio.run(scene()) == [(1, 0), (3, 1)]


def told(event: bytes) -> tuple[int, int]:
    """The number of an event's entry, and how many were lost before it."""
    content = json.loads(event.split(b"data: ")[1])
    return content["number"], content["lost_before"]


def unavailable_once(keeper: SqlKeeper) -> object:
    """What the keeper does, but for the first time."""
    real, refused = keeper.after, list[int]()

    def after(number: int, most: int) -> object:
        if not refused:
            refused.append(number)
            raise Unavailable("gone for a moment")
        return real(number, most)

    return after
