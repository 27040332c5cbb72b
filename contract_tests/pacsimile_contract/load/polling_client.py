"""A client that polls as an integrator's program does: does what its agenda says next, and judges the answer."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from pacsimile_contract import facts
from pacsimile_contract.dialects.vocabulary import (
    acknowledges_listings,
    acknowledges_names,
    distinguishes_not_ready,
    order_types,
    plain_type,
)
from pacsimile_contract.documents.headers import digests, report_headers
from pacsimile_contract.documents.json_report import comparable_content
from pacsimile_contract.evidence.exchange import BUSY, Exchange
from pacsimile_contract.facts.refusals import retry_after
from pacsimile_contract.instants import Instant
from pacsimile_contract.load.agenda import Agenda, Work
from pacsimile_contract.load.caller import Caller
from pacsimile_contract.load.job import Poller
from pacsimile_contract.load.ledger import FINAL, Ledger
from pacsimile_contract.load.plan import Plan
from pacsimile_contract.target.model import Target
from pacsimile_spec.statuses import COMPLETED, STATUSES

LONGEST_WAIT = 3600.0
"""A longer `Retry-After` is taken for this (PROTO-4)."""
NOT_READY, UNAUTHORIZED = 409, 401
AGAIN_AFTER = 1.0
"""Seconds after which a client without a token asks again, unless the answer says when."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A call that was made: `seconds` from its intended start, `error` as its kind, None where it was served."""

    method: str
    operation: str
    seconds: float
    ended: float
    length: int
    error: str | None


class PollingClient:
    """A polling client. Several calls of it may be under way at one time.

    Args:
        target: The service.
        poller: Who it is, what it may ask, and its orders.
        plan: The load.
        ledger: What judges the answers.
        caller: What sends.
        observe: Told of each call.
        take_slot: Waits until one more call may leave.
    """

    def __init__(
        self, target: Target, poller: Poller, plan: Plan, ledger: Ledger, caller: Caller,
        observe: Callable[[Observation], object], take_slot: Callable[[], object],
    ) -> None:  # fmt: skip
        self._plan, self._ledger, self._caller = plan, ledger, caller
        self._observe, self._take_slot = observe, take_slot
        dialect = target.dialect.dialect if target.dialect else None
        self._answers = dialect is None or dialect.acknowledges_with_answer
        types = order_types(dialect)
        self._type = plan.report_type if plan.report_type in types else plain_type(types)
        self._organization = caller.client.organization_id
        self._lists = "listing" in poller.allowed
        self.agenda = Agenda(
            poller.orders, poller.allowed, plan.poll, report_type=str(self._type),  # type: ignore[arg-type]
            without_body=acknowledges_listings(dialect), with_names=acknowledges_names(dialect),
            early=distinguishes_not_ready(dialect), now=caller.clock(),
        )  # fmt: skip
        caller.before_following = self._begin_extra_call
        self._token_lock = threading.Lock()
        self._wait_until = 0.0
        self.extra_calls = 0
        """Calls made beside those that were due, such as for a token: as many arrivals are left out for them."""

    def get_token(self) -> Exchange | None:
        """Get the client's token, once for all that need it; None where there is one."""
        with self._token_lock:
            if self._caller.has_token():
                return None
            self._begin_extra_call()
            exchange = self._caller.get_token()
            error = None if self._caller.has_token() else _kind(exchange)
            self._tell(exchange, exchange.started, error)
            if error is not None:
                self._wait(retry_after(exchange) or AGAIN_AFTER)
            return exchange

    def _begin_extra_call(self) -> None:
        self._take_slot()
        self.extra_calls += 1

    def step(self, due: float | None = None) -> bool:
        """Make the next call; return False where none was made: nothing is due, or the service asked to wait.

        Args:
            due: When the call was to start, in an open model. Its time counts from then, so that what it waits here is
                not left out; None to count from when it is sent.
        """
        clock = self._caller.clock
        if clock() < self._wait_until:
            return False
        if not self._caller.has_token():
            self.get_token()
            if not self._caller.has_token():
                return False
        work = self.agenda.next(clock())
        if work is None:
            return False
        self._take_slot()
        getattr(self, f"_{work.kind}")(work, due)
        return True

    def check_listing(self) -> None:
        """List once without a limit: whatever was left out of batches shows here."""
        if self._lists and self._caller.has_token():
            self._take_slot()
            self._list(None, None)

    # --- the kinds of calls

    def _listing(self, work: Work, due: float | None) -> None:
        exchange, now = self._list(self._plan.batch, due), self._caller.clock()
        listed = facts.listing(exchange)
        if exchange.succeeded and listed.reports is not None:
            self.agenda.listed(listed.reports, now, fetch=True)
        else:
            self.agenda.queue_failed(now, retry_after(exchange))

    def _list(self, limit: int | None, due: float | None) -> Exchange:
        asked: dict[str, object] = {"organizationId": self._organization}
        exchange = self._caller.call("listReports", asked | ({} if limit is None else {"limit": limit}))
        listed = facts.listing(exchange)
        readable = exchange.succeeded and listed.reports is not None
        self._tell(exchange, due, None if readable else _kind(exchange))
        if readable:
            self._ledger.listing(listed, limit, exchange.started, exchange.ended)
        return exchange

    def _acknowledgement(self, work: Work, due: float | None) -> None:
        body = json.dumps({"report_ids": list(work.names)}).encode() if work.named else None
        self._ledger.acknowledging(work.names)
        exchange = self._caller.call("acknowledgeReports", {"organizationId": self._organization}, body)
        answer = facts.acknowledgement(exchange) if self._answers else None
        served = exchange.succeeded and (answer is None or answer.acknowledged is not None)
        self._tell(exchange, due, None if served else _kind(exchange))
        now = self._caller.clock()
        if served:
            self._ledger.acknowledged(work.names, answer, exchange.ended, named=work.named)
            self.agenda.acknowledged(now, self._plan.batch)
        elif exchange.indeterminate or exchange.succeeded:
            self.agenda.unanswered(work.names, now, retry_after(exchange))
        else:
            self._ledger.refused(work.names, exchange.ended)
            self.agenda.queue_failed(now, retry_after(exchange))

    def _result(self, work: Work, due: float | None) -> None:
        kind = work.report_type or str(self._type)
        exchange = self._caller.call("getResult", {"order_id": work.order_id, "report_type": kind})
        waiting = exchange.status == NOT_READY
        ready = work.listed or self._ledger.completed_before(work.order_id, exchange.started)
        early = waiting and not ready
        self._tell(exchange, due, None if exchange.succeeded or early else _kind(exchange))
        now, wait = self._caller.clock(), retry_after(exchange)
        if exchange.succeeded:
            self._judge_report(work, kind, exchange)
        if ready and (exchange.succeeded or exchange.status in (404, NOT_READY)):
            words = f"its report is answered {exchange.status}, though the order is COMPLETED"
            self._ledger.judge("CONS-1", exchange.succeeded, words, work.order_id, exchange.ended)
        if work.listed:
            (self.agenda.fetched(work) if exchange.succeeded else self.agenda.not_fetched(work, now, wait))
        elif work.report_type is not None:  # a finished order, which stays on the agenda
            return
        elif exchange.succeeded:
            self.agenda.finished(work.order_id, kind)
        elif waiting and wait is None and distinguishes_final(exchange):
            self.agenda.finished(work.order_id, None)
        else:
            self.agenda.open_order(work.order_id, now, wait)

    def _judge_report(self, work: Work, kind: str, exchange: Exchange) -> None:
        headers, body = report_headers(exchange), exchange.body
        comparable = kind == "txt" or (kind == "json" and exchange.json is not None)
        key = (headers.report_id, kind) if headers.report_id is not None and comparable else None
        self._ledger.report(
            work.order_id, headers.order_id, key, hashlib.sha256(body).digest(), partial(_content, kind, body),
            exchange.ended,
        )  # fmt: skip
        matching = None if exchange.respelled is not None else digests(exchange)
        if matching:
            words = "the bytes are not those of its Content-Digest"
            self._ledger.judge("RESULTS-9", all(matching.values()), words, work.order_id, exchange.ended)

    def _status(self, work: Work, due: float | None) -> None:
        exchange = self._caller.call("getStatus", {"order_id": work.order_id})
        answer = facts.order_status(exchange)
        readable = exchange.succeeded and answer.status in STATUSES
        self._tell(exchange, due, None if readable else _kind(exchange))
        now = self._caller.clock()
        known = self._ledger.is_final(work.order_id)
        if not readable:
            if not known:
                self.agenda.open_order(work.order_id, now, retry_after(exchange))
            return
        self._ledger.status(work.order_id, answer.order_id, answer.status, exchange.started, exchange.ended)
        if answer.status not in FINAL:
            if not known:
                self.agenda.open_order(work.order_id, now, retry_after(exchange))
        elif not known:
            types = answer.report_types or ()
            kind = self._type if self._type in types or not types else types[0]
            self.agenda.finished(work.order_id, kind if answer.status == COMPLETED else None)

    # --- what all have in common

    def _tell(self, exchange: Exchange, due: float | None, error: str | None) -> None:
        start = exchange.started if due is None else due
        self._observe(
            Observation(
                exchange.request.method, str(exchange.operation), exchange.ended - start, exchange.ended,
                len(exchange.body), error,
            )
        )  # fmt: skip
        if exchange.status in BUSY and exchange.says_header("Retry-After"):
            wait = retry_after(exchange)
            words = f"{exchange.status} without a Retry-After of 1 s to 1 h"
            holds = wait is not None and 0 < wait <= LONGEST_WAIT
            self._ledger.judge("PROTO-4", holds, words, str(exchange.operation), exchange.ended)
            self._wait(wait or AGAIN_AFTER)
        elif exchange.status == UNAUTHORIZED and exchange.operation not in ("getToken", "postToken"):
            early = exchange.started < self._caller.token_expires - 1
            words = "401 for a token that has not expired"
            self._ledger.judge("AUTH-17", not early, words, str(exchange.operation), exchange.ended)
            self._caller.drop_token(exchange.started)
            if early:  # else a service that refuses every token would be asked for one with each call
                self._wait(AGAIN_AFTER)
        elif exchange.succeeded:
            self._ledger.judge("AUTH-17", True, "", "", exchange.ended)

    def _wait(self, seconds: float) -> None:
        self._wait_until = max(self._wait_until, self._caller.clock() + min(max(seconds, 0.0), LONGEST_WAIT))

    def close(self) -> None:
        """Close the connections."""
        self._caller.close()


def distinguishes_final(exchange: Exchange) -> bool:
    """Tell whether a 409 without `Retry-After` says that there will be no report (RESULTS-4)."""
    return exchange.says_header("Retry-After")


def _kind(exchange: Exchange) -> str:
    """Return the kind of an error, without anything that the service said in it."""
    if exchange.failure is not None:
        return exchange.failure.partition(":")[0]
    if exchange.exceeded_bound is not None:
        return exchange.exceeded_bound
    return (
        f"answer that cannot be read, status {exchange.status}" if exchange.succeeded else f"status {exchange.status}"
    )


def _content(kind: str, body: bytes) -> bytes:
    """Return a digest of what a report says: of json, in the members that its schema knows."""
    if kind != "json":
        return hashlib.sha256(body).digest()
    text = json.dumps(comparable_content(body), sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).digest()


def _plain(value: Instant | Decimal) -> str:
    """Return an instant or a number in the one spelling that all equal ones share."""
    return str(value.seconds if isinstance(value, Instant) else value.normalize())
