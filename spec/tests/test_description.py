"""The description is valid, and says the same as the constants that the mock and the tests import."""

from collections.abc import Mapping
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from pacsimile_spec import description, operations, requirements
from pacsimile_spec.documents import resolve
from pacsimile_spec.identifiers import STUDY_GROUP_MAX_LENGTH
from pacsimile_spec.problems import PROBLEMS
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.scopes import INGEST_WRITE, REPORTS_ACK, REPORTS_READ, SCOPES, STATUS_READ
from pacsimile_spec.statuses import STATUSES

TABLE = {
    "getToken": ("GET", "/oauth2/token", None, ["grant_type", "scope"], []),
    "postToken": ("POST", "/oauth2/token", None, [], []),
    "getStatus": ("GET", "/status", STATUS_READ, ["order_id", "study_uid"], []),
    "getOrderIds": ("GET", "/orderId", STATUS_READ, ["study_uid"], ["study_uid"]),
    "getResult": ("GET", "/results", REPORTS_READ, ["order_id", "study_uid", "report_type"], ["report_type"]),
    "getGroupReport": ("GET", "/report", REPORTS_READ, ["study_group", "report_type"], ["study_group", "report_type"]),
    "listReports": ("GET", "/reports", REPORTS_READ, ["organizationId", "limit"], ["organizationId"]),
    "acknowledgeReports": ("POST", "/reports", REPORTS_ACK, ["organizationId"], ["organizationId"]),
}
"""By operation: method, path, scope, query parameters, and those of them that are required."""

ERRORS = {
    "getToken": "400 401 403 404 405 429 503",
    "postToken": "400 401 403 404 405 413 429 503",
    "getStatus": "400 401 403 404 405 429 503",
    "getOrderIds": "400 401 403 404 405 429 503",
    "getResult": "400 401 403 404 405 409 429 503",
    "getGroupReport": "400 401 403 404 405 409 429 503",
    "listReports": "400 401 403 405 429 503",
    "acknowledgeReports": "400 401 403 405 413 415 429 503",
}


def node(operation_id: str) -> Mapping[str, Any]:
    """Return an operation's node in the document."""
    operation = operations()[operation_id]
    found: Mapping[str, Any] = description()["paths"][operation.path][operation.method.lower()]
    return found


def schema(name: str) -> Mapping[str, Any]:
    """Return a named schema."""
    found: Mapping[str, Any] = description()["components"]["schemas"][name]
    return found


def test_is_valid_openapi_31() -> None:
    """The document is valid by the OpenAPI 3.1 schema, examples and defaults included."""
    OpenAPIV31SpecValidator(description()).validate()


def test_names_the_version_of_the_public_description() -> None:
    """The version is the date of the public description that the API follows."""
    assert description()["info"]["version"] == "2025-06-23"


def test_has_the_eight_operations() -> None:
    """The operations, their scopes and their parameters are those of the contract."""
    seen = {
        name: (
            one.method,
            one.path,
            one.scope,
            [p.name for p in one.parameters],
            [p.name for p in one.parameters if p.required],
        )
        for name, one in operations().items()
    }
    assert seen == TABLE


def test_two_operations_ask_for_exactly_one_selector() -> None:
    """`x-exactly-one-of` stands on the two operations that know an order by itself or by its study."""
    assert {name: one.exactly_one_of for name, one in operations().items() if one.exactly_one_of} == {
        "getStatus": ("order_id", "study_uid"),
        "getResult": ("order_id", "study_uid"),
    }


@pytest.mark.parametrize("operation_id", TABLE)
def test_states_every_answer(operation_id: str) -> None:
    """Each operation states 200 and the errors that the contract lists for it, and nothing else."""
    assert sorted(node(operation_id)["responses"]) == ["200", *ERRORS[operation_id].split()]


@pytest.mark.parametrize("operation_id", TABLE)
def test_refusals_are_problems_but_for_the_token_endpoint(operation_id: str) -> None:
    """TokenError is the body of the token operations' 400 and 401, and may be of 429 and 503; all else is a Problem."""
    for status, reference in node(operation_id)["responses"].items():
        content = {media: body["schema"].get("$ref", "") for media, body in resolve(reference)["content"].items()}
        if status == "200":
            continue
        token = operation_id.endswith("Token")
        if token and status in {"400", "401"}:
            assert content == {"application/json": "#/components/schemas/TokenError"}
        else:
            assert content["application/problem+json"] == "#/components/schemas/Problem"
            assert len(content) == 1 + (token and status in {"429", "503"})


def test_report_types_agree() -> None:
    """The report types, their order and their media types are the constants'."""
    assert schema("ReportType")["enum"] == list(REPORT_TYPES)
    assert schema("OrderReportType")["enum"] == [one.name for one in REPORT_TYPES.values() if one.of_order]
    for operation_id, offered in (("getResult", "of_order"), ("getGroupReport", "of_group")):
        media_types = {one.media_type for one in REPORT_TYPES.values() if getattr(one, offered)}
        assert set(resolve(node(operation_id)["responses"]["200"])["content"]) == media_types


def test_table_of_report_types_agrees() -> None:
    """The table that people read says what the constants say."""
    rows = [line for line in schema("ReportType")["description"].splitlines() if line.startswith("| `")]
    for one, row in zip(REPORT_TYPES.values(), rows, strict=True):
        name, media_type, of_order, of_group = (cell.strip() for cell in row.strip("|").split("|"))
        assert (name, of_order == "yes", of_group == "yes") == (f"`{one.name}`", one.of_order, one.of_group)
        assert media_type.startswith(one.media_type)


def test_scopes_agree() -> None:
    """The scopes of the security scheme are the constants'; `ingest.write` opens no operation."""
    flow = description()["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert tuple(flow["scopes"]) == SCOPES
    assert flow["tokenUrl"] == operations()["getToken"].path
    assert INGEST_WRITE not in {one.scope for one in operations().values()}


def test_problems_agree() -> None:
    """The reasons that the description lists are the constants', with their status and title."""
    kinds = schema("Problem")["x-problem-types"]
    assert {reason: (kind["status"], kind["title"]) for reason, kind in kinds.items()} == {
        one.reason: (one.status, one.title) for one in PROBLEMS.values()
    }


def test_statuses_agree() -> None:
    """The statuses of an order are the constants'."""
    assert tuple(schema("OrderState")["enum"]) == STATUSES


def test_length_of_study_groups_agrees() -> None:
    """A study group is as long as the constants allow, wherever one is named."""
    lengths = {schema("StudyGroup")["maxLength"]}
    lengths |= {schema(name)["properties"]["study_group"]["maxLength"] for name in ("OrderStatus", "ListedReport")}
    assert lengths == {STUDY_GROUP_MAX_LENGTH}


def test_stated_clauses_exist_and_all_are_stated() -> None:
    """`x-requirements` names clauses that exist, each once; every clause that can be tested is stated somewhere."""
    stated = {name: node(name)["x-requirements"] for name in TABLE}
    assert all(len(ids) == len(set(ids)) for ids in stated.values())
    judged = {one.id for one in requirements().values() if one.not_tested_because is None}
    assert {one for ids in stated.values() for one in ids} == judged


def test_links_name_parameters_that_exist() -> None:
    """Each link leads to an operation, by parameters that it has."""
    found = [link for name in TABLE for link in resolve(node(name)["responses"]["200"]).get("links", {}).values()]
    assert {"getStatus", "getResult", "acknowledgeReports"} <= {link["operationId"] for link in found}
    for link in found:
        known = {parameter.name for parameter in operations()[link["operationId"]].parameters}
        assert set(link["parameters"]) <= known
