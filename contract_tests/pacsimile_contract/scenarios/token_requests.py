"""Token requests by POST, and token requests with one fault."""

from collections.abc import Mapping
from urllib.parse import quote

from pacsimile_contract import facts
from pacsimile_contract.checkers import token_requests as checks
from pacsimile_contract.client.requests import basic, query_of
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Client
from pacsimile_spec.scopes import REPORTS_READ, STATUS_READ

GRANT = {"grant_type": "client_credentials"}
ODD_FORM = "Application/X-WWW-Form-URLEncoded;charset=UTF-8"
"""The media type of a form in another spelling (RFC 9110 section 8.3.1)."""
ODD_HEADERS = (("Accept", "application/xml, text/html;q=0.9, */*;q=0.1"), ("Accept-Language", "de"))
IGNORED = {
    "colour": "5",
    "_": "1712345678901",
    "lang": "de",
    "state": "a",
    "code": "a",
    "Scope": "none",
    "format": "xml",
    "limit": "0",
    "report_type": "xml",
    "order_id": "",
}
"""Parameters that the token endpoint ignores (RFC 6749 section 3.2). Other operations know the last ones."""
OMITTED = {"scope": "", "client_secret": "", "client_assertion": "", "client_assertion_type": ""}
"""Parameters without a value, which count as omitted: none of them is a second way to authenticate (section 2.3)."""


@scenario(
    checks.gives_a_token_by_post, checks.lives_an_hour_at_most, checks.is_not_kept,
    level="smoke",
)  # fmt: skip
def by_post(session: Session) -> None:
    """Ask by POST with the credentials by Basic, in the body, and by both; let the tokens open a call.

    Then with all of this at once: scheme and media type in another case, form-urlencoded credentials, the client's id
    in the form too, a secret and a scope without a value, and what must be ignored.
    """
    client = session.primary
    authorization = basic(client.client_id, client.client_secret)
    in_body = {**GRANT, "client_id": client.client_id, "client_secret": client.client_secret}
    ways: Mapping[str, tuple[str | None, Mapping[str, str]]] = {
        "basic": (authorization, GRANT),
        "body": (None, in_body),
    }
    for name, (header, parameters) in ways.items():
        asked = session.ask_token(
            f"posted/{name}", method="POST", authorization=header, parameters=parameters, client=client
        )
        token = facts.token(asked).access_token
        if token and (session.level == "full" or (session.level == "standard" and name == "body")):
            order = session.lookalike("ORD-0000-000000")
            session.call("getStatus", f"opened/{name}", token=token, client=client, order_id=order)
    if session.level != "smoke":
        session.ask_token("both", method="POST", authorization=authorization, parameters=in_body, client=client)
    if session.level != "smoke" and session.dialect is None:
        session.ask_token(
            "posted/spelling", method="POST", authorization=_form_encoded(client).replace("Basic", "basic"),
            parameters={**GRANT, **IGNORED, **OMITTED, "client_id": client.client_id},
            headers=(("Content-Type", ODD_FORM), *ODD_HEADERS), client=client,
        )  # fmt: skip


def _form_encoded(client: Client) -> str:
    """Return HTTP Basic of credentials that are form-urlencoded first (RFC 6749 section 2.3.1)."""
    return basic(*(_escaped(text) for text in (client.client_id, client.client_secret)))


def _escaped(text: str) -> str:
    """Return a text percent-encoded, its last character always, so that decoding makes a difference."""
    return quote(text[:-1], safe="") + "".join(f"%{byte:02X}" for byte in text[-1:].encode())


Fault = tuple[str, str, list[tuple[str, object]]]
"""The part that judges a token request, its method, and its parameters."""
WITHOUT_GRANT_TYPE = ("misspelt", "in-query")
"""How a form lacks `grant_type`: its name is misspelt, or it is empty there and right in the query. They take turns."""


@scenario(checks.refuses_malformed_requests, blocked_by=("AUTH-1",))
def with_a_fault(session: Session) -> None:
    """Ask with right credentials, and an invented, a missing or a repeated parameter; and without a form.

    Repeated parameters that change nothing take turns, and so do the ways in which a form lacks `grant_type`.
    """
    client = session.primary
    authorization = basic(client.client_id, client.client_secret)
    grant, scope = ("grant_type", "client_credentials"), ("scope", STATUS_READ)
    without = session.in_turn(WITHOUT_GRANT_TYPE, len(WITHOUT_GRANT_TYPE))
    harmless: list[Fault] = [
        ("repeated", "GET", [grant, ("scope", ""), ("scope", "")]),
        ("repeated", "POST", [grant, ("colour", "5"), ("colour", "6")]),
    ]
    faults: list[Fault] = [
        ("invented-grant-type", "GET", [("grant_type", "CLIENT_CREDENTIALS")]),
        ("invented-grant-type", "POST", [("grant_type", "client_credentials ")]),
        ("repeated", "POST", [grant, scope, ("scope", REPORTS_READ)]),
        *session.in_turn(harmless, len(harmless)),
    ]
    if "misspelt" in without:
        faults.append(("missing-grant-type", "POST", [("Grant_Type", "client_credentials")]))
    for place, (part, method, parameters) in enumerate(faults):
        session.ask_token(
            f"{part}/{place}-{method}", method=method, authorization=authorization, parameters=parameters,
            client=client,
        )  # fmt: skip
    if "in-query" in without:
        session.ask_token(
            "missing-grant-type/in-query", method="POST", authorization=authorization, parameters=[("grant_type", "")],
            query=query_of([grant]), client=client,
        )  # fmt: skip
    if session.dialect is None:
        invented = session.lookalike("s3cret-of-nobody")
        session.hide(invented)
        body = b'{"grant_type": "client_credentials", "client_secret": "%s"}' % invented.encode()
        headers = (("Content-Type", "application/json"),)
        label = "missing-grant-type/as-json"
        session.ask_token(label, method="POST", authorization=authorization, headers=headers, body=body, client=client)


@scenario(checks.refuses_secrets_in_urls, blocked_by=("AUTH-1",))
def secret_in_the_url(session: Session) -> None:
    """Put an invented secret into the URL: with Basic, and alone, for an unknown client.

    Below level full, one goes by GET and the other by POST.
    """
    client = session.primary
    authorization = basic(client.client_id, client.client_secret)
    invented, nobody = session.lookalike("s3cret-of-nobody"), session.lookalike(client.client_id)
    in_url = f"client_secret={invented}"
    methods = session.draw.sample(("GET", "POST"), 2)
    for method in methods if session.level == "full" else methods[:1]:
        session.ask_token(
            f"beside-basic/{method}", method=method, authorization=authorization, query=in_url, client=client
        )
    for method in methods if session.level == "full" else methods[1:]:
        session.ask_token(f"alone/{method}", method=method, query=f"{query_of({'client_id': nobody})}&{in_url}")
