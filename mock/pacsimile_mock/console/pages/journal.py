"""The journal: the last calls, those that arrive, and a call in full."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from flask import Response, request

from pacsimile_mock.console.call_stream import CallStream
from pacsimile_mock.console.control_calls import Refused
from pacsimile_mock.console.visit import Visit, secured
from pacsimile_mock.control import call_filters
from pacsimile_mock.control_errors import ControlError
from pacsimile_mock.exchange import STREAM, WIRE
from pacsimile_mock.journal.call_line import client, duration, path_with_query, time_of_day
from pacsimile_mock.journal.follower_limit import LimitedSource
from pacsimile_mock.journal.repetition import curl_of
from pacsimile_spec.operation_ids import JOURNALLED_IDS

SHOWN = 100
"""The last calls that a page begins with."""
FILTERS = ("operation", "status", "client_id")


def show(visit: Visit) -> Response:
    """Show the last calls that the filters select; the page's script adds those that arrive."""
    wanted = visit.chosen(*FILTERS)
    asked = {name: value for name, value in wanted.items() if value}
    message, entries = None, []
    try:
        page = visit.of_world("GET", "/journal", query={**asked, "order": "newest", "limit": str(SHOWN)})
        entries = [row(entry) for entry in page["entries"]]
    except Refused as error:
        message = str(error)
    return visit.page(
        "journal", "journal", "Journal", status=200 if message is None else 400, rows=entries, wanted=wanted,
        follow=urlencode({**asked, "after": visit.world.journal.store.last() if not entries else entries[0]["number"]}),
        message=message, operations=JOURNALLED_IDS, clients=sorted(visit.world.clients), statuses=_STATUSES,
    )  # fmt: skip


_STATUSES = ("2xx", "4xx", "5xx", "400", "401", "403", "404", "409", "429", "503")


def stream(visit: Visit) -> Response:
    """Send calls while they happen: those after the last one that the page has, or that a lost connection brought."""
    wanted = {name: value for name, value in visit.chosen(*FILTERS).items() if value}
    try:
        match = call_filters.read(visit.world, wanted, call_filters.status_of(wanted))
    except ControlError as error:
        raise Refused(error.status, error.detail) from None
    if not request.environ.get(WIRE):
        raise Refused(501, "Calls can be followed over a connection only: see `pacsimile serve`.")
    limit = visit.state.followers
    if not limit.acquire():
        raise Refused(503, f"{limit.most} pages and programs follow journals already: close one.")
    known = request.headers.get("Last-Event-ID") or visit.query.get("after", "")
    source = CallStream(visit.world.journal.store, match, int(known) if known.isdecimal() and known.isascii() else None)
    request.environ[STREAM] = LimitedSource(source, limit)
    return secured(Response(b"", content_type="text/event-stream"))


def show_call(visit: Visit, entry: str) -> Response:
    """Show a call in full: what was asked, what was answered and why, and a `curl` that repeats it."""
    call = visit.of_world("GET", f"/journal/entries/{quote(entry, safe='')}")
    advice = [each for each in visit.of_world("GET", "/journal/advice")["advice"] if _shows(each, call["number"])]
    return visit.page(
        "call", "journal", f"Call {call['number']}", call=call, row=row(call), curl=curl_of(call, _address(visit)),
        advice=advice, orders=_orders(visit, call),
    )  # fmt: skip


def _shows(advice: dict[str, Any], number: int) -> bool:
    return any(number in occurrence["calls"] for occurrence in advice["occurrences"])


def row(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a call as a row of the journal. `console.js` makes the same of calls that arrive."""
    reason = entry["got"] or entry["requirement"] or ""
    return {
        "number": entry["number"], "time": time_of_day(entry["at"]), "method": entry["method"],
        "asked": path_with_query(entry)[:300], "status": entry["status"], "class": entry["status"] // 100,
        "duration": duration(entry["duration_us"]), "client": client(entry),
        "reason": f"{entry['requirement']}: {reason}"[:300] if entry["got"] and entry["requirement"] else reason[:300],
        "fault": entry["fault"] or "", "delivered": entry["delivered"],
    }  # fmt: skip


def _address(visit: Visit) -> str:
    prefix = "" if visit.world is visit.state.worlds.default else f"/w/{visit.name}"
    return visit.state.base_url(request.host_url.rstrip("/")) + prefix


def _orders(visit: Visit, call: dict[str, Any]) -> set[str]:
    """Return the values of parameters that are orders of this world, to lead to them."""
    return {value for value in call["parameters"].values() if visit.world.store.find_order(value) is not None}
