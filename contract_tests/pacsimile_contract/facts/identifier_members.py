"""The identifiers that an answer names, and whether it is synthetic. Both decide if it may be written down."""

from collections.abc import Iterator
from typing import Any

from pacsimile_contract.documents import is_synthetic_report
from pacsimile_contract.documents.marks import BANNER, is_marked
from pacsimile_contract.evidence.exchange import Exchange


def identifiers(value: Any) -> Iterator[tuple[str, str]]:
    """Yield (member, text) of every identifier in a JSON value, at any depth."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in IDENTIFIER_MEMBERS:
                yield from ((IDENTIFIER_MEMBERS[name], listed_text) for listed_text in _listed_texts(member))
            else:
                yield from identifiers(member)
    elif isinstance(value, list):
        for member in value:
            yield from identifiers(member)


def _listed_texts(value: Any) -> list[str]:
    return [member for member in (value if isinstance(value, list) else [value]) if isinstance(member, str)]


IDENTIFIER_MEMBERS = {
    "order_id": "order", "order_ids": "order", "other_order_id": "order", "other_order_ids": "order",
    "study_uid": "study", "study_group": "group", "report_id": "report", "report_ids": "report", "supersedes": "report",
    "acknowledged": "report", "not_found": "report", "organization_id": "organization",
    "other_organization_id": "organization", "organizationId": "organization", "accession_number": "accession",
    "client_id": "client", "second_client_id": "client", "other_client_id": "client",
}  # fmt: skip


def is_synthetic(exchange: Exchange) -> bool:
    """Tell whether the answer carries a synthetic mark of its own.

    A report has the mark of its type. Any other answer has the member `synthetic`, or synthetic study UIDs that neither
    the request nor the run before it named: an answer that only repeats these says nothing of the rest.
    """
    document, operation = exchange.json, exchange.operation
    if operation in ("getResult", "getGroupReport") and exchange.succeeded:
        kind = exchange.given.get("report_type", "")
        return is_synthetic_report(kind, exchange.body, of_group=operation == "getGroupReport")
    if isinstance(document, dict):
        return is_marked(document, frozenset(exchange.given.values()).union(*exchange.known_before))
    return BANNER.encode() in exchange.body
