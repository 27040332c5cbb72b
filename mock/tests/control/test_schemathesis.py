"""The control API under Schemathesis: whatever it is sent, it answers as its OpenAPI file says, and never with 5xx."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.parameters import ParameterLocation
from schemathesis.schemas import BaseSchema

from mock.tests.helpers.described import Described, operations
from mock.tests.helpers.drawn_calls import drop_teardown, invalid_parts, limit_orders
from mock.tests.helpers.in_process import Service

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
CASES = 2
"""Of each kind, for each operation: `scripts/schemathesis_control.py` makes many more."""

OWNER = "hospital"
DEFECT = "expired-token-accepted"

UNSEEN = {"followJournal"}
"""Nothing can be followed without a connection: 501, which is no fault of a server's."""


class Tried:
    """A mock, its control API's description as it is served, and a world to be ill-treated."""

    def __init__(self) -> None:
        self.service = Service()
        self.former = ""
        self.authorized = {"Authorization": f"Bearer {self.service.state.control_token}"}
        self.schema: BaseSchema = schemathesis.openapi.from_wsgi(
            "/_mock/openapi.yaml",
            self.service.app,
            headers=self.authorized,
            config=schemathesis.Config.from_dict({}),
        )

    def names(self, status: str) -> dict[str, str]:
        """A world in place of the one before, an order in this status, a fault, a defect and a call that exist."""
        worlds = self.service.state.worlds
        worlds.delete(self.former)
        world = worlds.create(self.service.state.options.world)
        self.former = world.name
        made = {
            "organizations": {"organization_id": OWNER},
            "faults": {"effect": {"status": 503}},
            "defects": {"name": DEFECT},
            "orders": {"organization_id": OWNER, "status": status},
        }
        for noun, content in made.items():
            target = f"/_mock/worlds/{world.name}/{noun}"
            reply = self.service.call("POST", target, self.authorized, json.dumps(content).encode())
        self.service.call("GET", f"/w/{world.name}/nowhere", self.authorized)
        client = next(iter(world.clients))
        known = {"world": world.name, "organization_id": OWNER, "client_id": client, "defect": DEFECT}
        return {**known, "order_id": reply.json["order_id"], "fault": "fault-1", "entry": "1"}

    def judge(self, case: Case) -> int:
        """Make the call, hold the answer against the description, and tell its status; Schemathesis raises."""
        name = str(case.operation.definition.raw["operationId"])
        wrong = invalid_parts(case)
        if ParameterLocation.PATH not in wrong:
            names = self.names("COMPLETED" if name == "amendOrder" else "RECEIVED")
            case.path_parameters = {one: names[one] for one in re.findall(r"{(\w+)}", case.operation.path)}
        drop_teardown(case.body)
        if ParameterLocation.BODY not in wrong and name != "createOrganization":
            limit_orders(case.body, OWNER)
        response = case.call(headers=None if ParameterLocation.HEADER in wrong else self.authorized)
        case.validate_response(response, checks=CHECKS)
        return response.status_code


@pytest.fixture(scope="module")
def tried() -> Tried:
    """A mock of this module's own."""
    return Tried()


@pytest.mark.parametrize("operation", [one for one in operations() if one.name not in UNSEEN], ids=lambda one: one.name)
def test_answers_as_described(tried: Tried, operation: Described) -> None:
    """With what the file allows, and with what it does not."""
    known = tried.schema[operation.path][operation.method]
    for mode in modes(operation):

        @given(case=known.as_strategy(generation_mode=mode))
        @settings(
            max_examples=CASES,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def judge(case: Case) -> None:
            tried.judge(case)

        judge()


def examples(operation: Described) -> list[dict[str, Any]]:
    """The bodies that the file shows; none where none is needed."""
    content = operation.node.get("requestBody", {}).get("content", {})
    shown = content.get("application/json", {}).get("examples", {})
    bodies = [{"body": deepcopy(one["value"]), "media_type": "application/json"} for one in shown.values()]
    return bodies or [{}]


def modes(operation: Described) -> Iterator[GenerationMode]:
    """What can be drawn: where nothing is asked for, nothing can be wrong."""
    yield GenerationMode.POSITIVE
    if operation.parameters or operation.body or operation.node.get("security") != []:
        yield GenerationMode.NEGATIVE


def test_each_operation_accepts_what_the_file_shows(tried: Tried) -> None:
    """An API that refuses everything would be found to be right."""
    accepted = set()
    for operation in operations():
        known = tried.schema[operation.path][operation.method]
        for body in examples(operation):
            if operation.name not in UNSEEN:
                accepted |= {operation.name} if tried.judge(known.Case(**body)) < 300 else set()
    assert {one.name for one in operations()} - UNSEEN == accepted
