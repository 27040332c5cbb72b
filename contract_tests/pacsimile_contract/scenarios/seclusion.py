"""TLS, and the audit log."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pacsimile_contract import facts
from pacsimile_contract.checkers import seclusion as checks
from pacsimile_contract.checkers.gateways import may_be_from_gateway
from pacsimile_contract.client.requests import basic
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.redaction.echoed_secrets import SHORTEST_SECRET
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.delivery import FRESH
from pacsimile_contract.session.sample_calls import SampleCalls
from pacsimile_contract.target.model import Client
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

INVENTED = "pacsimile-invented-token-0000"
GRANT = {"grant_type": "client_credentials"}
NUMBER = "X-Request-Id"
"""The header by which a service numbers its answers."""
PATIENT = ("mrn", "family_name", "given_name", "birth_date")
"""The members of a JSON report's patient that name a person."""


@scenario(checks.is_served_by_tls)
def by_tls(session: Session) -> None:
    """Call once over TLS, and once over plain HTTP with an invented token."""
    target = session.target
    if target.on_loopback:
        session.not_applicable("the service is on this machine")
    if target.base_url.startswith("http://"):
        session.not_applicable("the target file says `plain_http: {allowed: true}`")
    session.call("getStatus", "by-tls", order_id=session.lookalike("ORD-0000-000000"), delivery=FRESH)
    parts = urlsplit(target.base_url)
    invented = (("Authorization", f"Bearer {session.lookalike(INVENTED)}"),)
    session.send_once("plain", Request("GET", f"http://{parts.hostname}{parts.path}/status?order_id=A", invented))


@scenario(
    checks.leaves_records,
    needs=("order_in_status", "study_group"),
    blocked_by=("AUTH-1", "STATUS-1"),
)
def records(session: Session) -> None:
    """Make a valid call of each operation, and refused ones; then read the audit log.

    What earlier scenarios asked is not asked again.
    """
    if session.target.journal_url is None:
        session.not_applicable("no caller sees the audit log of a service")
    client, samples = session.primary, SampleCalls(session)
    wrong = session.lookalike(client.client_secret)
    _ask_tokens(session, client, wrong)
    token, forged = session.token(), session.lookalike(INVENTED)
    for sample in samples:
        name = f"call/{sample.operation}"
        if not _has_asked(session, sample.operation, name, 200):
            samples.call(sample, name, client=client, token=token)
        if not _has_asked(session, sample.operation, f"{name}-refused", 401):
            samples.call(sample, f"{name}-without-token", token=NO_TOKEN)
            samples.call(sample, f"{name}-forged", token=forged)
    report = session.story.last("call/getResult")
    if not _was_asked(session, "getStatus", 400):
        session.call("getStatus", "call/bad-query", client=client, token=token, order_id="")
    session.call("getStatus", "call/token-in-url", token=NO_TOKEN, query=f"order_id=A&access_token={token}")
    session.probe("call/unknown-path", "GET", f"/{session.lookalike('nosuch')}")
    patient = report.json.get("patient") if isinstance(report.json, dict) else None
    given_out = {str(facts.token(asked).access_token) for asked in session.asked_so_far if facts.gives_token(asked)}
    hidden = {
        "a token": [token, forged, *given_out],
        "a secret": [client.client_secret, wrong, *_secrets_sent(session.asked_so_far)],
        "patient data": _named(patient),
    }
    for number, asked in enumerate(_of_each_kind(session.asked_so_far)):
        session.story.add(f"call/earlier-{number}", asked)
    entries = session.journal()
    session.note(
        "journal", {"request_ids": [entry.get("request_id") for entry in entries], "leaks": _leaks(entries, hidden)}
    )


def _was_asked(session: Session, operation: str, status: int) -> bool:
    """Tell whether an earlier scenario got such an answer."""
    earlier = _of_each_kind(session.asked_so_far)
    return any((asked.operation, asked.status) == (operation, status) for asked in earlier)


def _ask_tokens(session: Session, client: Client, wrong: str) -> None:
    """Ask for tokens rightly by GET and by a form, and with a wrong secret."""
    in_body = {"client_id": client.client_id, "client_secret": client.client_secret}
    if not _was_asked(session, "getToken", 200):
        right = basic(client.client_id, client.client_secret)
        session.ask_token("call/token", authorization=right, client=client)
    if not _was_asked(session, "postToken", 200):
        session.ask_token("call/posted", method="POST", parameters={**GRANT, **in_body}, client=client)
    if not _was_asked(session, "getToken", 401):
        session.ask_token("call/wrong-secret", authorization=basic(client.client_id, wrong))


def _of_each_kind(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Return the last answered call of each operation, method, status and scheme, with a body and without one.

    What a gateway may refuse before the service sees it is left out: hostile calls, and two Authorization headers. So
    are calls that bring a number, by which a service may record several (PROTO-1 judges that).
    """
    kinds: dict[tuple[object, ...], Exchange] = {}
    for asked in exchanges:
        if asked.request.header(NUMBER) is not None:
            continue
        if [name.lower() for name, _ in asked.request.headers].count("authorization") > 1:
            continue
        scheme = (asked.request.header("Authorization") or "").partition(" ")[0]
        if (
            asked.operation is not None
            and asked.answer is not None
            and not (asked.request.hostile or may_be_from_gateway(asked))
        ):
            kinds[asked.operation, asked.request.method, asked.status, scheme, asked.request.body is None] = asked
    return [*kinds.values()]


def _has_asked(session: Session, operation: str, label: str, status: int) -> bool:
    """Tell whether an earlier scenario got such a JSON answer; the last one becomes step `label`."""
    asked = (
        earlier
        for earlier in reversed(session.asked_so_far)
        if (earlier.operation, earlier.status) == (operation, status) and earlier.request.header(NUMBER) is None
    )
    last = next((earlier for earlier in asked if isinstance(earlier.json, dict)), None)
    if last is not None:
        session.story.add(label, last)
    return last is not None


def _named(patient: object) -> list[str]:
    """Return the texts of a report's patient that name a person and are long enough to be recognized.

    Members that the contract does not know may say anything, such as the request id, which a record has.
    """
    texts = [patient.get(member) for member in PATIENT] if isinstance(patient, dict) else []
    return [text for text in texts if isinstance(text, str) and len(text) > 3]


def _secrets_sent(exchanges: Sequence[Exchange]) -> set[str]:
    """Return the secrets of token requests, right and wrong, without those that were also sent as a client's id."""
    secrets, names = set[str](), set[str]()
    for asked in exchanges:
        if asked.operation in TOKEN_OPERATIONS:
            sent = authorization.read(asked.request.header("Authorization") or "").basic
            form = dict(parse_qsl((asked.request.body or b"").decode("latin-1")))
            names |= {form.get("client_id", ""), sent.client_id if sent else ""}
            secrets |= {form.get("client_secret", ""), sent.secret if sent else ""}
    return {secret for secret in secrets - names if len(secret) >= SHORTEST_SECRET}


def _leaks(entries: Sequence[Mapping[str, Any]], hidden: Mapping[str, list[str]]) -> list[str]:
    """Return the kinds of hidden texts that a record holds, never the texts themselves."""
    written = "\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    return [kind for kind, texts in hidden.items() if any(text in written for text in texts)]
