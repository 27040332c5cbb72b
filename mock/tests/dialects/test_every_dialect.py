"""Whatever a dialect says, the mock's answers have the facts that the contract's own spelling has."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from mock.tests.helpers.in_process import START, Reply, Service
from mock.tests.helpers.vendor import Vendor, bare
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.orders.model import Order
from pacsimile_mock.seed.submission import Submission, Submitter
from pacsimile_mock.worlds.world import World
from pacsimile_spec.dialects import Dialect, identity, parse_dialect
from pacsimile_spec.problems import PROBLEMS
from pacsimile_spec.report_types import REPORT_TYPES
from spec.tests.helpers.dialect_drawing import dialect_files


class Pair:
    """The same orders in the contract's own spelling and in a dialect, each with a client of `hospital`."""

    def __init__(self, service: Service, text: str) -> None:
        self.service = service
        self.world = service.state.worlds.create(WorldOptions(scenario="empty", pace="manual", dialect=text))
        self.twin = service.state.worlds.create(WorldOptions(scenario="empty", pace="manual"))
        self.vendor, self.plain = self._client(self.world, parse_dialect(text)), self._client(self.twin, identity())
        self.done, self.waiting = self._order("COMPLETED"), self._order("PROCESSING")

    def _client(self, world: World, dialect: Dialect) -> Vendor:
        world.move_clock(lambda clock: (clock.freeze(), clock.set(START)))
        client = Submitter(world).client("hospital")
        return Vendor(self.service, dialect, client, f"/w/{world.name}")

    def _order(self, status: str) -> Order:
        begun = START - 3_600_000_000
        made = [
            Submitter(world).submit(Submission("hospital", status, begun, START - 60_000_000, study_group="CT a/b"))
            for world in (self.twin, self.world)
        ]
        assert made[0].order_id == made[1].order_id
        return made[0]

    def end(self) -> None:
        """End both worlds."""
        for world in (self.world, self.twin):
            self.service.state.worlds.delete(world.name)

    def same(self, table: str, spoken: Reply, plain: Reply) -> None:
        """Check that an answer says what the contract's answer says, as far as the dialect says it."""
        said = self.vendor.facts(table, spoken.json)
        meant = self.plain.facts(table, plain.json)
        assert said == self.as_far_as_said(table, meant)

    def as_far_as_said(self, table: str, facts: dict[str, Any]) -> dict[str, Any]:
        """The facts without those that the dialect does not say, and without report types that it lacks."""
        dialect, result = self.vendor.dialect, {}
        for name, fact in facts.items():
            inside = f"{table}.{name}"
            if dialect.fields[table][name] is None:
                continue
            if name == "report_types" and fact is not None:
                fact = [kind for kind in fact if kind in dialect.report_types]
            if inside in dialect.fields and isinstance(fact, list):
                fact = [self.as_far_as_said(inside, item) for item in fact]
            elif inside in dialect.fields and fact is not None:
                fact = self.as_far_as_said(inside, fact)
            result[name] = fact
        return result

    def refused(self, reply: Reply, reason: str) -> None:
        """Check that an answer is the refusal for a reason: its status, media type, and what it says."""
        codes = self.vendor.dialect.codes
        moved = {
            "invalid-parameter": codes.bad_request, "invalid-body": codes.bad_request,
            "report-not-ready": codes.not_ready, "organization-not-allowed": codes.foreign_organization,
        }  # fmt: skip
        assert reply.status == moved.get(reason, PROBLEMS[reason].status), reply.body
        assert bare(reply.headers["Content-Type"]) == self.vendor.dialect.error_media_type
        said = self.vendor.facts("Problem", reply.json)
        assert said.get("type", reason).removeprefix("urn:pacsimile:problem:") == reason
        assert said.get("status", reply.status) == reply.status


@pytest.fixture(scope="module")
def spoken() -> Service:
    """One server, whose worlds speak one dialect after another."""
    return Service()


@settings(deadline=None, max_examples=40)
@given(file=dialect_files())
def test_answers_have_the_facts_of_the_contracts(spoken: Service, file: dict[str, Any]) -> None:
    """Tokens, statuses, ids, listings, reports however they are carried, acknowledgements, and refusals."""
    pair = Pair(spoken, yaml.safe_dump(file, sort_keys=False))
    try:
        pair.plain.log_in()
        assert pair.vendor.log_in().keys() >= {"access_token"}
        check_orders(pair)
        check_reports(pair)
        check_refusals(pair)
        check_queue(pair)
    finally:
        pair.end()


def both(pair: Pair, operation: str, **values: str) -> tuple[Reply, Reply]:
    """The answers to one question in both spellings."""
    return pair.vendor.ask(operation, **values), pair.plain.ask(operation, **values)


def check_orders(pair: Pair) -> None:
    """Statuses by each way to ask, and the orders of a study."""
    for order in (pair.done, pair.waiting):
        pair.same("OrderStatus", *both(pair, "getStatus", order_id=order.order_id))
        pair.same("OrderStatus", *both(pair, "getStatus", study_uid=order.study_uid))
    if "getOrderIds" in pair.vendor.dialect.paths:
        pair.same("OrderIds", *both(pair, "getOrderIds", study_uid=pair.done.study_uid))


def check_reports(pair: Pair) -> None:
    """A report of each way to be made, and of one that the dialect does not have."""
    dialect = pair.vendor.dialect
    for kind in {"json", "txt"} & set(dialect.report_types):
        spoken, plain = both(pair, "getResult", order_id=pair.done.order_id, report_type=kind)
        assert spoken.status == (302 if dialect.carried.by == "redirect" else 200), spoken.body
        assert pair.vendor.header(spoken, "X-Order-Id") in (pair.done.order_id, None)
        report = pair.vendor.report(spoken)
        assert report.status == 200
        if dialect.carried.by != "base64":
            assert bare(report.headers["Content-Type"]) == bare(dialect.media_types[kind])
        if kind == "json":
            pair.same("JsonReport", report, plain)
        else:
            assert report.body == plain.body
    for kind in set(REPORT_TYPES) - set(dialect.report_types):
        pair.refused(pair.vendor.ask("getResult", order_id=pair.done.order_id, report_type=kind), "invalid-parameter")
        break


def check_refusals(pair: Pair) -> None:
    """What is unknown, not ready, foreign, malformed, or spelled as the contract does."""
    vendor, unknown = pair.vendor, pair.vendor.ask("getStatus", order_id="ORD-0")
    if vendor.dialect.codes.unknown == "200-empty":
        assert (unknown.status, unknown.json) == (200, {})
    else:
        pair.refused(unknown, "order-not-found")
    pair.refused(vendor.ask("getResult", order_id=pair.waiting.order_id, report_type="json"), "report-not-ready")
    pair.refused(vendor.ask("getResult", order_id="ORD-0", report_type="json"), "order-not-found")
    pair.refused(vendor.ask("listReports", organizationId="other"), "organization-not-allowed")
    pair.refused(vendor.ask("getStatus", order_id="_"), "invalid-parameter")
    pair.refused(vendor.ask("listReports", organizationId="hospital", limit="0"), "invalid-parameter")
    token, vendor.token = vendor.token, "none"
    pair.refused(vendor.ask("listReports", organizationId="hospital"), "invalid-token")
    vendor.token = token


def check_queue(pair: Pair) -> None:
    """A listing and its acknowledgement, in each form that the dialect has."""
    vendor, forms = pair.vendor, pair.vendor.dialect.acknowledgements
    pair.same("ReportList", *both(pair, "listReports", organizationId="hospital"))
    for body in (vendor_body(pair), None):
        if not (forms.without_body if body is None else forms.with_body):
            pair.refused(vendor.ask("acknowledgeReports", body, organizationId="hospital"), "invalid-body")
            continue
        answer = vendor.ask("acknowledgeReports", body, organizationId="hospital")
        assert answer.status == vendor.dialect.codes.acknowledged
        plain_body = None if body is None else json.dumps({"report_ids": [pair.done.report_id(1)]}).encode()
        plain = pair.plain.ask("acknowledgeReports", plain_body, organizationId="hospital")
        if forms.answered and answer.status != 204:
            pair.same("Acknowledgement", answer, plain)
        else:
            assert answer.body == b""
    left = vendor.facts("ReportList", vendor.ask("listReports", organizationId="hospital").json)
    assert left["reports"] == []


def vendor_body(pair: Pair) -> bytes:
    """The body that names one report, as the dialect has it."""
    pointer = pair.vendor.dialect.fields["AcknowledgementRequest"]["report_ids"] or ("report_ids",)
    content: Any = [pair.done.report_id(1)]
    for step in reversed(pointer):
        content = {step: content}
    return json.dumps(content).encode()
