"""Hostile input, as data by kind: no client sends it by accident, and no service may fail by it."""

from collections.abc import Mapping
from functools import cache
from gzip import compress

from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.facts.jwt import base64url

LONG = 4000
"""Characters that fit into a URI or a header of 8 KiB."""
HUGE = 20_000
"""Characters that do not fit into them."""
HUGE_BODY = 2 * 1024 * 1024

VALUES: Mapping[str, str] = {
    "non-ascii": "%C3%BC%F0%9F%A9%BB",
    "nul": "A%00B",
    "long": "9" * LONG,
    "invalid-utf8": "%FF%FE",
    "overlong-utf8": "%C0%AF%C0%80",
    "surrogate": "%ED%A0%80",
    "control": "%01%1B%7F",
    "line-break": "a%0D%0AX-Injected:%201",
    "over-encoded": "%2525252e%25252fetc",
    "broken-escape": "%zz%",
    "markup": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "quotes": "'%22%60;--",
    "file": "..%2F..%2Fetc%2Fpasswd",
    "format": "%25s%25n%7B0%7D%24%7Bjndi:x%7D",
    "other-digits": "%D9%A1.%D9%A2",
    "direction": "%E2%80%AE%EF%BB%BF",
    "number": "-1e999",
    "plus": "+",
}
"""Values of a parameter, encoded as they are sent."""

_SIGNS = "%27%22%60%3B--%25s%5C%7B0%7D%24%7Bjndi%3Ax%7D%F0%9F%A9%BB%E6%BC%A2%C3%BC%C3%9F%EF%BF%BD%EE%80%80%26%23%7C*_"
ODD_GROUP = "..%2F" + _SIGNS + "%F0%9F%98%80" * 80
"""A valid name of a study group, encoded: signs that folders, databases and templates treat specially, and emoji."""
EVERYWHERE = ("nul",)
"""Values that go to many places: a text that databases refuse can reach one in many ways."""
BEYOND_64_BITS = str(2**64)
"""A limit that no 64 bits hold."""

ALWAYS = (
    "query/nul",
    "query/surrogate",
    "query/non-ascii",
    "query/many-names",
    "header/authorization-odd-claims",
    "body/surrogate",
    "body/odd-text",
    "token-request/nul",
    "token-request/basic-nul",
    "token-request/basic-odd-text",
)
"""What every run sends, by label: texts that parsers let pass, and databases, encoders and verifiers do not."""

PLACES = (
    ("/status", "order_id={}"),
    ("/orderId", "study_uid={}"),
    ("/results", "study_uid={}&report_type=json"),
    ("/results", "order_id=ORD-0&report_type={}"),
    ("/report", "study_group={}&report_type=json"),
    ("/reports", "organizationId={}"),
    ("/status", "{}=1"),
)
"""The places for a value: each parameter, and a parameter's name."""
OPEN_PLACES = (1, 2, 3, 5, 6)
"""The places in which no name of ours stands with NUL behind it."""
ORGANIZATION = 5
"""The place of an organization, which any name may have."""

QUERIES: Mapping[str, str] = {
    "repeated": "&".join(["order_id=A"] * 600),
    "many-names": "&".join(f"p{number}=1" for number in range(900)),
    "nothing-but-marks": "=&=&&&==&?&;",
    "no-value": "order_id",
    "brackets": "order_id[]=1&order_id[a][b]=2&order_id[__proto__]=3",
    "huge-value": f"order_id={'A' * HUGE}",
}
"""Whole queries of `/status`."""

PATHS: Mapping[str, str] = {
    "nul": "/status%00",
    "invalid-utf8": "/%FF%FE",
    "upwards": "/%2e%2e/%2e%2e/..%2f..%2fetc%2fpasswd",
    "slashes": "//",
    "broken-escape": "/%zz%",
    "parameters": "/status;a=b/c;d",
    "non-ascii": "/%E2%80%AE%F0%9F%A9%BB",
    "long": "/" + "a/" * (LONG // 2),
    "huge": "/" + "a" * HUGE,
}

HEADERS: Mapping[str, Headers] = {
    "long": (("X-Long", "a" * LONG),),
    "many": tuple((f"X-Many-{number}", "1") for number in range(60)),
    "not-ascii": (("If-Range", "\xff"), ("Cookie", "=;=;a=\xff\xfe"), ("X-Forwarded-Proto", "\xff"), ("From", "\xff@")),
    "media-type": (("Content-Type", "\xff/\xff; charset=nosuch"),),
    "huge": (("X-Huge", "a" * HUGE),),
}

ODD_HEADERS: Headers = (
    ("Accept", "*/*;q=abc, ;;;,"), ("Accept-Language", "de;q=abc, ;, *-"), ("Accept-Charset", "nosuch;q=x"),
    ("Accept-Encoding", "identity;q=0, *;q=0"),
    ("Range", "bytes=5-1,-,9999999999999999999999-"), ("If-Range", '"'), ("If-None-Match", '"'), ("If-Match", 'W/"'),
    ("If-Modified-Since", "yesterday"), ("If-Unmodified-Since", "Mon, 99 Foo 20xx"), ("Date", "yesterday"),
    ("Cookie", "=;=;a=%ff;;lang"), ("Forwarded", 'for="_;'), ("X-Forwarded-For", "';--, ,"), ("X-Forwarded-Proto", ","),
    ("X-Forwarded-Host", "a b:c"), ("X-Forwarded-Port", "-1"), ("X-Real-IP", "::zz"), ("Via", ",,"), ("From", "@"),
    ("Origin", "://;"), ("Referer", "http://[::zz/%zz"), ("Prefer", "=;wait=abc"), ("Cache-Control", "max-age=abc"),
    ("Pragma", ";"), ("Max-Forwards", "abc"), ("traceparent", "zz-"), ("tracestate", "=,="), ("baggage", "=;,"),
    ("X-Request-Id", "%00';--{}" + "a" * 300), ("X-Correlation-Id", "%00';--{}"), ("Content-Language", ";"),
    ("Accept-Datetime", "never"), ("Priority", "u=abc"), ("X-Api-Version", "abc"), ("Idempotency-Key", '"\\'),
)  # fmt: skip
"""Headers that frameworks read, each with an invalid value. All go at once with a right call of each operation."""

_ODD_HEADER = b'{"alg": "ES256", "typ": "at+jwt", "kid": "a\\u0000\\ud800"}'
_ODD_CLAIMS = b'{"sub": "\\ud800", "exp": 1e400, "scope": ["a", 5], "aud": {"a": null}, "iat": "now"}'
CREDENTIALS: Mapping[str, str] = {
    "long": "Bearer " + "a" * LONG,
    "non-ascii": "Bearer \xfcml\xe4ut",
    "dots": "Bearer ..",
    "three-parts": "Bearer bnVsbA.W10.e30",
    "odd-claims": f"Bearer {base64url(_ODD_HEADER)}.{base64url(_ODD_CLAIMS)}.{base64url(bytes(64))}",
    "no-value": "Bearer",
    "commas": 'Bearer realm="", a=,, Bearer b',
    "another-scheme": 'Digest username="x", nonce=',
}
"""Values of Authorization."""

BODIES: Mapping[str, bytes] = {
    "deep-arrays": b"[" * 50_000,
    "deep-objects": b'{"report_ids":' * 10_000,
    "surrogate": b'{"report_ids": ["\\ud800"]}',
    "odd-text": b'{"report_ids": ["", "A\\u0000", "\\ufffe\\uffff", "\\u001b[2J", "\\ud83e\\ude7b", "\\r\\nX: 1"]}',
    "odd-key": b'{"report_ids": [], "a\\u0000\\ud800": "\\udfff"}',
    "not-a-number": b'{"report_ids": [NaN, 1e999, -Infinity]}',
    "long-number": b'{"report_ids": [' + b"9" * 5000 + b"]}",
    "zeros": bytes(1000),
    "long-id": b'{"report_ids": ["' + b"A" * 200_000 + b'"]}',
    "own-members": b'{"report_ids": [], "__proto__": {"a": 1}, "constructor": null}',
    "huge": b'{"report_ids": ["' + b"A" * HUGE_BODY + b'"]}',
}
"""JSON bodies of POST /reports that name no existing report. Malformed ones in other encodings are BATCH-11's."""

BASIC: Mapping[str, bytes] = {
    "nul": b"pacsimile\0nobody:a\0b",
    "odd-text": b"pacsimile-\xff\xfe\xed\xa0\x80-nobody:\xc0\xaf",
    "long": b"pacsimile-nobody:" + b"a" * (LONG // 2),
    "control": b"pacsimile\r\nnobody:a\x1b\x7f",
    "colons": b":::",
    "empty": b"",
}
"""What stands in HTTP Basic, before it is encoded: credentials of nobody."""

FORMS: Mapping[str, bytes] = {
    "invalid-utf8": b"grant_type=\xff\xfe&scope=%FF",
    "nul": b"grant_type=client_credentials%00&client_id=%00&client_secret=%00",
    "broken-escape": b"grant_type=%zz%&%=%",
    "many-names": b"&".join(b"p%d=1" % number for number in range(3000)),
    "long": b"grant_type=" + b"a" * 100_000,
    "json": b'{"grant_type": ["client_credentials"]}',
    "huge": b"scope=" + b"a" * HUGE_BODY,
}
"""Form bodies for the token endpoint, without valid credentials."""


@cache
def bomb() -> bytes:
    """Return ten mebibytes of zeros, compressed to ten kilobytes."""
    return compress(bytes(10 * 1024 * 1024))


def invalid_http(path: str, host: str, home: str) -> Mapping[str, bytes]:
    """Return by kind complete messages that are not valid HTTP/1.1.

    `path` is that of the base URL, `host` the value of `Host`, `home` an organization of this run.
    """
    target, tail = path.encode(), f"Host: {host}\r\nConnection: close\r\n\r\n".encode()
    get, named = b"GET " + target + b"/status?order_id=A", f"Host: {host}\r\n".encode()
    post = f"POST {path}/reports?organizationId={home} HTTP/1.1\r\n".encode() + named
    return {
        "bytes-in-target": get + b"\xff\xfe HTTP/1.1\r\n" + tail,
        "nul-in-target": get + b"\x00B HTTP/1.1\r\n" + tail,
        "space-in-target": get + b" B HTTP/1.1\r\n" + tail,
        "no-version": get + b"\r\n" + tail,
        "other-version": get + b" HTTP/9.9\r\n" + tail,
        "no-host": get + b" HTTP/1.1\r\nConnection: close\r\n\r\n",
        "two-hosts": get + b" HTTP/1.1\r\nHost: b.example\r\n" + tail,
        "no-colon": get + b" HTTP/1.1\r\nno colon here\r\n" + tail,
        "folded": get + b" HTTP/1.1\r\nX-Folded: a\r\n b\r\n" + tail,
        "nul-in-header": get + b" HTTP/1.1\r\nX-Nul: a\x00b\r\n" + tail,
        "return-in-header": get + b" HTTP/1.1\r\nX-Return: a\rb\r\n" + tail,
        "bare-line-feeds": get + b" HTTP/1.1\n" + tail.replace(b"\r\n", b"\n"),
        "garbage": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n\r\n",
        "negative-length": post + b"Content-Length: -1\r\nConnection: close\r\n\r\n",
        "no-number": post + b"Content-Length: abc\r\nConnection: close\r\n\r\n",
        "two-lengths": post + b"Content-Length: 2\r\nContent-Length: 3\r\nConnection: close\r\n\r\n{}\n",
        "length-and-chunks": post
        + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
        "unknown-coding": post + b"Transfer-Encoding: nosuch\r\nConnection: close\r\n\r\n",
        "chunk-without-size": post + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "chunk-too-large": post
        + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        + b"f" * 40
        + b"\r\n{}\r\n",
    }
