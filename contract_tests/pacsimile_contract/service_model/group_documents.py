"""The group reports of a run, each read once, and no more of them than can be compared in time."""

from pacsimile_contract.documents import read_group, recognised
from pacsimile_contract.documents.model import GroupDocument
from pacsimile_contract.service_model.calls import Call

MOST_READ, MOST_PDF = 200, 20
"""Reports of a type that are read, and of type PDF, which takes a tenth of a second each."""
MOST_RECORDS, LONGEST_TEXT = 1000, 256 * 1024
"""Records, or characters of text, of a report that is read: each order of the group is sought in all of them."""
_TYPES_WITH_MEMBERS = ("json", "csv")
"""The types whose reports have members for order ids."""


class GroupDocuments:
    """The group reports of a run as documents."""

    def __init__(self) -> None:
        self._left_to_read = {"pdf": MOST_PDF}
        """By type, how many more reports are read."""
        self._documents: dict[int, GroupDocument | None] = {}
        """By number of the exchange."""

    def read(self, call: Call) -> GroupDocument | None:
        """Return the report that a call was answered with; None where it is not of its type, or there is too much."""
        number = call.exchange.number
        if number not in self._documents:
            self._documents[number] = self._document(call.parameters["report_type"], call.exchange.body)
        return self._documents[number]

    def order_ids(self, call: Call) -> tuple[str, ...]:
        """Return the orders that a report has in members; none where it is a text."""
        document = self.read(call) if has_members(call) else None
        return (document.order_ids or ()) if document is not None else ()

    def _document(self, report_type: str, body: bytes) -> GroupDocument | None:
        left = self._left_to_read.setdefault(report_type, MOST_READ)
        self._left_to_read[report_type] -= 1
        document = read_group(report_type, body) if left > 0 and recognised(report_type, body) else None
        return document if document is not None and _is_short(document) else None


def has_members(call: Call) -> bool:
    """Tell whether the report that a call asks for is of a type with members for order ids."""
    return call.parameters["report_type"] in _TYPES_WITH_MEMBERS


def stated_studies(call: Call) -> dict[str, str]:
    """Return the study UIDs that a json report states, by order id. A report of another type has none."""
    body = call.exchange.json if call.parameters["report_type"] == "json" else None
    rows = body.get("orders") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not call.exchange.says("GroupJsonReport.orders", "study_uid"):
        return {}
    named = ((row.get("order_id"), row.get("study_uid")) for row in rows if isinstance(row, dict))
    return {order_id: uid for order_id, uid in named if isinstance(order_id, str) and isinstance(uid, str)}


def _is_short(document: GroupDocument) -> bool:
    """Tell whether a report is short enough to seek each order in it."""
    return len(document.records) <= MOST_RECORDS and sum(map(len, document.pages)) <= LONGEST_TEXT
