"""What answers say: the one place where field names, status words and problem reasons are read.

Nothing here raises: a member that is missing or of another type reads as None, and a checker says what that means.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pacsimile_contract.documents import is_synthetic_report
from pacsimile_contract.documents.marks import BANNER, is_marked
from pacsimile_contract.exchange import Exchange
from pacsimile_contract.instants import Instant, instant


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _integer(value: Any) -> int | None:
    """Read a JSON integer: `3600.0` is one, `true` and `"3600"` are none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


def _texts(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(value)


def _set(value: Any) -> tuple[str, ...] | None:
    """Read texts whose order says nothing."""
    found = _texts(value)
    return None if found is None else tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A 200 of the token endpoint; `scopes` as a set, None where not said; `refresh` whether a refresh token came."""

    access_token: str | None
    token_type: str | None
    expires_in: int | None
    scopes: frozenset[str] | None
    refresh: bool


def token(exchange: Exchange) -> TokenAnswer:
    """Read a token answer."""
    said = _object(exchange.json)
    scope = _text(said.get("scope"))
    return TokenAnswer(
        access_token=_text(said.get("access_token")) or None,
        token_type=_text(said.get("token_type")),
        expires_in=_integer(said.get("expires_in")),
        scopes=None if scope is None else frozenset(scope.split()),
        refresh="refresh_token" in said,
    )


def gives_token(exchange: Exchange) -> bool:
    """Whether the answer hands out an access token, whatever its status."""
    return bool(token(exchange).access_token)


def token_error(exchange: Exchange) -> str | None:
    """Read the `error` of a TokenError (RFC 6749 section 5.2)."""
    return _text(_object(exchange.json).get("error"))


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """An answer of `/status`. `study_group`, `completed_at`: None both for null and for what cannot be read."""

    order_id: str | None
    study_uid: str | None
    study_group: str | None
    status: str | None
    progress: int | None
    report_types: tuple[str, ...] | None
    created_at: Instant | None
    updated_at: Instant | None
    completed_at: Instant | None


def order_status(exchange: Exchange) -> OrderStatus:
    """Read an OrderStatus."""
    said = _object(exchange.json)
    return OrderStatus(
        order_id=_text(said.get("order_id")),
        study_uid=_text(said.get("study_uid")),
        study_group=_text(said.get("study_group")),
        status=_text(said.get("status")),
        progress=_integer(said.get("progress")),
        report_types=_set(said.get("report_types")),
        created_at=instant(said.get("created_at")),
        updated_at=instant(said.get("updated_at")),
        completed_at=instant(said.get("completed_at")),
    )


@dataclass(frozen=True, slots=True)
class OrderIds:
    """An answer of `/orderId`."""

    study_uid: str | None
    order_ids: tuple[str, ...] | None


def order_ids(exchange: Exchange) -> OrderIds:
    """Read an OrderIds."""
    said = _object(exchange.json)
    return OrderIds(_text(said.get("study_uid")), _texts(said.get("order_ids")))


@dataclass(frozen=True, slots=True)
class ListedReport:
    """One entry of a listing."""

    report_id: str | None
    order_id: str | None
    study_uid: str | None
    study_group: str | None
    report_status: str | None
    supersedes: str | None
    report_types: tuple[str, ...] | None
    completed_at: Instant | None


@dataclass(frozen=True, slots=True)
class ReportList:
    """An answer of `GET /reports`; `reports` is None where the list itself cannot be read."""

    organization_id: str | None
    count: int | None
    reports: tuple[ListedReport, ...] | None

    @property
    def report_ids(self) -> list[str | None]:
        """The listed report ids, in order."""
        return [one.report_id for one in self.reports or ()]


def _listed(value: Any) -> ListedReport:
    said = _object(value)
    return ListedReport(
        report_id=_text(said.get("report_id")),
        order_id=_text(said.get("order_id")),
        study_uid=_text(said.get("study_uid")),
        study_group=_text(said.get("study_group")),
        report_status=_text(said.get("report_status")),
        supersedes=_text(said.get("supersedes")),
        report_types=_set(said.get("report_types")),
        completed_at=instant(said.get("completed_at")),
    )


def listing(exchange: Exchange) -> ReportList:
    """Read a ReportList; it is kept with the exchange, since many ask for it and some have thousands of entries."""
    kept = vars(exchange).get(_KEPT)
    if kept is None or kept[0] is not exchange.json:
        kept = vars(exchange)[_KEPT] = (exchange.json, _listing(exchange.json))
    found: ReportList = kept[1]
    return found


_KEPT = "_report_list"
"""Under what name an exchange keeps it, beside the JSON that it was read from."""


def _listing(value: Any) -> ReportList:
    said = _object(value)
    entries = said.get("reports")
    reports = tuple(_listed(one) for one in entries) if isinstance(entries, list) else None
    return ReportList(_text(said.get("organization_id")), _integer(said.get("count")), reports)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An answer of `POST /reports`."""

    organization_id: str | None
    count: int | None
    acknowledged: tuple[str, ...] | None
    not_found: tuple[str, ...] | None


def acknowledgement(exchange: Exchange) -> Acknowledgement:
    """Read an Acknowledgement."""
    said = _object(exchange.json)
    return Acknowledgement(
        organization_id=_text(said.get("organization_id")),
        count=_integer(said.get("count")),
        acknowledged=_texts(said.get("acknowledged")),
        not_found=_texts(said.get("not_found")),
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """An RFC 9457 problem. `reason` is what follows the last `/`, `:` or `#` of its type."""

    reason: str | None
    type: str | None
    title: str | None
    status: int | None
    detail: str | None
    instance: str | None
    errors: tuple[tuple[str | None, str | None], ...]
    """Each (parameter, reason)."""

    def names(self, parameter: str) -> bool:
        """Whether the parameter is named in `errors` or `detail`."""
        return any(one == parameter for one, _ in self.errors) or parameter in (self.detail or "")


def problem(exchange: Exchange) -> Problem:
    """Read a problem."""
    said = _object(exchange.json)
    kind = _text(said.get("type"))
    entries = said.get("errors")
    errors = [_object(one) for one in entries] if isinstance(entries, list) else []
    return Problem(
        reason=re.split(r"[/:#]", kind)[-1] if kind else None,
        type=kind,
        title=_text(said.get("title")),
        status=_integer(said.get("status")),
        detail=_text(said.get("detail")),
        instance=_text(said.get("instance")),
        errors=tuple((_text(one.get("parameter")), _text(one.get("reason"))) for one in errors),
    )


def retry_after(exchange: Exchange) -> float | None:
    """Read `Retry-After` in seconds (RFC 9110 section 10.2.3), a date by the answer's own `Date`; None for neither."""
    value = (exchange.header("Retry-After") or "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    from email.utils import parsedate_to_datetime

    try:
        then = parsedate_to_datetime(value).timestamp()
    except ValueError:
        return None
    return None if exchange.date is None else then - exchange.date


def challenges(exchange: Exchange) -> list[tuple[str, dict[str, str]]]:
    """Read `WWW-Authenticate`: each scheme in lower case with its parameters (RFC 9110 section 11.6.1)."""
    found: list[tuple[str, dict[str, str]]] = []
    for value in exchange.headers("WWW-Authenticate"):
        for match in _CHALLENGE.finditer(value):
            if match["scheme"]:
                found.append((match["scheme"].lower(), {}))
            elif found:
                text = match["token"] if match["quoted"] is None else re.sub(r"\\(.)", r"\1", match["quoted"])
                found[-1][1][match["name"].lower()] = text
    return found


_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 (RFC 9110's word, not a secret)
_CHALLENGE = re.compile(
    rf"(?P<name>{_TOKEN})\s*=\s*(?:\"(?P<quoted>(?:[^\"\\]|\\.)*)\"|(?P<token>{_TOKEN}))|(?P<scheme>{_TOKEN})(?=\s|,|$)"
)


def identifiers(value: Any) -> Iterator[tuple[str, str]]:
    """Yield (member, text) of every identifier in a JSON value, at any depth."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in IDENTIFYING:
                yield from ((IDENTIFYING[name], one) for one in _listed_texts(member))
            else:
                yield from identifiers(member)
    elif isinstance(value, list):
        for member in value:
            yield from identifiers(member)


def _listed_texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


IDENTIFYING = {
    "order_id": "order", "order_ids": "order", "other_order_id": "order", "other_order_ids": "order",
    "study_uid": "study", "study_group": "group", "report_id": "report", "report_ids": "report", "supersedes": "report",
    "acknowledged": "report", "not_found": "report", "organization_id": "organization",
    "other_organization_id": "organization", "organizationId": "organization", "accession_number": "accession",
    "client_id": "client", "second_client_id": "client", "other_client_id": "client",
}  # fmt: skip


def is_synthetic(exchange: Exchange) -> bool:
    """Whether the answer carries the synthetic mark: its UIDs, its `synthetic` member, or that of its report's type."""
    said, operation = exchange.json, exchange.operation
    if operation in ("getResult", "getGroupReport") and exchange.succeeded:
        kind = exchange.given.get("report_type", "")
        if is_synthetic_report(kind, exchange.body, of_group=operation == "getGroupReport"):
            return True
    if isinstance(said, dict):
        return is_marked(said)
    return BANNER.encode() in exchange.body
