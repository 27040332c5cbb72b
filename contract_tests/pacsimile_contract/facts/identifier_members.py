"""The identifiers that a JSON value names, and the members that hold them."""

import re
from collections.abc import Iterator
from typing import Any


def identifiers(value: Any) -> Iterator[tuple[str, str]]:
    """Yield (member, text) of every identifier in a JSON value, at any depth."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in IDENTIFIER_MEMBERS:
                yield from ((IDENTIFIER_MEMBERS[name], listed_text) for listed_text in _listed_texts(member))
            elif isinstance(member, dict | list):
                yield from identifiers(member)
    elif isinstance(value, list):
        for member in value:
            if isinstance(member, dict | list):
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

IDENTIFIER_KINDS = tuple(sorted({*IDENTIFIER_MEMBERS.values(), "look-alike"}))
HASHED_IDENTIFIER = re.compile(rf"({'|'.join(IDENTIFIER_KINDS)})[:-][0-9a-f]{{12}}|2\.25\.\d{{10,}}")
"""What a stored run has in the place of a real identifier, as it was written or in the form of its kind."""
