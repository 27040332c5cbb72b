"""What single statements of a description let `learn` propose, and what it asks instead."""

from __future__ import annotations

from typing import Any

import pytest

from pacsimile_contract.learn.matching.proposals import proposal_of
from pacsimile_contract.learn.proposal import Proposal
from pacsimile_contract.learn.sources.openapi import service_of

TEXT = {"type": "string"}
STATUSES = {"type": "string", "enum": ["RECEIVED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED"]}


def content(schema: dict[str, Any], media_type: str = "application/json") -> dict[str, Any]:
    return {"description": "", "content": {media_type: {"schema": schema}}}


def members(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def call(operation: str, answers: dict[str, Any], *parameters: str, **more: Any) -> dict[str, Any]:
    given = [{"name": name, "in": "query", "schema": TEXT} for name in parameters]
    return {"operationId": operation, "parameters": given, "responses": answers, **more}


PDF = {"200": {"description": "", "content": {"application/pdf": {}}}}
ROWS = {"type": "array", "items": members(report_id=TEXT, order_id=TEXT)}


def proposed(
    *, time: dict[str, Any] | None = None, result: dict[str, Any] | None = None, listing: dict[str, Any] | None = None,
    body: dict[str, Any] | None = None, refusal: dict[str, Any] | None = None,
) -> Proposal:  # fmt: skip
    """Return what is learned from a description of four operations, each part of which can be another one."""
    asked = {"requestBody": {"content": {"application/json": {"schema": body}}}} if body else {}
    status = members(order_id=TEXT, status=STATUSES, updated_at=time or {"type": "string", "format": "date-time"})
    refused = content(members(**(refusal or {"type": TEXT, "detail": TEXT})))
    flows = {"clientCredentials": {"tokenUrl": "https://a.example/own/token", "scopes": {}}}
    listed = content(listing or members(reports=ROWS))
    return proposal_of(
        service_of(
            {
                "openapi": "3.0.0",
                "info": {"title": "vendor", "version": "1"},
                "servers": [{"url": "https://a.example"}],
                "components": {"securitySchemes": {"oauth": {"type": "oauth2", "flows": flows}}},
                "paths": {
                    "/status": {"get": call("getStatus", {"200": content(status), "404": refused}, "order_id")},
                    "/results": {"get": call("getResult", result or PDF, "order_id", "report_type")},
                    "/reports": {
                        "get": call("listReports", {"200": listed}, "organizationId"),
                        "post": call("acknowledgeReports", {"204": {"description": ""}}, "organizationId", **asked),
                    },
                },
            },
            "vendor.yaml",
        )
    )


@pytest.mark.parametrize(
    ("time", "line"),
    [
        ({"type": "string", "format": "date-time"}, ("rfc3339", True)),
        ({"type": "integer", "description": "milliseconds since 1970"}, ("epoch_ms", True)),
        ({"type": "integer", "description": "seconds since 1970"}, ("epoch_s", True)),
        ({"type": "integer", "example": 1_800_000_000_000}, ("epoch_ms", True)),
        ({"type": "integer"}, ("epoch_s", False)),
        ({"type": "string", "example": "31.12.2026 23:59:59 +0100"}, ("%d.%m.%Y %H:%M:%S %z", True)),
    ],
)
def test_how_times_are_written(time: dict[str, Any], line: tuple[str, bool]) -> None:
    """By an example, by a format, or by the words of a description; a bare number is seconds, unsure."""
    times = proposed(time=time).lines["times",]
    assert (times.value, times.sure) == line


LINK = {"302": {"description": "", "headers": {"Location": {"schema": TEXT}}}}
JSON_REPORT = members(order_id=TEXT, study_uid=TEXT, findings=TEXT, impression=TEXT, report_id=TEXT, accession=TEXT)


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (LINK, ("redirect", True)),
        ({**LINK, **PDF}, ("redirect", False)),
        (PDF, ("bytes", True)),
        ({"200": content(JSON_REPORT)}, ("bytes", True)),
        ({"200": content(members(url={"type": "string", "format": "uri"}))}, ({"url": "/url"}, True)),
        ({"200": content(members(content={"type": "string", "format": "byte"}))}, ({"base64": "/content"}, True)),
        ({"200": {"description": ""}}, None),
    ],
)
def test_how_reports_are_carried(result: dict[str, Any], line: tuple[Any, bool] | None) -> None:
    """As the body, by a redirect, behind a link or in base64; where nothing shows it, the vendor is asked."""
    proposal = proposed(result=result)
    if line is None:
        assert "how do the bytes of a report come" in proposal.questions["reports_carried",]
    else:
        carried = proposal.lines["reports_carried",]
        assert (carried.value, carried.sure) == line


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("application/vnd.vendor.pdf", "pdf"),
        ("text/x-hl7", "hl7v2"),
        ("application/vnd.vendor+dicom", "dicom_sr"),
        ("application/vnd.fhir.vendor", "fhir"),
    ],
)
def test_a_media_type_that_names_a_format(media_type: str, kind: str) -> None:
    """Is that of the report type of the format."""
    proposal = proposed(result={"200": content(TEXT, media_type)})
    assert proposal.lines["media_types", kind].value == media_type


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (members(report_ids={"type": "array", "items": TEXT}), "/report_ids"),
        (members(done={"type": "array", "items": TEXT}, by=TEXT), "/done"),
        (members(numbers={"type": "array", "items": {"type": "integer"}}), "/numbers"),
        (members(comment=TEXT), None),
    ],
)
def test_where_the_reports_of_an_acknowledgement_stand(body: dict[str, Any], place: str | None) -> None:
    """In the member of that name, or in the only list; else the vendor is asked."""
    proposal, key = proposed(body=body), ("acknowledgement", "body", "report_ids")
    line = proposal.lines.get(key)
    assert (line.value if line is not None else None) == place
    assert (key in proposal.questions) == (place is None)


def test_what_a_dialect_cannot_say_is_asked() -> None:
    """A listing that is no object, and one without its reports."""
    question = proposed(listing=ROWS).questions["fields", "ReportList"]
    assert "is a list, not an object: a dialect cannot say so" in question
    without = proposed(listing=members(count={"type": "integer"}, organization_id=TEXT))
    assert "where does the answer of GET /reports say reports?" in without.questions["fields", "ReportList", "reports"]


def test_a_refusal_with_members_that_nobody_knows() -> None:
    """What it does not say is proposed as absent, unsure, with what was not understood."""
    proposal = proposed(refusal={"type": TEXT, "zzz": {"type": "boolean"}})
    detail = proposal.lines["errors", "detail"]
    assert (detail.value, detail.sure) == (None, False)
    assert "/zzz" in detail.evidence


def test_a_token_endpoint_is_known_by_the_security_scheme() -> None:
    """Where no operation describes it."""
    proposal = proposed()
    assert proposal.lines["paths", "postToken"].value == "/own/token"
    assert proposal.lines["acknowledgement", "body"].value is None
