"""Stories of the mock's faults in reports."""

from __future__ import annotations

from typing import Any

from scripts.panels.play import Caller, Server, shows

GENDERS = {"M": "male", "F": "female", "O": "other", "U": "unknown"}


def fhir(caller: Caller, order_id: str, kind: str) -> list[Any]:
    """Return the resources of a kind in an order's report."""
    resources = [entry["resource"] for entry in caller.report("fhir", order_id=order_id).json["entry"]]
    return [resource for resource in resources if resource["resourceType"] == kind]


@shows("mock-fhir-is-sent-as-json")
def sent_as_json(server: Server) -> bool:
    """A report is fetched as FHIR: it is `application/fhir+json`."""
    made = server.state("order_in_status", status="COMPLETED")
    reply = server.caller(made).report("fhir", order_id=made["order_id"])
    return str(reply.headers["Content-Type"]).startswith("application/fhir+json")


@shows("mock-older-report-stands-in-for-a-late-one")
def stands_in(server: Server) -> bool:
    """The most recent order of a study has been in PROCESSING for more than two hours: by study, 409."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "PROCESSING"])
    server.state("time_passes", seconds=7200)
    return server.caller(made).report(study_uid=made["study_uid"]).status == 409


@shows("mock-type-that-is-not-offered-is-not-acceptable")
def not_acceptable(server: Server) -> bool:
    """A client asks for a PDF of an order that offers json alone: 404."""
    made = server.state("order_in_status", status="COMPLETED", report_types=["json"])
    return server.caller(made).report("pdf", order_id=made["order_id"]).status == 404


@shows("mock-order-numbers-of-hl7v2-are-cut")
def numbers_are_cut(server: Server) -> bool:
    """A report is fetched as HL7 v2: it has the order's id or its accession number."""
    made = server.state("order_in_status", status="COMPLETED")
    caller = server.caller(made)
    message = caller.report("hl7v2", order_id=made["order_id"]).body.decode()
    report = caller.report(order_id=made["order_id"]).json
    return report["order_id"] in message or report["accession_number"] in message


@shows("mock-measurements-of-json-are-strings")
def are_strings(server: Server) -> bool:
    """Five reports are fetched as json: each measurement's value is a number."""
    made = server.state("fresh_organization", ready_reports=5)
    caller = server.caller(made)
    rows = [row for order_id in made["order_ids"] for row in caller.report(order_id=order_id).json["measurements"]]
    return all(isinstance(row["value"], int | float) for row in rows)


@shows("mock-fhir-knows-two-genders")
def two_genders(server: Server) -> bool:
    """Of 200 patients, those whose sex is neither M nor F have it in FHIR too."""
    made = server.state("fresh_organization", ready_reports=200)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        sex = caller.report(order_id=order_id).json["patient"]["sex"]
        if sex not in ("M", "F") and len(right) < 3:
            right += [patient["gender"] == GENDERS[sex] for patient in fhir(caller, order_id, "Patient")]
    return all(right)


@shows("mock-hl7v2-measures-all-in-millimetres")
def all_in_millimetres(server: Server) -> bool:
    """Ten reports are fetched as json and as HL7 v2: both have the same units."""
    made = server.state("fresh_organization", ready_reports=10)
    caller, right = server.caller(made), []
    for order_id in made["order_ids"]:
        message = caller.report("hl7v2", order_id=order_id).body.decode()
        segments = [segment.split("|") for segment in message.split("\r") if segment.startswith("OBX|")]
        units = [fields[6].split("^")[0] for fields in segments if fields[2] == "NM"]
        right.append(units == [row["unit"] for row in caller.report(order_id=order_id).json["measurements"]])
    return all(right)


@shows("mock-fhir-of-an-amendment-is-final")
def amendment_is_final(server: Server) -> bool:
    """A report is amended and fetched as FHIR: its status is `amended` or `corrected`."""
    made = server.state("fresh_organization", ready_reports=1)
    server.state("report_amended", report_id=made["report_ids"][0])
    (report,) = fhir(server.caller(made), made["order_ids"][0], "DiagnosticReport")
    return report["status"] in ("amended", "corrected")


@shows("mock-group-without-a-report-is-served")
def without_report(server: Server) -> bool:
    """Both orders of a group failed: 409."""
    made = server.state("study_group", statuses=["FAILED", "FAILED"])
    return server.caller(made).report(study_group=made["study_group"]).status == 409


@shows("mock-commas-join-groups")
def commas_join(server: Server) -> bool:
    """A client asks for a group that is named as two others with a comma between: 404."""
    first = server.state("study_group", statuses=["COMPLETED"])
    second = server.state("study_group", statuses=["COMPLETED"], organization_id=first["organization_id"])
    name = f"{first['study_group']},{second['study_group']}"
    return server.caller(first).report(study_group=name).status == 404


@shows("mock-group-has-a-row-for-each-version")
def row_for_each_version(server: Server) -> bool:
    """An order of a group is amended: the group's json has each order once."""
    made = server.state("study_group", statuses=["COMPLETED", "COMPLETED"])
    caller = server.caller(made)
    report_id = caller.report(order_id=made["order_ids"][0]).headers["X-Report-Id"]
    server.state("report_amended", report_id=report_id)
    rows = caller.report(study_group=made["study_group"]).json["orders"]
    return sorted(row["order_id"] for row in rows) == sorted(made["order_ids"])


@shows("mock-report-is-rendered-a-moment-later")
def rendered_later(server: Server) -> bool:
    """An order is COMPLETED, and its report fetched at once: 200."""
    made = server.state("order_in_status", status="PROCESSING")
    caller = server.caller(made)
    server.state("order_advanced", order_id=made["order_id"], status="COMPLETED")
    return caller.report(order_id=made["order_id"]).status == 200


@shows("mock-retry-after-is-in-milliseconds")
def in_milliseconds(server: Server) -> bool:
    """A client asks for a report too early: it is to wait for an hour at most."""
    made = server.state("order_in_status", status="PROCESSING")
    reply = server.caller(made).report(order_id=made["order_id"])
    return reply.status == 409 and 1 <= int(reply.headers["Retry-After"]) <= 3600
