"""Builds the view of an exchange: the request line, the answer, and a `curl` command that repeats it."""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.latency import format_duration
from pacsimile_contract.transcript.curl import curl, traced
from pacsimile_contract.transcript.recorded import recorded

SHOWN_HEADERS = frozenset(
    {
        "allow", "cache-control", "content-digest", "content-encoding", "content-length",
        "content-type", "date", "etag", "location", "retry-after", "set-cookie", "vary", "www-authenticate",
        "x-request-id", "x-order-id", "x-report-id",
    }
)  # fmt: skip
MOST_OF_A_BODY = 1500
"""The most characters of a body on a page."""
MOST_OF_A_LINE = 300
MOST_OF_RAW_BYTES = 120
MOST_VIEWS = 2000
"""Views of a page that are kept, by the exchange's number: each exchange stands in two findings on average."""
SHOWN_FIRST, SHOWN_LAST = 2, 6
"""How many of a finding's exchanges are shown from its start and from its end, where it has more."""


@dataclass(frozen=True, slots=True)
class Context:
    """What all calls of a page share.

    Attributes:
        redactor: The redactor.
        steps: Of which step an exchange is, in words, by its number.
        organizations: The organizations of the state URL's clients, redacted, by the clients' names.
        requirement: The requirement whose evidence is written; empty for none.
        shown: The exchanges in the lists of calls that were made for this requirement, by number.
        views: The views that were made for this page.
    """

    redactor: Redactor
    steps: Mapping[int, str]
    organizations: Mapping[str, str] = field(default_factory=dict)
    requirement: str = ""
    shown: set[int] = field(default_factory=set)
    views: dict[int, "ExchangeView"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BodyView:
    """The beginning of a body, with a remark before and after it; each may be empty."""

    before: str = ""
    text: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer: its status line with a CSS class, the headers to show, the number of other headers, and the body."""

    status: str
    colour: str
    duration: str
    headers: Sequence[tuple[str, str]]
    headers_left_out: int
    body: BodyView


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """An exchange; `decisive` marks the one that decides its finding. Without an answer `failure` says why.

    `anchor` is its id on the page, empty for none. A `repeated` one is shown in full under that id.
    """

    decisive: bool
    number: int
    request: str
    origin: str
    """What to search the service's log for, the client, and the step."""
    curl: str
    duration: str
    failure: str = ""
    answer: AnswerView | None = None
    in_contract: str = ""
    """Request and status in the contract's spelling, where a dialect respelled them."""
    anchor: str = ""
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class CallList:
    """The exchanges of one finding; each view is made when it is written, and `left_out` exchanges are not shown.

    `in_full_elsewhere` are those, by number, that another list of the requirement shows in full.
    """

    exchanges: Sequence[Exchange]
    context: Context
    in_full_elsewhere: frozenset[int]

    @property
    def left_out(self) -> int:
        """The number of exchanges that are not shown."""
        return max(0, len(self.exchanges) - SHOWN_FIRST - SHOWN_LAST)

    def first(self) -> Iterator[ExchangeView]:
        """Yield the exchanges before the gap; all where none are left out."""
        return self._views(self._first())

    def last(self) -> Iterator[ExchangeView]:
        """Yield the exchanges after the gap."""
        return self._views(self._last())

    def numbers(self) -> set[int]:
        """Return the numbers of the exchanges that are shown."""
        return {exchange.number for exchange in (*self._first(), *self._last())}

    def _first(self) -> Sequence[Exchange]:
        return self.exchanges[:SHOWN_FIRST] if self.left_out else self.exchanges

    def _last(self) -> Sequence[Exchange]:
        return self.exchanges[-SHOWN_LAST:] if self.left_out else ()

    def _views(self, exchanges: Sequence[Exchange]) -> Iterator[ExchangeView]:
        for exchange in exchanges:
            view = exchange_view(exchange, self.context, decisive=exchange is self.exchanges[-1])
            yield replace(view, anchor=self._anchor(exchange), repeated=exchange.number in self.in_full_elsewhere)

    def _anchor(self, exchange: Exchange) -> str:
        return f"{self.context.requirement}-call-{exchange.number}" if self.context.requirement else ""


def add_call_list(exchanges: Sequence[Exchange], context: Context) -> CallList:
    """Return the view of a finding's exchanges, and note them as shown.

    The first list that is made with an exchange shows it in full.
    """
    calls = CallList(exchanges, context, frozenset(context.shown))
    context.shown.update(calls.numbers())
    return calls


def exchange_view(exchange: Exchange, context: Context, *, decisive: bool) -> ExchangeView:
    """Return the view of an exchange, redacted and shortened."""
    view = context.views.get(exchange.number)
    if view is None:
        view = _view(exchange, context)
        if len(context.views) < MOST_VIEWS:
            context.views[exchange.number] = view
    return replace(view, decisive=decisive)


def _view(exchange: Exchange, context: Context) -> ExchangeView:
    record = recorded(exchange, context.redactor)
    organization = context.organizations.get(exchange.request.client or "")
    client = f"by the client {record['client']}" if record["client"] else "without a client from the target file"
    client += f" of {organization}" if organization else ""
    step = context.steps.get(exchange.number)
    return ExchangeView(
        decisive=False,
        number=exchange.number,
        request=_request_line(record),
        origin=f"{traced(exchange, context.redactor)}, {client}" + (f"; {step}" if step else ""),
        curl=curl(exchange, context.redactor),
        duration=format_duration(exchange.seconds),
        failure=record.get("failure", ""),
        answer=None if "failure" in record else _answer(record, exchange.seconds),
        in_contract=_in_contract(record),
    )


def _request_line(record: Mapping[str, Any]) -> str:
    parts = urlsplit(record["url"])
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    raw = record.get("sent_raw")
    line = f"bytes {_shortened(raw, MOST_OF_RAW_BYTES)!r}" if raw is not None else f"{record['method']} {target}"
    return _shortened(line, MOST_OF_A_LINE)


def _in_contract(record: Mapping[str, Any]) -> str:
    if "contract" not in record:
        return ""
    ours = record["contract"]
    line, status = _request_line({**record, "url": ours["url"]}), ours.get("status")
    told = f", answered {status}" if status not in (None, record.get("status")) else ""
    return line + told if line != _request_line(record) or told else ""


def _answer(record: Mapping[str, Any], seconds: float) -> AnswerView:
    headers = [(name, value) for name, value in record["headers"] if name.lower() in SHOWN_HEADERS]
    return AnswerView(
        status=f"{record['version']} {record['status']}",
        colour=f"s{record['status'] // 100}",
        duration=format_duration(seconds),
        headers=headers,
        headers_left_out=len(record["headers"]) - len(headers),
        body=_body(record["body"]),
    )


def _body(body: Mapping[str, Any]) -> BodyView:
    if "text" in body:
        text = body["text"]
        return _beginning(text, f"; {len(text)} characters in total") if text else BodyView("No body.")
    if "base64" in body:
        return BodyView(f"{len(b64decode(body['base64']))} bytes that are not text.")
    if body.get("facts") is None:
        size = f"{body['length']} bytes, " if "length" in body else ""
        return BodyView(f"The body is not stored ({size}it is too long or has no synthetic mark).")
    known = "The body has no synthetic mark, so it is not stored. Facts from it that identify nobody:"
    return _beginning(json.dumps(body["facts"], ensure_ascii=False), "", before=known)


def _beginning(text: str, size: str, *, before: str = "") -> BodyView:
    after = f"Only the beginning{size}." if len(text) > MOST_OF_A_BODY else ""
    return BodyView(before, text[:MOST_OF_A_BODY], after)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
