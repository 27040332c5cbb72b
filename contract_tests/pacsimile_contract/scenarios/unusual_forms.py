"""Calls in forms that clients seldom use: whatever the form is, access is the same, and so is the answer."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote

from pacsimile_contract.checkers import unusual_forms as checks
from pacsimile_contract.crossing.unusual_forms import ELSEWHERE, NOBODY, RIGHT, TOO_FEW, rows
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.delivery import Delivery
from pacsimile_contract.session.sample_calls import Sample, SampleCalls
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import API_OPERATIONS

HEADERS: Mapping[str, Headers] = {
    "range": (("Range", "bytes=0-9"),),
    "conditions": (("If-None-Match", "*"), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")),
    "accept": (("Accept", "application/xml, text/html;q=0.9"), ("Accept-Language", "de;q=0.5, *;q=0.1")),
    "forwarded": (("X-Forwarded-For", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"), ("X-Real-IP", "127.0.0.1")),
}
"""By form, the headers that it has: lawful ones, none of which may open anything."""
ALL_HEADERS = tuple(header for headers in HEADERS.values() for header in headers)


@scenario(
    checks.needs_a_token_in_any_form,
    checks.needs_the_scope_in_any_form,
    checks.is_closed_to_others_in_any_form,
    checks.is_not_listed_for_others_in_any_form,
    checks.answers_alike_in_any_form,
    needs=("order_in_status", "study_group"),
    blocked_by=("AUTH-9", "AUTH-14", "SEC-1", "SEC-2"),
)
def in_other_forms(session: Session) -> None:
    """Call operations in unusual forms: without a token, without the scope, for another organization, and rightly."""
    if session.dialect is not None:
        session.not_applicable("what a dialect says of a call is not said of its unusual forms")
    turn, lacking = session.draw.randrange(len(API_OPERATIONS)), None
    asked: Mapping[str, Callable[[Session, _Caller, str, str], None]] = {
        NOBODY: _as_nobody, TOO_FEW: _with_too_few, ELSEWHERE: _elsewhere, RIGHT: _rightly,
    }  # fmt: skip
    present = [name for name in API_OPERATIONS if name not in session.target.absent]
    caller = _Caller(session)
    for number, (access, ask) in enumerate(asked.items()):
        for form, operation in rows(session.level, access, present, turn + number):
            try:
                with caller.skipping():
                    ask(session, caller, form, operation)
            except NotExercised as error:
                lacking = error
    caller.finish()
    if lacking is not None:
        raise lacking


class _Caller(SampleCalls):
    """Calls samples in unusual forms."""

    def send(self, label: str, form: str, sample: Sample, token: str) -> None:
        """Send a sample in a form, as step `label/<operation>/<form>`.

        It is no documented call, as HTTP allows other answers to some of these headers.
        """
        session, operation, parameters = self._session, operations()[sample.operation], dict(sample.parameters)
        headers: Headers = (("Authorization", f"Bearer {token}"),) if token else ()
        content = None if sample.body is None else json.dumps(sample.body).encode()
        if form == "scheme":
            headers = (("Authorization", f"bearer {token or session.lookalike(session.token())}"),)
        if form == "body":
            content = json.dumps(parameters).encode()
        if content is not None:
            headers = (*headers, ("Content-Type", "application/json"))
        named = parameters.get("organizationId", session.home.organization_id)
        session.probe(
            f"{label}/{sample.operation}/{form}",
            "HEAD" if form == "head" else operation.method,
            operation.path + ("/" if form == "slash" else ""),
            parameters, query=_escaped(parameters) if form == "escaped" else None, token=NO_TOKEN,
            headers=(*headers, *(ALL_HEADERS if form == "headers" else HEADERS.get(form, ()))), body=content,
            delivery=Delivery(hostile=form == "body", organizations=frozenset([str(named)])),
        )  # fmt: skip


def _escaped(parameters: Mapping[str, object]) -> str:
    """Return a query whose first name and value have each character escaped, which is the same query (RFC 3986 2.3)."""
    pairs = [(name, str(value)) for name, value in parameters.items()]
    name, value = pairs[0]
    escaped = "=".join("".join(f"%{byte:02X}" for byte in text.encode()) for text in (name, value))
    return "&".join((escaped, *(f"{name}={quote(value, safe='')}" for name, value in pairs[1:])))


def _as_nobody(session: Session, caller: _Caller, form: str, operation: str) -> None:
    caller.send(NOBODY, form, caller.of(operation), NO_TOKEN)


def _with_too_few(session: Session, caller: _Caller, form: str, operation: str) -> None:
    others = session.scopes_without(str(operations()[operation].scope))
    if others:
        client = session.state("client_with_scopes", scopes=others).client
        caller.send(TOO_FEW, form, caller.of(operation), session.token(client))


def _elsewhere(session: Session, caller: _Caller, form: str, operation: str) -> None:
    """Ask for what is another organization's. What both may use, as no state made it, is not asked for."""
    other, sample = session.state("other_organization"), caller.of(operation)
    if not other.owned:
        session.lack("needs the state other_organization")
    names = {**other.values, "organizationId": other.organization_id}
    parameters = {name: names.get(name, value) for name, value in sample.parameters.items()}
    body = {"report_ids": list[str]()} if form == "nothing-named" else None
    caller.send(ELSEWHERE, form, Sample(operation, parameters, body), session.token())


def _rightly(session: Session, caller: _Caller, form: str, operation: str) -> None:
    """Ask as an ordinary client does, and in the form."""
    sample = caller.of(operation)
    plain = session.call(operation, f"plain/{operation}", sample.parameters, reuse=True)
    if plain.succeeded:
        caller.send(RIGHT, form, sample, session.token())
