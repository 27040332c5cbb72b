"""Stories of the mock's faults in reports."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from scripts.panels.play import Server, shows


@shows("mock-emojis-of-group-names-are-all-equal")
def emojis(server: Server) -> bool:
    """The names of two groups differ in an emoji: the report of each has its own order alone."""
    end = token_hex(4)
    names = [f"Trial {emoji} {end}" for emoji in ("\U0001fac0", "\U0001f9e0")]
    made = server.state("order_in_status", status="COMPLETED", study_group=names[0])
    named = {"organization_id": made["organization_id"], "study_group": names[1]}
    other, caller = server.state("order_in_status", status="COMPLETED", **named), server.caller(made)
    told = [[row["order_id"] for row in caller.report(study_group=name).json["orders"]] for name in names]
    return told == [[made["order_id"]], [other["order_id"]]]


@shows("mock-worklist-entry-is-purged-after-a-day")
def worklist_purged(server: Server) -> bool:
    """The json of a report is fetched, and again 25 hours later: it has the same times."""
    made = server.state("order_in_status", status="COMPLETED")
    before = server.caller(made).report(order_id=made["order_id"]).json["times"]
    server.state("time_passes", seconds=90_000)
    return bool(server.caller(made).report(order_id=made["order_id"]).json["times"] == before)


@shows("mock-hl7v2-omits-an-unknown-sex")
def omits_unknown_sex(server: Server) -> bool:
    """Four hundred reports are fetched as json, and those of patients whose sex is U as HL7 v2: it says so too."""
    made = server.state("fresh_organization", ready_reports=400)
    caller, told = server.caller(made), []
    for order_id in made["order_ids"]:
        if caller.report(order_id=order_id).json["patient"]["sex"] == "U":
            message = caller.report("hl7v2", order_id=order_id).body.decode()
            told += [line.split("|")[8] for line in message.split("\r") if line.startswith("PID|")]
    if not told:
        raise RuntimeError("nobody's sex is U")
    return set(told) == {"U"}


@shows("mock-replaced-order-is-frozen")
def replaced_is_frozen(server: Server) -> bool:
    """The report of a study's older order is amended: the amended version is served."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    caller, older = server.caller(made), made["order_ids"][0]
    first = caller.report(order_id=older).headers["X-Report-Id"]
    amended = server.state("report_amended", report_id=first)["report_id"]
    return amended in caller.listing() and bool(caller.report(order_id=older).headers["X-Report-Id"] == amended)


@shows("mock-failed-order-that-was-repeated-leaves-its-group")
def repeated_leaves_group(server: Server) -> bool:
    """An order of a group failed, and another one of its study was COMPLETED: the group's report has both."""
    group = f"Trial {token_hex(4)}"
    failed = server.state("order_in_status", status="FAILED", study_group=group)
    named = {"organization_id": failed["organization_id"], "study_uid": failed["study_uid"], "study_group": group}
    done = server.state("order_in_status", status="COMPLETED", **named)
    rows = server.caller(failed).report(study_group=group).json["orders"]
    return sorted(row["order_id"] for row in rows) == sorted([failed["order_id"], done["order_id"]])


@shows("mock-created-at-of-a-group-has-whole-seconds")
def whole_seconds(server: Server) -> bool:
    """An order of a group is amended: `created_at` of the group's json is not before the amended version."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(made)
    server.state("report_amended", report_id=caller.listing()[0])
    created = caller.report(study_group=made["study_group"]).json["created_at"]
    return datetime.fromisoformat(created) >= datetime.fromisoformat(caller.listed()[0]["completed_at"])
