"""Calls whose parameters, tokens and secrets a careless answer would repeat."""

from pacsimile_contract.checkers import disclosure as checks
from pacsimile_contract.errors import Forbidden
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import HOSTILE

MARKUP = "<script>alert(1)</script>"
LINE_BREAKS = f"ORD-1\r\n{checks.INJECTED}: 1"
QUOTES = '"; filename="another.html'

PROBES: dict[str, tuple[str, dict[str, str]]] = {
    "order": ("getStatus", {"order_id": MARKUP}),
    "line-breaks": ("getStatus", {"order_id": LINE_BREAKS}),
    "name": ("getOrderIds", {"study_uid": "1.2.3", MARKUP: "1"}),
    "report-type": ("getResult", {"order_id": "ORD-1", "report_type": MARKUP}),
    "group": ("getGroupReport", {"study_group": MARKUP, "report_type": "json"}),
    "quotes": ("getGroupReport", {"study_group": QUOTES, "report_type": "pdf"}),
    "organization": ("listReports", {"organizationId": MARKUP}),
}
"""Calls with parameters that mean something to a browser, or to HTTP."""


@scenario(checks.gives_nothing_away, blocked_by=("AUTH-1",))
def careless_answers(session: Session) -> None:
    """Send markup, line breaks and quotes as parameters; invented tokens and secrets where they do not belong."""
    invented = session.lookalike("pacsimile0invented0secret0aaaaaaaa")
    kept_back: Forbidden | None = None
    session.call("getStatus", "token-in-query", order_id="ORD-1", access_token=invented)
    session.call("getStatus", "invented-token", token=invented, order_id="ORD-1")
    session.ask_token("secret-in-query", query=f"client_id={invented[:12]}&client_secret={invented}")
    for label, (operation, parameters) in PROBES.items():
        try:
            session.call(operation, label, parameters, delivery=HOSTILE)
        except Forbidden as error:
            kept_back = error
    if kept_back:
        raise kept_back
