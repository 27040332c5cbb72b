"""The syntax of what a dialect spells: header names, paths, patterns of times, scopes. Nothing here knows the file."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
MEDIA_TYPE = re.compile(r"[!#$&^_.+0-9A-Za-z-]+/[!#$&^_.+0-9A-Za-z-]+( *; *[^ ;=]+=[^ ;]+)*")
PATH = re.compile(r"(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}|\{[A-Za-z_]+\})*)+")
SCOPE = re.compile(r"[!#-\[\]-~]+")
"""A scope (RFC 6749 section 3.3). A space would make it two."""

RESERVED_HEADERS = frozenset(
    {
        "accept", "accept-ranges", "allow", "authorization", "connection", "content-encoding", "content-length",
        "content-location", "content-range", "content-type", "cookie", "date", "expect", "host", "keep-alive",
        "location", "proxy-authenticate", "proxy-authorization", "proxy-connection", "server", "set-cookie", "te",
        "trailer", "transfer-encoding", "upgrade", "vary",
    }
)  # fmt: skip
"""Headers with a meaning in HTTP (RFC 9110, 9112, 6265). In them a fact of the contract would break a message."""

_MOCK_PREFIXES = ("_mock", "w")
_UNSAFE_OCTETS = re.compile(r"%([01][0-9A-F]|2[EF]|5C|7F)", re.I)
"""Escaped controls, `.`, `/`, and `\\`: servers and proxies do not agree on what they mean in a path."""

_SAMPLES = (
    datetime(2031, 11, 23, 21, 45, 58, tzinfo=UTC),
    datetime(2026, 3, 1, 3, 4, 5, tzinfo=timezone(timedelta(hours=-6))),
)


def path_problem(text: str) -> str | None:
    """Return what keeps clients from asking at a path; None if nothing does."""
    segments = text[1:].split("/")
    if _UNSAFE_OCTETS.search(text):
        return "expected a path without an escaped control, dot or slash"
    if any(segment in (".", "..") for segment in segments):
        return "expected a path without . and .. as a segment"
    if not all(segments[:-1]):
        return "expected a path without //"
    if segments[0] in _MOCK_PREFIXES:
        return f"expected a path outside of /{segments[0]}/, where a mock has its own"
    return None


def is_readable(pattern: str) -> bool:
    """Tell whether what strftime writes by a pattern can be read back by strptime, to the minute and with its zone."""
    try:
        return all(_read_back(pattern, sample) == sample.replace(second=0) for sample in _SAMPLES)
    except (ValueError, KeyError, IndexError, OverflowError, re.error):  # what no strptime knows
        return False


def _read_back(pattern: str, instant: datetime) -> datetime | None:
    read = datetime.strptime(instant.strftime(pattern), pattern)  # noqa: DTZ007 (a pattern without %z is not equal)
    return read.replace(second=0, microsecond=0) if read.tzinfo is not None else None
