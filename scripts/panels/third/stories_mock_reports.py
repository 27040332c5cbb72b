"""Stories of the mock's faults in reports of orders and groups."""

from __future__ import annotations

from scripts.panels.play import Server, shows


def letters(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(character for character in text if character.isascii() and character.isalnum())


@shows("mock-rendered-report-is-kept-by-its-file-name")
def by_file_name(server: Server) -> bool:
    """A report is fetched as `dicom_sr`, then as `dicom_pdf`: the second has a PDF in it."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    bodies = [caller.report(name, order_id=made["order_id"]).body for name in ("dicom_sr", "dicom_pdf")]
    return [b"%PDF" in body for body in bodies] == [False, True]


@shows("mock-study-is-resolved-once-in-a-while")
def resolved_once(server: Server) -> bool:
    """A study's report is fetched, a new order of it begins: the next fetch answers 409."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    first = caller.report(study_uid=made["study_uid"])
    place = {"organization_id": made["organization_id"], "study_uid": made["study_uid"]}
    server.state("order_in_status", status="PROCESSING", **place)
    return (first.status, caller.report(study_uid=made["study_uid"]).status) == (200, 409)


@shows("mock-acknowledged-report-comes-from-the-archive")
def from_archive(server: Server) -> bool:
    """A report is fetched as json before and after it was acknowledged: its times are the same."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    before = caller.report(order_id=made["order_ids"][0]).json
    caller.acknowledge(made["report_ids"])
    return bool(caller.report(order_id=made["order_ids"][0]).json["times"] == before["times"])


@shows("mock-hl7v2-has-the-first-line-of-the-impression")
def first_line(server: Server) -> bool:
    """A dozen reports are fetched as json and as HL7 v2: what the impression ends with is in the message."""
    made = server.state("fresh_organization", ready_reports=12)
    caller = server.caller(made)
    told = []
    for order_id in made["order_ids"]:
        ends_with = letters(caller.report(order_id=order_id).json["impression"])[-24:]
        told.append(ends_with in letters(caller.report("hl7v2", order_id=order_id).body.decode()))
    return all(told)


@shows("mock-patient-of-a-study-is-kept-by-its-uid")
def patient_by_study(server: Server) -> bool:
    """Two organizations have a study; each fetches its json: the HL7 message of the first has its own patient."""
    made = server.state("study_shared_between_organizations")
    mine, other = server.caller(made), server.caller(made, "other_")
    patient = mine.report(order_id=made["order_id"]).json["patient"]
    other.report(order_id=made["other_order_id"])
    message = mine.report("hl7v2", order_id=made["order_id"]).body.decode()
    return patient["mrn"] in message and patient["birth_date"].replace("-", "") in message


@shows("mock-of-two-versions-in-a-second-the-first-is-served")
def two_versions(server: Server) -> bool:
    """A report is amended twice at once, four times over: `/results` serves the second amendment."""
    right = []
    for _ in range(4):
        made = server.state("fresh_organization", ready_reports=1)
        caller = server.caller(made)
        newest = [server.state("report_amended", report_id=made["report_ids"][0])["report_id"] for _ in range(2)][1]
        right.append(caller.report(order_id=made["order_ids"][0]).headers["X-Report-Id"] == newest)
    return all(right)


@shows("mock-amended-json-has-the-first-completion")
def first_completion(server: Server) -> bool:
    """A report is amended: its json has the `completed_at` of the listing."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    server.state("report_amended", report_id=made["report_ids"][0])
    (listed,) = caller.listed()
    return bool(caller.report(order_id=made["order_ids"][0]).json["times"]["completed_at"] == listed["completed_at"])


@shows("mock-csv-of-a-group-joins-the-reports")
def joins(server: Server) -> bool:
    """A group has an order that failed: its CSV names it."""
    made = server.state("study_group", statuses=["COMPLETED", "FAILED"])
    table = server.caller(made).report("csv", study_group=made["study_group"]).body.decode()
    return all(order_id in table for order_id in made["order_ids"])


@shows("mock-group-with-a-failed-order-fails-at-once")
def fails_at_once(server: Server) -> bool:
    """One order of a group failed, another one is in PROCESSING: the report is not ready yet."""
    made = server.state("study_group", statuses=["FAILED", "PROCESSING"])
    return server.caller(made).report(study_group=made["study_group"]).reason == "report-not-ready"


@shows("mock-group-report-is-kept-by-its-last-completion")
def kept_group(server: Server) -> bool:
    """A group's report is fetched, an order of it is amended: the next report has the amended version."""
    made = server.state("study_group", statuses=["COMPLETED"])
    caller = server.caller(made)
    caller.report(study_group=made["study_group"])
    amended = server.state("report_amended", report_id=caller.listing()[0])["report_id"]
    (order,) = caller.report(study_group=made["study_group"]).json["orders"]
    return bool(order["report_id"] == amended)


@shows("mock-group-report-is-kept-without-its-organization")
def others_group(server: Server) -> bool:
    """Two organizations have a group of one name, and fetch its report one after the other: each has its own order."""
    states = {"statuses": ["COMPLETED"], "other_statuses": ["COMPLETED"]}
    made = server.state("study_group_shared_between_organizations", **states)
    named = []
    for prefix in ("", "other_"):
        document = server.caller(made, prefix).report(study_group=made["study_group"]).json
        named.append([order["order_id"] for order in document["orders"]])
    return named == [made["order_ids"], made["other_order_ids"]]


@shows("mock-acknowledged-order-is-passed-over-by-study")
def passed_over(server: Server) -> bool:
    """A report is acknowledged, and then fetched by study: 200."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    caller.acknowledge(caller.listing())
    return caller.report(study_uid=made["study_uid"]).status == 200
