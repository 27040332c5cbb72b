"""An exchange as it may be written down: the one place that decides it, for every file and the terminal.

Authorization, cookies and secrets are replaced, identifiers without the synthetic mark are salted hashes. Of an answer
without a synthetic mark of its own only what the closed list has is written (`redaction.unmarked`), of each part of it.
"""

import base64
import json
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.evidence.exchange import Exchange, Headers
from pacsimile_contract.redaction.echoed_secrets import carried_secrets
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.transcript.alteration import alters_exchange
from pacsimile_contract.transcript.credential_words import HIDDEN, credential_words
from pacsimile_contract.transcript.sent import MOST_SENT, body_of, header_of, url_of, value_of
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

_HIDDEN = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
_TOKENS = ("access_token", "refresh_token", "id_token")


def recorded(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    """Return an exchange as a JSON object; without an answer it has `failure`, else status, headers, body and more.

    `excess` is the bound that an answer passed, where it did: its body is empty. It is as on the wire; `contract` is
    what the contract's spelling has in its place, where a dialect respelled it. `altered` marks an exchange in which an
    identifier was replaced inside something longer. `credentials` are words of curl for each Authorization header.
    """
    request, answer = exchange.sent, exchange.received
    own = redactor.redact_own_text
    given = {own(name): own(value_of(name, value)) for name, value in request.given.items()}
    record: dict[str, Any] = {
        "number": exchange.number, "operation": request.operation, "method": own(request.method),
        "url": own(url_of(request)), "sent": _sent(request.headers, redactor), "given": given,
        "client": request.client, "started": exchange.started, "ended": exchange.ended, "at": exchange.at,
    }  # fmt: skip
    if credentials := credential_words(exchange, redactor):
        record["credentials"] = [[words, list(made_by)] for words, made_by in credentials]
    if request.body is not None:
        record["sent_body"] = redactor.redact_own_text(body_of(request))
    if request.cut is not None:
        record["cut"] = request.cut
    if request.raw is not None:
        record["sent_raw"] = redactor.redact_wire_text(request.raw[:MOST_SENT].decode("latin-1"))
    if exchange.respelled is not None:
        record["contract"] = _in_contract(exchange, redactor)
    stored = {} if answer is None else body(exchange, redactor)
    is_token = exchange.operation in TOKEN_OPERATIONS
    if not redactor.all_synthetic and alters_exchange(exchange, stored, redactor, is_token=is_token):
        record["altered"] = True
    if answer is None:
        return {**record, "failure": redactor.redact_own_text(exchange.failure or "")}
    headers, version = _headers(exchange, answer.headers, redactor), answer.version
    shown = {"status": answer.status, "version": version, "headers": headers, "jwt": _jwt(exchange, redactor)}
    if exchange.exceeded_bound is not None:
        shown["excess"] = exchange.exceeded_bound
    carried = carried_secrets(exchange) if exchange.carried_secrets is None else exchange.carried_secrets
    if carried:
        shown["carried"] = [list(one) for one in carried]
    return {**record, **shown, "body": stored}


def _in_contract(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    """Return URL, body and status in the contract's spelling, by which a stored run is judged again."""
    request = exchange.request
    record: dict[str, Any] = {"url": redactor.redact_own_text(url_of(request))}
    if request.body is not None:
        record["sent_body"] = redactor.redact_own_text(body_of(request))
    if exchange.status is not None:
        record["status"] = int(exchange.status)
    if exchange.respelled is not None and exchange.respelled.carried is not None:
        record["carried"] = exchange.respelled.carried.number
    return record


def _sent(headers: Headers, redactor: Redactor) -> list[list[str]]:
    return [
        [name, _hidden(name.lower(), value) or redactor.redact_own_text(header_of(name, value))]
        for name, value in headers
    ]


def is_open(exchange: Exchange, redactor: Redactor) -> bool:
    """Whether all that an answer says may be written, but for secrets and real identifiers: it is marked as synthetic.

    In a world of a mock every answer is.
    """
    if redactor.all_synthetic:
        return True
    if exchange.is_synthetic is None:  # reading a large body for each header takes minutes
        exchange.is_synthetic = facts.is_synthetic(exchange)
    return exchange.is_synthetic


def _headers(exchange: Exchange, headers: Headers, redactor: Redactor) -> list[list[str]]:
    shown = [header(exchange, name, value, redactor) for name, value in headers]
    return [[name, _hidden(name.lower(), value) or value] for name, value in shown]


def header(exchange: Exchange, name: str, value: str, redactor: Redactor) -> tuple[str, str]:
    """Return a header of an answer, name and value, as it may be written."""
    if is_open(exchange, redactor):
        return redactor.redact_wire_text(name), redactor.redact_wire_text(value)
    ours = _name_in_contract(exchange, name)
    shown, written = redactor.unmarked.header(ours, value)
    return (name if shown == ours else shown), written


def _name_in_contract(exchange: Exchange, name: str) -> str:
    """Return the contract's name of a header, of which the closed list decides."""
    headers = exchange.dialect.headers if exchange.dialect else {}
    return next((ours for ours, theirs in headers.items() if theirs and theirs.lower() == name.lower()), name)


def line(exchange: Exchange, redactor: Redactor) -> str:
    """Return status and media type of an answer, as they may be written."""
    kind = exchange.media_type_received
    shown = (
        redactor.redact_wire_text(kind) if is_open(exchange, redactor) else redactor.unmarked.word(kind) if kind else ""
    )
    status = exchange.received.status if exchange.received else None
    return f"{status} {shown or 'without media type'}"


def _hidden(name: str, value: str) -> str | None:
    """Return what is written in the place of a header that is never shown; None for another."""
    sent = authorization.read(value)
    if name == "authorization" and sent.credentials and sent.kind in ("bearer", "basic"):
        return f"{sent.scheme} {HIDDEN}"
    return HIDDEN if name in _HIDDEN else None


def _jwt(exchange: Exchange, redactor: Redactor) -> Any:
    if exchange.jwt is None:
        return None
    kept = ("exp", "iat", "nbf", "iss", "aud", "scope", "alg", "typ", "kid")
    write = redactor.redact_json if redactor.all_synthetic else redactor.unmarked.value
    return {
        side: {name: write({name: value})[name] for name, value in exchange.jwt[side].items() if name in kept}
        for side in exchange.jwt
    }


def body(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    """Return an answer's body: its `text` or `base64` where it may be kept, else `facts`, `length` and a digest."""
    body = exchange.received.body if exchange.received else b""
    if not exchange.may_store_body:
        return _digest(body, redactor)
    if not exchange.body_was_stored:
        return {"facts": exchange.json}
    if not body:
        return {"text": ""}
    if exchange.operation in TOKEN_OPERATIONS and isinstance(exchange.json, dict):
        if exchange.respelled is not None:
            return _respelled_token(exchange, exchange.json, redactor)
        return {"text": json.dumps(_without_tokens(exchange, exchange.json, redactor))}
    if is_open(exchange, redactor):
        return _whole(body, redactor)
    known = exchange.json
    facts_ = {"facts": redactor.unmarked.facts(known)} if isinstance(known, dict | list) else {}
    return _digest(body, redactor) | facts_


def _digest(body: bytes, redactor: Redactor) -> dict[str, Any]:
    return {"sha256_salted": redactor.digest(body), "length": len(body)}


def _without_tokens(exchange: Exchange, said: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    hidden = {name: "$TOKEN" for name in _TOKENS if name in said}
    shown = {name: member for name, member in said.items() if name not in hidden}
    write = redactor.redact_json if is_open(exchange, redactor) else redactor.unmarked.value
    return {**write(shown), **hidden}


def _respelled_token(exchange: Exchange, said: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """Return a token answer as on the wire, wherever the tokens stand in it; of an unmarked one the facts."""
    if not is_open(exchange, redactor):
        return {"facts": _without_tokens(exchange, said, redactor)}
    tokens = [said[name] for name in _TOKENS if isinstance(said.get(name), str)]
    body = exchange.received.body if exchange.received else b""
    return {"text": json.dumps(redactor.redact_json(_hide(read_json(body), tokens)))}


def _hide(value: Any, tokens: list[str]) -> Any:
    if isinstance(value, dict):
        return {name: "$TOKEN" if name in _TOKENS else _hide(inside, tokens) for name, inside in value.items()}
    if isinstance(value, list):
        return [_hide(inside, tokens) for inside in value]
    return "$TOKEN" if isinstance(value, str) and value in tokens else value


def _whole(body: bytes, redactor: Redactor) -> dict[str, Any]:
    try:
        return {"text": redactor.redact_wire_text(body.decode("utf-8"))}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
