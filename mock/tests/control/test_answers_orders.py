"""Calls of the control API about orders, their patients, and study groups: as described."""

from __future__ import annotations

import pytest

from mock.tests.helpers.described import Control, made


def test_of_orders(control: Control) -> None:
    """One, a list, many alike; with a patient, a study and a group of the user's; listed, shown and moved."""
    world = made(control)
    control("POST", f"{world}/organizations", {"organization_id": "o"}, 201)
    patient = {"mrn": "M1", "family_name": "Test", "given_name": "T", "birth_date": "1970-01-31", "sex": "O"}
    whole = {
        "organization_id": "o",
        "study_uid": "1.2.3",
        "study_group": "G",
        "report_types": ["json"],
        "patient": patient,
    }
    order = control("POST", f"{world}/orders", {**whole, "moves": {"starts": 1, "finishes": 2}}, 201)
    assert [one["status"] for one in order["plan"]][-1] == "COMPLETED"
    polled = {"organization_id": "o", "moves": {"unit": "polls", "starts": 1, "finishes": 3, "outcome": "CANCELLED"}}
    assert control("POST", f"{world}/orders", polled, 201)["polls"]["made"] == 0
    assert len(control("POST", f"{world}/orders", [{"organization_id": "o"}] * 3, 201)["orders"]) == 3
    assert control("POST", f"{world}/orders", {"count": 5, "organization_id": "o"}, 201)["count"] == 5
    assert len(control("GET", f"{world}/orders?status=RECEIVED&limit=2")["orders"]) == 2
    assert control("GET", f"{world}/orders?study_uid=1.2.3&study_group=G&organization_id=o")["next"] is None
    path = f"{world}/orders/{order['order_id']}"
    assert control("POST", f"{path}/start")["status"] == "PROCESSING"
    assert control("POST", f"{path}/progress", {"progress": 70})["progress"] == 70
    control("POST", f"{path}/amend", status=409)
    assert control("POST", f"{path}/finish")["reports"][0]["acknowledged"] is False
    assert len(control("POST", f"{path}/amend")["reports"]) == 2
    assert control("GET", path)["status"] == "COMPLETED"
    for action in ("start", "finish", "fail", "cancel"):
        control("POST", f"{path}/{action}", status=409)
    control("POST", f"{path}/progress", {"progress": 99}, 409)
    others = control("GET", f"{world}/orders?status=RECEIVED")["orders"]
    assert control("POST", f"{world}/orders/{others[0]['order_id']}/fail")["status"] == "FAILED"
    assert control("POST", f"{world}/orders/{others[1]['order_id']}/cancel")["status"] == "CANCELLED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"mrn": "a\\b"},
        {"family_name": "A^B"},
        {"given_name": "\n"},
        {"family_name": "F" * 40, "given_name": "G" * 40},
        {"birth_date": "19700131"},
        {"birth_date": "1970-02-30"},
        {"sex": "X"},
        {"nickname": "T"},
    ],
)
def test_a_patient_that_no_report_can_hold_is_refused(control: Control, wrong: dict[str, str]) -> None:
    """As in a scenario: HL7 and DICOM have no way to write it."""
    patient = {"mrn": "M1", "family_name": "Test", "given_name": "T", "birth_date": "1970-01-31", "sex": "O", **wrong}
    owner = control.service.client().client.organization_id
    control("POST", "/worlds/default/orders", {"organization_id": owner, "patient": patient}, 400)


def test_of_groups(control: Control) -> None:
    """Two organizations' groups of one name are two, and pages walk through both."""
    world = made(control)
    for owner in ("a", "b"):
        control("POST", f"{world}/organizations", {"organization_id": owner}, 201)
        control(
            "POST", f"{world}/groups", {"organization_id": owner, "study_group": "G/1", "statuses": ["FAILED"]}, 201
        )
    first = control("GET", f"{world}/groups?limit=1")
    second = control("GET", f"{world}/groups?limit=1&after={first['next']}")
    assert [first["groups"][0]["organization_id"], second["groups"][0]["organization_id"]] == ["a", "b"]
    assert second["next"] is None
    assert len(control("GET", f"{world}/groups?organization_id=a")["groups"]) == 1
