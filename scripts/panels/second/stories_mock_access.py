"""Stories of the mock's faults in tokens, isolation, protocol and orders."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import sleep
from urllib.parse import quote

from scripts.panels.play import Server, basic, shows, with_query


@shows("mock-space-around-a-secret-is-stripped")
def stripped_secret(server: Server) -> bool:
    """A client asks for a token with its secret and a space behind it: 401."""
    made = server.state("fresh_organization")
    return server.token(made["client_id"], made["client_secret"] + " ").status == 401


@shows("mock-unknown-token-parameter-may-repeat")
def repeated_unknown(server: Server) -> bool:
    """A client asks for a token with `resource` twice: 400 `invalid_request`."""
    made = server.state("fresh_organization")
    target = f"{server.token_path}?resource=a&resource=b"
    reply = server.send("GET", target, [basic(made["client_id"], made["client_secret"])])
    return reply.status == 400 and reply.json["error"] == "invalid_request"


@shows("mock-default-scopes-are-kept-by-organization")
def default_scopes(server: Server) -> bool:
    """A client with all scopes asks for a token, then one with `status.read`: the second token opens no listing."""
    made = server.state("fresh_organization")
    server.token(made["client_id"], made["client_secret"])
    narrow = server.state("client_with_scopes", organization_id=made["organization_id"], scopes=["status.read"])
    answer = server.token(narrow["client_id"], narrow["client_secret"]).json
    listing = server.caller(narrow).get("/reports", organizationId=made["organization_id"])
    return bool(answer["scope"] == "status.read" and listing.status == 403)


@shows("mock-audience-is-searched-for-in-a-string")
def audience(server: Server) -> bool:
    """A signed token whose audience is that of this service with `:internal` behind it is refused."""
    made = server.state("token_with", claims={"aud": "urn:pacsimile:results-api:internal"})
    caller = server.caller(made).with_token(made["access_token"])
    return caller.get("/reports", organizationId=made["organization_id"]).status == 401


@shows("mock-status-scope-opens-results-by-study")
def study_opens(server: Server) -> bool:
    """A token for `status.read` alone asks for a report by study: 403, as by order."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made, scope="status.read")
    by_order, by_study = caller.report(order_id=made["order_id"]), caller.report(study_uid=made["study_uid"])
    return (by_order.status, by_study.status) == (403, 403)


@shows("mock-third-wrong-secret-ends-the-tokens-of-a-client")
def wrong_secrets(server: Server) -> bool:
    """Somebody tries three wrong secrets for a client; the token that the client holds still works."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    for attempt in range(3):
        server.token(made["client_id"], f"a-guess-{attempt}")
    return caller.get("/status", order_id=made["order_id"]).status == 200


@shows("mock-order-that-was-looked-up-is-found-by-anybody")
def found_by_anybody(server: Server) -> bool:
    """The owner asks for the status of its order, then a client of another organization does: 404."""
    made, other = server.state("order_in_status", status="COMPLETED"), server.state("other_organization")
    server.caller(made).status(order_id=made["order_id"])
    stranger = server.caller(other)
    replies = [stranger.get("/status", order_id=made["order_id"]), stranger.report(order_id=made["order_id"])]
    return [reply.status for reply in replies] == [404, 404]


@shows("mock-organization-goes-unchecked-where-ids-are-named")
def unchecked_ids(server: Server) -> bool:
    """A client names a report of another organization in a POST for that organization: 403, and it stays listed."""
    made, other = server.state("fresh_organization", ready_reports=1), server.state("other_organization")
    body = {"report_ids": made["report_ids"]}
    reply = server.caller(other).post(body, organization_id=made["organization_id"])
    return reply.status == 403 and server.caller(made).listing() == made["report_ids"]


@shows("mock-shared-study-lists-the-orders-of-who-asked-first")
def shared_study(server: Server) -> bool:
    """Two organizations ask for the orders of a study that both use: each gets its own."""
    made = server.state("study_shared_between_organizations")
    callers = server.caller(made), server.caller(made, "other_")
    answers = [caller.get("/orderId", study_uid=made["study_uid"]).json["order_ids"] for caller in callers]
    return answers == [[made["order_id"]], [made["other_order_id"]]]


@shows("mock-refused-method-is-told-with-its-query")
def refused_method(server: Server) -> bool:
    """A client sends PUT with its token in the query by mistake: the answer does not repeat the token."""
    caller = server.caller(server.state("fresh_organization"))
    reply = caller.call("PUT", with_query("/status", {"access_token": caller.token}))
    return reply.status == 405 and caller.token.encode() not in reply.body


@shows("mock-request-id-is-the-millisecond")
def request_ids(server: Server) -> bool:
    """Four hundred calls at once have four hundred request ids."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)

    def ids(_: int) -> list[str | None]:
        connection = server.connection()
        target = with_query("/status", {"order_id": made["order_id"]})
        seen = [caller.call("GET", target, connection=connection).headers["X-Request-Id"] for _ in range(50)]
        connection.close()
        return seen

    with ThreadPoolExecutor(8) as pool:
        seen = [name for names in pool.map(ids, range(8)) for name in names]
    return len(set(seen)) == len(seen)


@shows("mock-half-of-a-surrogate-pair-ends-in-500")
def surrogate(server: Server) -> bool:
    """A body with half of a surrogate pair as an id is answered, with no 5xx."""
    caller = server.caller(server.state("fresh_organization"))
    return caller.post(b'{"report_ids": ["\\ud800"]}').status < 500


@shows("mock-listing-without-limit-has-the-greatest-limit")
def greatest_limit(server: Server) -> bool:
    """An organization with 10,001 ready reports lists 10,001."""
    made = server.state("fresh_organization", ready_reports=10_001)
    return len(server.caller(made).listing()) == 10_001


@shows("mock-created-at-is-compared-by-the-second")
def by_the_second(server: Server) -> bool:
    """Of two orders a microsecond apart, the newer one was submitted first: `/status` by study is the newer one's."""
    made = server.state(
        "study_with_orders", statuses=["COMPLETED", "COMPLETED"], seconds=[0, 0.000001], submitted=[2, 1]
    )
    return bool(server.caller(made).status(study_uid=made["study_uid"])["order_id"] == made["order_ids"][-1])


@shows("mock-empty-limit-counts-as-none")
def empty_limit(server: Server) -> bool:
    """A listing with an empty `limit` is refused."""
    made = server.state("fresh_organization", ready_reports=1)
    target = f"/reports?organizationId={quote(made['organization_id'])}&limit="
    return server.caller(made).call("GET", target).status == 400


@shows("mock-progress-of-a-cancelled-order-falls-to-0")
def cancelled_progress(server: Server) -> bool:
    """An order is PROCESSING, and then cancelled: its progress does not fall."""
    made = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(made)
    before = caller.status(order_id=made["order_id"])["progress"]
    server.state("order_advanced", order_id=made["order_id"], status="CANCELLED")
    return bool(before > 0 and caller.status(order_id=made["order_id"])["progress"] >= before)


@shows("mock-second-amendment-leaves-updated-at")
def second_amendment(server: Server) -> bool:
    """A report is amended twice: `updated_at` moves each time."""
    made = server.state("fresh_organization", ready_reports=1)
    caller, report_id = server.caller(made), made["report_ids"][0]
    seen = []
    for _ in range(2):
        sleep(0.01)
        report_id = server.state("report_amended", report_id=report_id)["report_id"]
        seen.append(datetime.fromisoformat(caller.status(order_id=made["order_ids"][0])["updated_at"]))
    return seen[0] < seen[1]


@shows("mock-group-name-is-found-without-its-accents")
def without_accents(server: Server) -> bool:
    """A group is named `Café 12`: `Cafe 12` names none."""
    made = server.state("order_in_status", status="COMPLETED", study_group="Café 12")
    caller = server.caller(made)
    replies = [caller.report(study_group=name).status for name in ("Café 12", "Cafe 12")]
    return replies == [200, 404]


@shows("mock-orders-of-one-instant-are-listed-as-one")
def one_of_an_instant(server: Server) -> bool:
    """A study has three orders, two of one instant: `/orderId` lists three."""
    made = server.state("study_with_orders", statuses=["COMPLETED"] * 3, seconds=[0, 10, 10])
    listed = server.caller(made).get("/orderId", study_uid=made["study_uid"]).json["order_ids"]
    return sorted(listed) == sorted(made["order_ids"])


@shows("mock-orders-of-one-instant-are-listed-oldest-first")
def ties_descend(server: Server) -> bool:
    """A study has two orders of one instant: the first that `/orderId` lists is the one of `/status`."""
    made = server.state("study_with_orders", statuses=["COMPLETED"] * 2, seconds=[0, 0])
    caller = server.caller(made)
    listed = caller.get("/orderId", study_uid=made["study_uid"]).json["order_ids"]
    return bool(listed[0] == caller.status(study_uid=made["study_uid"])["order_id"])


@shows("mock-unknown-group-stays-unknown-for-a-second")
def unknown_group(server: Server) -> bool:
    """A group is unknown; an order of it is made, and the group's report is there at once."""
    made = server.state("fresh_organization")
    caller = server.caller(made)
    before = caller.report(study_group="to come").status
    organization = {"organization_id": made["organization_id"]}
    server.state("order_in_status", status="COMPLETED", study_group="to come", **organization)
    return (before, caller.report(study_group="to come").status) == (404, 200)


@shows("mock-listing-names-the-types-of-the-service")
def listed_types(server: Server) -> bool:
    """An order offers `json` alone: the listing says so, as `/status` does."""
    made = server.state("order_in_status", status="COMPLETED", report_types=["json"])
    caller = server.caller(made)
    return bool(caller.listed()[0]["report_types"] == caller.status(order_id=made["order_id"])["report_types"])
