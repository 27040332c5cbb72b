"""The checkers of GROUP-1 to GROUP-5 on stories written by hand."""

import csv
import io
import json
from typing import Any

import pytest

from contract_tests.tests.helpers.handmade_reports import json_bytes, pdf_bytes
from contract_tests.tests.helpers.handwritten import exchange, listing, problem, story, verdicts
from pacsimile_contract.checkers import group_members, groups
from pacsimile_contract.evidence.exchange import Exchange, Respelled
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_spec.dialects import load_dialect

PASS, FAIL, WARN = Verdict.PASS, Verdict.FAIL, Verdict.WARN
UNEXERCISED, NOT_APPLICABLE = Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE
STATUSES = ["COMPLETED", "FAILED", "CANCELLED"]
GROUP = {"study_group": "g", "order_ids": ["A-1", "A-2", "A-3"], "statuses": STATUSES}
ROWS = [
    {"order_id": "A-1", "study_uid": "1.2.3", "status": "COMPLETED", "impression": "Nodule of 10 mm."},
    {"order_id": "A-2", "study_uid": "1.2.4", "status": "FAILED", "impression": ""},
    {"order_id": "A-3", "study_uid": "1.2.5", "status": "CANCELLED", "impression": ""},
]
MEDIA_TYPES = {
    "json": "application/json", "csv": "text/csv", "txt": "text/plain; charset=utf-8", "pdf": "application/pdf"
}  # fmt: skip


def as_bytes(kind: str, rows: list[dict[str, str]], name: str = "g") -> bytes:
    """Return a group's report with these orders."""
    if kind == "json":
        return json.dumps({"study_group": name, "orders": rows}).encode()
    if kind == "csv":
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(ROWS[0]))
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode()
    lines = [f"{row['order_id']} {row['status']}\n{row['study_uid']}\n{row['impression']}" for row in rows]
    text = "\n".join([f"Study group {name}", *lines])
    return text.encode() if kind == "txt" else pdf_bytes(text)


def served(kind: str, rows: list[dict[str, str]] = ROWS, name: str = "g", media_type: str | None = None) -> Exchange:
    """Return a group's report as it is served."""
    return exchange("getGroupReport", 200, body=as_bytes(kind, rows, name), media_type=media_type or MEDIA_TYPES[kind])


def refused(code: int, reason: str, **headers: str) -> Exchange:
    """Return a refusal."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return exchange("getGroupReport", code, problem(reason, code), headers=named)


KINDS = ["json", "txt", "csv", "pdf"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_is_served_in_each_type(kind: str) -> None:
    """GROUP-1: as its type, under its media type; a type that is not offered does not apply."""
    for answer, verdict, some in (
        (served(kind), PASS, PASS),
        (served(kind, media_type="application/octet-stream"), FAIL, PASS),
        (exchange("getGroupReport", 200, body=b"", media_type=MEDIA_TYPES[kind]), FAIL, PASS),
        (refused(404, "study-group-not-found"), FAIL, FAIL),
        (refused(404, "report-type-not-available"), NOT_APPLICABLE, FAIL),
    ):
        found = verdicts(groups.serves_the_group, story((f"asked/{kind}", answer), group=GROUP))
        assert (found[kind], found["one-at-least"]) == (verdict, some)


def test_json_names_the_group_that_was_asked_for() -> None:
    """GROUP-1: another group's report is a wrong one."""
    told = story(("asked/json", served("json", name="another")), group=GROUP)
    assert verdicts(groups.serves_the_group, told, "documented")["json"] is FAIL


@pytest.mark.parametrize("part", ["group-required", "type-required"])
def test_both_parameters_are_required(part: str) -> None:
    """GROUP-1: 400 without either."""
    for answer, verdict in (
        (refused(400, "invalid-parameter"), PASS),
        (refused(404, "study-group-not-found"), FAIL),
        (served("json"), FAIL),
    ):
        assert verdicts(groups.serves_the_group, story((f"without/{part}", answer)))[part] is verdict


def accounted(kind: str, rows: list[dict[str, str]]) -> tuple[Verdict, ...]:
    """Return the verdicts of GROUP-2 on a report with these orders, where ORDER-B-1 is of another group."""
    told = story((f"asked/{kind}", served(kind, rows)), group=GROUP, other={"order_ids": ["ORDER-B-1"]})
    return tuple(verdicts(groups.accounts_for_every_order, told).values())


@pytest.mark.parametrize("kind", KINDS)
def test_every_order_is_accounted_for(kind: str) -> None:
    """GROUP-2: failed and cancelled ones in one object, row or line with that word; none of another group."""
    failed_as_done = [ROWS[0], {**ROWS[1], "status": "COMPLETED"}, ROWS[2]]
    for rows, expected in (
        (ROWS, (PASS, PASS, PASS, PASS)),
        (ROWS[1:], (FAIL, PASS, PASS, PASS)),
        ([ROWS[0], ROWS[2]], (PASS, FAIL, PASS, PASS)),
        (ROWS[:2], (PASS, PASS, FAIL, PASS)),
        (failed_as_done, (PASS, FAIL, PASS, PASS)),
        ([*ROWS, {**ROWS[0], "order_id": "ORDER-B-1"}], (PASS, PASS, PASS, FAIL)),
        ([*ROWS, {**ROWS[0], "order_id": "ORDER-B-12"}], (PASS, PASS, PASS, PASS)),
    ):
        assert accounted(kind, rows) == expected


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_an_order_that_nobody_knows_is_none_of_the_group(kind: str) -> None:
    """GROUP-2: a type with members for ids names those of the group alone, where all of them are known."""
    for rows, owned, verdict in (
        (ROWS, True, PASS),
        ([*ROWS, {**ROWS[0], "order_id": "C-1"}], True, FAIL),
        ([*ROWS, {**ROWS[0], "order_id": "C-1"}], False, UNEXERCISED),
    ):
        told = story((f"asked/{kind}", served(kind, rows)), group={**GROUP, "owned": owned})
        assert verdicts(groups.accounts_for_every_order, told)["no-other-group"] is verdict


def test_what_is_no_report_of_the_type_is_left_to_its_own_requirement() -> None:
    """GROUP-2: json under the name of csv is GROUP-1's fault alone."""
    answer = exchange("getGroupReport", 200, body=as_bytes("json", ROWS), media_type="text/csv")
    told = story(("asked/csv", answer), group=GROUP)
    assert set(verdicts(groups.accounts_for_every_order, told).values()) == {UNEXERCISED}


def test_a_group_waits_for_its_orders() -> None:
    """GROUP-3: 409 report-not-ready with Retry-After; where none completed, order-failed."""
    for part, answer, verdict in (
        ("unfinished", refused(409, "report-not-ready", Retry_After="5"), PASS),
        ("unfinished", refused(409, "report-not-ready"), FAIL),
        ("unfinished", refused(409, "order-failed"), FAIL),
        ("unfinished", served("json"), FAIL),
        ("without-report", refused(409, "order-failed"), PASS),
        ("without-report", refused(409, "order-cancelled"), FAIL),
        ("without-report", refused(404, "study-group-not-found"), FAIL),
        ("without-report", served("json"), FAIL),
    ):
        assert verdicts(groups.waits_for_every_order, story((f"{part}/0", answer)))[part] is verdict


def test_an_unknown_group_is_not_found() -> None:
    """GROUP-4: 404 for that reason; an empty report is none."""
    for answer, verdict in (
        (refused(404, "study-group-not-found"), PASS),
        (refused(404, "order-not-found"), FAIL),
        (refused(400, "invalid-parameter"), FAIL),
        (served("json", []), FAIL),
    ):
        assert verdicts(groups.knows_no_such_group, story(("unknown/json", answer)))["unknown-group"] is verdict


def member(order: str, impression: str, **members: Any) -> tuple[str, Exchange]:
    """Return an order's own json report as a step."""
    study = {"A-1": "1.2.3", "A-4": "1.2.6"}[order]
    body = json_bytes(order_id=order, study_uid=study, impression=impression, **members)
    return f"member/{order}", exchange("getResult", 200, body=body)


JOINED = {"order_id": "A-4", "study_uid": "1.2.6", "status": "COMPLETED", "impression": "Clear lungs."}
LATE = {"order_id": "A-5", "study_uid": "1.2.7", "status": "FAILED", "impression": None}
NEWER = [{**ROWS[0], "impression": "Nodule of 12 mm."}, *ROWS[1:]]


def followed(kind: str, **answers: Exchange) -> dict[str, Verdict]:
    """Return the verdicts of GROUP-5: A-1 is amended, A-4 joins, then an unfinished one that fails."""
    right = {
        "at_first": served(kind), "amended": served(kind, NEWER), "joined": served(kind, [*NEWER, JOINED]),
        "unfinished": refused(409, "report-not-ready"), "finished": served("json", [*NEWER, JOINED, LATE]),
    }  # fmt: skip
    said = {**right, **answers}
    return verdicts(
        group_members.follows_its_members,
        story(
            member("A-1", "Nodule of\n10 mm."), (f"at-first/{kind}", said["at_first"]),
            member("A-1", "Nodule of 12 mm."), (f"amended/{kind}", said["amended"]),
            member("A-4", "Clear lungs."), (f"joined/{kind}", said["joined"]),
            ("unfinished-joined", said["unfinished"]), ("finished-again", said["finished"]),
            amended={"order_id": "A-1"}, joined={"order_id": "A-4"}, unfinished={"order_id": "A-5"},
        ),
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_follows_its_members(kind: str) -> None:
    """GROUP-5: ids and newest impression of each, an amendment and a newcomer at once; each fails its own part."""
    other_study = [{**ROWS[0], "study_uid": "1.2.9"}, *ROWS[1:]]
    for answers, failing in (
        ({}, None),
        ({"at_first": served(kind, ROWS[1:])}, "members"),
        ({"at_first": served(kind, NEWER)}, "members"),
        ({"at_first": served(kind, other_study)}, "members"),
        ({"at_first": refused(409, "report-not-ready")}, "members"),
        ({"amended": served(kind)}, "amended"),
        ({"joined": served(kind, NEWER)}, "joined"),
        ({"joined": served(kind, [*ROWS, JOINED])}, "joined"),
        ({"unfinished": served(kind)}, "unfinished-joined"),
        ({"unfinished": refused(404, "study-group-not-found")}, "unfinished-joined"),
        ({"finished": refused(409, "report-not-ready")}, "finished-again"),
        ({"finished": served("json", NEWER)}, "finished-again"),
        ({"finished": served("json", [*NEWER, JOINED])}, "finished-again"),
        ({"finished": served("json", [*NEWER, JOINED, {**LATE, "status": "COMPLETED"}])}, "finished-again"),
    ):
        found = followed(kind, **answers)
        assert [name for name, verdict in found.items() if verdict is not PASS] == ([failing] if failing else [])
        assert failing is None or found[failing] is FAIL


def test_an_impression_belongs_to_its_own_order() -> None:
    """GROUP-5: in a structured type it stands in the object or row of that order, not in another's."""
    swapped = [{**ROWS[0], "impression": ""}, {**ROWS[1], "impression": ROWS[0]["impression"]}, ROWS[2]]
    for kind in ("json", "csv"):
        assert followed(kind, at_first=served(kind, swapped))["members"] is FAIL


def crossed(kind: str, text: str) -> Verdict:
    """Return what GROUP-5 says of a group of two whose report is this text."""
    body = text.encode() if kind == "txt" else pdf_bytes(text)
    told = story(
        member("A-1", "Nodule of 10 mm."), member("A-4", "Clear lungs."),
        (f"at-first/{kind}", exchange("getGroupReport", 200, body=body)),
    )  # fmt: skip
    return verdicts(group_members.follows_its_members, told)["members"]


@pytest.mark.parametrize("kind", ["txt", "pdf"])
def test_impressions_of_a_text_stand_below_their_own_orders(kind: str) -> None:
    """GROUP-5: two that stand below each other's id are swapped; however else a text is laid out is its own affair."""
    for text, verdict in (
        ("A-1 1.2.3\nNodule of 10 mm.\nA-4 1.2.6\nClear lungs.", PASS),
        ("A-1 1.2.3\nClear lungs.\nA-4 1.2.6\nNodule of 10 mm.", FAIL),
        ("Nodule of 10 mm.\nA-1 1.2.3\nClear lungs.\nA-4 1.2.6", PASS),
        ("A-1 1.2.3\nA-4 1.2.6\nNodule of 10 mm.\nClear lungs.", PASS),
        ("A-1, A-4\nA-1 1.2.3\nNodule of 10 mm.\nA-4 1.2.6\nClear lungs.", PASS),
        ("A-4, A-1\nA-1 1.2.3\nClear lungs.\nA-4 1.2.6\nNodule of 10 mm.", FAIL),
        ("A-\n1 1.2.3\nNodule of\n10 mm.\nA-\n4 1.2.6\nClear lungs.", PASS),
        ("A-\n1 1.2.3\nClear lungs.\nA-\n4 1.2.6\nNodule of\n10 mm.", FAIL),
    ):
        assert crossed(kind, text) is verdict, text


def test_a_type_that_the_group_does_not_offer_is_not_followed() -> None:
    """GROUP-5: 404 report-type-not-available is no lack of a member."""
    missing = refused(404, "report-type-not-available")
    assert followed("pdf", at_first=missing, amended=missing, joined=missing)["members"] is UNEXERCISED


def test_a_member_without_a_report_of_its_own_is_not_compared() -> None:
    """GROUP-5: what cannot be fetched or read by itself gives nothing to compare with."""
    told: Story = story(("member/A-1", refused(404, "order-not-found")), ("at-first/json", served("json")))
    assert verdicts(group_members.follows_its_members, told)["members"] is UNEXERCISED


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [(200, 200, PASS), (200, 404, FAIL), (200, 409, FAIL), (404, 404, UNEXERCISED)],
)
def test_time_takes_no_report_of_a_group_away(before: int, after: int, verdict: Verdict) -> None:
    """GROUP-1: what was served is served a month later; that it was not is judged elsewhere."""
    told = story(("group", exchange("getGroupReport", before)), ("group-later", exchange("getGroupReport", after)))
    assert verdicts(groups.is_served_later, told)["later"] is verdict


def test_an_order_that_others_add_to_a_group_makes_it_wait() -> None:
    """GROUP-3: of a group that no state made, a 409 a month later shows nothing."""
    steps = (("group", exchange("getGroupReport")), ("group-later", exchange("getGroupReport", 409)))
    assert verdicts(groups.is_served_later, story(*steps, group={"owned": False}))["later"] is UNEXERCISED


def test_a_group_is_served_whatever_letters_its_name_has() -> None:
    """GROUP-1: a name that fits no header of its own is no reason to fail; a type may be missing."""
    for answer, verdict in (
        (served("json"), PASS),
        (exchange("getGroupReport", 500), FAIL),
        (refused(404, "study-group-not-found"), FAIL),
        (refused(404, "report-type-not-available"), UNEXERCISED),
    ):
        assert verdicts(groups.serves_any_name, story(("itself/longest", answer)))["unusual-names"] is verdict


def test_a_groups_report_has_its_name_as_it_was_asked_for() -> None:
    """GROUP-1: a csv that leaves the sign of a formula out names another group; one with an apostrophe does not."""
    for cell, verdict in (("=7", PASS), ("'=7", PASS), ("7", FAIL), ('"=7 "', FAIL)):
        asked = {"study_group": "=7", "report_type": "csv"}
        body = f"study_group,order_id\r\n{cell},A-1\r\n".encode()
        answer = exchange("getGroupReport", asked=asked, body=body, media_type="text/csv")
        assert verdicts(groups.serves_any_name, story(("itself/formula", answer)))["unusual-names"] is verdict


def test_a_groups_json_says_of_a_version_what_the_report_itself_says() -> None:
    """GROUP-5: its id, whether it is amended, and when it was completed, as an instant."""
    own = json.loads(json_bytes())
    right = {"report_id": own["report_id"], "report_status": own["report_status"],
             "completed_at": own["times"]["completed_at"]}  # fmt: skip
    report = exchange("getResult", 200, own, asked={"order_id": own["order_id"]})
    for changes, verdict in (
        ({}, PASS), ({"report_id": "R-another"}, FAIL), ({"report_status": "preliminary"}, FAIL),
        ({"completed_at": "2001-01-01T00:00:00Z"}, FAIL), ({"report_id": None, "completed_at": None}, PASS),
    ):  # fmt: skip
        row = {
            "order_id": own["order_id"], "study_uid": own["study_uid"], "status": "COMPLETED",
            "impression": own["impression"], **right, **changes,
        }  # fmt: skip
        answer = exchange("getGroupReport", 200, {"study_group": "g", "orders": [row]})
        told = story((f"member/{own['order_id']}", report), ("at-first/json", answer))
        assert verdicts(group_members.follows_its_members, told)["members"] is verdict


@pytest.mark.parametrize(
    ("stated", "exact", "in_a_dialect"),
    [
        ("10:00:00Z", FAIL, PASS),
        ("12:00:00.75+02:00", PASS, PASS),
        ("10:00:00.5Z", FAIL, FAIL),
        ("10:00:00.750Z", PASS, PASS),
        ("10:00:00.7Z", FAIL, PASS),
        ("10:00:01Z", FAIL, PASS),
        ("10:00:02Z", FAIL, FAIL),
    ],
)
def test_a_time_of_fewer_decimals_is_another(stated: str, exact: Verdict, in_a_dialect: Verdict) -> None:
    """GROUP-5: a dialect, or csv, may leave decimals out, be they cut off or rounded."""
    own = {**json.loads(json_bytes())}
    own["times"] = {**own["times"], "completed_at": "2026-03-01T10:00:00.75Z"}
    report = exchange("getResult", 200, own, asked={"order_id": own["order_id"]})
    row = {"order_id": own["order_id"], "study_uid": own["study_uid"], "status": "COMPLETED",
           "impression": own["impression"], "completed_at": f"2026-03-01T{stated}"}  # fmt: skip
    answer = exchange("getGroupReport", 200, {"study_group": "g", "orders": [row]})
    told = story((f"member/{own['order_id']}", report), ("at-first/json", answer))
    assert verdicts(group_members.follows_its_members, told)["members"] is exact
    answer.respelled = Respelled(load_dialect("camel"), answer.request, answer.answer)
    assert verdicts(group_members.follows_its_members, told)["members"] is in_a_dialect


@pytest.mark.parametrize("name", ["report_id", "report_status", "accession_number", "mrn", "completed_at"])
def test_a_groups_csv_says_of_a_version_what_the_report_itself_says(name: str) -> None:
    """GROUP-5: in the columns of those names, whatever their order; one that is empty or missing says nothing."""
    own = {**json.loads(json_bytes()), "patient": {"mrn": "SYN-1"}}
    right = {
        "report_id": own["report_id"], "report_status": own["report_status"], "mrn": own["patient"]["mrn"],
        "accession_number": own["accession_number"], "completed_at": own["times"]["completed_at"],
    }  # fmt: skip
    report = exchange("getResult", 200, own, asked={"order_id": own["order_id"], "report_type": "json"})
    for value, verdict in ((right[name], PASS), ("", PASS), ("2001-01-01T00:00:00Z", FAIL)):
        columns = {
            **right,
            "order_id": own["order_id"],
            "study_uid": own["study_uid"],
            "status": "COMPLETED",
            name: value,
        }
        head, row = ",".join(columns), ",".join(columns.values())
        body = f'{head},impression\r\n{row},"{own["impression"]}"\r\n'.encode()
        asked = {"study_group": "g", "report_type": "csv"}
        answer = exchange("getGroupReport", asked=asked, body=body, media_type="text/csv")
        told = story((f"member/{own['order_id']}", report), ("at-first/csv", answer))
        assert verdicts(group_members.follows_its_members, told)["members"] is verdict


def test_an_order_of_a_group_is_listed_with_its_name() -> None:
    """CONS-2: an amended one too; what is of no group is not compared."""
    for name, verdict in (("g", PASS), (None, FAIL), ("h", FAIL)):
        entries = [
            {"report_id": "R-1", "order_id": "A-1", "study_group": name},
            {"report_id": "R-9", "order_id": "ORDER-B-1"},
        ]
        told = story(("listed", listing(*entries)), group=GROUP)
        assert verdicts(groups.is_listed_with_its_group, told)["listed-group"] is verdict


def test_an_order_of_a_group_is_told_with_its_name() -> None:
    """CONS-2: its status has the name as the order was submitted with it."""
    for name, verdict in (("g", PASS), ("g ", FAIL), (None, FAIL)):
        told = story(("told/A-1", exchange(document={"order_id": "A-1", "study_group": name})), group=GROUP)
        assert verdicts(groups.is_listed_with_its_group, told)["told-group"] is verdict


def test_a_group_that_has_ended_waits_for_no_other_order() -> None:
    """GROUP-3: a 409 fails; what else is wrong is another requirement's."""
    for answer, verdict in ((served("json"), PASS), (refused(409, "report-not-ready"), FAIL)):
        assert (
            verdicts(groups.waits_for_no_other_order, story(("asked/json", answer)))["its-own-orders-alone"] is verdict
        )
