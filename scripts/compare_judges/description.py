"""`openapi.yaml` with identifiers of the server that is judged as its examples, so that each judge can use them."""

from __future__ import annotations

import copy
from typing import Any

import yaml

from scripts.compare_judges.known import Known
from scripts.compare_judges.results import ROOT

METHODS = ("get", "post")
UNKNOWN_ORDER = "NO-SUCH-ORDER"
Examples = dict[tuple[str, str], dict[str, Any]]
"""A value of each parameter (`body`: of the request body), by the name and status of the answer's example."""


def described(known: Known) -> dict[str, Any]:
    """Return the description with existing identifiers.

    A request's example and an answer's example that have one name belong together, so parameters are written out for
    each operation.
    """
    document: dict[str, Any] = yaml.safe_load((ROOT / "openapi.yaml").read_text("utf-8"))
    document["servers"] = [{"url": known.address.url}]
    for path in document["paths"].values():
        for operation in (path[method] for method in METHODS if method in path):
            _exemplify(document, operation, _requests(known)[operation["operationId"]])
    return document


def _requests(known: Known) -> dict[str, Examples]:
    """Return for each operation the examples of its requests."""
    form = {"grant_type": "client_credentials", "scope": "status.read reports.read"}
    orders, organization = known.orders, known.organization_id
    statuses = {"processing": orders["PROCESSING"], "completed": orders["COMPLETED"], "failed": orders["FAILED"]}
    refused = {("notReady", "409"): orders["PROCESSING"], ("failed", "409"): orders["FAILED"]}
    refused[("order", "404")] = UNKNOWN_ORDER
    group = {"study_group": known.group["study_group"], "report_type": "json"}
    waiting = {"study_group": known.waiting_group, "report_type": "json"}
    report_id = known.reports[0]["report_id"] if known.reports else "none"
    nobody = {"organizationId": "no-such"}
    return {
        "getToken": {("token", "200"): form},
        "postToken": {("token", "200"): {"body": form}},
        "getStatus": {
            **{(name, "200"): {"order_id": order_id} for name, order_id in statuses.items()},
            ("order", "404"): {"order_id": UNKNOWN_ORDER},
        },
        "getOrderIds": {
            ("two", "200"): {"study_uid": known.study["study_uid"]},
            ("study", "404"): {"study_uid": "1.2.3.4"},
        },
        "getResult": {
            ("final", "200"): {"order_id": orders["COMPLETED"], "report_type": "json"},
            **{place: {"order_id": order_id, "report_type": "json"} for place, order_id in refused.items()},
        },
        "getGroupReport": {("group", "200"): group, ("notReady", "409"): waiting},
        "listReports": {("two", "200"): {"organizationId": organization}, ("organization", "403"): nobody},
        "acknowledgeReports": {
            ("one", "200"): {"organizationId": organization, "body": {"report_ids": [report_id]}},
            ("organization", "403"): nobody,
        },
    }


def _exemplify(document: dict[str, Any], operation: dict[str, Any], examples: Examples) -> None:
    """Put examples into an operation, and leave out those of answers that no request belongs to."""
    parameters = [copy.deepcopy(_resolved(document, one)) for one in operation.get("parameters", ())]
    for parameter in parameters:
        values = {name: given[parameter["name"]] for (name, _), given in examples.items() if parameter["name"] in given}
        parameter.pop("example", None)
        if values:
            parameter["examples"] = {name: {"value": value} for name, value in values.items()}
    operation["parameters"] = parameters
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["examples"] = {
            name: {"value": given["body"]} for (name, _), given in examples.items() if "body" in given
        }
    responses = {status: copy.deepcopy(_resolved(document, one)) for status, one in operation["responses"].items()}
    operation["responses"] = responses
    for status, response in responses.items():
        for content in response.get("content", {}).values():
            kept = {name: one for name, one in content.pop("examples", {}).items() if (name, status) in examples}
            if kept:
                content["examples"] = kept


def _resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference into the description."""
    reference = part.get("$ref")
    if reference is None:
        return part
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
