"""Calls whose parameters, tokens and secrets a careless answer would repeat."""

from dataclasses import replace
from urllib.parse import quote

from pacsimile_contract.checkers import disclosure as checks
from pacsimile_contract.client.requests import basic, build, query_of
from pacsimile_contract.errors import Forbidden
from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import HOSTILE

MARKUP = "<script>alert(1)</script>"
MARK = "<b>mark"
GRANT = "client_credentials"
BROWSER: Headers = (
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), ("Accept-Language", "en;q=0.5"),
    ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate"), ("Upgrade-Insecure-Requests", "1"),
)  # fmt: skip
"""What a browser sends that follows a link: whoever would rather have a page gets one, where there are any."""
LINE_BREAKS = f"ORD-1{MARK}\r\n{checks.INJECTED}: 1"
QUOTES = '"; filename="another.html'

PROBES: dict[str, tuple[str, dict[str, str]]] = {
    "order": ("getStatus", {"order_id": LINE_BREAKS}),
    "name": ("getOrderIds", {"study_uid": "1.2.3", MARKUP: "1"}),
    "group": ("getGroupReport", {"study_group": MARK + QUOTES, "report_type": "json"}),
    "limit": ("listReports", {"organizationId": MARK, "limit": MARK}),
}
"""Calls with parameters that mean something to a browser, or to HTTP."""

TYPES: dict[str, tuple[str, dict[str, str]]] = {
    "report-type": ("getResult", {"order_id": "ORD-1", "report_type": MARKUP}),
    "group-type": ("getGroupReport", {"study_group": MARK, "report_type": MARK}),
}
STUDIES: dict[str, tuple[str, dict[str, str]]] = {
    "study": ("getStatus", {"study_uid": MARK}),
    "study-of-orders": ("getOrderIds", {"study_uid": MARK}),
    "study-of-report": ("getResult", {"study_uid": MARK, "report_type": "json"}),
}
"""The same in the place of a type, and of a study: at level standard one of each table, in turn, and half of PROBES."""


@scenario(checks.gives_nothing_away, blocked_by=("AUTH-1",))
def careless_answers(session: Session) -> None:
    """Send markup, line breaks and quotes as parameters; a token and an invented one in the query.

    Markup is sent as by a browser, also as a path, in an acknowledgement and in token requests.
    """
    invented = session.lookalike("pacsimile0invented0secret0aaaaaaaa")
    kept_back: Forbidden | None = None
    # the token that is sent is a name too, as where somebody forgets `access_token=` before it
    session.call("getStatus", "token-in-query", {session.token(): "", "access_token": invented}, order_id="ORD-1")
    tables = [(PROBES, 2), (TYPES, len(TYPES)), (STUDIES, len(STUDIES))]
    chosen = [probe for probes, of in tables for probe in session.in_turn(probes.items(), of)]
    for label, (operation, parameters) in chosen:
        headers = BROWSER if any("<" in text for pair in parameters.items() for text in pair) else ()
        try:
            session.call(operation, label, parameters, headers=headers, delivery=HOSTILE)
        except Forbidden as error:
            kept_back = error
    try:
        _beside_the_parameters(session)
    except Forbidden as error:
        kept_back = error
    if kept_back:
        raise kept_back


def _beside_the_parameters(session: Session) -> None:
    """Send markup as a path, as the scope and the kind of a token request, and as the body of an acknowledgement."""
    session.probe("path", "GET", f"/status/{quote(MARK)}", headers=BROWSER, delivery=HOSTILE)
    client = session.primary
    credentials = ("Authorization", basic(client.client_id, client.client_secret))
    form = ("Content-Type", "application/x-www-form-urlencoded")
    forms = {"grant": {"grant_type": MARK}, "scope": {"grant_type": GRANT, "scope": MARK}}
    for label, asked in session.in_turn(forms.items(), len(forms)):
        headers, body = (*BROWSER, credentials, form), query_of(asked).encode()
        request = build(session.target, "postToken", {}, headers=headers, body=body, client=client)
        session.send_once(f"token-of-{label}", replace(request, hostile=True))
    if session.home.owned:
        named = {"organizationId": session.home.organization_id}
        session.call("acknowledgeReports", "body", named, headers=BROWSER, body={"report_ids": MARK}, delivery=HOSTILE)
