"""Reports whose contents are rare, in each type."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain

from pacsimile_contract.checkers import identity, validity
from pacsimile_contract.checkers.results import UNSTRUCTURED
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.rarity import rarities, rarities_of_text, unseen
from pacsimile_contract.documents.statement import ReportStatement
from pacsimile_contract.errors import Absent, NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.queue_calls import Queue
from pacsimile_contract.session.shared_states import OK, offered_types, types_seen
from pacsimile_contract.target.model import Client

FEW, MORE = 19, 84
"""Most reports fetched: below level full (those named by groups included), and at it (excluded)."""

MORE_PATIENTS = 60
"""How many more reports level full has made and fetches as json, so that it meets rare patients too."""

MOST_TOLD = 2
"""How many reports are fetched because the impression in a group's report has something rare."""

_Key = tuple[str, str]
"""A client and an order."""
_Known = tuple[ReportStatement, Exchange]
"""What a json report says, and the answer that it came in."""


@scenario(
    identity.names_the_patient,
    validity.is_valid,
    needs=("order_in_status",),
    blocked_by=("RESULTS-1", "RESULTS-7", "RESULTS-8", "RESULTS-10"),
    late=True,
)
def in_each_type(session: Session) -> None:
    """Fetch reports in which something is rare, in types in which the run has not seen it.

    What is rare is seen in the json of any of the run's reports: letters outside ASCII, long texts, a number with two
    decimals, each sex and unit. Where the json of a group has what none of them has, its order's report is fetched too.
    Level full has many more reports made first, and reads the json of each.
    """
    session.note("level", session.level)
    if session.level == "full":
        _fetch_more(session)
    known = _json_reports(session) if session.home.owned else {}
    if not known:
        session.not_applicable(UNSTRUCTURED)
    told = _fetch_what_groups_tell(session, known)
    if told:
        known = _json_reports(session)
    statements = {key: statement for key, (statement, _) in known.items()}
    offered = {key: _types(session, key) for key in known}
    chosen = unseen(statements, _fetched(session, known), offered, MORE if session.level == "full" else FEW - told)
    for number, key in enumerate(dict.fromkeys(key for key, _ in chosen)):
        label, (statement, asked), client = f"rare-{number}", known[key], session.client_of_states(key[0])
        if client is not None:
            session.note(label, {"order_id": key[1], "study_uid": statement.study_uid, "owned": True})
            session.story.add(f"asked/{label}/json", asked)
            _fetch(session, label, key[1], client, [kind for chosen_key, kind in chosen if chosen_key == key])


def _fetch_more(session: Session) -> None:
    """Have reports made, and fetch the json of those that offer it, as far as the state is offered.

    A listing names the types of all; without one, each order is asked for its own.
    """
    with suppress(NotExercised):
        made = session.fresh_state("fresh_organization", "more", ready_reports=MORE_PATIENTS)
        with suppress(Absent):
            Queue(session, made).list("more")
        for order_id in made["order_ids"]:
            if "json" in (offered_types(session, order_id, made.client) or ()):
                asked = {"order_id": order_id, "report_type": "json"}
                session.call("getResult", f"more/{order_id}", asked, client=made.client)


def _fetch_what_groups_tell(session: Session, known: Mapping[_Key, _Known]) -> int:
    """Fetch the json of orders whose impression has what no known report has; return how many were fetched."""
    seen = frozenset(chain.from_iterable(rarities(statement) for statement, _ in known.values()))
    count = 0
    for client, order_id, impression in _impressions(session):
        new = rarities_of_text(impression) - seen
        if new and count < MOST_TOLD and "json" in (offered_types(session, order_id, client) or ()):
            asked = {"order_id": order_id, "report_type": "json"}
            session.call("getResult", f"told/{order_id}", asked, client=client, reuse=True)
            seen, count = seen | new, count + 1
    return count


def _impressions(session: Session) -> Iterator[tuple[Client, str, str]]:
    """Yield client, order and impression of each order in the json of a group that was served to clients of states."""
    for asked in session.asked_so_far:
        if asked.operation == "getGroupReport" and asked.status == OK and asked.given.get("report_type") == "json":
            client, report = session.client_of_states(asked.request.client), asked.json
            orders = report.get("orders") if isinstance(report, dict) else None
            for order in orders if isinstance(orders, list) else ():
                if not isinstance(order, dict):
                    continue
                order_id, impression = order.get("order_id"), order.get("impression")
                if client is not None and isinstance(order_id, str) and isinstance(impression, str):
                    yield client, order_id, impression


def _types(session: Session, key: _Key) -> tuple[str, ...]:
    """Return the types in which an order's report comes, as an answer of the run names them."""
    client = session.client_of_states(key[0])
    return (types_seen(session, key[1], client) or ()) if client is not None else ()


def _fetched(session: Session, known: Mapping[_Key, _Known]) -> dict[_Key, set[str]]:
    """Return by report the types in which the run fetched this version of it."""
    versions = {(*key, report_headers(asked).report_id): key for key, (_, asked) in known.items()}
    fetched: dict[_Key, set[str]] = {}
    for asked in session.asked_so_far:
        named, kind = report_headers(asked), asked.given.get("report_type")
        key = versions.get((asked.request.client or "", named.order_id or "", named.report_id))
        if key is not None and asked.operation == "getResult" and asked.status == OK and kind is not None:
            fetched.setdefault(key, set()).add(kind)
    return fetched


def _json_reports(session: Session) -> dict[_Key, _Known]:
    """Return by client and order the last json report that was served to clients of states."""
    reports: dict[_Key, _Known] = {}
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
