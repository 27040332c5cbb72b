"""The checkers of SEC-1, SEC-2, SEC-3 and SEC-8 on stories written by hand."""

from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, posted, problem, story, verdicts
from pacsimile_contract.checkers import isolation as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, WARN, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.NOT_EXERCISED
NOT_READY = problem("report-not-ready", 409)


def red(found: dict[str, Verdict]) -> set[str]:
    """Return the names of the parts that fail."""
    return {name for name, verdict in found.items() if verdict is FAIL}


@pytest.mark.parametrize("call", [*checks.CALLS, checks.UNREADY])
def test_a_foreign_object_is_unknown_to_every_operation(call: str) -> None:
    """SEC-1: 404 with the reason of what was asked for; data, 403 and 409 fail."""
    operation, parameter, _ = checks.CALLS.get(call, checks.CALLS["result-by-order"])
    for status, reason, verdict in (
        (404, checks.REASONS[parameter], PASS),
        (404, "report-type-not-available", FAIL),
        (409, "report-not-ready", FAIL),
        (403, "organization-not-allowed", FAIL),
        (200, "", FAIL),
    ):
        document = {"order_id": "x"} if status == 200 else problem(reason, status)
        answer = exchange(operation, status, document, asked={parameter: "x"})
        assert verdicts(checks.answers_as_unknown, story((f"foreign/{call}", answer)))[call] is verdict


@pytest.mark.parametrize("call", ["status-by-study", "order-ids", "result-by-study", "group-report"])
def test_what_both_organizations_may_use_is_judged_by_the_others_order_alone(call: str) -> None:
    """SEC-1: a study or group that no state made may be one's own too; an order is one organization's only."""
    operation, parameter, _ = checks.CALLS[call]
    for status, document, verdict in (
        (404, problem(checks.REASONS[parameter], 404), PASS),
        (200, {"order_ids": ["mine"]}, OPEN),
        (409, NOT_READY, OPEN),
        (200, {"order_ids": ["mine", "theirs"]}, FAIL),
    ):
        told = story(
            (f"unknown/{call}", exchange(operation, 404, problem("unknown", 404), asked={parameter: "1.2.4"})),
            (f"foreign/{call}", exchange(operation, status, document, asked={parameter: "1.2.3"})),
            **{"may-share": {"order_id": "theirs"}},
        )
        found = verdicts(checks.answers_as_unknown, told)
        assert found[call] is verdict
        assert (found["as-an-unknown-one"] is OPEN) is (status != 404)


@pytest.mark.parametrize(
    ("unknown", "foreign", "verdict"),
    [
        ({"order_ids": []}, {"order_ids": []}, OPEN),
        ({"order_id": "u"}, {"order_id": "x"}, OPEN),
        ({"order_id": "another"}, {"order_id": "another"}, OPEN),
        ({"order_id": "another"}, {"order_id": "x"}, FAIL),
    ],
)
def test_where_the_unknown_is_answered_too_only_a_leak_tells(
    unknown: dict[str, Any], foreign: dict[str, Any], verdict: Verdict
) -> None:
    """SEC-1: that what nobody has is answered, or merely repeated, is another clause's."""
    steps = [
        ("unknown/status-by-order", exchange(document=unknown, asked={"order_id": "u"})),
        ("foreign/status-by-order", exchange(document=foreign, asked={"order_id": "x"})),
    ]
    assert verdicts(checks.answers_as_unknown, story(*steps))["status-by-order"] is verdict


def test_a_foreign_identifier_is_not_suggested() -> None:
    """SEC-1, SEC-2: the answer about one that nobody has must not name another organization's, which it resembles."""
    for named, verdict in (("ORD-V5GDEY", FAIL), ("ORD-V5GDEX", PASS)):
        for checker_, label, operation, parameter, status, reason in (
            (checks.answers_as_unknown, "status-by-order", "getStatus", "order_id", 404, "order-not-found"),
            (checks.keeps_queues_apart, "list", "listReports", "organizationId", 403, "organization-not-allowed"),
        ):
            refusal = problem(reason, status)
            steps = [
                (
                    f"unknown/{label}",
                    exchange(operation, status, {**refusal, "hint": named}, asked={parameter: "ORD-V5GDEX"}),
                ),
                (
                    f"foreign/{label}",
                    exchange(operation, status, {**refusal, "hint": ""}, asked={parameter: "ORD-V5GDEY"}),
                ),
            ]
            assert verdicts(checker_, story(*steps))["as-an-unknown-one"] is verdict


@pytest.mark.parametrize("names", ["IN", "IH", "ao"])
def test_a_name_of_one_character_is_no_part_of_a_word(names: str) -> None:
    """SEC-1: the details of two refusals agree but for it, whichever words have its letter."""
    for hint, verdict in (("", PASS), (" It is theirs.", FAIL)):
        said = {
            kind: problem("order-not-found", 404) | {"detail": f"No order {name!r}. Identifiers have no aliases.{more}"}
            for kind, name, more in zip(("unknown", "foreign"), names, ("", hint), strict=True)
        }
        steps = [
            (f"{kind}/status-by-order", exchange(status=404, document=document, asked={"order_id": name}))
            for (kind, document), name in zip(said.items(), names, strict=True)
        ]
        assert verdicts(checks.answers_as_unknown, story(*steps))["as-an-unknown-one"] is verdict


def test_how_the_unknown_is_refused_is_another_clauses() -> None:
    """SEC-1: the same refusal, whatever it is, tells nothing apart."""
    refusal = problem("not-found", 404)
    steps = [
        (f"{who}/status-by-order", exchange(status=404, document=refusal, asked={"order_id": who}))
        for who in ("unknown", "foreign")
    ]
    found = verdicts(checks.answers_as_unknown, story(*steps))
    assert found["status-by-order"] is found["as-an-unknown-one"] is PASS


def test_a_member_that_only_the_foreign_has_tells_it_apart() -> None:
    """SEC-1: but for one that comes and goes."""
    plain = problem("order-not-found", 404)
    more = problem("order-not-found", 404, errors=[])
    for again, verdict in (((more, plain), FAIL), ((plain, plain), PASS), ((more, more), PASS)):
        steps = [("unknown/status-by-order", plain), ("foreign/status-by-order", more)]
        steps += list(zip(("foreign-again/status-by-order", "unknown-again/status-by-order"), again, strict=True))
        told = story(*((label, exchange(status=404, document=said, asked={"order_id": "x"})) for label, said in steps))
        assert verdicts(checks.answers_as_unknown, told)["as-an-unknown-one"] is verdict


def test_an_invented_identifier_that_exists_hides_no_member() -> None:
    """SEC-1: its answer is about nothing unknown, and so is no measure of what the foreign one's answer has."""
    plain, more = (problem("order-not-found", 404, **members) for members in ({}, {"owner": "them"}))
    steps = [("unknown", {"order_id": "u", "owner": "us"}), ("unknown", plain), ("foreign", more)]
    answered = [
        exchange(status=document.get("status", 200), document=document, asked={"order_id": "x"})
        for _, document in steps
    ]
    labelled = [(f"{kind}/status-by-order", answer) for (kind, _), answer in zip(steps, answered, strict=True)]
    assert verdicts(checks.answers_as_unknown, story(*labelled))["as-an-unknown-one"] is FAIL


def test_another_organization_is_refused_as_an_unknown_one() -> None:
    """SEC-2: in the same words, but for its name, and with the same members."""
    for more, verdict in (({"detail": "not theirs"}, PASS), ({"detail": "not there"}, FAIL), ({"hint": ""}, FAIL)):
        said = {"unknown": {"detail": "not nobody"}, "foreign": {"detail": "not theirs"} | more}
        told = story(
            *(
                (f"{kind}/list", exchange("listReports", 403, problem("organization-not-allowed", 403) | members,
                                          asked={"organizationId": "nobody" if kind == "unknown" else "theirs"}))
                for kind, members in said.items()
            )
        )  # fmt: skip
        assert verdicts(checks.keeps_queues_apart, told)["as-an-unknown-one"] is verdict


def test_what_comes_and_goes_tells_no_organization_apart() -> None:
    """SEC-2: a member that one refusal has and its repeat has not, as a gateway may add it."""
    plain = problem("organization-not-allowed", 403)
    more = {**plain, "trace": "1"}
    for again, verdict in ((more, FAIL), (plain, PASS)):
        steps = (("unknown/list", plain), ("foreign/list", more), ("foreign-again/list", again))
        told = story(
            *((label, exchange("listReports", 403, said, asked={"organizationId": "x"})) for label, said in steps)
        )
        assert verdicts(checks.keeps_queues_apart, told)["as-an-unknown-one"] is verdict


def test_an_order_is_never_shared() -> None:
    """SEC-1: whatever made it."""
    foreign = exchange(document={"order_id": "x"}, asked={"order_id": "x"})
    told = story(("foreign/status-by-order", foreign), **{"may-share": {"order_id": "theirs"}})
    assert verdicts(checks.answers_as_unknown, told)["status-by-order"] is FAIL


REFUSED = exchange("listReports", 403, problem("organization-not-allowed", 403))
POST_REFUSED = posted(status=403, reason="organization-not-allowed")
GOOD = {
    "theirs-before": posted("c"),
    "foreign/list": REFUSED,
    "foreign/post": POST_REFUSED,
    "foreign/post-by-name": POST_REFUSED,
    "unknown/list": REFUSED,
    "unknown/post": POST_REFUSED,
    "by-name": posted(not_found=("a",)),
    "theirs": posted("a", "b"),
}


@pytest.mark.parametrize(
    ("step", "answer", "parts"),
    [
        ("theirs", posted("a", "b"), set()),
        ("foreign/list", listing("a", "b"), {"list"}),
        ("foreign/list", exchange("listReports", 404, problem("not-found", 404)), {"list"}),
        ("foreign/post", posted("b"), {"post"}),
        ("foreign/post-by-name", posted("b"), {"post-by-name"}),
        ("unknown/list", listing(), {"unknown-list"}),
        ("unknown/list", exchange("listReports", 404, problem("not-found", 404)), {"unknown-list"}),
        ("unknown/post", posted(), {"unknown-post"}),
        ("theirs", posted("a"), {"nothing-acknowledged"}),
        ("theirs", posted("b"), {"report-by-name"}),
    ],
)
def test_a_foreign_queue_is_out_of_reach(step: str, answer: Exchange, parts: set[str]) -> None:
    """SEC-2: 403 for another organization's id and for nobody's, and nothing of it acknowledged."""
    told = story(*{**GOOD, step: answer}.items(), other={"report_ids": ["a", "b", "c"]})
    found = verdicts(checks.keeps_queues_apart, told)
    assert red(found) == parts
    assert all(verdict is PASS for name, verdict in found.items() if name not in parts)


@pytest.mark.parametrize(("step", "answer"), [("theirs-before", posted()), ("theirs", posted(status=500))])
def test_where_naming_does_not_work_nothing_is_said_of_what_was_acknowledged(step: str, answer: Exchange) -> None:
    """SEC-2: naming reports is BATCH-11's."""
    told = story(*{**GOOD, "theirs": posted(), step: answer}.items(), other={"report_ids": ["a", "b", "c"]})
    found = verdicts(checks.keeps_queues_apart, told)
    assert found["nothing-acknowledged"] is found["report-by-name"] is OPEN


def test_another_refusal_is_form() -> None:
    """SEC-2: 404 for a foreign organization gives nothing away, so profile `documented` only warns."""
    told = story(("foreign/list", exchange("listReports", 404, problem("not-found", 404))))
    assert verdicts(checks.keeps_queues_apart, told, "documented")["list"] is WARN


SIDES: dict[str, Any] = {
    "mine": {"own": "o-1", "others": "o-2", "ready": True},
    "mine-waiting": {"own": "o-1", "others": "o-2", "ready": False},
}


@pytest.mark.parametrize("call", ["status", "order-ids"])
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (exchange(document={"order_ids": ["o-1"]}), PASS),
        (exchange(document={"order_ids": ["o-2"]}), FAIL),
        (exchange(document={"order_ids": ["o-1", "o-2"]}), FAIL),
        (exchange(document={"order_ids": []}), FAIL),
        (exchange(status=404, document=problem("study-not-found", 404)), FAIL),
    ],
)
def test_a_shared_study_shows_each_side_its_own(call: str, answer: Exchange, verdict: Verdict) -> None:
    """SEC-3: one's own order and no other's, on every operation."""
    assert verdicts(checks.keeps_shared_studies_apart, story((f"mine/{call}", answer), **SIDES))[call] is verdict


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (listing({"order_id": "o-1"}), PASS),
        (listing(), PASS),
        (listing({"order_id": "o-1"}, {"order_id": "o-2"}), FAIL),
        (listing(status=500), FAIL),
    ],
)
def test_a_listing_has_no_order_of_the_other_side(answer: Exchange, verdict: Verdict) -> None:
    """SEC-3: that one's own is in it is BATCH-1's."""
    assert verdicts(checks.keeps_shared_studies_apart, story(("mine/listing", answer), **SIDES))["listing"] is verdict


@pytest.mark.parametrize(("answer", "verdict"), [(listing({"order_id": "o-1"}), PASS), (listing(), FAIL)])
def test_an_amendment_of_the_other_takes_nothing_off_the_list(answer: Exchange, verdict: Verdict) -> None:
    """SEC-3: then one's own report must be there: nothing happened to it."""
    told = story(("mine/listing", answer), **SIDES, **{checks.LABEL_AMENDED: {"report_id": "r-2"}})
    assert verdicts(checks.keeps_shared_studies_apart, told)["listing"] is verdict


@pytest.mark.parametrize(
    ("side", "answer", "verdict"),
    [
        ("mine", exchange("getResult", 200, {"order_id": "o-1"}), PASS),
        ("mine", exchange("getResult", 200, {"order_id": "o-2"}), FAIL),
        ("mine", exchange("getResult", 409, NOT_READY), FAIL),
        ("mine-waiting", exchange("getResult", 409, NOT_READY), PASS),
        ("mine-waiting", exchange("getResult", 200, {"order_id": "o-2"}), FAIL),
        ("mine-waiting", exchange("getResult", 409, {**NOT_READY, "detail": "o-2 is ready"}), FAIL),
    ],
)
def test_a_shared_study_serves_each_side_its_own_report(side: str, answer: Exchange, verdict: Verdict) -> None:
    """SEC-3: neither instead of one's own that is unfinished, nor beside it; and the other's does not delay it."""
    told = story((f"{side}/result", answer), **SIDES)
    assert verdicts(checks.keeps_shared_studies_apart, told)["result"] is verdict


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        ({"order_id": "31", "progress": 17, "updated_at": "2026-03-17T17:17:17Z", "study_uid": "1.2.17.4"}, PASS),
        ({"order_id": "31", "note": "as 17 has it"}, FAIL),
        ({"order_id": "17"}, FAIL),
    ],
)
def test_a_short_name_is_not_found_in_times_and_numbers(document: dict[str, Any], verdict: Verdict) -> None:
    """SEC-3: an order may be called 17; a progress, a time or a longer name with 17 in it names it not."""
    sides = {"mine": {"own": "31", "others": "17", "ready": True}}
    told = story(("mine/status", exchange(document=document)), **sides)
    assert verdicts(checks.keeps_shared_studies_apart, told)["status"] is verdict


@pytest.mark.parametrize(("status", "owner", "verdict"), [(200, "o-1", PASS), (200, "o-2", FAIL), (404, "o-1", FAIL)])
def test_each_type_of_a_shared_studys_report_is_ones_own(status: int, owner: str, verdict: Verdict) -> None:
    """SEC-3: by the header; what the document states, other requirements compare."""
    answer = exchange("getResult", status, headers=(("X-Order-Id", owner),), body=b"2 o-2")
    assert (
        verdicts(checks.keeps_shared_studies_apart, story(("mine-in-type/txt", answer), **SIDES))["result"] is verdict
    )


@pytest.mark.parametrize(("status", "verdict"), [(404, PASS), (200, FAIL), (409, FAIL), (403, FAIL)])
def test_a_shared_study_does_not_open_the_others_order(status: int, verdict: Verdict) -> None:
    """SEC-3: by its id it is unknown, as any other organization's."""
    document = {"order_id": "o-2"} if status == 200 else problem("order-not-found", status)
    told = story(("mine-of-the-other/status", exchange("getStatus", status, document)), **SIDES)
    assert verdicts(checks.keeps_shared_studies_apart, told)["other-order"] is verdict


@pytest.mark.parametrize(
    ("document", "verdict"), [({"order_id": "7", "sex": "F"}, PASS), ({"order_id": "F", "sex": "M"}, FAIL)]
)
def test_a_short_id_may_be_a_word_of_a_report(document: dict[str, Any], verdict: Verdict) -> None:
    """SEC-3: an order may be called F, as a patient's sex is."""
    told = story(
        ("mine/result", exchange("getResult", document=document)), mine={"own": "7", "others": "F", "ready": True}
    )
    assert verdicts(checks.keeps_shared_studies_apart, told)["result"] is verdict


GROUPS: dict[str, Any] = {"mine": {"own": ["o-1", "o-2"], "others": ["o-3"]}}


@pytest.mark.parametrize(
    ("ids", "parts"),
    [
        (["o-1", "o-2"], set()),
        (["o-1"], set()),  # that all are there is GROUP-2's
        ([], {"own-orders"}),
        (["o-1", "o-2", "o-3"], {"others-left-out"}),
        (["o-3"], {"own-orders", "others-left-out"}),
    ],
)
def test_a_shared_group_shows_each_side_its_own(ids: list[str], parts: set[str]) -> None:
    """SEC-8: one's own orders, no other's."""
    answer = exchange("getGroupReport", 200, {"orders": [{"order_id": one} for one in ids]})
    assert red(verdicts(checks.keeps_shared_groups_apart, story(("mine/json", answer), **GROUPS))) == parts


def test_a_shared_group_is_dated_by_ones_own_orders() -> None:
    """SEC-8: an order that joins the other's group is no event in one's own report."""
    at_first, later = "2026-03-01T10:00:00Z", "2026-03-01T10:00:09.5Z"
    joined = {checks.LABEL_JOINED: {"order_id": "o-4"}}
    for created_at, noted, verdict in (
        (at_first, joined, PASS),
        ("2026-03-01T11:00:00+01:00", joined, PASS),
        (later, joined, FAIL),
        (later, {}, OPEN),
        (None, joined, OPEN),
    ):
        answers = [
            exchange("getGroupReport", 200, {"orders": [{"order_id": "o-1"}], "created_at": said},
                     asked={"report_type": "json"})
            for said in (at_first, created_at)
        ]  # fmt: skip
        told = story(*zip(("mine/json", "finished"), answers, strict=True), **GROUPS, **noted)
        assert verdicts(checks.keeps_shared_groups_apart, told)["not-dated-by-others"] is verdict


def test_a_shared_group_names_the_organization_that_asked() -> None:
    """GROUP-2: in json, where the state says who both are."""
    for named, own, verdict in (
        ("org-b", "org-b", PASS),
        ("org-a", "org-b", FAIL),
        ("org-a", None, OPEN),
        (None, "org-b", OPEN),
    ):
        answer = exchange("getGroupReport", 200, {"organization_id": named, "orders": []})
        told = story(("theirs/json", answer), theirs={"organization_id": own})
        assert verdicts(checks.names_the_callers_organization, told)["of-a-shared-name"] is verdict


def test_a_short_id_in_a_text_may_be_anything() -> None:
    """SEC-8: of a type without members, only a long id tells whose order it is."""
    answer = exchange("getGroupReport", 200, body=b"Order o-1: 7 mm", asked={"report_type": "txt"})
    for other, parts in (("7", set()), ("Order o-1", {"others-left-out"})):
        told = story(("mine/txt", answer), mine={"own": ["o-1"], "others": [other]})
        assert red(verdicts(checks.keeps_shared_groups_apart, told)) == parts


def test_a_type_that_is_not_offered_says_nothing() -> None:
    """SEC-8: a group may offer fewer types than there are; that it is unknown is another answer."""
    for reason, verdict in (("report-type-not-available", OPEN), ("study-group-not-found", FAIL)):
        told = story(("mine/json", exchange("getGroupReport", 404, problem(reason, 404))), **GROUPS)
        assert verdicts(checks.keeps_shared_groups_apart, told)["own-orders"] is verdict


def test_the_other_side_does_not_delay_a_group_nor_finish_it() -> None:
    """SEC-8: finished for one side, unfinished for the other."""
    served = exchange("getGroupReport", 200, {"orders": []})
    waits = exchange("getGroupReport", 409, NOT_READY)
    for finished, unfinished, parts in (
        (served, waits, set()),
        (waits, waits, {"not-delayed"}),
        (served, served, {"not-served"}),
    ):
        told = story(("finished", finished), ("unfinished", unfinished))
        assert red(verdicts(checks.keeps_shared_groups_apart, told)) == parts
