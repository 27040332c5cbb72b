"""What `klinik.dialect.yaml` says, between its wire and a service that spells as the contract does.

Requests are read by hand, so that more than the mock's code has read the file. JSON is written by
`pacsimile_spec.dialects.spelling`, as the mock's is.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.message import Message
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, unquote_plus, unquote_to_bytes

from small_server.wire import Response

from pacsimile_spec.dialects import load_dialect
from pacsimile_spec.dialects.spelling import writer_of_scopes, writer_of_table
from pacsimile_spec.problems import PREFIX

DIALECT = load_dialect(Path(__file__).parent / "klinik.dialect.yaml")
VERSION = ("schnittstelle", "2025-06")
PATHS = (
    ("GET POST", "/anmeldung/zugang", "/oauth2/token", ""),
    ("GET", "/auftraege/([^/]*)", "/status", "order_id"),
    ("GET", "/studien/([^/]*)/stand", "/status", "study_uid"),
    ("GET", "/studien/([^/]*)/auftraege", "/orderId", "study_uid"),
    ("GET", "/auftraege/([^/]*)/befund", "/results", "order_id"),
    ("GET", "/studien/([^/]*)/befund", "/results", "study_uid"),
    ("GET", "/gruppen/([^/]*)/befund", "/report", "study_group"),
    ("GET", "/haeuser/([^/]*)/befunde", "/reports", "organizationId"),
    ("POST", "/haeuser/([^/]*)/quittungen", "/reports", "organizationId"),
)
"""Methods, path on the wire, path of the contract, and the parameter that stands in it."""
NAMES = {
    "auftrag": "order_id", "studie": "study_uid", "gruppe": "study_group", "format": "report_type",
    "haus": "organizationId", "hoechstens": "limit", "rechte": "scope",
}  # fmt: skip
CREDENTIALS = ("X-Kunde", "X-Geheimnis")
TYPES = {"daten": "json", "klartext": "txt", "tabelle": "csv", "pdf": "pdf", "hl7v2": "hl7v2"}
SCOPES = {"stand:lesen": "status.read", "befunde:lesen": "reports.read", "befunde:quittieren": "reports.ack"}
HEADERS = {
    "Retry-After": "Wartezeit", "Content-Digest": "Pruefsumme", "X-Order-Id": "Auftrag", "X-Report-Id": "Befund",
}  # fmt: skip
STATUSES = {"invalid-parameter": 422, "invalid-body": 422, "report-not-ready": 425}
"""By reason, where they are other than the contract's."""
MEDIA_TYPES = {"application/hl7-v2+er7": "x-application/hl7-v2+er7"}
TABLES = {
    ("GET", "/oauth2/token"): "Token", ("POST", "/oauth2/token"): "Token", ("GET", "/status"): "OrderStatus",
    ("GET", "/orderId"): "OrderIds", ("GET", "/reports"): "ReportList", ("POST", "/reports"): "Acknowledgement",
    ("GET", "/results"): "JsonReport", ("GET", "/report"): "GroupJsonReport",
}  # fmt: skip
FOREIGN = "~"
"""Precedes a name or a word of the contract that stands for nothing here, so that it is refused as unknown."""
PROBLEM = "application/problem+json"

_names = set(NAMES.values())
_write: Mapping[str, Callable[[Any], Any]] = {
    name: writer_of_table(DIALECT, name) for name in {*TABLES.values(), "Problem"}
}


def address(method: str, path: str) -> tuple[str | None, str, list[str]]:
    """Return the contract's path, None for nowhere; the parameter that stood in it; and the methods that it takes."""
    fitting = [(row, match) for row in PATHS if (match := re.fullmatch(row[1], path))]
    for (methods, _, own, name), match in fitting:
        if method in methods.split():
            return own, name and f"{name}={quote(unquote_to_bytes(match[1]), safe='')}", methods.split()
    return None, "", [word for (methods, *_), _ in fitting for word in methods.split()]


def without_version(query: str) -> str:
    """Return a query without the version that each call names; where it is missing or wrong, with what is refused."""
    pieces, version = query.split("&"), "=".join(VERSION)
    if version in pieces:
        pieces.remove(version)
    else:
        pieces.append(f"{FOREIGN}{VERSION[0]}=")
    return "&".join(filter(None, pieces))


def read_parameters(text: str) -> str:
    """Return a query or a form with the contract's names and words; what is not well-formed stays as it is."""
    return "&".join(_read_piece(piece) for piece in text.split("&"))


def _read_piece(piece: str) -> str:
    raw, equals, value = piece.partition("=")
    name = unquote_plus(raw)
    if name in _names:
        return f"{FOREIGN}{raw}{equals}{value}"
    own = NAMES.get(name, raw)
    if own == "report_type":
        value = _read_word(value, TYPES)
    if own == "scope":
        value = quote(" ".join(_read_word(word, SCOPES) for word in unquote_plus(value).split(" ")))
    return f"{own}{equals}{value}"


def _read_word(value: str, words: Mapping[str, str]) -> str:
    text = unquote(value)
    return words.get(text, FOREIGN + value if text in words.values() else value)


def read_body(path: str | None, body: bytes) -> bytes:
    """Return the body of a token request, or of an acknowledgement, with the contract's names and words."""
    if path == "/oauth2/token":
        return read_parameters(body.decode("latin-1")).encode("latin-1")
    swapped = {b"befunde": b"report_ids", b"report_ids": b"befunde"}
    return re.sub(rb'"(befunde|report_ids)"(\s*:)', lambda match: b'"' + swapped[match[1]] + b'"' + match[2], body)


def with_basic(headers: Message) -> Message:
    """Return the headers of a token request with HTTP Basic in the place of the dialect's own."""
    sent = [headers.get(name) for name in CREDENTIALS]
    read = Message()
    for name, value in headers.items():
        if name.lower() != "authorization" and name not in CREDENTIALS:
            read[name] = value
    if any(sent):
        pair = ":".join(value or "" for value in sent)
        read["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return read


def success(method: str, path: str, response: Response) -> Response:
    """Return an answer as it leaves; JSON has the digest of the bytes that leave (RFC 9530)."""
    if response.media_type != "application/json":
        return replace(response, media_type=MEDIA_TYPES.get(response.media_type, response.media_type))
    body = json.dumps(_write[TABLES[(method, path)]](json.loads(response.body))).encode()
    written = dict(response.headers)
    if "Content-Digest" in written:
        written["Content-Digest"] = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    status = HTTPStatus.ACCEPTED if (method, path) == ("POST", "/reports") else response.status
    return replace(response, status=int(status), body=body, headers=written)


def refusal(response: Response) -> Response:
    """Return a problem as it leaves: its status by its reason."""
    content = json.loads(response.body)
    reason = content["type"].rpartition("#")[2]
    for error in content.get("errors", ()):
        error["parameter"] = error["parameter"].removeprefix(FOREIGN)
    body = json.dumps(_write["Problem"](content | {"type": PREFIX + reason})).encode()
    return replace(
        response, status=STATUSES.get(reason, response.status), body=body, media_type=DIALECT.error_media_type
    )


def headers(own: Mapping[str, str]) -> dict[str, str]:
    """Return headers as they leave; a challenge names its scope in the dialect's word."""
    written = {HEADERS.get(name, name): value for name, value in own.items()}
    if "WWW-Authenticate" in written:
        write = writer_of_scopes(DIALECT.values["scope"])
        word: Callable[[re.Match[str]], str] = lambda match: f'scope="{write(match[1])}"'  # noqa: E731
        written["WWW-Authenticate"] = re.sub(r'scope="([^"]*)"', word, written["WWW-Authenticate"])
    return written
