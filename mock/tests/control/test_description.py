"""The control API's OpenAPI file: valid, and the same as the routes and readers of the code."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from mock.tests.helpers.described import FILE, Control, Described, document, faults_of, members, operations, schema
from pacsimile_mock import control_errors
from pacsimile_mock.control import endpoints, guard, paging
from pacsimile_mock.control.call_filters import METHODS
from pacsimile_mock.control.submissions import FIELDS, MOVES, PATIENT
from pacsimile_mock.faults.catalogue import EFFECTS
from pacsimile_mock.faults.matching import MEMBERS
from pacsimile_mock.faults.model import DELAYS
from pacsimile_mock.seed.build import PACES
from pacsimile_mock.states.catalogue import STATES
from pacsimile_mock.worlds.defect_registry import catalogue
from pacsimile_spec import operations as operations_of_the_api
from pacsimile_spec.durations import PATTERN
from pacsimile_spec.openapi30 import downgrade
from pacsimile_spec.operation_ids import JOURNALLED_IDS
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.scopes import SCOPES
from pacsimile_spec.statuses import STATUSES

Routes = dict[tuple[str, str], Any]


def routes() -> Routes:
    """Every route of the code: method and path as a template, and its handler."""
    tables = (("/_mock", endpoints.OPEN), ("/_mock", endpoints.GUARDED), ("", endpoints.METRICS))
    return {
        (method, prefix + re.sub(r"<(\w+)>", r"{\1}", path)): handler
        for prefix, table in tables
        for path, handlers in table.items()
        for method, handler in handlers.items()
    }


def names(of: Described) -> str:
    return of.name


WITH_BODY = [one for one in operations() if one.method == "POST"]


def test_is_valid_in_31_and_in_30() -> None:
    """Examples and defaults included; generators that know no 3.1 get a valid 3.0."""
    OpenAPIV31SpecValidator(document()).validate()
    OpenAPIV30SpecValidator(downgrade(document())).validate()


def test_has_no_anchors_that_readers_may_not_know() -> None:
    """It is served as it stands."""
    assert not re.search(r"(?m)^[^#]*[:-] [&*][a-z]+$", FILE.read_text("utf-8"))


def test_describes_every_route_and_no_other() -> None:
    """Paths and methods of the file are those of the table of contents, in both directions."""
    assert {(one.method, one.path) for one in operations()} == set(routes())


def test_what_is_open_in_the_code_is_open_in_the_file() -> None:
    """All else takes the control token."""
    opened = {one.path for one in operations() if one.node.get("security") == []}
    assert opened == {"/_mock" + path for path in endpoints.OPEN} | set(endpoints.METRICS)
    assert document()["security"] == [{"control": []}]


@pytest.mark.parametrize("operation", operations(), ids=names)
def test_query_parameters_are_those_that_the_handler_takes(operation: Described) -> None:
    """A name that is not described is refused, and each that is described is taken."""
    assert operation.query == set(paging.parameters_of(routes()[operation.method, operation.path]))


@pytest.mark.parametrize("operation", WITH_BODY, ids=names)
def test_members_of_bodies_are_those_that_the_reader_knows(control: Control, operation: Described) -> None:
    """A refusal names what is known: the same as the file describes."""
    target = operation.path.format(world="default", order_id=control.service.order("RECEIVED").order_id)
    reply = control.raw("POST", target, b'{"no-such-member": 1}')
    assert reply.status == 400, reply.body
    known = re.search(r".*known(?: here are|:) ([a-z_, ]+)$", reply.json["detail"])
    assert known is not None, reply.json
    told = set() if known[1] == "none" else set(known[1].split(", "))
    assert told == members(operation.body or {}) - ({"count"} if operation.name == "createOrders" else set())


def test_nested_members_are_those_that_the_readers_know() -> None:
    """Of submissions, faults and expectations."""
    submission = schema("Submission")["properties"]
    assert set(submission) == set(FIELDS)
    assert set(schema("Bulk")["properties"]) == {"count", *FIELDS}
    assert set(schema("PatientOrNull")["properties"]) == set(PATIENT)
    assert set(schema("Moves")["properties"]) == set(MOVES)
    assert set(schema("FaultMatch")["properties"]) == set(MEMBERS)
    assert set(schema("FaultEffect")["properties"]) == {*EFFECTS, *DELAYS, "retry_after"}
    assert set(schema("FaultLimit")["properties"]) == {"count", "seconds"}


def test_states_and_their_params_are_those_that_are_offered() -> None:
    """Each with the params that it knows, and `organization_id`."""
    described = schema("State")["discriminator"]["mapping"]
    assert list(described) == list(STATES)
    for name, (known, _) in STATES.items():
        branch = schema(described[name].rpartition("/")[2])
        assert branch["properties"]["state"] == {"const": name}
        assert set(branch["properties"]["params"]["properties"]) == {*known, "organization_id"}, name


def test_words_are_those_of_the_code() -> None:
    """Statuses, types, scopes, paces and operations."""
    assert schema("Status")["enum"] == list(STATUSES)
    assert schema("ReportType")["enum"] == list(REPORT_TYPES)
    assert schema("Scope")["enum"] == list(SCOPES)
    assert schema("NewWorld")["properties"]["pace"]["enum"] == [*PACES, None]
    assert schema("FaultMatch")["properties"]["operation"]["enum"] == [*operations_of_the_api(), None]
    expectation = schema("Expectation")["properties"]
    assert expectation["operation"]["enum"] == [*schema("JournalledId")["enum"], None] == [*JOURNALLED_IDS, None]
    assert expectation["method"]["enum"] == [*schema("Method")["enum"], None] == [*METHODS, None]


def test_durations_are_those_that_the_parser_takes() -> None:
    """The same pattern here and in the schemas of scenarios and of target files."""
    assert schema("DurationText")["pattern"] == PATTERN
    for package, name in (
        ("pacsimile_mock", "seed/scenario.schema.json"),
        ("pacsimile_contract", "target.schema.json"),
    ):
        text = files(package).joinpath(name).read_text("utf-8")
        assert json.loads(text)["$defs"]["duration"]["pattern"] == PATTERN


def test_reasons_of_problems_are_those_of_the_code() -> None:
    """Whatever a module of the control API refuses with, and nothing else."""
    modules = (*FILE.parent.glob("*.py"), Path(control_errors.__file__))
    told = "".join(path.read_text("utf-8") for path in modules)
    reasons = set(re.findall(r"ControlError\(\s*\d{3}, \"([a-z-]+)\"", told))
    reasons |= set(guard.REASONS.values())
    described = {uri.removeprefix("urn:pacsimile:control:") for uri in schema("Problem")["properties"]["type"]["enum"]}
    assert reasons == described


def test_the_file_is_served_to_who_has_the_token(control: Control) -> None:
    """Its bytes."""
    assert control.raw("GET", "/_mock/openapi.yaml").body == FILE.read_bytes()
    assert control.raw("GET", "/_mock/openapi.yaml", Authorization="").status == 401


def test_any_method_that_a_path_does_not_know_is_refused(control: Control) -> None:
    """405 with the methods that it knows, whatever it is called; without the token 401."""
    token = {"Authorization": f"Bearer {control.service.state.control_token}"}
    for method in ("PUT", "PATCH", "TRACE", "QUERY", "OPTIONS", "HEAD", "BREW"):
        reply = control.service.call(method, "/_mock/worlds/default/clock", token)
        assert (reply.status, reply.headers["Allow"]) == (405, "GET, POST")
        assert control.service.call(method, "/_mock/worlds/default/clock").status == 401
    for path in ("/_mock", "/_mock/", "/_mock/nowhere", "/_mock/worlds/default/orders/ORD-1/explode", "/_mock/worlds/"):
        assert control.service.call("GET", path, token).json["type"] == "urn:pacsimile:control:not-found"


def test_examples_are_as_described() -> None:
    """Of requests and of answers; nothing in them is undescribed."""
    found = list(_examples({"paths": document()["paths"], "responses": document()["components"]["responses"]}))
    assert len(found) > 40
    for node, value in found:
        assert faults_of(node, value) == []


def _examples(node: Any) -> Any:
    if isinstance(node, list):
        for item in node:
            yield from _examples(item)
    elif isinstance(node, dict):
        for example in node.get("examples", {}).values() if "schema" in node else ():
            reference = example.get("$ref", "").rpartition("/")[2]
            shown = document()["components"]["examples"][reference] if reference else example
            yield node["schema"], shown["value"]
        for value in node.values():
            yield from _examples(value)


def test_the_example_of_a_defect_is_a_defect() -> None:
    """The catalogue has it."""
    (example,) = document()["paths"]["/_mock/defects"]["get"]["responses"]["200"]["content"]["application/json"][
        "examples"
    ]["first"]["value"]
    assert example in catalogue()
