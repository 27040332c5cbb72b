"""One exchange on a page: the request line, a `curl` that repeats it, what came back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.reporting.html.markup import Markup, element, joined
from pacsimile_contract.reporting.latency import spoken
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
MOST_OF_A_LINE = 300


@dataclass(frozen=True, slots=True)
class View:
    """What is needed to show exchanges: the redactor, and the name of the step as which each was asked."""

    redactor: Redactor
    steps: Mapping[int, str]


def exchange(one: Exchange, view: View, *, decisive: bool) -> Markup:
    """Return an exchange as a list item; `decisive` is the one on which the finding rests."""
    record = recorded(one, view.redactor)
    asked = f"by the client {record['client']}" if record["client"] else "without a client of the target file"
    step = view.steps.get(one.number)
    where = element(
        "span", f"{traced(one, view.redactor)}, {asked}" + (f", step {step}" if step else ""), class_="where"
    )
    return element(
        "li", element("div", _request_line(record), where, class_="line"), _answer(record, one.seconds),
        copyable(curl(one, view.redactor), "curl"), class_="exchange decisive" if decisive else "exchange",
    )  # fmt: skip


def copyable(text: str, what: str) -> Markup:
    """Return a text with a button that copies it."""
    button = element("button", "Copy", type="button", class_="copy", aria_label=f"Copy this {what}")
    return element("div", element("pre", element("code", text)), button, class_="copyable")


def _request_line(record: Mapping[str, Any]) -> Markup:
    parts = urlsplit(record["url"])
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    raw = record.get("sent_raw")
    line = f"bytes {_shortened(raw, 120)!r}" if raw is not None else f"{record['method']} {target}"
    return element("code", _shortened(line, MOST_OF_A_LINE), class_="request")


def _answer(record: Mapping[str, Any], seconds: float) -> Markup:
    if "failure" in record:
        return element("p", f"No answer after {spoken(seconds)}: {record['failure']}", class_="line none")
    status = element("code", f"{record['version']} {record['status']}", class_=f"status s{record['status'] // 100}")
    line = element("div", status, element("span", f"after {spoken(seconds)}", class_="where"), class_="line")
    headers = [(name, value) for name, value in record["headers"] if name.lower() in SHOWN_HEADERS]
    left = len(record["headers"]) - len(headers)
    rows: Iterable[Markup] = (joined(element("dt", name), element("dd", value)) for name, value in headers)
    more = element("p", f"and {left} other headers, in history.jsonl", class_="where") if left else None
    return joined(line, element("dl", *rows, class_="headers"), more, _body(record["body"]))


def _body(body: Mapping[str, Any]) -> Markup:
    if "text" in body:
        text = body["text"]
        return _shown(text, f"{len(text)} signs in all") if text else element("p", "No body.", class_="where")
    if "base64" in body:
        return element("p", f"{len(body['base64']) * 3 // 4} bytes that are no text.", class_="where")
    known = "Without the synthetic mark the body is not kept; what names nobody in it:"
    if body.get("facts") is None:
        size = f"{body['length']} bytes, " if "length" in body else ""
        return element("p", f"The body is not kept ({size}without the synthetic mark).", class_="where")
    return joined(element("p", known, class_="where"), _shown(json.dumps(body["facts"], ensure_ascii=False), ""))


def _shown(text: str, size: str) -> Markup:
    shown = text[:MOST_OF_A_BODY]
    more = element("p", f"The beginning; {size}.", class_="where") if len(text) > MOST_OF_A_BODY else None
    return joined(element("pre", element("code", shown), class_="body", tabindex=0), more)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
