"""A service that plants names and secrets in every place of an answer: none of them may be written anywhere."""

import base64
import html
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from pacsimile_contract.target.model import Client, Limits, States, Target
from pacsimile_spec.identifiers import SYNTHETIC_UID_ROOT

PLACES = (
    "reason phrase", "header name", "header value", "cookie", "location", "realm", "scheme", "challenge", "filename",
    "server", "etag", "link", "via", "vary", "allow", "cache", "language", "media parameter", "media type",
    "correlation", "trailer name", "trailer", "chunk extension", "problem type", "title", "detail", "instance",
    "parameter", "reason", "member name", "member", "nested name", "nested", "group", "order", "report", "status",
    "report status", "report type", "time", "patient", "finding", "document title", "access token", "refresh token",
    "id token", "error", "error description", "error uri", "scope", "claim", "claim name", "issuer", "audience",
    "key id", "token member", "session", "number", "count", "gateway header", "digest", "warning",
)  # fmt: skip
"""Where something is planted."""
_KINDS = (
    "Mustermann_Hans{0}", "Käthe O'Brien{0}", "hans{0}@klinik.example", "PID-77{0}881", "sess-9f{0}c2aa71",
    "<Özdemir & {0}>", "S3cr3t!{0}/x+y", "C:\\pacs\\{0}\\Weiß.dcm", "tok_{0}Q7vbN2", "Müller^Anna{0}^^Dr.",
)  # fmt: skip
PLANTED = {
    place: str(48_211_900 + at) if place in ("number", "count") else _KINDS[at % len(_KINDS)].format(f"zq{at:02d}wv")
    for at, place in enumerate(PLACES)
}
"""What is planted, by place: names, numbers, addresses, sessions, paths, with signs that encodings change."""
UNDER_HEADERS = {"header name", "trailer name", "gateway header", "scheme", "allow", "vary", "media type"}
ORDER, STUDY, GROUP = "A-1009", f"{SYNTHETIC_UID_ROOT}7.1009", "group-1009"
SYNTHETIC_ORDER = {"order_id": ORDER, "study_uid": STUDY, "study_group": GROUP, "status": "COMPLETED"}


def token(word: str) -> str:
    """Return what is planted in a place, as far as a token of HTTP may hold it."""
    return "".join(one for one in PLANTED[word] if one.isalnum() and one.isascii())


_MARK = re.compile(r"zq\d\dwv|\d{8}")
"""What each planted word has, and keeps in every form but base64."""
_CODE = re.compile(r"[A-Za-z0-9+/]{9,}")
"""Where base64 may stand."""


def forms(word: str) -> frozenset[str]:
    """Return a word as it is, in other cases, and in each encoding that a file may have."""
    return _readable(word) | _coded(word)


@cache
def _cased(word: str) -> frozenset[str]:
    spelt = {word, "".join(one for one in word if one.isalnum() and one.isascii())}
    return frozenset(change(one) for one in spelt for change in (str, str.lower, str.upper, str.swapcase))


@cache
def _readable(word: str) -> frozenset[str]:
    cased = _cased(word)
    encoded = {quote(one, safe="") for one in cased} | {json.dumps(one)[1:-1] for one in cased}
    return frozenset().union(cased, encoded, map(html.escape, cased))


@cache
def _coded(word: str) -> frozenset[str]:
    coded = (base64.b64encode(b"." * by + one.encode()).decode()[4:-4] for one in _cased(word) for by in range(3))
    return frozenset(one for one in coded if len(one) > 8)


def leaks(text: str) -> list[tuple[str, str]]:
    """Return what of a planted word stands in a text: its place, and where it stands with what is around it."""
    folded, code = text.lower(), "\n".join(_CODE.findall(text))
    found = []
    for place, word in PLANTED.items():
        mark = _MARK.search(word)
        assert mark is not None
        readable = _readable(word) if mark[0] in folded else ()
        found += [(form, place) for form in readable if form in text]
        found += [(form, place) for form in _coded(word) if form in code]
    return [(place, text[max(text.find(form) - 60, 0) : text.find(form) + len(form) + 20]) for form, place in found]


def _jwt() -> str:
    header = {"alg": "ES256", "typ": "at+jwt", "kid": PLANTED["key id"]}
    claims = {"iss": PLANTED["issuer"], "aud": PLANTED["audience"], "sub": PLANTED["claim"], PLANTED["claim name"]: 1,
              "exp": 4_000_000_000, "iat": 1_700_000_000}  # fmt: skip
    parts = (base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in (header, claims))
    return ".".join((*parts, base64.urlsafe_b64encode(PLANTED["access token"].encode()).decode().rstrip("=")))


def _extra() -> dict[str, Any]:
    return {
        PLANTED["member name"]: PLANTED["member"], "patient": {"family_name": PLANTED["patient"]},
        "further": {PLANTED["nested name"]: [PLANTED["nested"]]}, "number": int(PLANTED["number"]),
        "errors": [{"parameter": PLANTED["parameter"], "reason": PLANTED["reason"]}],
    }  # fmt: skip


def _problem(status: int) -> dict[str, Any]:
    return {"type": f"https://x.example/{PLANTED['problem type']}/not-found", "title": PLANTED["title"],
            "status": status, "detail": PLANTED["detail"], "instance": PLANTED["instance"], **_extra()}  # fmt: skip


def _order(asked: dict[str, str]) -> dict[str, Any]:
    given = {"order_id": asked.get("order_id", ORDER), "study_uid": STUDY, "study_group": PLANTED["group"]}
    return {**given, "status": PLANTED["status"], "progress": 40, "report_types": ["json", PLANTED["report type"]],
            "created_at": PLANTED["time"], "updated_at": "2024-05-02T09:00:00Z", "completed_at": None,
            **_extra()}  # fmt: skip


def _entry() -> dict[str, Any]:
    return {"report_id": PLANTED["report"], "order_id": PLANTED["order"], "study_uid": STUDY, "study_group": GROUP,
            "report_status": PLANTED["report status"], "supersedes": None, "report_types": [PLANTED["report type"]],
            "completed_at": PLANTED["time"], **_extra()}  # fmt: skip


def _pdf() -> bytes:
    title = PLANTED["document title"].encode("utf-16")
    return b"%PDF-1.7\n1 0 obj<</Title (" + title + b")/Author (" + PLANTED["patient"].encode() + b")>>endobj\n%%EOF\n"


def _document(kind: str) -> tuple[str, bytes]:
    said = {"patient": {"family_name": PLANTED["patient"]}, "findings": [PLANTED["finding"]], "study_uid": STUDY}
    spelt = {
        "json": ("application/json", json.dumps({**said, "order_id": ORDER, **_extra()}).encode()),
        "pdf": ("application/pdf", _pdf()),
        "fhir": ("application/fhir+json", json.dumps({"resourceType": "Bundle", "id": PLANTED["patient"]}).encode()),
        "hl7v2": ("x-application/hl7-v2+er7", f"MSH|^~\\&|A\rPID|||{PLANTED['patient']}\r".encode()),
    }  # fmt: skip
    return spelt.get(kind, ("text/plain; charset=utf-8", f"{PLANTED['patient']}\n{PLANTED['finding']}\n".encode()))


class Service:
    """Answers each operation with what is planted; `refusing` has every call of the API refused, `tokenless` all."""

    def __init__(self, mode: str) -> None:
        self.mode, self._calls = mode, 0

    def answer(self, path: str, asked: dict[str, str]) -> tuple[int, str, bytes]:
        """Return status, media type and body."""
        self._calls += 1
        if path == "/oauth2/token":
            return self._token(asked)
        if path == "/states":
            return 200, "application/json", json.dumps({**SYNTHETIC_ORDER, "organization_id": "org-s"}).encode()
        if self.mode == "refusing" or self._calls % 5 == 0:
            status = (400, 401, 403, 404, 409, 422, 302, 500)[self._calls % 8]
            kind = "application/problem+json" if self._calls % 3 else f"application/{token('media type')}"
            return status, kind, json.dumps(_problem(status)).encode()
        if path in ("/results", "/report"):
            return 200, *_document(asked.get("report_type", "json"))
        said: dict[str, Any] = _order(asked)
        if path == "/orderId":
            said = {"study_uid": STUDY, "order_ids": [ORDER, PLANTED["order"]], **_extra()}
        if path == "/reports":
            said = {"organization_id": "org-a", "count": int(PLANTED["count"]), "reports": [_entry()], **_extra()}
        return 200, "application/json", json.dumps(said).encode()

    def _token(self, asked: dict[str, str]) -> tuple[int, str, bytes]:
        more = {"error_description": PLANTED["error description"], "error_uri": PLANTED["error uri"],
                PLANTED["token member"]: PLANTED["session"]}  # fmt: skip
        if self.mode == "tokenless" or self._calls % 4 == 3:
            return 400, "application/json", json.dumps({"error": PLANTED["error"], **more}).encode()
        given = {"access_token": _jwt(), "token_type": "Bearer", "expires_in": 3600,
                 "scope": f"status.read {PLANTED['scope']}", "refresh_token": PLANTED["refresh token"],
                 "id_token": PLANTED["id token"], **more}  # fmt: skip
        return 200, "application/json", json.dumps(given).encode()


def _latin(text: str) -> str:
    return text.encode("utf-8").decode("latin-1")


HEADERS = (
    (f"X-{token('header name')}", PLANTED["header value"]), ("Set-Cookie", f"sid={PLANTED['cookie']}; Path=/"),
    ("Location", f"/patients/{PLANTED['location']}"),
    ("Content-Disposition", f'inline; filename="{PLANTED["filename"]}"'),
    ("WWW-Authenticate", f'Bearer realm="{PLANTED["realm"]}", error="{PLANTED["challenge"]}"'),
    ("WWW-Authenticate", token("scheme")), ("Server", PLANTED["server"]), ("ETag", f'"{PLANTED["etag"]}"'),
    ("Link", f"<{PLANTED['link']}>; rel=next"), ("Via", f"1.1 {PLANTED['via']}"), ("Vary", f"Accept, {token('vary')}"),
    ("Allow", f"GET, {token('allow')}"), ("Cache-Control", f'no-store, x="{PLANTED["cache"]}"'),
    ("Content-Language", PLANTED["language"]), ("X-Correlation-Id", PLANTED["correlation"]),
    ("Warning", f'199 - "{PLANTED["warning"]}"'), (f"X-Trace-{token('gateway header')}", "1"),
    ("Content-Digest", f"sha-256=:{base64.b64encode(PLANTED['digest'].encode()).decode()}:"),
    ("X-Order-Id", PLANTED["order"]), ("X-Request-Id", "req-1"),
)  # fmt: skip


READ_TIMEOUT = 0.5
"""Seconds to wait for the rest of a body: some requests break off."""


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            self.connection.settimeout(READ_TIMEOUT)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.connection.settimeout(None)
            parts = urlsplit(self.path)
            asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            status, kind, body = service.answer(parts.path, asked)
            self.send_response(status, _latin(PLANTED["reason phrase"]))
            self.send_header("Content-Type", _latin(f'{kind}; x="{PLANTED["media parameter"]}"'))
            for name, value in HEADERS:
                self.send_header(name, _latin(value))
            self.send_header("Trailer", token("trailer name"))
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            if self.command != "HEAD":
                chunk = f"{len(body):x};x={token('chunk extension')}\r\n".encode() + body + b"\r\n"
                trailer = f"{token('trailer name')}: {PLANTED['trailer']}".encode()
                self.wfile.write(chunk + b"0\r\n" + trailer + b"\r\n\r\n")

        do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = do_OPTIONS = handle_any  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
            """Stay silent."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


@contextmanager
def planting(mode: str) -> Iterator[Target]:
    """Serve; give the service as a target: a standing one with fixtures, or with a state URL in the mode `states`."""
    server = _Server(("127.0.0.1", 0), _handler(Service(mode)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    fixtures = {"order_in_status": {**SYNTHETIC_ORDER, "organization_id": "org-a"}}
    states = States(f"{url}/states", "states-token-of-ours") if mode == "states" else States(fixtures=fixtures)
    client = Client("primary", "client-1", "the-secret-of-client-1", "org-a")
    limits = Limits(timeout=5.0, max_time=25.0, max_requests=400)
    yield Target(
        url, f"{url}/oauth2", {"primary": client}, "strict", states=states, limits=limits, listing_allowed=True,
        hostile_input=True,
    )  # fmt: skip
    server.shutdown()
    server.server_close()
