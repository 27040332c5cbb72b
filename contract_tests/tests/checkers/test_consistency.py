"""The checkers of CONS-1, AUTH-17 and SEC-1 under load, on stories written by hand."""

from typing import Any

from contract_tests.tests.helpers.handwritten import exchange, judged, listing, posted, problem, story, verdicts
from pacsimile_contract.checkers import consistency, under_load
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.reasons import Unjudged
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict

ORDER = {"order_id": "o1", "report_id": "r1"}
UNKNOWN = problem("study-not-found", 404)


def status(order: str, word: str = "COMPLETED", **asked: str) -> Exchange:
    """An answer of /status."""
    return exchange("getStatus", 200, {"order_id": order, "status": word}, asked=asked)


def result(order: str, report: str = "r1", **asked: str) -> Exchange:
    """A report that was served."""
    headers = (("X-Order-Id", order), ("X-Report-Id", report))
    return exchange("getResult", 200, {}, headers=headers, asked=asked)


RIGHT: dict[str, Exchange] = {
    "completed-is-told": status("o1"),
    "completed-is-served": result("o1"),
    "completed-is-listed": listing("r0", "r1"),
    "acknowledged-is-not-listed": listing("r0"),
    "after-404": status("o1", "RECEIVED"),
    "new-order-is-most-recent": exchange("getOrderIds", 200, {"order_ids": ["o1", "o0"]}),
}
WRONG: dict[str, Exchange] = {
    "completed-is-told": status("o1", "PROCESSING"),
    "completed-is-served": exchange("getResult", 409, problem("report-not-ready", 409)),
    "completed-is-listed": listing("r0"),
    "acknowledged-is-not-listed": listing("r0", "r1"),
    "after-404": exchange("getStatus", 404, UNKNOWN),
    "new-order-is-most-recent": exchange("getOrderIds", 200, {"order_ids": ["o0", "o1"]}),
}


def asked_at_once(answers: dict[str, Exchange], *later: tuple[str, Exchange]) -> dict[str, Verdict]:
    """The verdicts on these first answers, and on what was answered later."""
    steps = [(f"now/{part}/one", one) for part, one in answers.items()]
    told = story(*steps, *later, **{f"now/{part}": ORDER for part in answers})
    return verdicts(consistency.never_contradicts, told)


def test_what_is_so_at_once_passes() -> None:
    """Every part has a good answer."""
    assert asked_at_once(RIGHT) == dict.fromkeys(consistency.AT_ONCE, Verdict.PASS)


def test_what_is_so_only_later_fails() -> None:
    """Staleness shows by what is right a moment later."""
    for part, wrong in WRONG.items():
        later = [(f"later/{part}/one", wrong), (f"later/{part}/one", RIGHT[part])]
        assert asked_at_once({part: wrong}, *later)[part] is Verdict.FAIL, part


def test_what_is_never_so_is_left_to_others() -> None:
    """A report that is never listed is BATCH-1's, a newest order that never wins STATUS-2's."""
    for part, wrong in WRONG.items():
        later = [(f"later/{part}/one", wrong)] * 6
        assert asked_at_once({part: wrong}, *later)[part] is Verdict.NOT_EXERCISED, part


class At:
    """Writes a story of overlapping calls down: each with who makes it, and from when to when."""

    def __init__(self, *versions: tuple[str, str]) -> None:
        self.told = Story("by-hand", values={"before": {"versions": [list(one) for one in versions]}})

    def call(self, who: str, began: float, ended: float, one: Exchange, named: list[str] | None = None) -> "At":
        """A call of a client."""
        label = f"at-once/{len(self.told.steps)}-{who}"
        one.request = type(one.request)(
            one.request.method, one.request.url, operation=one.operation, client=who, given=one.given
        )  # fmt: skip
        one.started, one.ended = began, ended
        self.told.add(label, one)
        if named is not None:
            self.told.values[label] = {"report_ids": named}
        return self

    def change(self, kind: str, began: float = 0, ended: float = 1, **known: Any) -> "At":
        """A change that a state made."""
        label = f"change/{len(self.told.values)}"
        self.told.values[label] = {"kind": kind, "began": began, "ended": ended, **known}
        return self

    @property
    def verdict(self) -> Verdict:
        """What is said of it."""
        return verdicts(consistency.takes_effect_at_one_instant, self.told)["overlapping-calls"]


def two() -> At:
    """Two reports are ready."""
    return At(("o1", "r1"), ("o2", "r2"))


def test_one_after_the_other() -> None:
    """List, acknowledge, list: by memory, and by name."""
    right = two().call("a", 0, 1, listing("r1", "r2")).call("a", 2, 3, posted("r1", "r2")).call("b", 4, 5, listing())
    assert right.verdict is Verdict.PASS
    by_name = two().call("a", 0, 1, posted("r1", not_found=("x",)), ["r1", "x"]).call("b", 2, 3, listing("r2"))
    assert by_name.verdict is Verdict.PASS


def test_an_acknowledged_report_is_not_listed_again() -> None:
    """A listing begun after the answer contradicts it; one that overlaps it does not."""
    assert two().call("a", 0, 1, posted("r1"), ["r1"]).call("b", 2, 3, listing("r1", "r2")).verdict is Verdict.FAIL
    assert two().call("a", 0, 2, posted("r1"), ["r1"]).call("b", 1, 3, listing("r1", "r2")).verdict is Verdict.PASS


def test_a_listing_is_of_one_instant() -> None:
    """One acknowledgement of two reports is seen whole or not at all."""
    for shown, verdict in ((("r1", "r2"), Verdict.PASS), ((), Verdict.PASS), (("r1",), Verdict.FAIL)):
        told = two().call("a", 0, 9, posted("r1", "r2"), ["r1", "r2"]).call("b", 1, 8, listing(*shown))
        assert told.verdict is verdict, shown


def test_who_saw_it_is_not_contradicted_later() -> None:
    """While the acknowledgement is under way, one saw it and another, later, did not."""
    told = (
        two().call("a", 0, 9, posted("r1"), ["r1"]).call("b", 1, 2, listing("r2")).call("c", 3, 4, listing("r1", "r2"))
    )
    assert told.verdict is Verdict.FAIL


def test_a_report_is_newly_marked_once() -> None:
    """Of two acknowledgements at once one comes first."""
    told = two().call("a", 0, 3, posted("r1"), ["r1"]).call("b", 1, 4, posted("r1", "r2"), ["r1", "r2"])
    assert told.verdict is Verdict.FAIL
    assert (
        two().call("a", 0, 3, posted("r1"), ["r1"]).call("b", 1, 4, posted("r2"), ["r1", "r2"]).verdict is Verdict.PASS
    )


def test_an_acknowledgement_without_a_body_is_of_the_own_listing() -> None:
    """Another's listing at the same time does not count, nor does what became ready since."""
    shown = two().call("a", 0, 2, listing("r1", limit="1"))
    shown.call("b", 0, 2, listing("r1", "r2"))
    assert shown.call("a", 3, 4, posted("r1", "r2")).verdict is Verdict.FAIL
    late = two().call("a", 0, 1, listing("r1", "r2")).change("completed", 2, 3, order_id="o3", report_id="r3")
    assert late.call("a", 4, 5, posted("r1", "r2", "r3")).verdict is Verdict.FAIL


def test_completed_means_told_listed_and_served() -> None:
    """From the answer on; while it is under way either is right, but not one and then the other."""
    done: dict[str, Any] = {"order_id": "o3", "report_id": "r3"}
    for before, after in (((0, 1), Verdict.FAIL), ((0, 9), Verdict.PASS)):
        for stale in (
            status("o3", "PROCESSING", order_id="o3"),
            exchange("getResult", 409, problem("report-not-ready", 409), asked={"order_id": "o3"}),
            listing("r1", "r2"),
        ):
            assert two().change("completed", *before, **done).call("a", 2, 3, stale).verdict is after, stale
    mixed = two().change("completed", 0, 9, **done).call("a", 1, 2, status("o3", order_id="o3"))
    assert mixed.call("b", 3, 4, listing("r1", "r2")).verdict is Verdict.FAIL


def test_a_new_order_is_the_studys_most_recent_at_once() -> None:
    """Also of a study that was unknown; by every operation."""
    made = {"order_id": "o3", "study_uid": "1.2.3", "report_id": "r3"}
    unknown = exchange("getStatus", 404, UNKNOWN, asked={"study_uid": "1.2.3"})
    ids = exchange("getOrderIds", 200, {"order_ids": ["o3"]}, asked={"study_uid": "1.2.3"})
    assert two().call("a", 0, 1, unknown).change("submitted", 2, 3, **made).call("a", 4, 5, ids).verdict is Verdict.PASS
    assert two().change("submitted", 2, 3, **made).call("a", 4, 5, unknown).verdict is Verdict.FAIL
    newer = (
        two()
        .change("submitted", 0, 1, **made)
        .change("submitted", 2, 3, **{**made, "order_id": "o4", "report_id": "r4"})
    )
    assert newer.call("a", 4, 5, status("o3", study_uid="1.2.3")).verdict is Verdict.FAIL


def test_an_order_that_is_just_being_submitted_may_be_seen_before_it_completes() -> None:
    """A state that submits a COMPLETED order does two things; once it is made, both are done."""
    made = {"order_id": "o3", "study_uid": "1.2.3", "report_id": "r3"}
    for began, verdict in ((1, Verdict.PASS), (5, Verdict.FAIL)):
        received = status("o3", "RECEIVED", study_uid="1.2.3")
        assert two().change("submitted", 0, 4, **made).call("a", began, began + 1, received).verdict is verdict
    early = two().change("submitted", 0, 9, **made).call("a", 1, 2, listing("r1", "r2", "r3"))
    unknown = exchange("getStatus", 404, UNKNOWN, asked={"study_uid": "1.2.3"})
    assert early.call("b", 3, 4, unknown).verdict is Verdict.FAIL


def test_an_amendment_supersedes_and_is_served_at_once() -> None:
    """BATCH-12 and RESULTS-11 between overlapping calls."""
    amended = {"order_id": "o1", "report_id": "r1-2"}
    right = two().change("amended", 0, 1, **amended).call("a", 2, 3, result("o1", "r1-2", order_id="o1"))
    assert right.call("b", 4, 5, listing("r1-2", "r2")).verdict is Verdict.PASS
    old = two().change("amended", 0, 1, **amended).call("a", 2, 3, result("o1", "r1", order_id="o1"))
    assert old.verdict is Verdict.FAIL


def test_a_lost_answer_may_mean_either() -> None:
    """An acknowledgement that nobody heard of, or that came back 5xx: applied or not, but wholly."""
    for lost in (posted(status=None), posted(status=503, reason="service-unavailable")):
        for shown, verdict in ((("r1", "r2"), Verdict.PASS), ((), Verdict.PASS), (("r1",), Verdict.FAIL)):
            told = two().call("a", 0, 1, lost, ["r1", "r2"]).call("b", 2, 3, listing(*shown))
            assert told.verdict is verdict, shown


def test_a_refusal_of_a_right_call_is_others_affair() -> None:
    """401 or 429 tell nothing of the queue."""
    refused = exchange("listReports", 401, problem("invalid-token", 401))
    assert two().call("a", 0, 1, refused).call("a", 2, 3, listing("r1", "r2")).verdict is Verdict.PASS


def test_an_aborted_story_passes_nothing() -> None:
    """What was not reached is not judged; what contradicts is."""
    aborted = two().call("a", 0, 1, listing("r1", "r2"))
    aborted.told.stopped = Unjudged(Verdict.ERROR, "broken off")
    assert aborted.verdict is Verdict.ERROR


def test_a_contradiction_is_told_as_a_story() -> None:
    """Who did what when, and what came back; what does not belong to it is left out."""
    told = two().call("b", 0.0, 0.1, listing("r1", "r2")).call("a", 0.2, 0.3, posted("r1"), ["r1"])
    told.call("b", 0.4, 0.5, listing("r1", "r2")).call("b", 0.6, 0.7, listing("r2"))
    (part,) = judged(consistency.takes_effect_at_one_instant, told.told).parts
    assert (
        "[0.0-100.0 ms] a acknowledges r1: r1 newly marked; [200.0-300.0 ms] b lists: r1, r2" in part.evidence[0].note
    )


def test_a_token_is_good_beside_others() -> None:
    """AUTH-17: whatever else is answered."""
    good = story(("at-once/1-a", exchange("getStatus", 404, UNKNOWN)), ("at-once/2-b", listing()))
    assert verdicts(under_load.is_good_beside_others, good) == {"beside-other-clients": Verdict.PASS}
    for code in (401, 403):
        bad = story(("at-once/1-a", exchange("getStatus", code, problem("invalid-token", code))))
        assert verdicts(under_load.is_good_beside_others, bad) == {"beside-other-clients": Verdict.FAIL}


def test_nothing_is_shown_to_others_under_load() -> None:
    """SEC-1: a report that is served to another organization."""
    for one, verdict in ((exchange("getResult", 404, UNKNOWN), Verdict.PASS), (result("o1"), Verdict.FAIL)):
        assert verdicts(under_load.stays_apart_under_load, story(("beside/1-result", one))) == {"at-once": verdict}


def test_what_has_changed_is_not_current() -> None:
    """CONS-1: 304 to the entity tag from before a change; without tags there is nothing to judge."""
    tag, sent = (("ETag", '"1"'),), (("If-None-Match", '"1"'),)
    for status, verdict in ((304, Verdict.FAIL), (200, Verdict.PASS), (404, Verdict.PASS)):
        told = story(("a", exchange(headers=tag)), ("b", exchange(status=status, sent=sent)))
        assert verdicts(consistency.is_never_stale, told)["not-modified"] is verdict
    assert verdicts(consistency.is_never_stale, story(("a", exchange())))["not-modified"] is Verdict.NOT_APPLICABLE
