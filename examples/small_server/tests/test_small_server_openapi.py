"""The answers follow the published description of the API."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

OPENAPI = Path(__file__).resolve().parents[3] / "openapi.yaml"


@pytest.fixture(scope="module")
def description() -> Any:
    return yaml.load(OPENAPI.read_text(encoding="utf-8"), yaml.CSafeLoader)


def check(description, document, schema):
    jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": description["components"]},
        format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER,
    ).validate(document)


def test_answers_follow_their_schemas(small_server, description):
    """PROTO-1: every operation's answer, and the json reports of an order and of a group."""
    values = small_server.state("study_group", statuses=["COMPLETED", "FAILED"])
    caller, order_id = small_server.caller(values), values["order_ids"][0]
    (report_id,) = caller.listed()
    small_server.state("report_amended", report_id=report_id)
    status = caller.get("/status", order_id=order_id).json
    check(description, status, "OrderStatus")
    check(description, caller.get("/status", order_id=values["order_ids"][1]).json, "OrderStatus")
    check(description, caller.get("/orderId", study_uid=status["study_uid"]).json, "OrderIds")
    listing = caller.get("/reports", organizationId=values["organization_id"]).json
    check(description, listing, "ReportList")
    report = caller.get("/results", order_id=order_id, report_type="json").json
    check(description, report, "JsonReport")
    assert report["times"]["completed_at"] == listing["reports"][0]["completed_at"]
    assert report["times"]["received_at"] == status["created_at"]
    check(
        description,
        caller.get("/report", study_group=values["study_group"], report_type="json").json,
        "GroupJsonReport",
    )
    check(description, caller.acknowledge().json, "Acknowledgement")
    token = small_server.token(values["client_id"], values["client_secret"])
    check(description, token.json, "Token")


def test_refusals_follow_their_schemas_and_reasons(small_server, description):
    """PROTO-1: problems and token errors; every reason is one that the description lists with that status."""
    values = small_server.state("study_group", statuses=["FAILED", "RECEIVED"])
    caller, failed = small_server.caller(values), values["order_ids"][0]
    answers = [
        caller.get("/nowhere"),
        caller.call("PUT", "/status"),
        small_server.call("GET", "/status"),
        caller.get("/status", order_id="unknown"),
        caller.get("/orderId", study_uid="1.2"),
        caller.get("/status"),
        caller.get("/report", study_group="unknown", report_type="json"),
        caller.get("/report", study_group=values["study_group"], report_type="json"),
        caller.get("/results", order_id=failed, report_type="json"),
        caller.get("/results", order_id=failed, report_type="csv"),
        caller.get("/reports", organizationId="other"),
        caller.acknowledge({}),
        caller.call("POST", "/reports", b"x", organizationId=values["organization_id"]),
    ]
    for answer in answers:
        check(description, answer.json, "Problem")
        known = description["components"]["schemas"]["Problem"]["x-problem-types"][answer.reason]
        assert known["status"] == answer.status == answer.json["status"]
    check(description, small_server.token("nobody", "wrong").json, "TokenError")
