"""The journal over the control API: asked, counted, checked against what was expected, exported as metrics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from pacsimile_mock.clock import Instant, as_instant
from pacsimile_mock.control import http, paging
from pacsimile_mock.control.errors import ControlError, bad_request
from pacsimile_mock.control.params import Params
from pacsimile_mock.control.times import parse_rfc3339
from pacsimile_mock.exchange import STREAM, WIRE
from pacsimile_mock.journal.expectations import Expectation, judge
from pacsimile_mock.journal.follower import Follower
from pacsimile_mock.journal.journal import Journal
from pacsimile_mock.journal.poller import Poller
from pacsimile_mock.journal.query import Match, ask, shown
from pacsimile_mock.server_state import ServerState

CALL = ("operation", "client_id", "status", "requirement", "method")
FIELDS = (*CALL, "since", "until")
MOST = 10_000_000
STATUS = re.compile("[1-5][0-9]{2}")


@paging.takes(*FIELDS, *paging.PAGE)
def query(state: ServerState, world: str) -> tuple[int, Any]:
    """List calls, oldest first, by operation, client, status, requirement, method and time."""
    keeper = http.world_of(state, world).journal.keeper
    wanted = paging.filters()
    found = ask(keeper, _match(wanted, _status(wanted)))
    status, content = paging.page(found.entries, lambda entry: str(entry.number), "entries", shown)
    return status, {"count": found.count, "complete": found.complete, **content}


@paging.takes(*CALL)
def follow(state: ServerState, world: str) -> Response:
    """Send calls as server-sent events while they come, narrowed as a query is."""
    wanted = paging.filters()
    journal, match = http.world_of(state, world).journal, _match(wanted, _status(wanted))
    if not request.environ.get(WIRE):
        raise ControlError(
            501, "needs-a-connection", "calls can be followed over a connection only: see `pacsimile serve`"
        )
    request.environ[STREAM] = Poller(journal.keeper, match) if journal.keeper.shared else Follower(journal, match)
    return http.written(200, b"", "text/event-stream")


def counters(state: ServerState, world: str) -> tuple[int, Any]:
    """Tell how many calls there were, by operation, status and client: dropped entries count too."""
    counted = http.world_of(state, world).journal.keeper.counters()
    rows = [{**key._asdict(), "count": number} for key, number in counted.items()]
    return 200, {"total": sum(counted.values()), "counters": rows}


def clear(state: ServerState, world: str) -> tuple[int, Any]:
    """Forget all calls, and count from nought; numbers go on."""
    http.world_of(state, world).journal.keeper.clear()
    return 204, None


def verify(state: ServerState, world: str) -> tuple[int, Any]:
    """Judge `{"expectations": [{"operation", ..., "exactly" | "at_least" | "at_most": n}]}`."""
    journal = http.world_of(state, world).journal
    told = Params(http.body(), ("expectations",)).objects("expectations")
    judged = [judge(journal.keeper, _expectation(one, journal)) for one in told]
    return 200, {"met": all(one["met"] for one in judged), "expectations": judged}


def _status(wanted: Mapping[str, str]) -> int | None:
    if "status" not in wanted:
        return None
    if not STATUS.fullmatch(wanted["status"]):
        raise bad_request("'status' must be an HTTP status such as 404")
    return int(wanted["status"])


def _expectation(content: object, journal: Journal) -> Expectation:
    params = Params(content, (*FIELDS, "parameters", "exactly", "at_least", "at_most"))
    texts = {name: params.text(name) for name in FIELDS if name in params and name != "status"}
    status = params.integer("status", 100, 599) if "status" in params else None
    match = _match(texts, status, journal.redacted(params.texts("parameters")))
    if "exactly" in params:
        if "at_least" in params or "at_most" in params:
            raise bad_request("give 'exactly' alone, or 'at_least' and 'at_most'")
        number = params.integer("exactly", 0, MOST)
        return Expectation(match, number, number)
    least = params.integer("at_least", 0, MOST) if "at_least" in params else None
    most = params.integer("at_most", 0, MOST) if "at_most" in params else None
    return Expectation(match, 1 if least is None and most is None else least, most)


def _match(texts: Mapping[str, str], status: int | None, parameters: Mapping[str, str] | None = None) -> Match:
    return Match(
        operation=texts.get("operation"),
        client_id=texts.get("client_id"),
        status=status,
        requirement=texts.get("requirement"),
        method=texts.get("method"),
        since=_time(texts.get("since")),
        until=_time(texts.get("until")),
        parameters=parameters or {},
    )


def _time(text: str | None) -> Instant | None:
    if text is None:
        return None
    try:
        return as_instant(parse_rfc3339(text))
    except ValueError as error:
        raise bad_request(str(error)) from None


def metrics(state: ServerState) -> Response:
    """The metrics in Prometheus' text format."""
    from pacsimile_mock.journal.metrics import CONTENT_TYPE, exposition

    return http.written(200, exposition(state.worlds), CONTENT_TYPE)
