"""Orders seen from every side."""

from contextlib import suppress
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.checkers import views as checks
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.scenarios.lifecycle import amend
from pacsimile_contract.session import Session
from pacsimile_contract.session.shared_states import readable, study_of

MOST_LOOKED_AT = 5
"""Orders that are seen from every side."""


@scenario(
    checks.views_agree,
    needs=("fresh_organization", "order_in_status", "report_amended"),
    blocked_by=("STATUS-1", "STATUS-2", "STATUS-7", "RESULTS-1", "RESULTS-6", "RESULTS-7", "RESULTS-11"),
)
def every_side(session: Session) -> None:
    """List an amended report of a group, and ask for its order by id and by study, and for the report.

    Its study has an older order, which failed and is in another group.
    `calendar_borders` looks so at orders of one version.

    Then ask for each type of an order that offers all, for one type of an order that does not offer it, and for the
    status of an unfinished order.
    """
    own = _organization(session)
    listing = session.call(
        "listReports", "listing", client=own.client, organizationId=own.organization_id, limit=MOST_LOOKED_AT
    )
    for entry in facts.listing(listing).reports or ():
        study = study_of(session, entry, own.client)
        if entry.order_id and study:
            client, order = own.client, entry.order_id
            session.call("getStatus", f"by-order/{order}", client=client, order_id=order)
            session.call("getStatus", f"by-study/{order}", client=client, study_uid=study)
            session.call(
                "getResult", f"report/{order}", client=client, order_id=order, report_type=readable(entry.report_types)
            )
    if not own.owned:
        session.call(
            "listReports", "listing", client=own.client, organizationId=own.organization_id, limit=MOST_LOOKED_AT
        )
    _types(session)


def _organization(session: Session) -> ProvidedState:
    """Return an organization of our own with an amended report of an order that has a group; else the target's."""
    try:
        own = session.fresh_state("fresh_organization", "own", ready_reports=0)
    except NotExercised:
        return session.home
    grouped = _grouped(session, {"organization_id": own.organization_id, "study_group": "All sides"})
    with suppress(NotExercised):
        amend(session, grouped, grouped["order_id"], "amended")
    return own


def _grouped(session: Session, place: dict[str, str]) -> ProvidedState:
    """Return a COMPLETED order in this group; where states make such studies, an older one that failed has another."""
    with suppress(NotExercised):
        older = session.fresh_state("order_in_status", **{**place, "status": "FAILED", "study_group": "One side"})
        place_in_study = {**place, "study_uid": older["study_uid"]}
        return session.fresh_state("order_in_status", "grouped", status="COMPLETED", **place_in_study)
    return session.fresh_state("order_in_status", "grouped", status="COMPLETED", **place)


def _sought(session: Session, label: str) -> tuple[str, ...]:
    """Return the types that are asked of an order: below level full, of one that offers one type alone, another.

    That is one whose name is a part of the name that it offers, where there is one.
    """
    if label == "unfinished":
        return ()
    if label == "typed" or session.level == "full":
        return session.order_types
    narrow = _narrow(session)
    others = [name for name in session.order_types if name != narrow]
    return tuple(sorted(others, key=lambda name: name not in narrow)[:1])


def _narrow(session: Session) -> str:
    """Return the type that an order offers alone: one whose name has another's in it, where there is one."""
    types = session.order_types
    return next((name for name in types if any(part in name for part in types if part != name)), session.plain_type)


def _types(session: Session) -> None:
    wanted: dict[str, dict[str, Any]] = {
        "typed": {"status": "COMPLETED"},
        "narrow": {"status": "COMPLETED", "report_types": [_narrow(session)]},
        "unfinished": {"status": "PROCESSING"},
    }
    for label, params in wanted.items():
        try:
            order = session.state("order_in_status", **params)
        except NotExercised:
            continue
        session.call("getStatus", label, client=order.client, reuse=True, order_id=order["order_id"])
        for report_type in _sought(session, label):
            session.call(
                "getResult", f"{label}-type/{report_type}", client=order.client, reuse=True,
                order_id=order["order_id"], report_type=report_type,
            )  # fmt: skip
