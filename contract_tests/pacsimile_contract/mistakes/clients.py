"""The clients' secrets and scopes, checked by what the token endpoint answers to each client."""

from pacsimile_contract import facts
from pacsimile_contract.errors import OperatorsMistake
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.mistakes.inquiry import API_SCOPES, Inquiry, answer_summary
from pacsimile_contract.provenance import from_wire
from pacsimile_contract.target.model import Client
from pacsimile_spec.scopes import INGEST_WRITE, REPORTS_ACK, REPORTS_READ, STATUS_READ

ALONE = {"status_only": STATUS_READ, "ingest_only": INGEST_WRITE}
"""The only scope that each of these clients of the target file is to have."""
INVENTED_ORDER = {"order_id": "pacsimile-nobodys-order"}


def check_clients(inquiry: Inquiry) -> None:
    """Raise OperatorsMistake for a scope that the primary client lacks, and for another client's secret or scopes."""
    target, primary = inquiry.target, inquiry.target.primary
    for scope, operation, path in ((REPORTS_READ, "getResult", "/results"), (STATUS_READ, "getStatus", "/status")):
        if operation not in target.absent:
            _check_scope(inquiry, primary, scope, (operation, path))
    if target.acknowledge_allowed and "acknowledgeReports" not in target.absent:
        _check_scope(inquiry, primary, REPORTS_ACK, None)
    for name, client in inquiry.target.clients.items():
        if name != "primary":
            _check_secret(inquiry, client)
        if name in ALONE:
            _check_alone(inquiry, client, ALONE[name])


def _check_scope(inquiry: Inquiry, client: Client, scope: str, needed_by: tuple[str, str] | None) -> None:
    """Raise OperatorsMistake where the client lacks the scope, by three answers that agree.

    The token names other scopes, a token request for the scope is refused, and so is a call that needs it. `needed_by`
    is (operation, path) of a harmless call that needs the scope; None where there is none.
    """
    given = inquiry.issuing_answer(client)
    scopes = None if given is None else facts.token(given).scopes
    if given is None or (scopes is not None and (scope in scopes or not scopes & {*API_SCOPES, INGEST_WRITE})):
        return
    if needed_by is not None and _called(inquiry, client, needed_by[0]).status != 403:
        return
    asked = inquiry.ask_tokens(client, scope)[-1]
    if not _is_withheld(asked, scope):
        return
    has = f"its token has {from_wire(' '.join(sorted(scopes)))}" if scopes else "its token names no scope"
    call = f", and {needed_by[1]} answers 403" if needed_by else ""
    raise OperatorsMistake(
        f"clients.{client.name}: lacks {scope}: {has}, asking for {scope} answers {_answer(asked)}{call}: "
        f"have the client registered with {scope}, or name another one."
    )


def _called(inquiry: Inquiry, client: Client, operation: str) -> Exchange:
    return inquiry.call(
        operation, client, {**INVENTED_ORDER, **({"report_type": "json"} if operation == "getResult" else {})}
    )


def _is_withheld(asked: Exchange, scope: str) -> bool:
    if not asked.succeeded:
        return asked.status in (400, 401, 403) and facts.token_error(asked) == "invalid_scope"
    scopes = facts.token(asked).scopes
    return scopes is not None and scope not in scopes and bool(scopes & API_SCOPES)


def _answer(asked: Exchange) -> str:
    if not asked.succeeded:
        return answer_summary(asked)
    return f"{asked.status} with {from_wire(' '.join(sorted(facts.token(asked).scopes or ())))}"


def _check_secret(inquiry: Inquiry, client: Client) -> None:
    """Raise OperatorsMistake where the endpoint refuses this client, as it gave the primary client a token."""
    refused = inquiry.token_answers(client)[-1]
    if refused.status in (400, 401, 403) and not facts.gives_token(refused):
        raise OperatorsMistake(
            f"clients.{client.name}: the token endpoint refuses it ({answer_summary(refused)}), and gave the primary "
            "client a token: check its id and secret in the environment."
        )


def _check_alone(inquiry: Inquiry, client: Client, scope: str) -> None:
    """Raise OperatorsMistake where the token of a client that is to have one scope has other ones."""
    given = inquiry.issuing_answer(client)
    scopes = None if given is None else facts.token(given).scopes
    known = (scopes or frozenset()) & {*API_SCOPES, INGEST_WRITE}
    if known and known != {scope}:
        raise OperatorsMistake(
            f"clients.{client.name}: its token has the scope{'s' * (len(known) > 1)} {' '.join(sorted(known))}: name a "
            f"client that has {scope} alone, or leave {client.name} out."
        )
