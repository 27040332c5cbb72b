"""Stories of the mock's faults in tokens, parameters, orders and paths."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode
from datetime import datetime
from secrets import token_hex
from typing import Any

from scripts.panels.play import Caller, Server, basic, shows, with_query

FORM = "application/x-www-form-urlencoded"


def listing_status(caller: Caller) -> int:
    """Return the status of a listing."""
    return caller.get("/reports", organizationId=caller.organization_id).status


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token claims."""
    payload = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))


@shows("mock-form-with-a-charset-is-refused")
def with_charset(server: Server) -> bool:
    """A client asks for a token by a form whose media type has a charset: 200."""
    made = server.state("fresh_organization")
    headers = [basic(made["client_id"], made["client_secret"]), ("Content-Type", f"{FORM}; charset=UTF-8")]
    return server.send("POST", server.token_path, headers, b"grant_type=client_credentials").status == 200


@shows("mock-token-for-the-status-alone-lives-a-day")
def lives_a_day(server: Server) -> bool:
    """A client asks for a token for `status.read`: it expires within about an hour of its issue."""
    claims = claims_of(server.caller(server.state("fresh_organization"), scope="status.read").token)
    return bool(claims["exp"] - claims["iat"] <= 3900)


@shows("mock-secret-ends-at-a-nul")
def ends_at_nul(server: Server) -> bool:
    r"""A client asks for a token with `\0` and a word behind its secret: 401."""
    made = server.state("fresh_organization")
    return server.token(made["client_id"], made["client_secret"] + "\0more").status == 401


@shows("mock-token-by-get-may-be-kept-by-its-client")
def may_be_kept(server: Server) -> bool:
    """A client asks for a token by GET: the answer has `no-store`."""
    made = server.state("fresh_organization")
    return "no-store" in str(server.token(made["client_id"], made["client_secret"]).headers["Cache-Control"])


@shows("mock-form-credentials-get-no-challenge")
def no_challenge(server: Server) -> bool:
    """A client sends a wrong secret in a form: 401 with a challenge for Basic."""
    made = server.state("fresh_organization")
    form = [("grant_type", "client_credentials"), ("client_id", made["client_id"]), ("client_secret", "wrong")]
    reply = server.token_by_form(form)
    return reply.status == 401 and str(reply.headers["WWW-Authenticate"]).startswith("Basic")


@shows("mock-unknown-key-id-means-the-current-key")
def unknown_key_id(server: Server) -> bool:
    """A token names a key that there is not, and is signed with the real one: 401."""
    made = server.state("fresh_organization")
    named = {"client_id": made["client_id"], "organization_id": made["organization_id"]}
    forged = server.state("token_with", header={"kid": "the-one-before"}, **named)["access_token"]
    return listing_status(server.caller(made).with_token(forged)) == 401


@shows("mock-media-type-is-checked-before-the-scope")
def media_type_first(server: Server) -> bool:
    """A client without `reports.ack` posts a text: 403."""
    made = server.state("fresh_organization")
    caller = server.caller(made, scope="reports.read")
    target = with_query("/reports", {"organizationId": caller.organization_id})
    return caller.call("POST", target, b"all", [("Content-Type", "text/plain")]).status == 403


@shows("mock-tokens-expire-by-the-minute")
def by_the_minute(server: Server) -> bool:
    """A token expired two seconds ago, in the minute that it is now: 401."""
    made = server.state("fresh_organization")
    caller, now = server.caller(made), 0.0
    while not 3 <= now % 60 <= 55:
        time.sleep(0.5)
        now = datetime.fromisoformat(server.state("time_passes", seconds=0)["now"]).timestamp()
    named = {"client_id": made["client_id"], "organization_id": made["organization_id"]}
    expired = server.state("token_with", claims={"exp": int(now) - 2}, **named)["access_token"]
    return listing_status(caller.with_token(expired)) == 401


@shows("mock-tie-of-two-orders-is-broken-by-chance")
def tie(server: Server) -> bool:
    """Eight studies have two orders each that were created at one instant: the later submission is told."""
    right = []
    for _ in range(8):
        made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"], seconds=[0, 0])
        right.append(server.caller(made).status(study_uid=made["study_uid"])["order_id"] == made["order_ids"][1])
    return all(right)


@shows("mock-parameter-names-are-bound-without-case")
def bound_without_case(server: Server) -> bool:
    """A client asks with `ORDER_ID` for the status of an order: 400."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/status", ORDER_ID=made["order_id"]).status == 400


@shows("mock-unknown-study-has-no-content")
def no_content(server: Server) -> bool:
    """A client asks for the status of a study that nobody has: 404."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.get("/status", study_uid="1.3.6.1.4.1.32473.99.1").status == 404


@shows("mock-cancelled-order-fails-at-its-time-out")
def time_out(server: Server) -> bool:
    """An order is cancelled: more than two hours later it is still CANCELLED."""
    made = server.state("order_in_status", status="PROCESSING")
    server.state("order_advanced", order_id=made["order_id"], status="CANCELLED")
    server.state("time_passes", seconds=7300)
    return bool(server.caller(made).status(order_id=made["order_id"])["status"] == "CANCELLED")


@shows("mock-failed-order-is-done")
def failed_is_done(server: Server) -> bool:
    """An order has failed: its progress is below 100."""
    made = server.state("order_in_status", status="FAILED")
    return int(server.caller(made).status(order_id=made["order_id"])["progress"]) < 100


@shows("mock-group-name-is-normalized")
def normalized(server: Server) -> bool:
    """A group's name has a composed letter, and a client asks for it with a decomposed one: 404."""
    name = f"Caf\N{LATIN SMALL LETTER E WITH ACUTE} {token_hex(4)}"
    made = server.state("order_in_status", status="COMPLETED", study_group=name)
    caller, other = server.caller(made), name.replace("\u00e9", "e\u0301")
    return (caller.report(study_group=name).status, caller.report(study_group=other).status) == (200, 404)


@shows("mock-order-ids-are-sorted-by-times-as-text")
def sorted_as_text(server: Server) -> bool:
    """The older order of a study is nine hours east of Greenwich, the newer one five hours west: it comes first."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"], offsets=["+09:00", "-05:00"])
    order_ids = server.caller(made).get("/orderId", study_uid=made["study_uid"]).json["order_ids"]
    return bool(order_ids == made["order_ids"][::-1])


@shows("mock-unknown-order-may-be-on-its-way")
def on_its_way(server: Server) -> bool:
    """A client asks for another organization's order, and for one that nobody has: both have the same headers."""
    other, caller = server.state("other_organization"), server.caller(server.state("fresh_organization"))
    replies = [caller.get("/status", order_id=name) for name in (other["order_id"], "ORD-NOBODY-000000")]
    return sorted(replies[0].headers.keys()) == sorted(replies[1].headers.keys())


@shows("mock-paths-are-matched-without-case")
def paths_without_case(server: Server) -> bool:
    """A client asks for a status at `/Status`: 404."""
    made = server.state("order_in_status", status="COMPLETED")
    return server.caller(made).get("/Status", order_id=made["order_id"]).status == 404


@shows("mock-group-named-with-an-emoji-ends-in-500")
def with_emoji(server: Server) -> bool:
    """A client asks for the report of a group whose name is an emoji: 404."""
    return server.caller(server.state("fresh_organization")).report(study_group="\N{LUNGS}").status == 404
