"""What scenarios still ask where a state, a combination of its params or an operation is lacking."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from contract_tests.tests.crossing.test_table import TARGET
from contract_tests.tests.helpers.played_scenario import play
from pacsimile_contract.evidence.exchange import Answer, Request
from pacsimile_contract.findings.story import Story
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.dry_run import ObligingWire
from pacsimile_contract.target.model import States, Target
from pacsimile_spec.operation_ids import OperationId

STATES_URL = "http://127.0.0.1:9/states"


class LackingWire(ObligingWire):
    """Answers 422 where a state is asked for with all of some params, or is one that is not offered."""

    def __init__(self, target: Target, params: Sequence[str], not_offered: Sequence[str]) -> None:
        super().__init__(target)
        self._params, self._not_offered = {*params}, not_offered

    def send(self, request: Request, timeout: float, **more: Any) -> Answer:
        """Refuse such a state, and answer all else."""
        content = (request.body or b"").decode()
        lacks = self._params and all(f'"{name}"' in content for name in self._params)
        if request.url == STATES_URL and (lacks or any(f'"{name}"' in content for name in self._not_offered)):
            return Answer(422, (), b"{}", b"{}")
        return super().send(request, timeout, **more)


def played(
    name: str, *, level: Any = "standard", params: Sequence[str] = (), not_offered: Sequence[str] = (),
    absent: Sequence[OperationId] = (),
) -> Story:  # fmt: skip
    """Return what a scenario asked of such a service."""
    target = replace(
        TARGET, states=States(STATES_URL), world_of_its_own=True, absent=frozenset(absent),
    )  # fmt: skip
    return play(name, LackingWire(target, params, not_offered), target, Options(level=level))


def test_orders_of_some_types_need_no_study_or_group_of_choice() -> None:
    """CONS-2: a service may choose types for an order that stands alone, and not for one that joins others."""
    for joined in ("study_uid", "study_group"):
        asked = played("offers.some_types_each", params=("report_types", joined))
        assert list(asked.below("not-offered")) and asked.all("listed"), joined
        assert bool(asked.all("study/status")) is (joined != "study_uid")
        assert ("group" in asked.values) is (joined != "study_group")


class ListingWire(LackingWire):
    """Lists each order that a state made, under its own name, and keeps what was asked for: states and operations."""

    def __init__(self, target: Target, params: Sequence[str] = (), not_offered: Sequence[str] = ()) -> None:
        super().__init__(target, params, not_offered)
        self._made: list[str] = []
        self.asked: list[str] = []

    def _state(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(asked["state"])
        made = super()._state(asked)
        self._made += [made["order_id"]] if asked["state"] == "order_in_status" else []
        return made

    def _operation(self, request: Request) -> Answer:
        self.asked.append(request.operation or "")
        if request.operation != "listReports":
            return super()._operation(request)
        reports = [{"report_id": f"of-{name}", "order_id": name} for name in self._made]
        body = json.dumps({"count": len(reports), "reports": reports}).encode()
        return Answer(200, (("Content-Type", "application/json"),), body, body)


def test_reports_of_some_types_are_named_without_amendments() -> None:
    """BATCH-11: where no report can be amended, further ones are made, named, and looked for in the next listing."""
    target = replace(TARGET, states=States(STATES_URL), world_of_its_own=True)
    asked = play("offers.some_types_each", ListingWire(target, (), ("report_amended",)), target)
    assert [step.label for step in asked.steps][-4:] == ["bodyless", "again", "named", "after"]
    last = max(name for name in asked.values if name.startswith("single-again-"))
    assert asked.given("named")["report_ids"][-1] == f"of-{asked.given(last)['order_id']}"


def test_each_type_is_in_what_is_named_and_in_what_is_listed_still() -> None:
    """BATCH-11, BATCH-12: it is offered by some amended report of either half, and not by another."""
    target = replace(TARGET, states=States(STATES_URL), world_of_its_own=True)
    asked = play("offers.some_types_each", ListingWire(target), target)
    assert [step.label for step in asked.steps][-3:] == ["bodyless", "named", "after"]
    made = {
        f"of-{each['order_id']}": each for name, each in asked.values.items() if name.startswith(("order-", "single-"))
    }
    amended = {
        each["report_id"]: set(made[label.removeprefix("amended-")]["report_types"])
        for label, each in asked.values.items()
        if label.startswith("amended-")
    }
    named = set(asked.given("named")["report_ids"])
    types = set.union(*amended.values())
    assert len(types) > 1 and named < set(amended)
    for half in (named, set(amended) - named):
        for name in types:
            assert {name in amended[report] for report in half} == {True, False}


def test_what_is_listed_still_was_amended_behind_the_acknowledgement_by_name() -> None:
    """BATCH-12: that acknowledgement cannot be why such a report is missing."""
    target = replace(TARGET, states=States(STATES_URL), world_of_its_own=True)
    wire = ListingWire(target)
    told = play("offers.some_types_each", wire, target)
    amended = {each["report_id"] for label, each in told.values.items() if label.startswith("amended-")}
    left = amended - set(told.given("named")["report_ids"])
    assert left
    assert wire.asked[-len(left) - 2 :] == ["acknowledgeReports", *["report_amended"] * len(left), "listReports"]


def test_faults_without_a_token_need_no_organization_of_their_own() -> None:
    """AUTH-15: where none can be made, the calls without a token are sent before the scenario ends."""
    asked = played("check_order.faults_without_access", level="full", not_offered=("fresh_organization",))
    assert {label for label, _ in asked.below("no-token")} >= {"group-report", "result"}


def test_rare_contents_are_looked_for_without_listings() -> None:
    """RESULTS-8: at level full a service without `/reports` says the types of each order by its status."""
    asked = played("rare_contents.in_each_type", level="full", absent=("listReports", "acknowledgeReports"))
    assert list(asked.below("more"))


def test_an_invented_token_is_sent_at_each_level() -> None:
    """AUTH-10, AUTH-12: also where there are few calls that forgeries go in."""
    for level in ("smoke", "standard", "full"):
        for absent in ((), ("getResult",), ("getOrderIds", "getResult", "getGroupReport")):
            names = ("access.without_a_token", "forged.forgeries")
            stories = [played(name, level=level, absent=absent) for name in names]
            assert any(list(story.below("invented")) for story in stories), (level, absent)


def test_a_wrong_type_comes_with_a_token_that_is_refused() -> None:
    """AUTH-15: no cell of the crossing table has it, but one call that begins as one with a bearer token does."""
    asked = dict(played("access.elsewhere").below("beside/another-scheme/getResult"))
    sent = [(exchange.given["report_type"], dict(exchange.request.headers)) for exchange in asked.values()]
    assert [kind for kind, headers in sent if headers["Authorization"].startswith("Bearer ")] == ["csv"]
