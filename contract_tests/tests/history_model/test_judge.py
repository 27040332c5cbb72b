"""Histories by hand: each rule once kept and once broken."""

from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange, problem, story
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.history_model.acts import (
    LONGER_NAME,
    NEIGHBOUR,
    NO_TOKEN,
    OTHER_ORGANIZATION,
    UNKNOWN_PARAMETER,
    WRONG_SECRET,
    WRONG_TYPE,
    Act,
    act_of,
)
from pacsimile_contract.history_model.judge import WrongAnswer, judge_history
from pacsimile_contract.history_model.narrative import narrate
from pacsimile_contract.history_model.recorded_histories import RecordedHistory, history_of, label

IDS = {name: name.upper() for name in ("o1", "o2", "o3", "o4", "s1", "g1", "o1.1", "o1.2", "o1.3", "o2.1", "o3.1")}
ALL = "status.read reports.read reports.ack"
OTHERS = Act("neighbours", NEIGHBOUR)

Told = tuple[Act, Exchange | None]


def history(*told: Told) -> RecordedHistory:
    """Return a history of these acts; the exchange of each comes after the one before."""
    steps, values = [], {}
    for place, (act, answer) in enumerate(told):
        names = (*act.made, *(f"{name}.1" for name in act.made if "." not in name))
        at = label(1, place + 1)
        values[at] = {"act": act.document(), "ids": {name: IDS[name] for name in names if name in IDS}}
        if answer is not None:
            steps.append((at, replace(answer, number=place + 1, started=2.0 * place, ended=2.0 * place + 1)))
    told_story = story(*steps)
    told_story.values.update(values)
    return history_of(told_story, 1)


def token(name: str = "t1", who: int = 1, scopes: tuple[str, ...] = (), granted: str = ALL, status: int = 200) -> Told:
    """Let a client ask for a token."""
    answer = {"access_token": name, "expires_in": 3600, "scope": granted} if status == 200 else {"error": "invalid"}
    return Act("token", who, made=(name,), scopes=scopes), exchange("getToken", status, answer)


def status(about: str, order: str, word: str = "COMPLETED", **more: Any) -> Told:
    """Let a client ask for a status, which is that of an order."""
    return Act("status", about=(about,), token="t1", **more), exchange(
        "getStatus", 200, {"order_id": IDS[order], "status": word}
    )


def updated(at: str, word: str = "COMPLETED", **more: Any) -> Told:
    """Let a client ask for the status of the first order, which was updated at a time of a minute."""
    answer = {"order_id": IDS["o1"], "status": word, "updated_at": f"2026-01-01T00:00:{at}Z", **more}
    return Act("status", about=("o1",), token="t1"), exchange("getStatus", 200, answer)


def entries(*members: dict[str, Any]) -> Told:
    """Let a client list, and get these entries."""
    answer = {"count": len(members), "reports": [{"order_id": IDS["o1"], **entry} for entry in members]}
    return Act("lists", token="t1"), exchange("listReports", 200, answer)


def wrong_secret(status: int) -> Told:
    """Let a client ask for a token with a wrong secret."""
    act, answer = token("t9", status=status)
    return replace(act, fault=WRONG_SECRET), answer


def result(about: str, report: str, **more: Any) -> Told:
    """Let a client fetch a report, which is this one."""
    headers = (("X-Order-Id", IDS[report.partition(".")[0]]), ("X-Report-Id", IDS[report]))
    body = more.pop("body", b"{}")
    return Act("result", about=(about,), token="t1", report_type=more.pop("report_type", "json"), **more), exchange(
        "getResult", 200, body=body, headers=headers
    )


def quiet() -> Told:
    """Let a client fetch the report of the first order, which states an impression."""
    act, answer = result("o1", "o1.1")
    return act, replace(answer, answer=replace(answer.answer, body=b'{"impression": "All is quiet."}'))


def reported(impression: str) -> Told:
    """Let a client fetch a group's report, which has this impression of its one order."""
    orders = [{"order_id": IDS["o1"], "study_uid": "1.2", "status": "COMPLETED", "impression": impression}]
    return Act("group", about=("g1",), token="t1", report_type="json"), exchange(
        "getGroupReport", 200, {"study_group": IDS["g1"], "orders": orders}
    )


def refused(act: Act, status: int, reason: str = "order-not-found") -> Told:
    """Let a call be refused."""
    operation = {"status": "getStatus", "result": "getResult", "group": "getGroupReport", "ids": "getOrderIds"}
    return replace(act, token="t1"), exchange(operation[act.kind], status, problem(reason, status))


def ids(*orders: str) -> Told:
    """Let a client ask for the order ids of the study."""
    answer = {"study_uid": IDS["s1"], "order_ids": [IDS[name] for name in orders]}
    return Act("ids", about=("s1",), token="t1"), exchange("getOrderIds", 200, answer)


def listed(*reports: str, who: int = 1, **more: Any) -> Told:
    """Let a client list."""
    entries = [
        {"report_id": IDS[name], "order_id": IDS[name.partition(".")[0]], "supersedes": IDS.get(_before(name))}
        for name in reports
    ]
    answer = {"count": len(entries), "reports": entries}
    return Act("lists", who, token="t1", **more), exchange("listReports", 200, answer)


def _before(report: str) -> str:
    """Return the name of the version before."""
    order, _, version = report.partition(".")
    return f"{order}.{int(version) - 1}"


def state(kind: Any, *made: str, about: tuple[str, ...] = (), statuses: tuple[str, ...] = (), **more: Any) -> Told:
    """Let a state do something."""
    return Act(kind, about=about, made=made, statuses=statuses, **more), None


BEGUN = (state("begins"), token())
TWO = (*BEGUN, state("studies", "s1", "o1", "o2", statuses=("FAILED", "COMPLETED")))
ONE = (state("begins", "o1"), token())
LISTED = entries({"report_id": IDS["o1.1"], "report_types": ["json"], "report_status": "final"})
AMENDED = (state("begins", "o1"), token(), updated("01.5"), state("amends", "o1.2", about=("o1",)))
SUBMITTED = (*BEGUN, state("announces", "o1"), updated("01.5", "RECEIVED"))
LISTED_ELSEWHERE = entries({"report_id": IDS["o1.1"], "study_group": "ANOTHER"})
GROUP = (*BEGUN, state("groups", "g1", "o1", "o2", statuses=("COMPLETED", "PROCESSING")))

CALLED_AMENDED = b'{"report_status": "amended"}'


def report_of_group(*orders: tuple[str, str], impression: str = "All is quiet.") -> Told:
    """Let a client fetch a group's report, which has these orders with their statuses."""
    rows = [
        {"order_id": order, "study_uid": "1.2", "status": status}
        | ({"impression": impression} if status == "COMPLETED" else {})
        for order, status in orders
    ]
    return Act("group", about=("g1",), token="t1", report_type="json"), exchange(
        "getGroupReport", 200, {"study_group": IDS["g1"], "orders": rows}
    )


COMPLETE_GROUP = (*BEGUN, state("groups", "g1", "o1", statuses=("COMPLETED",)))
WRONG_HEADER = (("X-Order-Id", IDS["o1"]),)

KEPT: list[tuple[Told, ...]] = [
    (*TWO, status("o1", "o1", "FAILED"), status("s1", "o2"), ids("o2", "o1"), result("s1", "o2.1")),
    (*TWO, result("o2", "o2.1"), state("amends", "o1.2", about=("o1",)), ids("o2", "o1")),
    (*TWO, refused(Act("result", about=("o1",), report_type="json"), 409, "order-failed")),
    (*TWO, refused(Act("status", about=("s1",), fault=NO_TOKEN), 401), status("s1", "o2")),
    (*TWO, refused(Act("status", about=("unknown order",)), 404)),
    # it may be under way at any time, and need not offer each type, which a service may say without a word
    (*BEGUN, state("announces", "o1"), status("o1", "o1", "PROCESSING")),
    (*TWO, refused(Act("result", about=("s1",), report_type="pdf"), 404, "blank")),
    (*GROUP, refused(Act("group", about=("g1",), report_type="json"), 409, "report-not-ready")),
    (state("begins", "o1"), token(), listed("o1.1"), state("amends", "o1.2", about=("o1",)), listed("o1.2")),
    # whether the report was ready when the listing was taken, nobody knows
    (*BEGUN, state("readies", "o1"), listed(together=True), listed("o1.1")),
    (*BEGUN, state("readies", "o1"), listed("o1.1", together=True), listed("o1.1")),
    (*BEGUN, token("t2", scopes=("status.read",), granted="status.read")),
    (*BEGUN, token("t2")),
    (*BEGUN, state("groups", "g1", "o1", statuses=("COMPLETED",)), quiet(), reported("All is quiet.")),
    (*ONE, result("o1", "o1.1"), AMENDED[3], result("o1", "o1.2", body=b"{ }")),
    (*ONE, result("o1", "o1.1"), AMENDED[3], result("o1", "o1.2", body=CALLED_AMENDED)),
    # an amendment may come in other types
    (*ONE, LISTED, state("amends", "o1.2", about=("o1",)), updated("01.5", report_types=["json", "pdf"])),
    (*ONE, LISTED, updated("01.5", report_types=["json"]), result("o1", "o1.1")),
    (*TWO, wrong_secret(401), status("o1", "o1", "FAILED")),
    (*AMENDED, updated("01.6")),
    # whole seconds may be the same, and an order that is under way already need not change
    (state("begins", "o1"), token(), updated("01"), state("amends", "o1.2", about=("o1",)), updated("01")),
    (*SUBMITTED, state("finishes", about=("o1",), statuses=("PROCESSING",)), updated("01.5", "PROCESSING")),
    (*TWO, updated("01.5", "FAILED", study_uid=IDS["s1"], study_group="A-GROUP-OF-ITS-OWN")),
    # what cannot be read is another requirement's
    (*TWO, (Act("ids", about=("s1",), token="t1"), exchange("getOrderIds", 200, {"study_uid": IDS["s1"]}))),
    (
        *COMPLETE_GROUP,
        (Act("group", about=("g1",), token="t1", report_type="json"), exchange("getGroupReport", 200, [])),
    ),
    (*COMPLETE_GROUP, report_of_group((IDS["o1"], "COMPLETED"))),
]


@pytest.mark.parametrize("told", KEPT)
def test_what_the_contract_allows_is_not_faulted(told: tuple[Told, ...]) -> None:
    """Nothing is broken, and something was compared."""
    judged = judge_history(history(*told))
    assert judged.broken is None
    assert judged.exercised


TWICE_AMENDED = (*ONE, state("amends", "o1.2", about=("o1",)), state("amends", "o1.3", about=("o1",)))


def with_types(*types: str) -> Told:
    """Let an order be submitted that offers these types."""
    return state("submits", "o1", about=(), statuses=("COMPLETED",), types=types)


def refusal(code: int, **more: Any) -> Told:
    """Refuse an acknowledgement of the first report."""
    refused_ = exchange("acknowledgeReports", code, problem("refused", code))
    return Act("names", about=("o1.1",), **{"token": "t1", **more}), refused_


def posted(*reports: str) -> Told:
    """Let the client acknowledge what it listed last, with reports as the answer."""
    marked = {"acknowledged": [IDS[name] for name in reports], "not_found": [], "count": len(reports)}
    return Act("posts", token="t1"), exchange("acknowledgeReports", 200, marked)


def named_again(report: str) -> Told:
    """Let the client acknowledge a report by name, which the answer newly marks."""
    act, answer = posted(report)
    return replace(act, kind="names", about=(report,)), answer


REMEMBERED = (state("begins", "o1", "o2"), token(), listed("o1.1", "o2.1"))
NARROW = token("t2", scopes=("reports.read",), granted="reports.read")


BROKEN: list[tuple[str, tuple[Told, ...]]] = [
    ("STATUS-1", (*TWO, status("o1", "o1", "COMPLETED"))),
    ("STATUS-5", (*TWO, status("o1", "o1", "FAILED"), status("o1", "o1", "COMPLETED"))),
    ("STATUS-2", (*TWO, status("s1", "o1", "FAILED"))),
    ("STATUS-2", (*TWO, refused(Act("status", about=("s1",)), 404, "study-not-found"))),
    ("ORDERID-1", (*TWO, refused(Act("ids", about=("s1",)), 404, "study-not-found"))),
    ("AUTH-14", (*BEGUN, (Act("lists", token="t1"), exchange("listReports", 403, problem("insufficient-scope", 403))))),
    ("AUTH-1", (state("begins"), token(status=401))),
    (
        "RESULTS-1",
        (*TWO, (Act("result", about=("o2",), token="t1", report_type="json"),
                exchange("getResult", 200, body=b"{}", headers=WRONG_HEADER))),
    ),
    ("GROUP-2", (*COMPLETE_GROUP, report_of_group())),
    ("GROUP-2", (*COMPLETE_GROUP, report_of_group((IDS["o1"], "COMPLETED"), ("ANOTHER", "COMPLETED")))),
    ("GROUP-1", (*COMPLETE_GROUP, refused(Act("group", about=("g1",), report_type="json"), 409, "report-not-ready"))),
    (
        "GROUP-5",
        (*COMPLETE_GROUP, report_of_group((IDS["o1"], "COMPLETED")), AMENDED[3],
         report_of_group((IDS["o1"], "COMPLETED"))),
    ),
    ("ORDERID-1", (*TWO, ids("o2"))),
    ("ORDERID-2", (*TWO, ids("o1", "o2"))),
    ("RESULTS-4", (*TWO, result("o1", "o1.1"))),
    ("STATUS-1", (*BEGUN, state("announces", "o1"), status("o1", "o1", "COMPLETED"))),
    ("RESULTS-2", (*TWO, refused(Act("result", about=("s1",), report_type="json"), 404, "study-not-found"))),
    ("RESULTS-1", (*TWO, refused(Act("result", about=("o2",), report_type="json"), 409, "report-not-ready"))),
    (
        "RESULTS-3",
        (*TWO, state("submits", "o3", about=("s1",), statuses=("RECEIVED",)), result("s1", "o2.1")),
    ),
    (
        "CONS-1",
        (
            *BEGUN, state("announces", "o1"),
            refused(Act("result", about=("o1",), report_type="json"), 409, "report-not-ready"),
            state("finishes", about=("o1",), statuses=("COMPLETED",)),
            refused(Act("result", about=("o1",), report_type="json"), 409, "report-not-ready"),
        ),
    ),
    (
        "RESULTS-11",
        (
            state("begins", "o1"), token(), state("amends", "o1.2", about=("o1",)),
            state("amends", "o1.3", about=("o1",)), result("o1", "o1.2"),
        ),
    ),
    ("RESULTS-11", (*TWICE_AMENDED, result("o1", "o1.3", body=CALLED_AMENDED.replace(b"amended", b"final")))),
    ("CONS-2", (*BEGUN, with_types("dicom_pdf"), result("o1", "o1.1", report_type="pdf"))),
    ("RESULTS-5", (*TWO, result("o2", "o2.1", fault=WRONG_TYPE))),
    ("GROUP-3", (*GROUP, (Act("group", about=("g1",), token="t1"), exchange("getGroupReport", 200, body=b"{}")))),
    ("AUTH-9", (*TWO, status("s1", "o2", fault=NO_TOKEN))),
    ("AUTH-17", (*TWO, refused(Act("status", about=("s1",)), 401))),
    ("AUTH-14", (*BEGUN, token("t1", scopes=("reports.read",), granted="reports.read"), *TWO[2:], status("s1", "o2"))),
    ("AUTH-11", (*TWO, state("passes", seconds=(5000.0,)), status("s1", "o2"))),
    ("AUTH-6", (*BEGUN, state("limits", scopes=("status.read",)), token("t2", 4, ("status.read", "reports.read")))),
    ("AUTH-6", (*BEGUN, token("t2", granted="status.read"))),
    ("CONS-2", (*ONE, LISTED, updated("01.5", report_types=["json", "pdf"]))),
    ("CONS-2", (*ONE, LISTED, result("o1", "o1.1", report_type="pdf"))),
    ("CONS-2", (*ONE, LISTED, refused(Act("result", about=("o1",), report_type="json"), 404, "blank"))),
    ("CONS-2", (state("begins", "o1", "o2"), token(), entries({"report_id": IDS["o2.1"]}, {"report_id": IDS["o1.1"]}))),
    ("CONS-2", (*GROUP, LISTED_ELSEWHERE)),
    ("BATCH-2", (*ONE, entries({"report_id": IDS["o1.1"], "report_status": "amended"}))),
    ("GROUP-3", (*GROUP, refused(Act("group", about=("g1",), report_type="json"), 404, "study-group-not-found"))),
    ("GROUP-5", (*BEGUN, state("groups", "g1", "o1", statuses=("COMPLETED",)), quiet(), reported("Much ado."))),
    ("RESULTS-11", (*ONE, result("o1", "o1.1"), AMENDED[3], result("o1", "o1.2"))),
    ("RESULTS-4", (*TWO, refused(Act("result", about=("o1",), report_type="json"), 404))),
    ("AUTH-4", (*BEGUN, wrong_secret(200))),
    (
        "BATCH-11",
        (*REMEMBERED, refusal(400, fault=UNKNOWN_PARAMETER), posted("o1.1", "o2.1"), named_again("o1.1")),
    ),
    ("STATUS-7", (*AMENDED, updated("01.5"))),
    ("STATUS-7", (state("begins", "o1"), token(), updated("02"), AMENDED[3], updated("01"))),
    (
        "STATUS-7",
        (*AMENDED, updated("01.6"), state("amends", "o1.3", about=("o1",)), updated("01.6")),
    ),
    ("STATUS-1", (*TWO, updated("01.5", "FAILED", study_uid="1.2.3"))),
    ("STATUS-1", (*GROUP, updated("01.5", "COMPLETED", study_group="A-GROUP-OF-OTHERS"))),
    ("SEC-1", (*TWO, (OTHERS, None), (Act("status", NEIGHBOUR, about=("o1",), token="t1"), status("o1", "o1")[1]))),
    ("SEC-2", (*BEGUN, listed(fault=LONGER_NAME))),
    ("BATCH-2", (state("begins", "o1"), token(), state("amends", "o1.2", about=("o1",)), listed("o1.2", "o1.1"))),
    ("BATCH-1", (state("begins", "o1", "o2"), token(), listed("o1.1"))),
    ("SEC-2", (*REMEMBERED, refusal(403, fault=OTHER_ORGANIZATION), posted("o2.1"))),
    ("STATUS-3", (*REMEMBERED, refusal(400, fault=UNKNOWN_PARAMETER), posted("o2.1"))),
    ("AUTH-9", (*REMEMBERED, refusal(401, fault=NO_TOKEN), posted("o2.1"))),
    ("AUTH-14", (*REMEMBERED, NARROW, refusal(403, token="t2"), posted("o2.1"))),
    ("BATCH-5", (*REMEMBERED, refusal(403, fault=OTHER_ORGANIZATION), posted("o1.1"))),
]  # fmt: skip


@pytest.mark.parametrize(("requirement", "told"), BROKEN, ids=[name for name, _ in BROKEN])
def test_a_wrong_answer_breaks_its_requirement(requirement: str, told: tuple[Told, ...]) -> None:
    """The last answer is wrong, and is told in the names of the history."""
    played = history(*told)
    broken = judge_history(played).broken
    assert broken is not None
    assert (broken.requirement.replace("BATCH-12", "BATCH-2"), broken.place) == (requirement, len(told) - 1)
    lines = narrate(played, broken)
    assert len(lines) == len(told)
    assert lines[-1].endswith(f"<- {broken.requirement}")


@pytest.mark.parametrize("reports", [("o1", "o2"), ("o2", "o1")])
def test_reports_may_have_the_ids_of_orders(reports: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own order's or another's: both are named apart, in each view; a wrong report is still seen."""
    for name, order in zip(("o1.1", "o2.1"), reports, strict=True):
        monkeypatch.setitem(IDS, name, IDS[order])
    begun = (*BEGUN, state("studies", "s1", "o1", "o2", statuses=("COMPLETED", "COMPLETED")), listed("o1.1", "o2.1"))
    views = (status("o1", "o1"), ids("o2", "o1"), result("o1", "o1.1"), result("s1", "o2.1"), listed("o1.1", "o2.1"))
    assert judge_history(history(*begun, *views)).broken is None
    broken = judge_history(history(*begun, *views, ids("o1"))).broken
    assert broken is not None and broken.requirement == "ORDERID-1"


def test_what_may_come_late_is_left_to_the_model_of_the_service() -> None:
    """Where the operator allows a change some time, an answer may be that of before."""
    told = history(*TWO, status("s1", "o1", "FAILED"))
    assert judge_history(told, settle=2.0).broken is None


def test_an_answer_that_is_put_off_says_nothing() -> None:
    """A 503, or none at all, is no wrong answer."""
    put_off = Act("status", about=("s1",), token="t1"), exchange("getStatus", 503)
    lost = Act("status", about=("s1",), token="t1"), exchange("getStatus", None)
    assert judge_history(history(*TWO, put_off, lost)).broken is None


def test_an_act_is_stored_as_json() -> None:
    """What it does not say is left out."""
    act = Act("studies", made=("s1", "o1"), statuses=("FAILED",), seconds=(0.0,), submitted=(0,))
    assert act_of(act.document()) == act
    assert "limit" not in act.document()
    assert act_of(Act("lists", 2, token="t1", limit=1, together=True).document()).together


def test_a_story_is_told_in_names() -> None:
    """Each kind of act is a line for a reader."""
    told = history(
        state("begins", "o1"), token(), (OTHERS, None), state("readies", "o2"), state("passes", seconds=(60.0,)),
        (Act("status", NEIGHBOUR, about=("o1",), token="t1", fresh=True), exchange("getStatus", 404)),
        result("o1", "o1.1"), listed("o1.1", limit=1),
    )  # fmt: skip
    assert narrate(told, WrongAnswer("BATCH-1", 7, "", "")) == (
        "1. a new organization, with o1 COMPLETED",
        "2. client 1 asks for a token -> t1",
        "3. another organization, with no orders",
        "4. o2 COMPLETED is submitted",
        "5. 60 seconds pass",
        "6. the other organization's client asks for the status of o1 (with t1, on a new connection) -> 404",
        "7. client 1 fetches the report of o1 as json (with t1) -> o1.1 served",
        "8. client 1 lists with limit=1 (with t1) -> o1.1   <- BATCH-1",
    )


def test_a_long_answer_is_told_in_few_words() -> None:
    """Thousands of names say no more than the first of them, in the finding and in the story."""
    order_ids = [IDS["o1"], *(f"X-{number}" for number in range(5000))]
    answer = exchange("getOrderIds", 200, {"study_uid": IDS["s1"], "order_ids": order_ids})
    told = history(*TWO, (Act("ids", about=("s1",), token="t1"), answer))
    broken = judge_history(told).broken
    assert broken is not None
    assert broken.got.endswith("another one, and 4951 more")
    assert max(map(len, narrate(told, broken))) < 1000


def test_two_orders_of_a_group_may_have_one_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """A state that gives an id twice is no reason to fall over: the report is compared with what it can tell."""
    monkeypatch.setitem(IDS, "o2", IDS["o1"])
    group = state("groups", "g1", "o2", "o1", statuses=("FAILED", "COMPLETED"))
    assert judge_history(history(*BEGUN, group, reported("All is quiet."))).broken is None


def test_a_long_identifier_is_told_by_its_length() -> None:
    """It may be as long as an answer; two of a length stay apart."""
    told = history(*ONE, entries({"report_id": "x" * 9999}, {"report_id": "y" * 9999}))
    broken = judge_history(told).broken
    assert broken is not None
    assert broken.requirement == "BATCH-2"
    assert "text of 9999 characters" in broken.got
    assert len(broken.got) < 300
