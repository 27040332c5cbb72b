"""The closed list: words of an answer that are written though nothing marks the answer as synthetic.

They are the contract's and the protocols' own: names of members and headers, status words, problem reasons, error
codes, scopes, media types, times, small numbers. No patient, no session and no secret is named by one of them.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pacsimile_spec import description
from pacsimile_spec.problems import PROBLEMS
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.scopes import SCOPES
from pacsimile_spec.statuses import STATUSES

_PROTOCOLS = """
    invalid_request invalid_client invalid_grant unauthorized_client unsupported_grant_type invalid_scope invalid_token
    insufficient_scope server_error temporarily_unavailable access_denied unsupported_token_type
    access_token token_type expires_in refresh_token id_token scope error error_description error_uri client_credentials
    type title status detail instance errors parameter reason name code message header query body json null true false
    bearer basic digest mutual negotiate hoba dpop realm charset algorithm nonce qop stale
    get head post put patch delete options trace connect
    no-store no-cache private public must-revalidate max-age s-maxage no-transform immutable proxy-revalidate
    attachment inline filename filename* form-data nosniff close keep-alive timeout max chunked gzip deflate br identity
    bytes none utf-8 us-ascii iso-8859-1 version profile boundary deny sameorigin
    none rs256 rs384 rs512 es256 es384 es512 ps256 ps384 ps512 eddsa hs256 hs384 hs512 jwt at+jwt alg typ kid exp iat
    nbf iss aud sub jti string number integer object array boolean sha-256 sha-512
    """
_MEDIA_TYPES = """
    application/json application/problem+json application/fhir+json application/pdf application/dicom application/xml
    application/octet-stream application/x-www-form-urlencoded application/jwt application/problem+xml text/html
    text/plain text/csv text/xml x-application/hl7-v2+er7 application/hl7-v2 multipart/form-data multipart/related
    image/png image/jpeg application/zip application/gzip
    """
_HEADERS = """
    accept-ranges age allow alt-svc cache-control connection content-digest content-disposition content-encoding
    content-language content-length content-location content-range content-security-policy content-type date etag
    expires keep-alive last-modified location nel pragma proxy-authenticate ratelimit ratelimit-limit ratelimit-policy
    ratelimit-remaining ratelimit-reset referrer-policy repr-digest report-to request-id retry-after server
    server-timing set-cookie strict-transport-security trailer transfer-encoding upgrade vary via warning
    www-authenticate x-content-type-options x-correlation-id x-frame-options x-order-id x-powered-by
    x-ratelimit-limit x-ratelimit-remaining x-ratelimit-reset x-report-id x-request-id x-runtime x-xss-protection
    access-control-allow-origin access-control-allow-headers access-control-allow-methods traceparent tracestate
    accept accept-encoding authorization origin host user-agent cookie
    """

_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)?")
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_NUMBER = re.compile(r"-?\d{1,4}(\.\d{1,3})?")


@cache
def header_names() -> frozenset[str]:
    """Return names of headers that are written, in lower case."""
    described = {name.lower() for node in _nodes(description()) for name in _keys(node, "headers")}
    return frozenset(_HEADERS.split()) | described


@cache
def members() -> frozenset[str]:
    """Return names of the members that the description or OAuth 2.0 has."""
    described = {name for node in _nodes(description()) for name in _keys(node, "properties")}
    parameters = {node["name"] for node in _nodes(description()) if "in" in node and isinstance(node.get("name"), str)}
    return frozenset(_PROTOCOLS.split()) | described | parameters


@cache
def words() -> frozenset[str]:
    """Return every word that is written, in lower case."""
    values = {str(value) for node in _nodes(description()) for value in (*node.get("enum", ()), node.get("const", ""))}
    kinds = {kind.partition(";")[0].strip() for node in _nodes(description()) for kind in _keys(node, "content")}
    problems = {text for problem in PROBLEMS.values() for text in (problem.reason, problem.uri, problem.title)}
    known = values | kinds | problems | {*STATUSES, *REPORT_TYPES, *SCOPES, *_MEDIA_TYPES.split()}
    return frozenset(word.lower() for word in (*known, *members(), *header_names()) if len(word) > 1)


def is_known(text: str) -> bool:
    """Whether a text is a word of the closed list, a time, or a number of at most four digits."""
    return text.lower() in words() or is_time(text) or _NUMBER.fullmatch(text) is not None


def is_time(text: str) -> bool:
    """Whether a text is a time of RFC 3339 section 5.6, or a date of RFC 9110 section 5.6.7."""
    return (_TIME.fullmatch(text) or _HTTP_DATE.fullmatch(text)) is not None


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object of the description at any depth, but no examples: they hold people's names."""
    if isinstance(value, Mapping):
        yield value
        for name, member in value.items():
            if name not in ("example", "examples", "default"):
                yield from _nodes(member)
    elif isinstance(value, list):
        for member in value:
            yield from _nodes(member)


def _keys(node: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = node.get(name)
    return tuple(map(str, found)) if isinstance(found, Mapping) else ()
