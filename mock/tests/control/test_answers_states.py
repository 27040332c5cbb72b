"""Calls of the control API about provider states: as described."""

from __future__ import annotations

from typing import Any

from mock.tests.helpers.described import Control, made


def test_of_states(control: Control) -> None:
    """Every state that is offered, in a world and in the default one."""
    world = made(control)

    def state(name: str, **params: Any) -> Any:
        control("POST", "/states", {"state": name, "params": params or None, "action": "teardown"})
        return control("POST", f"{world}/states", {"state": name, "params": params, "consumer": "test"})

    fresh = state("fresh_organization", ready_reports=2, completed_seconds=[0, 0.5], offsets=["+09:00", "-03:30"])
    state("other_organization")
    client = state("client_with_scopes", scopes=["status.read"])
    state("throttled", client_id=client["client_id"], status=429)
    order = state("order_in_status", status="RECEIVED", study_uid="1.2.3", study_group="G", report_types=["json"])
    state(
        "study_with_orders", statuses=["COMPLETED", "FAILED"], seconds=[1, 1], offsets=["+00:00"] * 2, submitted=[2, 1]
    )
    state("study_shared_between_organizations", statuses=["COMPLETED", "RECEIVED"], newer="mine")
    state("study_group", statuses=["COMPLETED"])
    state("study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=["FAILED"])
    state("order_advanced", order_id=order["order_id"], progress=40)
    assert state("order_advanced", order_id=order["order_id"], status="COMPLETED")["status"] == "COMPLETED"
    state("report_becomes_ready", organization_id=fresh["organization_id"], completed_seconds_ago=5, unready=False)
    state("report_amended", report_id=fresh["report_ids"][0])
    state("time_passes", seconds=0)
    state("expired_token")
    state("token_with", claims={"aud": None}, header={"typ": "JWT"}, client_id=client["client_id"])
    control("POST", "/states", {"state": "no_such_state"}, 404)
    control("POST", "/states", {"state": "throttled", "params": {"client_id": "nobody", "status": 429}}, 400)


def test_a_state_never_ignores_whose_it_is(control: Control) -> None:
    """An organization that there is not, or that is not the object's, is refused by every state."""
    world = made(control)
    mine = control("POST", f"{world}/states", {"state": "other_organization"})
    client = control("POST", f"{world}/states", {"state": "client_with_scopes", "params": {"scopes": ["status.read"]}})
    of_client, of_mine = client["organization_id"], mine["organization_id"]
    given: list[tuple[str, dict[str, Any], str]] = [
        ("throttled", {"client_id": client["client_id"], "status": 503}, of_mine),
        ("expired_token", {"client_id": client["client_id"]}, of_mine),
        ("token_with", {"client_id": client["client_id"]}, of_mine),
        ("order_advanced", {"order_id": mine["order_id"], "status": "FAILED"}, of_client),
        ("report_amended", {"report_id": mine["report_id"]}, of_client),
        ("order_in_status", {"status": "FAILED"}, "nobody"),
        ("time_passes", {"seconds": 0}, "nobody"),
        ("fresh_organization", {}, "nobody"),
    ]
    for name, params, other in given:
        for organization_id in (other, "nobody", "", 1):
            state = {"state": name, "params": {**params, "organization_id": organization_id}}
            control("POST", f"{world}/states", state, 400)


def test_a_parameter_that_cannot_be_is_refused(control: Control) -> None:
    """Whichever state it is of; what is refused made nothing."""
    world = made(control)
    ended = control("POST", f"{world}/states", {"state": "order_in_status", "params": {"status": "FAILED"}})
    client = control("POST", f"{world}/states", {"state": "client_with_scopes", "params": {"scopes": ["status.read"]}})
    two = {"statuses": ["COMPLETED", "FAILED"]}
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]
    before = control("GET", f"{world}/orders")
    refused: list[tuple[str, dict[str, Any], str]] = [
        ("study_with_orders", {**two, "submitted": [1, True]}, "'submitted' must be a list of whole numbers"),
        ("study_with_orders", {**two, "seconds": [1]}, "'seconds' must have 2 values, one for each order, not 1"),
        ("study_with_orders", {**two, "offsets": ["+09:00", "9"]}, "'offsets' must have offsets such as +09:00"),
        ("order_in_status", {"status": "FAILED", "study_uid": "x"}, "'study_uid' must be a DICOM UID"),
        ("order_advanced", {"order_id": "ORD-NONE", "status": "FAILED"}, "there is no order 'ORD-NONE' in this world"),
        ("order_advanced", {"order_id": ended["order_id"], "progress": 50}, "FAILED"),
        ("report_amended", {"report_id": "none"}, "there is no ready report of that report_id"),
        ("throttled", {"client_id": client["client_id"], "status": 430}, "'status' must be 429 or 503"),
        ("token_with", {"claims": {"deep": deep}}, "cannot be written as JSON"),
        ("time_passes", {"seconds": 1e12}, ""),
    ]
    for name, params, words in refused:
        answer = control("POST", f"{world}/states", {"state": name, "params": params}, 400)
        assert words in answer["detail"], (name, answer["detail"])
    assert control("GET", f"{world}/orders")["orders"] == before["orders"]
