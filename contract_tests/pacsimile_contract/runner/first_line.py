"""The words of a run's first line: what one or two answers of a target show that is no results API, and what to do."""

from collections.abc import Sequence

from pacsimile_contract import facts
from pacsimile_contract.client.other_protocols import NOT_HTTP, NOT_HTTP_BUT_TLS
from pacsimile_contract.client.wire import NO_CONNECTION, NO_TLS
from pacsimile_contract.evidence.exchange import BUSY, Exchange
from pacsimile_contract.facts.members import as_text
from pacsimile_contract.mistakes.spelling_hints import asked_address, credentials_question, path_question
from pacsimile_contract.provenance import from_wire
from pacsimile_contract.target.model import Target

_SILENCES = {
    "refused": "nothing listens there; is the service running, and is this its address?",
    "closed": "it closes each connection without an answer; is something else listening there, or does it want https?",
    "reset": "it resets each connection; is something else listening there, or does it want https?",
    "timeout": "it takes the connection and never answers.",
    NO_CONNECTION: "no connection comes about; is this its address, and does a firewall let this machine through?",
}


def silent(url: str, proxy: str | None, exchange: Exchange) -> str:
    """Say how a call to an address ended without an answer."""
    failure = exchange.failure or ""
    if failure in _SILENCES and proxy is None and not (url.startswith("https:") and failure in ("closed", "reset")):
        return f"{url}: {_SILENCES[failure]}"
    if failure.startswith("timeout: ") and failure != NO_CONNECTION:
        return f"{url}: it takes the connection and begins an answer, but {failure.removeprefix('timeout: ')}."
    if failure == NOT_HTTP_BUT_TLS:
        return f"{url}: this port speaks TLS; write https:// in the target file."
    if failure.startswith(NOT_HTTP):
        return f"{url}: something listens there, but what it says is {failure}; is this the right port?"
    if failure == NO_TLS:
        hint = "if it speaks plain HTTP, write http:// in the target file; if not, the port of https"
        return f"{url}: no answer: {failure}; {hint}."
    if failure.startswith("TLS"):
        return f"{url}: no answer: {failure.rstrip('.')}; {_certificate_question(failure)}."
    if failure in ("closed", "reset") and proxy is None:  # as TLS 1.3 may refuse us
        hint = "does it want a certificate of ours? See `tls: {client_cert, client_key}` in the target file"
        return f"{url}: no answer: {failure} once TLS was spoken; {hint}."
    if proxy is not None:
        return f"{url}: no answer through the proxy {proxy}: {failure}; is `proxy` right, and does it let us through?"
    if failure.startswith("unreachable"):
        return f"{url}: no answer: {failure}; is the host's name right, and is this machine in its network?"
    return f"{url}: no answer: {failure}."


def _certificate_question(failure: str) -> str:
    if "mismatch" in failure:
        return (
            "is the host in the target file the one that its certificate names? "
            "See `tls: {ca, client_cert, client_key}` for all else"
        )
    return "is the certificate the right one? See `tls: {ca, client_cert, client_key}` in the target file"


def without_token(target: Target, asked: Sequence[Exchange]) -> str:
    """Say what the token endpoint answers instead of a token."""
    first = next(exchange for exchange in asked if exchange.answer is not None)
    where = asked_address(first)
    trouble = _trouble(first)
    if trouble is not None:
        return f"{where}: {trouble} It gives no token, and nothing else can be judged."
    if first.media_type == "text/html":
        return f"{where}: answers an HTML page ({first.status}): is oauth2_endpoint right, or is this a login page?"
    if first.status == 404:
        question = path_question(target, str(first.operation), "oauth2_endpoint", "/token is added to it")
        return f"{where}: answers 404: {question}"
    error_code = facts.token_error(first)
    if first.status in (401, 403) or (first.status == 400 and error_code is not None):
        error = f" {from_wire(error_code)}" if error_code else ""
        question = credentials_question(target) or "."
        return f"{where}: refuses the primary client ({first.status}{error}): check its id and secret{question}"
    if first.succeeded and isinstance(first.json, dict) and as_text(first.json.get("access_token")):
        return f"{where}: answers with an access_token that is too long, or that no header can carry (RFC 6750 2.1)."
    if first.succeeded:
        hint = "is this a token endpoint? If it spells that otherwise, `pacsimile learn` proposes a dialect"
        return f"{where}: answers {first.status} without an access_token: {hint}."
    https = ", or does this port want https" if first.status == 400 and where.startswith("http:") else ""
    return f"{where}: answers {first.status} and gives no token: is this a token endpoint{https}?"


def with_token(target: Target, status: Exchange, without_order: Exchange | None = None) -> str | None:
    """Say what `/status` shows, asked for nobody's order; `without_order` is the answer to the call without one."""
    where = asked_address(status)
    question = path_question(target, "getStatus", "base_url", "/status is added to it")
    if status.answer is None:
        return f"{where}: gives no answer ({status.failure}), though the token endpoint gave a token."
    alike = without_order is not None and without_order.status == status.status
    trouble = _trouble(status)
    certain = status.exceeded_bound is not None or status.status in BUSY or status.media_type == "text/html"
    if trouble is not None and (alike or certain):
        return f"{where}: {trouble}"
    if status.succeeded:
        return f"{where}: answers {status.status} for an order that nobody has: does it serve examples?"
    if status.media_type == "text/html":
        return f"{where}: answers an HTML page ({status.status}): {question}"
    if status.status == 401:
        return f"{where}: refuses the token that the token endpoint has just given (401)."
    if status.status == 404 and not isinstance(status.json, dict):
        return f"{where}: answers 404 without a problem: {question}"
    if (
        without_order is not None
        and without_order.status == status.status == 404
        and facts.problem(without_order).type == facts.problem(status).type
    ):
        return f"{where}: answers 404 whether an order is asked for or none: {question}"
    return None


def _trouble(asked: Exchange) -> str | None:
    """Say what is the matter with an answer that is the same whoever asks for what; None where that is not so."""
    status = asked.status or 0
    if asked.exceeded_bound is not None:
        return f"answers {status} with {asked.exceeded_bound}: is this the API, and not a download?"
    if status in BUSY:
        seconds = facts.retry_after(asked)
        wait = "" if seconds is None else f", and asks to wait {seconds:.0f} s"
        who = "it takes no more calls for now" if status == 429 else "it, or what stands before it, is out of service"
        return f"answers {status}{wait}: {who}; run this again later."
    if status >= 500 and asked.media_type == "text/html":
        return f"answers an HTML page ({status}), as a gateway does that does not reach the service behind it."
    if status >= 500:
        return f"answers {status} to a right request: the service, or what it needs, is down; see its log."
    return None
