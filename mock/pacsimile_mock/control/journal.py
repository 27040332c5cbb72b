"""Handles calls that query, follow, count, clear or verify a world's journal, and the metrics."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from flask import Response, request

from pacsimile_mock.control import call_filters, http, paging
from pacsimile_mock.control.call_filters import CALL, FIELDS
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control_errors import ControlError, bad_request, not_found
from pacsimile_mock.control_params import Params
from pacsimile_mock.exchange import STREAM, WIRE
from pacsimile_mock.journal.expectations import Expectation, judge
from pacsimile_mock.journal.follower import MemoryFollower
from pacsimile_mock.journal.follower_limit import LimitedSource
from pacsimile_mock.journal.observation import client_calls
from pacsimile_mock.journal.poller import DatabaseFollower
from pacsimile_mock.journal.query import describe, find_calls
from pacsimile_mock.journal.store import BOUND
from pacsimile_mock.worlds.world import World

MOST = 10_000_000


LONGEST_NUMBER = 19
"""Digits of a number that no call has."""
ORDERS = ("oldest", "newest")


@paging.takes(*FIELDS, "order", *paging.PAGE)
def query(state: ServerState, world: World) -> tuple[int, Any]:
    """List the calls that match the filters, oldest or newest first."""
    wanted = paging.filters()
    order = Params({"order": wanted.pop("order", "oldest")}, ("order",)).one_of("order", ORDERS)
    result = find_calls(world.journal.store, call_filters.read(world, wanted, call_filters.status_of(wanted)))
    entries = result.entries if order == "oldest" else result.entries[::-1]
    status, content = paging.page(entries, lambda entry: str(entry.number), "entries", describe)
    return status, {"count": result.count, "complete": result.complete, **content}


def show(state: ServerState, world: World, entry: str) -> tuple[int, Any]:
    """Show a call by its number, or by the request id that its answer had (`X-Request-Id`)."""
    kept = world.journal.store.entries()
    call = next((each for each in reversed(kept) if entry in (str(each.number), each.request_id)), None)
    if call is None:
        raise not_found(f"the journal keeps no call {entry[:100]!r}: give a number or a request id that it lists")
    return 200, describe(call)


@paging.takes(*CALL)
def follow(state: ServerState, world: World) -> Response:
    """Send calls as server-sent events while they happen, filtered as a query is."""
    wanted = paging.filters()
    journal, match = world.journal, call_filters.read(world, wanted, call_filters.status_of(wanted))
    if not request.environ.get(WIRE):
        raise ControlError(
            501, "needs-a-connection", "calls can be followed over a connection only: see `pacsimile serve`"
        )
    limit = state.followers
    if not limit.acquire():
        raise ControlError(503, "too-many-followers", f"{limit.most} follow journals already: end one, or ask again")
    source = DatabaseFollower(journal.store, match) if journal.store.shared else MemoryFollower(journal, match)
    request.environ[STREAM] = LimitedSource(source, limit)
    return http.response_of(200, b"", "text/event-stream")


def counters(state: ServerState, world: World) -> tuple[int, Any]:
    """Count the calls by operation, status and client, dropped entries included."""
    totals = world.journal.store.counters()
    rows = [{**key._asdict(), "count": number} for key, number in totals.items()]
    return 200, {"total": sum(totals.values()), "counters": rows}


def advice(state: ServerState, world: World) -> tuple[int, Any]:
    """Say what the clients did wrong since the last reset, by the entries that are kept."""
    from pacsimile_advice.presentation import of_record

    store = world.journal.store
    behind = store.behind
    kept = () if behind else store.entries()  # the missing calls are the latest, so none comes after them
    complete = not store.shortened and not behind  # numbers tell of calls that were dropped
    return 200, of_record(client_calls(kept), complete=complete, resets=world.journal.resets)


@paging.takes("after")
def lines(state: ServerState, world: World) -> Response:
    """Send the entries that are kept, or those after a number, with what advice needs, as a line of JSON each."""
    store = world.journal.store
    entries = store.after(_number(), BOUND) if "after" in request.args else store.entries()
    body = b"".join(orjson.dumps(asdict(entry), option=orjson.OPT_APPEND_NEWLINE) for entry in entries)
    return http.response_of(200, body, "application/jsonl")


def _number() -> int:
    text = request.args["after"]
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER):
        raise bad_request(f"'after' must be the number of a call, not {text[:100]!r}")
    return int(text)


def clear(state: ServerState, world: World) -> tuple[int, Any]:
    """Drop all entries, and reset the counters; numbers continue."""
    world.journal.store.clear()
    return 204, None


def verify(state: ServerState, world: World) -> tuple[int, Any]:
    """Judge `{"expectations": [{"operation", ..., "exactly" | "at_least" | "at_most": n}]}`."""
    expectations = Params(http.body(), ("expectations",)).objects("expectations")
    if not expectations:
        raise bad_request("'expectations' is empty, which no call could fail: give at least one")
    verdicts = [judge(world.journal.store, _expectation(expectation, world)) for expectation in expectations]
    return 200, {"met": all(verdict["met"] for verdict in verdicts), "expectations": verdicts}


def _expectation(content: object, world: World) -> Expectation:
    params = Params(content, (*FIELDS, "parameters", "exactly", "at_least", "at_most"))
    texts = {name: params.text(name) for name in FIELDS if name in params and name != "status"}
    status = _status(params) if "status" in params else None
    match = call_filters.read(world, texts, status, params.texts("parameters"))
    if "exactly" in params:
        if "at_least" in params or "at_most" in params:
            raise bad_request("give 'exactly' alone, or 'at_least' and 'at_most'")
        number = params.integer("exactly", 0, MOST)
        return Expectation(match, number, number)
    least = params.integer("at_least", 0, MOST) if "at_least" in params else None
    most = params.integer("at_most", 0, MOST) if "at_most" in params else None
    if least is not None and most is not None and least > most:
        raise bad_request(f"'at_least' {least} is more than 'at_most' {most}: no number of calls is both")
    if least == 0 and most is None:
        raise bad_request("'at_least' 0 is met by any number of calls: give 1 or more, or 'exactly' 0 for none")
    return Expectation(match, 1 if least is None and most is None else least, most)


def _status(params: Params) -> range:
    status = params.integer("status", 100, 599)
    return range(status, status + 1)


def metrics(state: ServerState) -> Response:
    """Return the metrics in Prometheus' text format."""
    from pacsimile_mock.journal.metrics import CONTENT_TYPE, exposition

    return http.response_of(200, exposition(state.worlds), CONTENT_TYPE)
