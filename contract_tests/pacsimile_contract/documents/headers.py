"""The headers of a report: the order it belongs to, its version, and the digest of its bytes."""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256, sha512

from pacsimile_contract.evidence.exchange import Exchange

_DIGESTS = {"sha-256": sha256, "sha-512": sha512}
_PARAMETER = r'\s*;\s*[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[^"\\]|\\.)*"|[^;,"\s]+))?'
_MEMBER = re.compile(rf"\s*([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):(?:{_PARAMETER})*\s*")
_PIECE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^,"])+')
"""A member of a dictionary (RFC 8941 section 3.2): the commas of a quoted parameter do not end it."""


@dataclass(frozen=True, slots=True)
class ReportHeaders:
    """`X-Order-Id` and `X-Report-Id`; None where they are absent, as of a study group's report."""

    order_id: str | None
    report_id: str | None


def report_headers(exchange: Exchange) -> ReportHeaders:
    """Read the headers that name a report."""
    return ReportHeaders(exchange.header("X-Order-Id"), exchange.header("X-Report-Id"))


def digests(exchange: Exchange) -> dict[str, bool] | None:
    """Return by algorithm whether `Content-Digest` matches the content as sent; None where there is no such header.

    The value is a dictionary of byte sequences (RFC 9530 section 2), which may have parameters. Algorithms
    other than sha-256 and sha-512 are left out. A value that is no byte sequence does not match.
    """
    values = exchange.headers("Content-Digest")
    if not values or exchange.answer is None:
        return None
    matches: dict[str, bool] = {}
    for piece in _PIECE.findall(",".join(values)):
        name = piece.strip().partition("=")[0]
        if name in _DIGESTS:
            matches[name] = _matches(piece, exchange.answer.raw)
    return matches


def _matches(piece: str, content: bytes) -> bool:
    match = _MEMBER.fullmatch(piece)
    if match is None:
        return False
    try:
        return base64.b64decode(match[2], validate=True) == _DIGESTS[match[1]](content).digest()
    except binascii.Error:
        return False
