"""What earlier answers prove of a queue."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers.seen_run import ANNE, BEN, CLEO, DONE, ENTRY, SeenRun
from pacsimile_contract.evidence.exchange import Exchange

ONE, TWO, THREE = (
    {**ENTRY, "report_id": f"R-{n}", "order_id": f"A-{n}", "completed_at": f"2026-03-01T10:0{n}:00Z"} for n in (1, 2, 3)
)
ZERO = {**ONE, "report_id": "R-0", "order_id": "A-0"}
"""A report of the same time as the first."""


@pytest.fixture
def run() -> SeenRun:
    """Return a run without any call."""
    return SeenRun()


def post(run: SeenRun, token: str, marked: Sequence[str], *, body: bytes | None = None, status: int = 200) -> Exchange:
    """Acknowledge reports, by their names where there is a body."""
    answer = {"organization_id": "org-a", "count": len(marked), "acknowledged": list(marked), "not_found": []}
    return run.ask("acknowledgeReports", token, status, answer, body=body, organizationId="org-a")


def test_a_queue_as_it_must_be_contradicts_nothing(run: SeenRun) -> None:
    """Reports wait for both clients, go once they are acknowledged, and their amendments come."""
    anne, ben = run.home(ANNE, BEN).values()
    run.listing([ONE, TWO], anne)
    run.listing([ONE], ben, limit="1")
    post(run, ben, ["R-1"])
    run.listing([TWO, THREE], anne)
    post(run, anne, ["R-3"], body=b'{"report_ids": ["R-3", "R-1"]}')
    amended = {**TWO, "report_id": "R-4", "supersedes": "R-2", "report_status": "amended"}
    run.listing([amended], ben)
    post(run, anne, ["R-2"])
    run.listing([amended], ben)
    seen = run.compare()
    assert seen.contradictions == []
    assert {"BATCH-3", "BATCH-11", "BATCH-13"} <= set(seen.compared)


def test_a_version_that_an_amendment_replaced_waits_no_more(run: SeenRun) -> None:
    """The amendment may be shown by a listing with a limit, and be of a version that was never seen."""
    for former in ("R-1", "R-1b"):
        run = SeenRun()
        anne = run.home(ANNE)[ANNE]
        run.listing([ONE], anne)
        amended = {**ONE, "report_id": "R-4", "supersedes": former, "report_status": "amended"}
        newer = run.listing([amended], anne, limit="2")
        run.listing([ONE], anne, limit="2").started = newer.started
        post(run, anne, ["R-4"], body=b'{"report_ids": ["R-4"]}')
        run.listing([], anne)
        assert run.compare().contradictions == []


def test_what_is_acknowledged_is_never_listed_again(run: SeenRun) -> None:
    """BATCH-2, BATCH-5, BATCH-11: for any client, one of several, all without a body, all by name."""
    for again, body, requirement in (
        ([ONE], None, "BATCH-2"),
        ([ONE, TWO], None, "BATCH-5"),
        ([ONE, TWO], b'{"report_ids": ["R-1", "R-2"]}', "BATCH-11"),
    ):
        run = SeenRun()
        anne, ben = run.home(ANNE, BEN).values()
        run.listing([ONE, TWO], anne)
        marked = post(run, anne, ["R-1", "R-2"], body=body)
        run.listing([], ben)
        wrong = run.listing(again, ben)
        assert run.broken()[0] == (requirement, [marked.number, wrong.number])


def test_what_waits_is_listed(run: SeenRun) -> None:
    """BATCH-3 where nothing came between; RESULTS-6 and BATCH-11 after a fetch and a refused acknowledgement."""
    for between, requirement in (
        (lambda token: [], "BATCH-3"),
        (lambda token: [run.ask("getResult", token, 200, {}, order_id="A-1", report_type="json")], "RESULTS-6"),
        (lambda token: [post(run, token, [], body=b'{"report_ids": []}', status=400)], "BATCH-11"),
        (lambda token: [post(run, token, [], body=b'{"report_ids": []}')], "BATCH-11"),
    ):
        run.exchanges.clear()
        (anne,) = run.home(ANNE).values()
        first = run.listing([ONE], anne)
        middle = [exchange.number for exchange in between(anne)]
        late = run.listing([], anne)
        assert run.broken() == [(requirement, [first.number, *middle, late.number])]


@pytest.mark.parametrize("how", ["no answer", "overlap", "silent overlap", "amended unseen", "limit", "other client"])
def test_what_may_have_been_acknowledged_need_not_be_listed(run: SeenRun, how: str) -> None:
    """An acknowledgement without an answer, one that ends later (and may say nothing), of an amendment; a full page."""
    anne, ben = run.home(ANNE, BEN).values()
    if how == "no answer":
        lost = post(run, anne, [], body=b'{"report_ids": ["R-1"]}')
        lost.answer, lost.failure = None, "timeout"
    run.listing([ONE], anne)
    if how == "amended unseen":
        post(run, anne, ["R-9"], body=b'{"report_ids": ["R-9"]}')
    if how == "other client":
        run.exchanges.append(_of_client_without_listing(run))
    late = run.listing([ZERO] if how == "limit" else [], anne, **({"limit": "1"} if how == "limit" else {}))
    if how == "silent overlap":
        run.ask("acknowledgeReports", ben, 204, content=b"", organizationId="org-a").started = late.started
    if how == "overlap":
        post(run, ben, ["R-1"], body=b'{"report_ids": ["R-1"]}').started = late.started
    assert run.broken() == []


def _of_client_without_listing(run: SeenRun) -> Exchange:
    token = run.token("state-dora")
    exchange = post(run, token, ["R-1"], body=b'{"report_ids": ["R-1"]}')
    run.exchanges.remove(exchange)
    return exchange


def test_a_post_without_a_body_marks_what_was_listed_last(run: SeenRun) -> None:
    """BATCH-5, BATCH-6, BATCH-8, BATCH-9: by what was shown to whom before."""
    for shown, others, again, requirement in (
        ([[ONE, TWO], [ONE]], [], False, "BATCH-5"),
        ([[ONE]], [], False, "BATCH-6"),
        ([[ONE]], [], True, "BATCH-8"),
        ([[ONE]], [TWO], False, "BATCH-9"),
    ):
        run = SeenRun()
        anne, ben = run.home(ANNE, BEN).values()
        if others:
            run.listing(others, ben)
        for entries in shown:
            last = run.listing(entries, anne, limit="2" if entries == [ONE, TWO] else "1")
        if again:
            post(run, anne, ["R-1"])
        wrong = post(run, anne, ["R-2"])
        assert run.broken()[0] == (requirement, [last.number, wrong.number])


def test_after_an_unusual_listing_nobody_knows_what_is_marked(run: SeenRun) -> None:
    """A listing that got no answer, or was asked for with a token that nobody saw issued."""
    anne, _ = run.home(ANNE, BEN).values()
    run.listing([ONE], anne)
    unknown = run.listing([ONE, TWO], anne)
    unknown.request = replace(unknown.request, headers=(("Authorization", "Bearer another"),))
    post(run, anne, ["R-1", "R-2"])
    assert run.broken() == []


@pytest.mark.parametrize(
    ("changed", "requirement"),
    [
        ({"order_id": "A-8"}, "BATCH-3"), ({"supersedes": "R-0"}, "BATCH-12"),
        ({"report_status": "amended"}, "BATCH-12"), ({"completed_at": "2026-03-01T11:00:00Z"}, "BATCH-3"),
    ],
)  # fmt: skip
def test_a_report_is_listed_repeats_facts(run: SeenRun, changed: dict[str, Any], requirement: str) -> None:
    """BATCH-3, BATCH-12: its order, what it supersedes, what it calls itself, and when it was completed last."""
    (anne,) = run.home(ANNE).values()
    first = run.listing([{**ONE, "supersedes": "R-7"}], anne)
    second = run.listing([{**ONE, "supersedes": "R-7", **changed}], anne)
    assert run.broken() == [(requirement, [first.number, second.number])]


@pytest.mark.parametrize(
    ("body", "not_found", "requirement"),
    [
        (b'{"report_ids": ["R-8", "no id!"]}', ["R-8", "no id!"], None), (None, [], None),
        (b'{"report_ids": ["R-8"]}', ["R-8", "R-9"], "BATCH-11"), (None, ["R-9"], "BATCH-5"),
    ],
)  # fmt: skip
def test_not_found_has_only_what_a_call_names(
    run: SeenRun, body: bytes | None, not_found: list[str], requirement: str | None
) -> None:
    """BATCH-11; BATCH-5 without a body: it is empty then."""
    (anne,) = run.home(ANNE).values()
    answer = {"organization_id": "org-a", "count": 0, "acknowledged": [], "not_found": not_found}
    posted = run.ask("acknowledgeReports", anne, 200, answer, body=body, organizationId="org-a")
    assert run.broken() == ([] if requirement is None else [(requirement, [posted.number])])


def test_reports_of_one_instant_keep_their_order(run: SeenRun) -> None:
    """BATCH-3: whatever comes or goes between them; of two instants BATCH-13 says which comes first."""
    (anne,) = run.home(ANNE).values()
    tie = {**TWO, "completed_at": ONE["completed_at"]}
    run.listing([ONE, tie], anne)
    run.listing([ONE], anne, limit="1")
    run.listing([ZERO, ONE, tie], anne)
    assert run.broken() == []
    last = run.listing([ZERO, ONE, tie], anne)
    crossed = run.listing([ZERO, tie, ONE], anne)
    assert run.broken() == [("BATCH-3", [last.number, crossed.number])]


def test_a_limit_holds_and_the_oldest_come_first(run: SeenRun) -> None:
    """BATCH-13: in every listing."""
    (anne,) = run.home(ANNE).values()
    long = run.listing([ONE, TWO], anne, limit="1")
    assert run.broken() == [("BATCH-13", [long.number])]
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    crossed = run.listing([TWO, ONE], anne)
    assert run.broken() == [("BATCH-13", [crossed.number])]


def test_of_a_standing_organization_others_may_acknowledge() -> None:
    """Only a queue that a state of the run made is known to be ours alone."""
    run = SeenRun()
    token = run.token("primary")
    run.listing([ONE], token, "org-a")
    run.listing([], token, "org-a")
    assert run.broken() == []


def test_what_was_acknowledged_stays_so_for_everybody() -> None:
    """BATCH-2, BATCH-12: in a standing organization too."""
    run = SeenRun()
    token = run.token("primary")
    run.listing([ONE, TWO], token, "org-a")
    marked = post(run, token, ["R-1"], body=b'{"report_ids": ["R-1"]}')
    again = run.listing([ONE], token, "org-a")
    assert run.broken() == [("BATCH-2", [marked.number, again.number])]


def test_a_superseded_report_is_listed_no_more(run: SeenRun) -> None:
    """BATCH-12: beside its amendment, and after it was listed."""
    amended = {**ONE, "report_id": "R-4", "supersedes": "R-1", "report_status": "amended"}
    (anne,) = run.home(ANNE).values()
    both = run.listing([ONE, amended], anne)
    assert run.broken()[0] == ("BATCH-12", [both.number])
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    first = run.listing([amended], anne)
    back = run.listing([ONE, amended], anne)
    assert run.broken()[0] == ("BATCH-12", [first.number, back.number])


def test_an_amendment_that_was_never_listed_leaves_open_what_it_superseded(run: SeenRun) -> None:
    """R-6 supersedes R-5, which was never listed and which superseded R-4: that need not be listed any more."""
    first, second, fourth = (
        {**ONE, "report_id": name, "supersedes": former, "report_status": "amended"}
        for name, former in (("R-1", None), ("R-4", "R-1"), ("R-6", "R-5"))
    )
    (anne,) = run.home(ANNE).values()
    run.listing([first], anne)
    run.listing([second], anne)
    run.listing([fourth], anne)
    assert run.broken() == []


def test_a_page_holds_what_is_older(run: SeenRun) -> None:
    """BATCH-13: a report is listed before and after a full page of newer ones; else it may have been amended."""
    (anne,) = run.home(ANNE).values()
    first = run.listing([ZERO, TWO], anne)
    page = run.listing([TWO], anne, limit="1")
    assert run.broken() == []
    after = run.listing([ZERO, TWO], anne)
    assert run.broken() == [("BATCH-13", [first.number, page.number, after.number])]
    run.exchanges.remove(after)
    run.listing(
        [ONE, TWO, {**ZERO, "report_id": "R-4", "supersedes": "R-0", "completed_at": THREE["completed_at"]}], anne
    )
    run.exchanges.remove(page)
    assert run.broken() == []


def test_a_listing_counts_each_report_once(run: SeenRun) -> None:
    """PROTO-1, BATCH-1."""
    (anne,) = run.home(ANNE).values()
    listed = run.listing([ONE], anne)
    listed.answer = replace(listed.answer, body=listed.body.replace(b'"count": 1', b'"count": 2'))  # type: ignore[type-var]
    assert run.broken() == [("PROTO-1", [listed.number])]
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    twice = run.listing([ONE, ONE], anne)
    assert run.broken() == [("BATCH-1", [twice.number])]


@pytest.mark.parametrize("how", ["listed", "acknowledged", "unclear", "never"])
def test_a_report_that_is_ready_is_listed(run: SeenRun, how: str) -> None:
    """BATCH-1: the order was COMPLETED, and no listing ever held its report."""
    (anne,) = run.home(ANNE).values()
    ready = run.status({**DONE, "completed_at": ONE["completed_at"]}, anne)
    if how == "acknowledged":
        post(run, anne, ["R-1"], body=b'{"report_ids": ["R-1"]}')
    if how == "unclear":
        lost = post(run, anne, [], body=b'{"report_ids": ["R-1"]}')
        lost.answer, lost.failure = None, "timeout"
    listed = run.listing([ONE] if how == "listed" else [TWO], anne)
    assert run.broken() == ([("BATCH-1", [ready.number, listed.number])] if how == "never" else [])


def test_before_any_listing_nothing_is_acknowledged(run: SeenRun) -> None:
    """BATCH-7: by a client that never listed; an unknown call may have listed for it."""
    run.token(ANNE)
    ben = run.home(BEN)[BEN]
    run.listing([ONE], ben)
    dora = run.token("state-dora")
    wrong = post(run, dora, ["R-1"])
    assert run.broken() == [("BATCH-9", [wrong.number])]
    run = SeenRun()
    dora = run.token("state-dora")
    wrong = post(run, dora, ["R-1"])
    assert run.broken() == [("BATCH-7", [wrong.number])]


@pytest.mark.parametrize(
    ("body", "between", "requirement"),
    [
        (None, None, "BATCH-5"),
        (None, ANNE, "BATCH-11"),
        (None, BEN, "BATCH-9"),
        (b'{"report_ids": ["R-1", "R-2"]}', None, "BATCH-11"),
    ],
)
def test_an_acknowledgement_marks_all_that_it_must(
    run: SeenRun, body: bytes | None, between: str | None, requirement: str
) -> None:
    """BATCH-5, BATCH-9, BATCH-11: what was listed last or is named, and nobody acknowledged."""
    tokens = run.home(ANNE, BEN)
    listed = run.listing([ONE, TWO], tokens[ANNE])
    if between is not None:
        post(run, tokens[between], [], body=b'{"report_ids": []}')
    short = post(run, tokens[ANNE], ["R-1"], body=body)
    assert run.broken() == [(requirement, [listed.number, short.number])]


def test_what_another_has_acknowledged_is_not_marked_again(run: SeenRun) -> None:
    """Nor what the client had used up, nor what was listed more than an hour ago."""
    anne, ben = run.home(ANNE, BEN).values()
    run.listing([ONE, TWO], anne)
    post(run, ben, ["R-1"], body=b'{"report_ids": ["R-1"]}')
    post(run, anne, ["R-2"])
    run.listing([THREE], anne)
    run.clock += 3600
    post(run, anne, [])
    post(run, anne, [])
    assert run.broken() == []


def test_a_report_that_was_listed_is_found(run: SeenRun) -> None:
    """BATCH-11: it is not in not_found, acknowledged before or not."""
    (anne,) = run.home(ANNE).values()
    listed = run.listing([ONE], anne)
    post(run, anne, ["R-1"], body=b'{"report_ids": ["R-1"]}')
    answer = {"organization_id": "org-a", "count": 0, "acknowledged": [], "not_found": ["R-1"]}
    wrong = run.ask("acknowledgeReports", anne, 200, answer, body=b'{"report_ids": ["R-1"]}', organizationId="org-a")
    assert run.broken() == [("BATCH-11", [listed.number, wrong.number])]


def test_a_refused_acknowledgement_acts_on_nothing(run: SeenRun) -> None:
    """BATCH-11, AUTH-14, SEC-2: by why it was refused; or one of another organization that named the report."""
    for client, status, reason, requirement in (
        (ANNE, 413, "payload-too-large", "BATCH-11"),
        (ANNE, 403, "insufficient-scope", "AUTH-14"),
        (CLEO, 403, "foreign-organization", "SEC-2"),
    ):
        run = SeenRun()
        tokens = run.home(ANNE, CLEO)
        first = run.listing([ONE], tokens[ANNE])
        refused = run.refused("acknowledgeReports", tokens[client], status, reason, organizationId="org-a")
        late = run.listing([], tokens[ANNE])
        assert run.broken() == [(requirement, [first.number, refused.number, late.number])]
    run = SeenRun()
    tokens = run.home(ANNE, CLEO)
    first = run.listing([ONE], tokens[ANNE])
    answer = {"organization_id": "org-b", "count": 1, "acknowledged": ["R-1"], "not_found": []}
    body = b'{"report_ids": ["R-1"]}'
    foreign = run.ask("acknowledgeReports", tokens[CLEO], 200, answer, body=body, organizationId="org-b")
    late = run.listing([], tokens[ANNE])
    assert run.broken() == [("BATCH-11", [first.number, foreign.number, late.number])]


def test_an_acknowledgement_lasts(run: SeenRun) -> None:
    """BATCH-14: a report comes back after a day."""
    (anne,) = run.home(ANNE).values()
    run.listing([ONE], anne)
    marked = post(run, anne, ["R-1"])
    run.clock += 25 * 3600
    back = run.listing([ONE], run.token(ANNE))
    assert run.broken() == [("BATCH-14", [marked.number, back.number])]


def test_a_named_report_that_is_in_neither_list_was_acknowledged_before(run: SeenRun) -> None:
    """BATCH-11: it is not listed afterwards."""
    (anne,) = run.home(ANNE).values()
    dropped = post(run, anne, ["R-1"], body=b'{"report_ids": ["R-1", "R-2"]}')
    run.listing([THREE], anne)
    assert run.broken() == []
    listed = run.listing([TWO, THREE], anne)
    assert run.broken() == [("BATCH-11", [dropped.number, listed.number])]


def test_an_acknowledgement_counts_what_it_acknowledged(run: SeenRun) -> None:
    """PROTO-1: a number beside a list is the list's."""
    anne = run.home(ANNE)[ANNE]
    run.listing([ONE], anne)
    answer = {"organization_id": "org-a", "count": 2, "acknowledged": ["R-1"], "not_found": []}
    wrong = run.ask("acknowledgeReports", anne, 200, answer, organizationId="org-a")
    assert run.broken()[0] == ("PROTO-1", [wrong.number])


@pytest.mark.parametrize(("body", "requirement"), [(b'{"report_ids": ["R-1"]}', "BATCH-11"), (None, "BATCH-8")])
def test_nothing_is_newly_acknowledged_twice(run: SeenRun, body: bytes | None, requirement: str) -> None:
    """By whomever it was acknowledged before."""
    anne, ben = run.home(ANNE, BEN).values()
    run.listing([ONE], ben)
    run.listing([ONE], anne)
    first = post(run, anne, ["R-1"], body=b'{"report_ids": ["R-1"]}')
    again = post(run, ben, ["R-1"], body=body)
    assert (requirement, [first.number, again.number]) in run.broken()


def test_a_listing_that_cannot_be_read_proves_nothing(run: SeenRun) -> None:
    """What its client was shown last is not known any more."""
    anne = run.home(ANNE)[ANNE]
    run.listing([ONE], anne)
    run.listing([{"order_id": "A-1"}], anne)
    post(run, anne, ["R-2"])
    assert run.broken() == []
