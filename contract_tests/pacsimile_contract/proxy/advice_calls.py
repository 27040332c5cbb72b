"""Gives exchanges as the calls that a client's advice is made of, from the contract's spelling of each."""

from collections.abc import Iterable
from hashlib import blake2b

from pacsimile_advice.calls import ClientCall, ReportMention
from pacsimile_advice.har import REQUIREMENTS, SECRET_PARAMETERS
from pacsimile_contract import facts
from pacsimile_contract.documents import read_report
from pacsimile_contract.documents.headers import digests, report_headers
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec.operation_ids import RETRIEVALS, TOKEN_OPERATIONS

HIDDEN = "$HIDDEN"


def client_call(exchange: Exchange, connection: str | None = None) -> ClientCall:
    """Return the call of an exchange.

    Args:
        exchange: a call of the API, live or of a stored run, which has no tokens.
        connection: a name for the client's connection; None where it is not known.
    """
    operation, status = exchange.operation, exchange.status
    at = (exchange.at or 0.0) + exchange.seconds
    order = facts.order_status(exchange) if operation == "getStatus" and exchange.succeeded else None
    return ClientCall(
        number=exchange.number,
        at=at,
        real_at=at,
        client=exchange.request.client,
        operation=operation,
        method=exchange.request.method,
        parameters=dict(exchange.given),
        status=status,
        whole=exchange.answer is not None and not _is_damaged(exchange),
        requirement=_requirement(exchange),
        retry_after=facts.retry_after(exchange) if exchange.answer is not None else None,
        token=_token(exchange),
        lifetime=_lifetime(exchange),
        connection=connection,
        secret_in_url=_has_secret_in_url(exchange),
        with_body=bool(exchange.request.body),
        reports=_reports(exchange),
        order_ids=_order_ids(exchange),
        order_status=order.status if order is not None else None,
        has_more=_has_more(exchange),
    )


def calls_of_run(exchanges: Iterable[Exchange]) -> list[ClientCall]:
    """Return the calls of a stored run, in the order of their ends; what is no call of the API is left out."""
    return [client_call(exchange) for exchange in exchanges if exchange.operation is not None]


def is_complete(calls: Iterable[ClientCall]) -> bool:
    """Tell whether the record may have every call of its clients: each token that they use was given in it."""
    return all(call.client is not None for call in calls if call.is_api_call and call.requirement != "AUTH-9")


def _is_damaged(exchange: Exchange) -> bool:
    """Whether a report's bytes do not fit its digest: what a client that compares them would not take."""
    retrieved = exchange.operation in RETRIEVALS and exchange.status == 200 and exchange.body_was_stored
    return retrieved and not all((digests(exchange) or {}).values())


def _requirement(exchange: Exchange) -> str | None:
    """Return the requirement by which a call was refused, by the reason that the refusal gives."""
    if exchange.answer is None or exchange.succeeded:
        return None
    if exchange.status == 401 and not authorization.sent_by(exchange.request):
        return "AUTH-9" if exchange.operation not in TOKEN_OPERATIONS else None
    reason = facts.token_error(exchange) if exchange.operation in TOKEN_OPERATIONS else facts.problem(exchange).reason
    return REQUIREMENTS.get(reason or "")


def _token(exchange: Exchange) -> str | None:
    """Return a name for the token that a call carries or was given; None where there is none, or it is not known."""
    if exchange.operation in TOKEN_OPERATIONS:
        text = facts.token(exchange).access_token if exchange.succeeded else None
    else:
        sent = [one for one in authorization.sent_by(exchange.request) if one.kind == "bearer"]
        text = sent[0].credentials if sent else None
    if not text or text.startswith("$"):
        return None
    return blake2b(text.encode(errors="replace"), digest_size=6).hexdigest()


def _lifetime(exchange: Exchange) -> float | None:
    seconds = facts.token(exchange).expires_in if exchange.operation in TOKEN_OPERATIONS else None
    return None if seconds is None or not exchange.succeeded else float(seconds)


def _has_secret_in_url(exchange: Exchange) -> bool:
    by_dialect = exchange.dialect is not None and exchange.dialect.credentials == "query"
    return not by_dialect and not SECRET_PARAMETERS.isdisjoint(exchange.given)


def _reports(exchange: Exchange) -> tuple[ReportMention, ...]:
    if not exchange.succeeded:
        return ()
    if exchange.operation == "listReports":
        return tuple(
            ReportMention(row.report_id or "", row.order_id or "", row.study_uid or "", row.supersedes)
            for row in facts.listing(exchange).reports or ()
        )
    if exchange.operation == "acknowledgeReports":
        return tuple(map(ReportMention, facts.acknowledgement(exchange).acknowledged or ()))
    if exchange.operation == "getResult" and exchange.status == 200:
        return _fetched(exchange)
    return ()


def _fetched(exchange: Exchange) -> tuple[ReportMention, ...]:
    headers = report_headers(exchange)
    if headers.report_id is None:
        return ()
    kind = exchange.given.get("report_type", "")
    document = read_report(kind, exchange.body) if kind == "json" and exchange.body_was_stored else None
    statement = document.statement if document is not None else None
    return (
        ReportMention(
            headers.report_id,
            headers.order_id or exchange.given.get("order_id", ""),
            (statement.study_uid if statement is not None else None) or exchange.given.get("study_uid", ""),
        ),
    )


def _order_ids(exchange: Exchange) -> tuple[str, ...]:
    if exchange.operation == "getOrderIds" and exchange.succeeded:
        return facts.order_ids(exchange).order_ids or ()
    order_id = facts.order_status(exchange).order_id if exchange.operation == "getStatus" else None
    return (order_id,) if order_id else ()


def _has_more(exchange: Exchange) -> bool:
    limit = exchange.given.get("limit")
    reports = facts.listing(exchange).reports if exchange.operation == "listReports" and exchange.succeeded else None
    return bool(reports) and limit == str(len(reports or ()))
