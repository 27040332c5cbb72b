"""Reads a call from a WSGI request: what a front notes in its environment, and how large a body may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pacsimile_mock.exchange import Call

Environ = Mapping[str, Any]

BODY_CAP = 1024 * 1024
"""Bytes of the body of an acknowledgement."""

FORM_CAP = 64 * 1024
"""Bytes of a form of the authorization server, and of a body that is not looked at."""

TOO_LARGE = "pacsimile.too_large"
"""Set in the environment by a front that did not read a body: the bytes that the call may send."""

REFUSED_EARLY = "pacsimile.refused_early"
"""Set in the environment for Flask: why admission refused the request."""

BODY_REFUSED = "pacsimile.body_refused"
"""Set in the environment by a front: the refusal of a body that did not come in time, or found no room."""

CUT_OFF = "pacsimile.cut_off"
"""Set in the environment by a front: whether a body without an announced length ended before its end."""

HEADERS = {
    "HTTP_AUTHORIZATION": "authorization",
    "CONTENT_TYPE": "content-type",
    "HTTP_CONTENT_ENCODING": "content-encoding",
    "HTTP_TRANSFER_ENCODING": "transfer-encoding",
}
"""The headers that an answer depends on, as WSGI names them. There are no others (PROTO-5)."""

ONLY_FOR_DEFECTS = {
    "HTTP_COOKIE": "cookie", "HTTP_X_HTTP_METHOD_OVERRIDE": "x-http-method-override",
    "HTTP_X_FORWARDED_FOR": "x-forwarded-for", "HTTP_IF_NONE_MATCH": "if-none-match", "HTTP_ACCEPT": "accept",
    "HTTP_X_ORIGINAL_URL": "x-original-url", "HTTP_X_ORGANIZATION_ID": "x-organization-id",
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "access-control-request-method", "HTTP_ORIGIN": "origin",
    "HTTP_USER_AGENT": "user-agent", "HTTP_X_REQUEST_ID": "x-request-id", "HTTP_IDEMPOTENCY_KEY": "idempotency-key",
    "HTTP_IF_MODIFIED_SINCE": "if-modified-since",
}  # fmt: skip
"""Headers that only deliberate defects look at."""

FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_VIA")
"""Headers of a proxy, whose connections are not the client's."""

READ_HEADERS = {**HEADERS, **ONLY_FOR_DEFECTS}

USABLE_HOST = re.compile(r"([a-z0-9.-]+|\[[0-9a-f]*:[0-9a-f:.]+\])(:(?P<port>[1-9][0-9]{,4}))?", re.ASCII | re.I)
"""A `Host` that may stand in a link (RFC 9110 section 7.2): a name or an address, and a port."""

USUAL_PORTS = {"http": ":80", "https": ":443"}
"""What a link leaves out (RFC 9110 section 4.2)."""


def path_of(environ: Environ) -> str:
    """Return the path as it was sent, percent-decoded; Flask would fold leading slashes into one."""
    return str(environ.get("PATH_INFO", "")).encode("latin-1").decode("utf-8", "replace")


def origin(environ: Environ) -> str:
    """Return where a request was sent, such as `http://127.0.0.1:8080`; empty without a usable `Host`."""
    scheme = environ["wsgi.url_scheme"]
    host = str(environ.get("HTTP_HOST", "")).removesuffix(USUAL_PORTS[scheme])
    usable = USABLE_HOST.fullmatch(host)
    return f"{scheme}://{host}" if usable and int(usable["port"] or 1) < 2**16 else ""


def read_call(environ: Environ, operation_id: str | None) -> Call:
    """Read the call from a WSGI environment; a body over the cap is marked as too large and not kept."""
    headers = {name: environ[key] for key, name in READ_HEADERS.items() if environ.get(key)}
    call = Call(
        environ["REQUEST_METHOD"], path_of(environ), environ.get("QUERY_STRING", ""), headers, operation=operation_id
    )
    if not any(name in environ for name in FORWARDED):
        call.connection = environ.get("REMOTE_PORT")
    if call.method == "POST":
        _read_body(call, environ, cap_of(operation_id))
    return call


def cap_of(operation_id: str | None) -> int:
    """Return how many bytes of a body an operation takes."""
    return BODY_CAP if operation_id == "acknowledgeReports" else FORM_CAP


def _read_body(call: Call, environ: Environ, cap: int) -> None:
    call.content_length = _length(environ.get("CONTENT_LENGTH"))
    call.cut_off = bool(environ.get(CUT_OFF))
    call.too_large = TOO_LARGE in environ or (call.content_length or 0) > cap
    if call.too_large or not (call.content_length or "transfer-encoding" in call.headers):
        return
    body = environ["wsgi.input"].read(cap + 1 if call.content_length is None else call.content_length)
    call.too_large = len(body) > cap
    call.body = b"" if call.too_large else body


def _length(announced: str | None) -> int | None:
    return int(announced) if announced and announced.isascii() and announced.isdigit() else None
