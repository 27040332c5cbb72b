"""Reads the orders of a scenario."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_fixtures.people import Patient
from pacsimile_mock.orders.lifecycle import OUTCOMES
from pacsimile_mock.seed import patients
from pacsimile_mock.seed.files import Files
from pacsimile_mock.seed.model import Moves, OrderPlan
from pacsimile_mock.seed.nodes import Node
from pacsimile_spec.identifiers import STUDY_UID, is_study_group
from pacsimile_spec.report_types import ORDER_TYPES
from pacsimile_spec.statuses import COMPLETED, STATUSES

KEYS = (
    "organization",
    "count",
    "status",
    "moves",
    "created",
    "amended",
    "study",
    "study_uid",
    "group",
    "patient",
    "report_types",
    "report_files",
)
MOST_OF_AN_ENTRY = 100_000
"""The highest `count` of one entry."""
MOST = 1_000_000
"""The most orders of a scenario."""


class OrderReader:
    """Reads the entries of `orders` one after the other, and checks that they are consistent."""

    def __init__(self, owners: Sequence[str], files: Files) -> None:
        self._owners = owners
        self._files = files
        self._remaining = MOST
        self._patients: dict[tuple[str, str], Patient] = {}

    def read(self, node: Node) -> OrderPlan:
        """Read one entry of `orders`."""
        parts = node.mapping(KEYS)
        _check(node, parts)
        owner = parts["organization"].one_of(self._owners) if "organization" in parts else self._owners[0]
        files = self._files.read(parts["report_files"]) if "report_files" in parts else None
        return OrderPlan(
            owner,
            count=self._count(node, parts),
            status=parts["status"].one_of(STATUSES) if "status" in parts else None,
            moves=_moves(parts["moves"]) if "moves" in parts else None,
            created_ago=parts["created"].duration() if "created" in parts else 0,
            amended_ago=parts["amended"].duration() if "amended" in parts else None,
            study=parts["study"].text() if "study" in parts else None,
            study_uid=parts["study_uid"].matching("a DICOM UID", STUDY_UID.fullmatch) if "study_uid" in parts else None,
            group=parts["group"].matching("1 to 128 printable characters", is_study_group)
            if "group" in parts
            else None,
            patient=self._patient(parts, owner),
            report_types=_report_types(parts, files),
            report_files=files,
        )

    def _count(self, node: Node, parts: dict[str, Node]) -> int:
        count = parts["count"].whole_number(1, MOST_OF_AN_ENTRY) if "count" in parts else 1
        self._remaining -= count
        if self._remaining < 0:
            raise parts.get("count", node).wrong(f"{MOST} orders in all at most")
        return count

    def _patient(self, parts: dict[str, Node], owner: str) -> Patient | None:
        """Read the patient; all orders of a study in an organization must have the same one."""
        if "patient" not in parts:
            return None
        patient = patients.read(parts["patient"])
        label = parts.get("study_uid") or parts.get("study")
        if label is not None and self._patients.setdefault((owner, label.text()), patient) != patient:
            raise parts["patient"].wrong("the same patient as the study's other orders have")
        return patient


def _check(node: Node, parts: dict[str, Node]) -> None:
    """Refuse keys that exclude each other."""
    if ("status" in parts) == ("moves" in parts):
        raise node.wrong("either status (the order stays in it) or moves (it moves), not both")
    if "amended" in parts and (parts["status"].text() if "status" in parts else None) != COMPLETED:
        raise parts["amended"].wrong(
            "status COMPLETED beside amended: no other order has a report to amend; one that moves has it inside moves"
        )
    if "study" in parts and "study_uid" in parts:
        raise parts["study_uid"].wrong("either study (a label) or study_uid, not both")


def _moves(node: Node) -> Moves:
    parts = node.mapping(("starts", "finishes", "outcome", "amended"), required=("finishes",))
    by_polls = parts["finishes"].counts_calls()
    starts, finishes, amended = (_moment(parts.get(name), by_polls) for name in ("starts", "finishes", "amended"))
    assert finishes is not None
    starts = (1 if by_polls else 0) if starts is None else starts
    if finishes < starts:
        raise parts["finishes"].wrong("finishes not to lie before starts")
    outcome = parts["outcome"].one_of(OUTCOMES) if "outcome" in parts else COMPLETED
    if amended is not None and (outcome != COMPLETED or amended <= finishes):
        raise parts["amended"].wrong("amended to lie after finishes, of an order whose outcome is COMPLETED")
    return Moves(starts, finishes, outcome, amended, by_polls)


def _moment(node: Node | None, by_polls: bool) -> int | None:
    if node is None:
        return None
    return node.calls() if by_polls else node.duration()


def _report_types(parts: dict[str, Node], files: dict[str, str] | None) -> tuple[str, ...] | None:
    """Return the report types of the order.

    The default is those of its report files: synthetic reports of other types would contradict the files.
    """
    if "report_types" not in parts:
        return None if files is None else tuple(files)
    known = tuple(dict.fromkeys((*ORDER_TYPES, *(files or ()))))
    types = tuple(dict.fromkeys(entry.one_of(known) for entry in parts["report_types"].nonempty_sequence()))
    missing = [name for name in files or () if name not in types]
    if missing:
        raise parts["report_types"].wrong(f"{missing[0]} among them, which report_files has")
    return types
