"""Faults of `examples/small_server` in tokens, orders and reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from small_server import api, backlog, clock, groups, hl7v2, parameters, reports, tokens
from small_server.orders import Order, Organization, Version
from small_server.problems import TokenRefusal
from small_server.tokens import Client, Token, Tokens
from small_server.wire import Request, Response

from scripts.panels.faults import fault, put

SERVER = "small_server"


@fault(SERVER, "small-unknown-client-in-a-form-is-400", "AUTH-4")
def unknown_client_in_a_form() -> None:
    """With credentials in the form, an unknown client is answered 400 and a wrong secret 401."""
    answer = Tokens.answer

    def told_apart(known: Tokens, request: Request, now: int) -> tuple[Response, Client]:
        try:
            return answer(known, request, now)
        except TokenRefusal as refusal:
            if refusal.members["error"] == "invalid_client" and request.header("Authorization") is None:
                client_id = tokens._read_parameters(request).get("client_id")
                if client_id not in known.clients:
                    raise TokenRefusal("invalid_client", refusal.members["error_description"], 400) from None
            raise

    put(Tokens, "answer", told_apart)


@fault(SERVER, "small-download-link-may-carry-the-token", "AUTH-13")
def download_link() -> None:
    """`/results` takes the token from the query too, as `access_token`, so that a browser can follow a link."""
    verify = Tokens.verify

    def from_query(known: Tokens, request: Request, now: int) -> Token:
        if request.path != "/results" or request.header("Authorization") is not None:
            return verify(known, request, now)
        pieces = request.query.split("&")
        sent = [piece.partition("=")[2] for piece in pieces if piece.startswith("access_token=")]
        if sent:
            request.headers["Authorization"] = f"Bearer {sent[0]}"
            request.query = "&".join(piece for piece in pieces if not piece.startswith("access_token="))
        return verify(known, request, now)

    put(Tokens, "verify", from_query)


@fault(SERVER, "small-tokens-of-a-client-share-their-scopes", "AUTH-14")
def shared_scopes() -> None:
    """The scopes of a session are kept by client: a narrow token opens what a later, wider one may open."""
    issue, verify = Tokens.issue, Tokens.verify
    latest: dict[str, frozenset[str]] = {}

    def noted(known: Tokens, token: Token, now: int) -> str:
        latest[token.client.client_id] = token.scopes
        return issue(known, token, now)

    def of_client(known: Tokens, request: Request, now: int) -> Token:
        token = verify(known, request, now)
        return replace(token, scopes=latest.get(token.client.client_id, token.scopes))

    put(Tokens, "issue", noted)
    put(Tokens, "verify", of_client)


@fault(SERVER, "small-minutes-of-a-western-offset-have-the-wrong-sign", "STATUS-2")
def minutes_west() -> None:
    """Of an offset such as `-03:30` the hours are subtracted and the minutes added: the times told are an hour off."""

    def rfc3339(instant: int, offset: str = "Z") -> str:
        shift = 0 if offset == "Z" else int(offset[:3]) * 60 + int(offset[4:6])
        local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=instant, minutes=shift)
        return local.replace(tzinfo=None).isoformat(timespec="milliseconds") + offset

    for module in (clock, api, backlog, groups, hl7v2, reports):
        put(module, "rfc3339", rfc3339)


@fault(SERVER, "small-amendment-completes-the-order-anew", "STATUS-7")
def completed_anew() -> None:
    """An amendment moves `completed_at` of the order, which tells when its newest version was completed."""
    amend = Organization.amend

    def moved(organization: Organization, order: Order, at: int) -> Version:
        order.completed_at = at
        return amend(organization, order, at)

    put(Organization, "amend", moved)


@fault(SERVER, "small-order-id-is-cut-to-the-width-of-its-column", "STATUS-8")
def cut_to_column() -> None:
    """An `order_id` is cut to 22 characters before it is looked up: what is longer names the same order."""
    selected = api._selected

    def cut(service: api.Service, client: Client, values: Any) -> Order:
        wanted = {**values, "order_id": values["order_id"][:22]} if "order_id" in values else values
        return selected(service, client, wanted)

    put(api, "_selected", cut)


@fault(SERVER, "small-uid-of-64-characters-is-too-long", "ORDERID-4")
def uid_of_64() -> None:
    """A study UID of 64 characters, which is the longest that there is, is refused as malformed."""
    is_uid = parameters.is_uid
    rules = {**parameters.RULES, "study_uid": lambda value: len(value) < 64 and is_uid(value)}
    put(parameters, "RULES", rules)


@fault(SERVER, "small-report-of-a-study-is-the-latest-report", "RESULTS-2")
def latest_report() -> None:
    """Where all orders of a study are COMPLETED, `/results` serves the report that was completed last."""
    selected = api._selected

    def by_report(service: api.Service, client: Client, values: Any) -> Order:
        order = selected(service, client, values)
        if "report_type" not in values or "study_uid" not in values:
            return order
        of_study = service.organization_of(client).of_study(values["study_uid"])
        if any(other.status != "COMPLETED" for other in of_study):
            return order
        return max(of_study, key=lambda other: other.versions[-1].completed_at)

    put(api, "_selected", by_report)


@fault(SERVER, "small-hl7v2-text-is-cut-at-64-characters", "RESULTS-7")
def cut_text() -> None:
    """A text of `hl7v2` has 64 characters at most: only the impression of an amended report is longer."""
    text = hl7v2._text
    put(hl7v2, "_text", lambda whole: text(whole[:64]))


@fault(SERVER, "small-cancelled-order-of-a-group-reads-failed", "GROUP-2")
def cancelled_reads_failed() -> None:
    """In the text and the PDF of a group, whatever is not COMPLETED reads FAILED, cancelled orders too."""
    lines = groups._lines

    def two_words(study_group: str, rows: list[dict[str, Any]]) -> list[str]:
        told = [{**row, "status": row["status"] if row["status"] == "COMPLETED" else "FAILED"} for row in rows]
        return lines(study_group, told)

    put(groups, "_lines", two_words)


@fault(SERVER, "small-wholly-cancelled-group-is-unknown", "GROUP-3")
def cancelled_group() -> None:
    """A group all of whose orders were cancelled is answered 404 instead of 409."""
    of_group = Organization.of_group

    def unless_cancelled(organization: Organization, study_group: str) -> list[Order]:
        members = of_group(organization, study_group)
        return [] if all(order.status == "CANCELLED" for order in members) else members

    put(Organization, "of_group", unless_cancelled)
