"""Names that resemble a known one: shorter, longer, in another case, with wildcards, in another Unicode form."""

from unicodedata import normalize

from pacsimile_contract.checkers import exactness as checks
from pacsimile_contract.checkers import groups
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import HOSTILE, ORDINARY, Delivery

GROUP = "Étude pilote ﬁn 7"
"""A group's name with letters that have several forms in Unicode: é, and the ligature ﬁ."""

LONGEST = "Pilot study 7 ".ljust(128, "x")
"""A group's name of the greatest length."""


def resembling(session: Session, name: str, *forms: str) -> list[tuple[str, str]]:
    """Return (how, text) for texts that resemble an identifier; `forms` are its other forms in Unicode."""
    ways = [("prefix", name[:-1]), ("longer", name + name[-1]), ("case", name.swapcase()), ("space", name + " ")]
    ways += [("wildcard", name[:-1] + "%"), ("wildcard", "*")]
    ways += (
        [("wildcard", name[:-1] + "_")] if session.level == "full" else []
    )  # a service that reads _ as a wildcard reads % too
    ways += [("padding", f"{name}\0")] if session.target.hostile_input else []
    ways += [("unicode-form", form) for form in forms or (full_width(name), f"\ufeff{name}")]  # decoders drop a mark
    return [(how, session.derived(text, name)) for how, text in ways if text not in ("", name)]


def full_width(name: str) -> str:
    """Return the name in full-width letters and digits, which compatibility normalization makes equal to it."""
    return "".join(
        chr(ord(character) + 0xFEE0) if character.isalnum() and character.isascii() else character for character in name
    )


def _delivery(how: str) -> Delivery:
    """Return how a text is sent: one with NUL may be refused by closing the connection."""
    return HOSTILE if how == "padding" else ORDINARY


@scenario(checks.matches_whole, needs=("order_in_status",), blocked_by=("STATUS-1", "STATUS-4"))
def of_orders_and_studies(session: Session) -> None:
    """Ask for texts that resemble an order's id and a study's UID."""
    order = session.state("order_in_status", status="COMPLETED")
    session.note("ours", {"order_ids": [order["order_id"]]})
    for how, text in resembling(session, order["order_id"]):
        session.call("getStatus", f"{how}/getStatus/order", order_id=text, delivery=_delivery(how))
        if how in ("prefix", "case"):
            session.call("getResult", f"{how}/getResult/order", order_id=text, report_type=session.drawn_type())
    for how, text in resembling(session, order["study_uid"]):
        session.call("getStatus", f"{how}/getStatus/study", study_uid=text, delivery=_delivery(how))
        if how in ("prefix", "wildcard"):
            session.call("getOrderIds", f"{how}/getOrderIds/study", study_uid=text)


@scenario(checks.matches_whole, groups.serves_any_name, needs=("order_in_status",), blocked_by=("GROUP-4",))
def of_groups(session: Session) -> None:
    """Ask for texts that resemble a group's name, and for a name that differs only in its 128th character.

    Both groups are asked for by their own names too.
    """
    order = session.state("order_in_status", status="COMPLETED", study_group=GROUP)
    session.note("ours", {"order_ids": [order["order_id"]]})
    _report_of(session, "itself/outside-ascii", order, GROUP)
    forms = (normalize("NFD", GROUP), normalize("NFKC", GROUP), GROUP.replace("É", "E"))
    spaces = [("space", f" {GROUP}"), ("space", GROUP.replace(" ", "  ", 1))]
    for how, text in [*resembling(session, GROUP, *forms), *spaces]:
        session.call(
            "getGroupReport", f"{how}/getGroupReport/group", client=order.client, study_group=text,
            report_type=session.plain_group_type, delivery=_delivery(how),
        )  # fmt: skip
    first = [order["order_id"]]
    order = session.state("order_in_status", status="COMPLETED", study_group=LONGEST)
    session.note("ours", {"order_ids": [*first, order["order_id"]]})
    _report_of(session, "itself/longest", order, LONGEST)
    session.call(
        "getGroupReport", "last-character/getGroupReport/longest", client=order.client,
        study_group=LONGEST[:-1] + "y", report_type=session.plain_group_type,
    )  # fmt: skip


def _report_of(session: Session, label: str, order: ProvidedState, name: str) -> None:
    kind = session.plain_group_type
    session.call("getGroupReport", label, client=order.client, study_group=name, report_type=kind)


@scenario(checks.matches_whole, needs=("fresh_organization",), blocked_by=("AUTH-1",))
def of_organizations_and_reports(session: Session) -> None:
    """List by texts that resemble an organization's id, and acknowledge by some that resemble a report's."""
    own = session.fresh_state("fresh_organization", "own", ready_reports=1)
    session.note("ours", {"order_ids": own["order_ids"]})
    for how, text in resembling(session, own.organization_id):
        try:
            session.call(
                "listReports", f"{how}/listReports/organization", client=own.client, organizationId=text,
                delivery=_delivery(how),
            )  # fmt: skip
        except NotExercised:
            break
    report = own["report_ids"][0]
    ids = [text for how, text in resembling(session, report) if how in ("prefix", "longer", "case")]
    session.call(
        "acknowledgeReports", "report-ids", client=own.client, organizationId=own.organization_id,
        body={"report_ids": ids},
    )  # fmt: skip
