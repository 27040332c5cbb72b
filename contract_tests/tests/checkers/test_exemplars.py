"""The checkers of AUTH-1, AUTH-4, STATUS-1, STATUS-2, BATCH-5, SEC-1 and PROTO-1 on stories written by hand."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import isolation, protocol, queue, status, tokens
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.provenance import unmarked

PASS, FAIL, WARN, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.ERROR
UNEXERCISED = Verdict.NOT_EXERCISED
TOKEN = {"access_token": "opaque-text", "token_type": "Bearer", "expires_in": 3600, "scope": "status.read"}
NO_STORE = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("X-Request-Id", "1"))


def asked_for_token(code: int = 200, **members: object) -> Story:
    """Return the story of one token request."""
    said = {**TOKEN, **members} if code == 200 else {"error": "invalid_client"}
    return story(("token", exchange("getToken", code, said)))


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (asked_for_token(), PASS),
        (asked_for_token(401), FAIL),
        (asked_for_token(token_type="mac"), FAIL),
        (asked_for_token(access_token=None), FAIL),
        (asked_for_token(access_token=""), FAIL),
        (story(("token", exchange("getToken", None))), ERROR),
        (story(), UNEXERCISED),
    ],
)
def test_a_token_is_given_to_right_credentials(told: Story, verdict: Verdict) -> None:
    """AUTH-1: a 200 with an access token of type Bearer, and nothing less."""
    assert verdicts(tokens.gives_a_bearer_token, told)["token"] is verdict


def test_the_spelling_of_bearer_is_form() -> None:
    """AUTH-1: `bearer` works for every client, so profile `documented` only warns."""
    assert verdicts(tokens.gives_a_bearer_token, asked_for_token(token_type="bearer"))["token"] is FAIL
    assert verdicts(tokens.gives_a_bearer_token, asked_for_token(token_type="bearer"), "documented")["token"] is WARN


def test_a_token_that_opens_nothing_is_none() -> None:
    """AUTH-1: the token has to be let in; an unknown order's 404 is enough for that, its 403 may hide the order."""
    for code, verdict in ((404, PASS), (200, PASS), (401, FAIL), (403, Verdict.NOT_EXERCISED), (None, Verdict.ERROR)):
        assert verdicts(tokens.gives_a_bearer_token, story(("opened", exchange(status=code))))["opens"] is verdict
    for code, verdict in ((200, PASS), (401, FAIL), (403, FAIL)):
        told = story(("opened", exchange(status=403)), ("opened-there", exchange(status=code)))
        assert verdicts(tokens.gives_a_bearer_token, told)["opens"] is verdict


def refusal(code: int = 401, error: str = "invalid_client", **more: object) -> Exchange:
    """Return a TokenError."""
    return exchange("getToken", code, {"error": error, **more})


def test_wrong_credentials_get_no_token() -> None:
    """AUTH-4: a token for a wrong secret fails under both profiles, another status under `strict` alone."""
    for answer, strict, documented in (
        (refusal(), PASS, PASS),
        (exchange("getToken", 200, TOKEN), FAIL, FAIL),
        (refusal(403), FAIL, WARN),
        (refusal(401, "unauthorized"), FAIL, WARN),
        (exchange("getToken", None), ERROR, ERROR),
    ):
        told = story(("wrong-secret/GET", answer))
        assert verdicts(tokens.refuses_wrong_credentials, told)["wrong-secret"] is strict
        assert verdicts(tokens.refuses_wrong_credentials, told, "documented")["wrong-secret"] is documented


def test_an_unknown_client_is_not_told_apart_from_a_wrong_secret() -> None:
    """AUTH-4: the two answers are alike in status, body and header names."""
    unknown = ("unknown-client/GET", refusal(error_description="no"))
    for wrong, verdict in (
        (refusal(error_description="no"), PASS),
        (refusal(error_description="wrong secret"), FAIL),
        (
            exchange(
                "getToken", 401, {"error": "invalid_client", "error_description": "no"}, headers=(("X-Tries", "4"),)
            ),
            FAIL,
        ),
        (
            exchange("getToken", 401, {"error": "invalid_client", "error_description": "no"}, headers=(("Date", "x"),)),
            PASS,
        ),
    ):
        asked = (unknown, ("wrong-secret/GET", wrong))
        told = story(*asked, *((label.replace("/", "-again/"), answer) for label, answer in asked))
        assert verdicts(tokens.refuses_wrong_credentials, told)["same-answer"] is verdict


def test_in_a_form_wrong_credentials_are_400_or_401_and_alike() -> None:
    """AUTH-4: without Basic either status is right, but not one for a wrong secret and the other for no client."""
    for code in (400, 401):
        told = story(("wrong-secret/form", refusal(code)), ("unknown-client/form", refusal(401)))
        judged = verdicts(tokens.refuses_wrong_credentials, told)
        assert judged["wrong-secret"] is PASS
        assert judged["same-answer"] is (PASS if code == 401 else FAIL)


def test_malformed_basic_is_refused_without_breaking() -> None:
    """AUTH-4: 400 or 401, never 5xx, never a token."""
    for code, verdict in ((400, PASS), (401, PASS), (500, FAIL), (404, FAIL)):
        told = story(("malformed-basic/0", refusal(code)))
        assert verdicts(tokens.refuses_wrong_credentials, told)["malformed-basic"] is verdict


def test_a_method_that_is_not_offered_is_not_judged_for_its_secrets() -> None:
    """AUTH-4: AUTH-1 and AUTH-2 tell that a method of the token endpoint is missing."""
    told = story(*((f"{part}/GET", refusal(405)) for part in ("wrong-secret", "unknown-client", "no-credentials")))
    assert set(verdicts(tokens.refuses_wrong_credentials, told).values()) == {UNEXERCISED}


ORDER = {"order_id": "A-1", "study_uid": "1.2.3", "status": "COMPLETED"}


def test_the_order_that_was_asked_for_answers() -> None:
    """STATUS-1: another order, another study, another status, or none: each fails its own part."""
    for said, expected in (
        (ORDER, (PASS, PASS, PASS)),
        ({**ORDER, "order_id": "A-2"}, (FAIL, PASS, PASS)),
        ({**ORDER, "study_uid": "1.2.4"}, (PASS, FAIL, PASS)),
        ({**ORDER, "status": "RECEIVED"}, (PASS, PASS, FAIL)),
        ({}, (FAIL, FAIL, FAIL)),
    ):
        told = story(("asked/COMPLETED", exchange(document=said)), COMPLETED=ORDER)
        assert tuple(verdicts(status.answers_that_order, told).values()) == expected


def test_a_known_order_has_to_be_found() -> None:
    """STATUS-1: 404 for an order of one's own fails."""
    told = story(("asked/COMPLETED", exchange(status=404, document=problem("order-not-found", 404))), COMPLETED=ORDER)
    assert verdicts(status.answers_that_order, told)["that-order"] is FAIL


def test_the_most_recent_order_answers_for_its_study() -> None:
    """STATUS-2: the last of the state's orders, whichever part asks."""
    for order, verdict in (("new", PASS), ("old", FAIL)):
        told = story(("asked/tie", exchange(document={"order_id": order})), tie={"order_ids": ["old", "new"]})
        assert verdicts(status.answers_the_most_recent, told) == {
            "latest": UNEXERCISED,
            "as-an-instant": UNEXERCISED,
            "not-by-submission": UNEXERCISED,
            "tie": verdict,
            "tie-of-twelve": UNEXERCISED,
            "within-a-second": UNEXERCISED,
        }


@pytest.mark.parametrize(
    ("older", "newer", "order", "verdict"),
    [
        ("10:00:00.100Z", "10:00:00.110Z", "new", PASS),
        ("10:00:00.100Z", "10:00:00.110Z", "old", FAIL),
        ("10:00:00Z", "10:00:00Z", "old", UNEXERCISED),
        ("10:00:00.110Z", "10:00:00.100Z", "old", UNEXERCISED),
        ("soon", "10:00:00.100Z", "old", UNEXERCISED),
    ],
)
def test_of_two_orders_of_one_second_the_later_answers(older: str, newer: str, order: str, verdict: Verdict) -> None:
    """STATUS-2: where both say that one of them was created later; a state may have whole seconds."""
    each = [exchange(document={"created_at": f"2026-03-01T{one}"}) for one in (older, newer)]
    steps = [(f"each/within-a-second/{place}", one) for place, one in enumerate(each)]
    answer = ("asked/within-a-second", exchange(document={"order_id": order}))
    told = story(*steps, answer, **{"within-a-second": {"order_ids": ["old", "new"]}})
    assert verdicts(status.answers_the_most_recent, told)["within-a-second"] is verdict


@pytest.mark.parametrize(
    ("own", "other", "verdict"),
    [
        ("10:00:00Z", "09:00:00-00:30", PASS),
        ("10:00:00Z", "19:00:00+09:00", PASS),
        ("18:00:00+09:00", "09:00:01Z", FAIL),
    ],
)
def test_what_the_service_says_of_each_order_tells_the_most_recent(own: str, other: str, verdict: Verdict) -> None:
    """STATUS-2: whoever made the state may err as the service does; of equal ones either will do."""
    asked, each = (exchange(document={"order_id": "A", "created_at": f"2026-03-01T{at}"}) for at in (own, other))
    told = story(
        ("asked/as-an-instant", asked), ("each/as-an-instant/0", each), **{"as-an-instant": {"order_ids": ["A"]}}
    )
    assert verdicts(status.answers_the_most_recent, told)["as-an-instant"] is verdict


def test_two_times_are_shown_in_utc_with_whose_they_are() -> None:
    """STATUS-2: times with different offsets can be compared by a reader, who sees which one the service answers."""
    times = ("2026-03-01T18:00:00.50+09:00", "2026-03-01T09:00:01Z")
    asked, each = (exchange(document={"order_id": "A", "created_at": at}) for at in times)
    told = story(("asked/latest", asked), ("each/latest/0", each), latest={"order_ids": ["A"]})
    found = [finding.got for one in status.answers_the_most_recent(told) for finding in one.findings]
    assert unmarked(found[-1]) == (
        "the service answers one of 2026-03-01T18:00:00.50+09:00 (2026-03-01T09:00:00.5Z); "
        "another has 2026-03-01T09:00:01Z"
    )


@pytest.mark.parametrize("times", [(None, "2026-03-01T10:00:00Z"), ("2026-03-01T10:00:00Z", None), ("soon", "later")])
def test_orders_without_an_instant_are_not_compared(times: tuple[str | None, str | None]) -> None:
    """STATUS-2: that `created_at` is missing is PROTO-1's."""
    asked, each = (exchange(document={"order_id": "new", "created_at": time}) for time in times)
    told = story(("asked/tie", asked), ("each/tie/0", each), tie={"order_ids": ["old", "new"]})
    assert verdicts(status.answers_the_most_recent, told)["tie"] is PASS


def listed(*ids: str) -> Exchange:
    """Return a listing of these reports."""
    return exchange("listReports", 200, {"reports": [{"report_id": one} for one in ids]})


def posted(*ids: str) -> Exchange:
    """Return an acknowledgement of these reports."""
    return exchange("acknowledgeReports", 200, {"acknowledged": list(ids), "count": len(ids)}, method="POST")


def told_queue(first_post: Exchange, between: Exchange, after: Exchange) -> Story:
    """Return the story of two rounds of list and acknowledge over three reports."""
    steps = [("short", listed("a", "b")), ("first-post", first_post), ("between", between)]
    return story(*steps, ("last-post", posted("c")), ("after", after), queue={"report_ids": ["a", "b", "c"]})


def test_a_post_takes_what_the_last_listing_held() -> None:
    """BATCH-5: no more, no less; and nothing is left in the end."""
    for told, expected in (
        (told_queue(posted("a", "b"), listed("c"), listed()), (PASS, PASS, PASS)),
        (told_queue(posted(), listed("a", "b", "c"), listed()), (PASS, FAIL, FAIL)),
        (told_queue(posted("a", "b", "c"), listed(), listed()), (PASS, FAIL, FAIL)),
        (told_queue(posted("a", "b"), listed(), listed()), (PASS, PASS, FAIL)),
        (told_queue(posted("a", "b"), listed("c"), listed("c")), (FAIL, PASS, PASS)),
    ):
        found = verdicts(queue.acknowledges_what_was_listed, told)
        assert (found["none-left"], found["answer"], found["last-listing-alone"]) == expected


def test_reports_left_after_an_acknowledgement_fail_under_either_profile() -> None:
    """BATCH-5: that list, fetch and POST leave nothing is what the public description says."""
    told = told_queue(posted("a", "b"), listed("c"), listed("c"))
    assert verdicts(queue.acknowledges_what_was_listed, told, "documented")["none-left"] is FAIL


def asked_order(order: str, code: int, said: dict[str, object]) -> Exchange:
    """Return an answer to `/status?order_id=`."""
    return exchange("getStatus", code, said, asked={"order_id": order})


def test_a_foreign_order_answers_as_an_unknown_one() -> None:
    """SEC-1: data fails the call's own part; a telling difference fails the part that compares."""
    unknown = (
        "unknown/status-by-order",
        asked_order("N-1", 404, problem("order-not-found", 404, detail="no order N-1")),
    )
    for foreign, call, alike in (
        (asked_order("F-1", 404, problem("order-not-found", 404, detail="no order F-1")), PASS, PASS),
        (asked_order("F-1", 404, problem("order-not-found", 404, detail="not yours")), PASS, FAIL),
        (asked_order("F-1", 403, problem("organization-not-allowed", 403)), FAIL, FAIL),
        (asked_order("F-1", 200, ORDER), FAIL, UNEXERCISED),
    ):
        found = verdicts(isolation.answers_as_unknown, story(unknown, ("foreign/status-by-order", foreign)))
        assert (found["status-by-order"], found["as-an-unknown-one"]) == (call, alike)


def test_a_header_tells_where_it_is_always_there() -> None:
    """SEC-1: one that comes and goes between repeats of a call is a gateway's."""

    def asked(name: str, *headers: str) -> tuple[str, Exchange]:
        refusal = problem("order-not-found", 404, detail="none")
        sent = tuple((each, "1") for each in headers)
        answer = exchange("getStatus", 404, refusal, asked={"order_id": "O-1"}, headers=sent)
        return f"{name}/status-by-order", answer

    again = [asked("unknown-again"), asked("unknown-again")]
    for foreign, verdict in (
        ([asked("foreign", "X-Owner"), asked("foreign-again", "X-Owner")], FAIL),
        ([asked("foreign", "X-Now-And-Then"), asked("foreign-again")], PASS),
        ([asked("foreign"), asked("foreign-again", "X-Now-And-Then")], PASS),
    ):
        seen = story(asked("unknown"), *again, *foreign)
        assert verdicts(isolation.answers_as_unknown, seen)["as-an-unknown-one"] is verdict


def test_a_value_tells_where_two_refusals_have_it_in_common() -> None:
    """SEC-1: how long an answer may be kept, and when to ask again; not that the seconds of a wait differ."""
    refusal = problem("order-not-found", 404, detail="none")
    usual = {"Cache-Control": "no-store"}
    for more, verdict in (
        ({"Cache-Control": "NO-STORE"}, PASS),
        ({"Cache-Control": "private, max-age=60"}, FAIL),
        ({"Content-Language": "de"}, FAIL),
        ({"Retry-After": "2"}, FAIL),
        ({"ETag": '"1"'}, FAIL),
        ({"Age": "3", "Server-Timing": "db"}, PASS),
    ):
        answers = [
            (label, exchange("getStatus", 404, refusal, asked={"order_id": "O-1"}, headers=tuple(headers.items())))
            for label, headers in (("unknown", usual), ("foreign", usual | more))
        ]
        seen = story(*((f"{label}/status-by-order", answer) for label, answer in answers))
        assert verdicts(isolation.answers_as_unknown, seen)["as-an-unknown-one"] is verdict


def test_an_answer_is_as_the_description_has_it() -> None:
    """PROTO-1: media type, headers and schema; extra members do not matter, missing ones do."""
    good = exchange("getToken", 200, {**TOKEN, "more": 1}, headers=NO_STORE)
    for answer, verdict in (
        (good, PASS),
        (exchange("getToken", 200, {**TOKEN, "expires_in": 3600.0}, headers=NO_STORE), PASS),
        (exchange("getToken", 200, {**TOKEN, "expires_in": "3600"}, headers=NO_STORE), FAIL),
        (exchange("getToken", 200, {"access_token": "x"}, headers=NO_STORE), FAIL),
        (exchange("getToken", 200, TOKEN), FAIL),
        (exchange("getToken", 200, TOKEN, headers=NO_STORE, media_type="text/html"), FAIL),
        (exchange("getToken", 500, TOKEN, headers=NO_STORE), FAIL),
        (exchange("getToken", 200, body=b"<html>", headers=NO_STORE, media_type="application/json"), FAIL),
    ):
        assert verdicts(protocol.answers_as_described, story(("getToken", answer)))["getToken"] is verdict


def test_count_is_the_length_of_the_list() -> None:
    """PROTO-1: `count` counts the reports listed, and those acknowledged."""
    for count, verdict in ((1, PASS), (1.0, PASS), (2, FAIL), (0, FAIL)):
        said = {"organization_id": "o", "count": count, "acknowledged": ["a"], "not_found": ["b"]}
        answer = exchange("acknowledgeReports", 200, said, headers=NO_STORE, method="POST")
        told = story(("acknowledgeReports", answer))
        assert verdicts(protocol.answers_as_described, told)["acknowledgeReports"] is verdict
