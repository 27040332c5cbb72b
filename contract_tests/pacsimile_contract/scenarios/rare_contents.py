"""Reports whose contents are rare, in each type."""

from collections.abc import Sequence
from contextlib import suppress

from pacsimile_contract.checkers import identity, validity
from pacsimile_contract.checkers.results import UNSTRUCTURED
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.rarity import of_each_sex, rarest
from pacsimile_contract.documents.statement import ReportStatement
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.shared_states import OK, WITH_MEMBERS, offered_types
from pacsimile_contract.target.model import Client
from pacsimile_spec.report_types import ORDER_TYPES

FEW, MORE = 3, 12
"""How many of the run's reports are fetched in each type, below level full and at it."""

CODING_THE_SEX = ("fhir", "hl7v2", "dicom_sr", "dicom_pdf")
"""Types in which a patient's sex is a code of a table."""

FAR_WEST = {"statuses": ["COMPLETED"], "seconds": [0], "offsets": ["-11:00"]}
"""A study whose times are written far west of Greenwich; others are east of it."""


@scenario(
    identity.names_the_patient,
    validity.is_valid,
    needs=("order_in_status", "study_with_orders"),
    blocked_by=("RESULTS-1", "RESULTS-7", "RESULTS-8", "RESULTS-10"),
    late=True,
)
def in_each_type(session: Session) -> None:
    """Fetch an order far west of Greenwich in types with members, and those reports that have most that is rare.

    What is rare is seen in the json of any of the run's reports: letters outside ASCII, long texts, many findings.
    Of each sex one report is fetched, in the types that have it as a code.
    """
    session.note("level", session.level)
    with suppress(NotExercised):
        study = session.state("study_with_orders", "far-west", **FAR_WEST)
        order = {"order_id": study["order_ids"][0], "study_uid": study["study_uid"]}
        session.note("far-west", {**order, "owned": study.owned})
        _fetch(session, "far-west", str(order["order_id"]), study.client, WITH_MEMBERS)
    known = _json_reports(session) if session.home.owned else {}
    if not known and not session.story.below("asked"):
        session.not_applicable(UNSTRUCTURED)
    statements = {key: statement for key, (statement, _) in known.items()}
    chosen = rarest(statements, MORE if session.level == "full" else FEW)
    for number, key in enumerate([*chosen, *of_each_sex(statements, chosen)]):
        label, (statement, asked), client = f"rare-{number}", known[key], session.client_of_states(key[0])
        if client is not None:
            session.note(label, {"order_id": key[1], "study_uid": statement.study_uid, "owned": True})
            session.story.add(f"asked/{label}/json", asked)
            types = [name for name in ORDER_TYPES if name != "json"] if key in chosen else CODING_THE_SEX
            _fetch(session, label, key[1], client, types)


def _json_reports(session: Session) -> dict[tuple[str, str], tuple[ReportStatement, Exchange]]:
    """Return by client and order the last json report that was served to clients of states."""
    reports: dict[tuple[str, str], tuple[ReportStatement, Exchange]] = {}
    for asked in session.asked_so_far:
        kind, order_id = asked.given.get("report_type"), report_headers(asked).order_id
        if asked.operation == "getResult" and asked.status == OK and kind == "json" and order_id is not None:
            client = session.client_of_states(asked.request.client)
            document = read_report("json", asked.body) if client is not None else None
            if client is not None and document is not None and document.statement is not None:
                reports[client.name, order_id] = (document.statement, asked)
    return reports


def _fetch(session: Session, label: str, order_id: str, client: Client, types: Sequence[str]) -> None:
    """Fetch an order's report in those of the types that it offers."""
    offered = offered_types(session, order_id, client) or ()
    for report_type in (name for name in types if name in offered):
        asked = {"order_id": order_id, "report_type": report_type}
        session.call("getResult", f"asked/{label}/{report_type}", asked, client=client, reuse=True)
