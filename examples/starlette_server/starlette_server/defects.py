"""Ways of being wrong on purpose, by which the contract tests are tested. No other module knows of them."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from pydicom.dataset import Dataset
from sqlalchemy import select
from sqlalchemy.orm import Session

from starlette_server import app, authorization, content, dicom, documents, groups, inbox, making, orders, state_makers
from starlette_server.content import Content
from starlette_server.database import Client, Order, Report
from starlette_server.problems import Problem
from starlette_server.tokens import InvalidToken, Tokens

DEFECTS: dict[str, Callable[[], None]] = {}


def defect(switch: Callable[[], None]) -> Callable[[], None]:
    """Name a defect by its function; its docstring says what is wrong, and which requirement must see it."""
    DEFECTS[switch.__name__.replace("_", "-")] = switch
    return switch


def put(owner: object, name: str, replacement: object) -> None:
    """Have a module or class use something else by this name."""
    setattr(owner, name, replacement)


@defect
def narrow_token_opens_all() -> None:
    """A token that was asked for fewer scopes says so, and carries all of its client's (AUTH-6)."""
    narrow = Tokens.issue
    put(Tokens, "issue", lambda tokens, client, scopes: narrow(tokens, client, client.scopes.split()))


@defect
def tokens_of_any_kind() -> None:
    """A signed token of another kind, such as `logout+jwt`, opens the API (AUTH-12)."""

    def check_header(tokens: Tokens, header: dict[str, Any]) -> None:
        if header.get("kid") != tokens.key_id or "crit" in header:
            raise InvalidToken

    put(Tokens, "check_header", check_header)


@defect
def expiring_second_counts() -> None:
    """A token is accepted in the second that it expires at (AUTH-18)."""
    exact = Tokens.check_times

    def a_second_more(tokens: Tokens, expires: object, not_before: object) -> None:
        exact(tokens, expires + 1 if isinstance(expires, int) else expires, not_before)

    put(Tokens, "check_times", a_second_more)


@defect
def last_authorization_counts() -> None:
    """Of two Authorization headers the second is taken, whatever the first is (AUTH-13)."""

    def bearer_token(request: Any) -> str | None:
        headers = request.headers.getlist("authorization")
        scheme, _, token = (headers[-1] if headers else "").partition(" ")
        return token if scheme.lower() == "bearer" else None

    put(authorization, "bearer_token", bearer_token)


@defect
def progress_leaves_no_trace() -> None:
    """`updated_at` stays as it was where progress alone has moved (STATUS-7)."""
    advance = making.advance_order

    def silent(session: Session, clock: Any, order: Order, status: str, progress: int | None) -> None:
        before = (order.status, order.updated_at)
        advance(session, clock, order, status, progress)
        if order.status == before[0]:
            order.updated_at = before[1]

    put(state_makers, "advance_order", silent)


@defect
def group_names_are_composed() -> None:
    """A study group is looked for by its name in composed Unicode form, however it was spelled (STATUS-8)."""
    literal = groups.group_orders
    put(
        app,
        "group_orders",
        lambda session, organization, name: literal(session, organization, unicodedata.normalize("NFC", name)),
    )


@defect
def order_ids_by_submission() -> None:
    """The orders of a study are listed by submission, not by the instant of creation (ORDERID-2)."""
    newest_first = orders.study_orders
    put(app, "study_orders", lambda *where: sorted(newest_first(*where), key=lambda order: -order.number))


@defect
def failed_order_is_passed_over() -> None:
    """Where a study's most recent order failed or was cancelled, an older report is served (RESULTS-3)."""
    most_recent = orders.selected_order

    def completed(session: Session, organization_id: str, query: dict[str, str]) -> Order:
        order = most_recent(session, organization_id, query)
        if "report_type" in query and "study_uid" in query and order.status in ("FAILED", "CANCELLED"):
            older = orders.study_orders(session, organization_id, query["study_uid"])
            return next((other for other in older if other.status == "COMPLETED"), order)
        return order

    put(app, "selected_order", completed)


@defect
def study_keeps_first_version() -> None:
    """By study, `/results` keeps to the first version after an amendment; by order it has the newest (RESULTS-11)."""
    select_order, newest = orders.selected_order, orders.latest_report
    by_study: set[int] = set()

    def noted(session: Session, organization_id: str, query: dict[str, str]) -> Order:
        order = select_order(session, organization_id, query)
        (by_study.add if "study_uid" in query else by_study.discard)(order.number)
        return order

    def first_or_newest(session: Session, order: Order) -> Report:
        if order.number not in by_study:
            return newest(session, order)
        return session.scalars(select(Report).where(Report.order_number == order.number, Report.version == 1)).one()

    put(app, "selected_order", noted)
    put(app, "latest_report", first_or_newest)


@defect
def birth_date_day_first() -> None:
    """DICOM has day and month of a birth date exchanged, where the day could be a month (RESULTS-10)."""

    def exchanged(content: Content) -> str:
        day_first = content.birth_date.day <= 12
        return content.birth_date.strftime("%Y%d%m" if day_first else "%Y%m%d")

    put(dicom, "dicom_date", exchanged)


@defect
def third_finding_is_lost() -> None:
    """The structured report has two findings at most (RESULTS-7)."""
    whole = dicom.sections

    def two_findings(content: Content) -> list[Dataset]:
        sections = whole(content)
        texts = [item for item in sections[2].ContentSequence if item.ValueType == "TEXT"]
        rest = [item for item in sections[2].ContentSequence if item.ValueType != "TEXT"]
        sections[2].ContentSequence = [*texts[:2], *rest]
        return sections

    put(dicom, "sections", two_findings)


@defect
def cancelled_order_says_retry() -> None:
    """The 409 of a CANCELLED order has Retry-After, as if waiting were of use (RESULTS-4)."""
    exact = documents.check_available

    def hopeful(order: Order, report_type: str) -> None:
        try:
            exact(order, report_type)
        except Problem as problem:
            if problem.reason == "order-cancelled":
                problem.headers["Retry-After"] = "60"
            raise

    put(app, "check_available", hopeful)


@defect
def group_keeps_first_impression() -> None:
    """A group's report has the impression of each order's first version (GROUP-5)."""
    newest = content.content_of

    def first(order: Order, report: Report) -> Content:
        version, report.version = report.version, 1
        content = newest(order, report)
        report.version = version
        return content

    put(groups, "content_of", first)


@defect
def group_ends_at_forty() -> None:
    """A group's report has forty orders at most (PROTO-6)."""
    whole = groups.group_orders
    put(app, "group_orders", lambda *where: whole(*where)[:40])


@defect
def late_finisher_is_acknowledged() -> None:
    """A POST without a body acknowledges all that was completed before the newest report of the listing (BATCH-6)."""
    remember = inbox.remember

    def until(session: Session, client: Client, reports: list[Report]) -> None:
        remember(session, client, reports)
        newest[client.id] = max((report.completed_at for report in reports), default=0)

    def acknowledge_listing(session: Session, client: Client) -> list[str]:
        query = select(Report.number).where(
            Report.organization_id == client.organization_id, Report.completed_at <= newest.get(client.id, 0)
        )
        return inbox.acknowledge(session, list(session.scalars(query)))

    newest: dict[str, int] = {}
    put(inbox, "remember", until)
    put(inbox, "acknowledge_listing", acknowledge_listing)


@defect
def limit_is_forgotten() -> None:
    """A listing with `limit` is remembered as if it had contained everything (BATCH-5)."""
    remember = inbox.remember

    def everything(session: Session, client: Client, reports: Sequence[Report]) -> None:
        waiting = inbox.waiting_reports(session, client.organization_id, None)
        remember(session, client, [report for report, _ in waiting])

    put(inbox, "remember", everything)


@defect
def superseded_version_stays_listed() -> None:
    """A version that was not acknowledged is still listed beside the one that supersedes it (BATCH-12)."""
    amend = making.amend

    def beside(session: Session, clock: Any, report: Report) -> Report:
        amended = amend(session, clock, report)
        for older in session.scalars(select(Report).where(Report.order_number == report.order_number)):
            older.superseded = False
        return amended

    put(state_makers, "amend", beside)


@defect
def foreign_order_is_told() -> None:
    """The detail of a 404 tells an order of another organization from one that does not exist (SEC-1)."""
    find = orders.find_order

    def talkative(session: Session, organization_id: str, order_id: str) -> Order:
        try:
            return find(session, organization_id, order_id)
        except Problem as problem:
            if session.scalar(select(Order).where(Order.id == order_id)) is not None:
                problem.detail = "Check the order_id; your organization has no order of it."
            raise

    put(orders, "find_order", talkative)


@defect
def foreign_order_delays_group() -> None:
    """An unfinished order of another organization in a group of the same name delays the report (SEC-8)."""
    own = groups.group_orders

    def delayed(session: Session, organization_id: str, study_group: str) -> list[Order]:
        mine = own(session, organization_id, study_group)
        query = select(Order).where(Order.study_group == study_group, Order.status.in_(orders.UNFINISHED))
        return [*mine, *session.scalars(query.where(Order.organization_id != organization_id))]

    put(app, "group_orders", delayed)


@defect
def listing_of_a_moment_ago() -> None:
    """What an organization's listing shows may be a third of a second old (CONS-1)."""
    fresh = inbox.waiting_reports
    kept: dict[tuple[str, int | None], tuple[float, Any]] = {}

    def cached(session: Session, organization_id: str, limit: int | None) -> list[tuple[Report, Order]]:
        key, now = (organization_id, limit), time.monotonic()
        if key not in kept or now - kept[key][0] > 0.3:
            kept[key] = (now, fresh(session, organization_id, limit))
        waiting: list[tuple[Report, Order]] = kept[key][1]
        return waiting

    put(inbox, "waiting_reports", cached)
