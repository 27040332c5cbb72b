"""Chapters about a year that passes, minutes without news, and values that are rare, empty or cut."""

from __future__ import annotations

from urllib.parse import quote

import orjson

from mock.tests.helpers.defect_probe import FORM, JSON, Probe, basic_of
from pacsimile_mock.clock import SECOND
from pacsimile_mock.reports import content

A_MINUTE, MORE_THAN_A_YEAR = 60, 400 * 86_400
SOME = 300
"""Reports, among which there is one of a patient whose sex is unknown: one in 33 is."""


def odd_values(probe: Probe) -> None:
    """Names that differ in a sign, a parameter without a value, a folder's name, an unknown sex, and half a second."""
    names = ("Study \N{ANATOMICAL HEART}", "Study \N{LUNGS}")
    for name in names:
        probe.mine("order_in_status", status="COMPLETED", study_group=name)
    probe.call("getGroupReport", f"study_group={quote(names[0])}&report_type=json")
    who = basic_of(probe.primary["client_id"], probe.primary["client_secret"])
    beside = b"grant_type=client_credentials&client_assertion="
    probe.call("postToken", body=beside, token=None, headers=FORM | who)
    owner = f"organizationId={probe.primary['organization_id']}"
    probe.call("acknowledgeReports", owner, body=orjson.dumps({"report_ids": [".."]}), headers=JSON)
    home = probe.state("fresh_organization", ready_reports=SOME)
    unknown = next(order_id for order_id in home["order_ids"] if _sex_of(probe, order_id) == "U")
    probe.call("getResult", f"order_id={unknown}&report_type=fhir", token=probe.token_of(home))
    probe.world.clock.advance(SECOND // 2)
    probe.mine("order_in_status", status="COMPLETED", study_group="half")
    probe.call("getGroupReport", "study_group=half&report_type=json")
    probe.world.clock.advance(SECOND // 2)


def _sex_of(probe: Probe, order_id: str) -> str:
    order = probe.world.store.find_order(order_id)
    assert order is not None
    return content.of_order(order, order.planned_versions()[0]).patient.sex


def a_year(probe: Probe) -> None:
    """An order without news for a minute; then what waits, what was acknowledged and a large group, a year later."""
    order = probe.mine("order_in_status", status="PROCESSING")["order_id"]
    probe.world.clock.advance(A_MINUTE * SECOND)
    probe.call("getStatus", f"order_id={order}")
    home = probe.state("fresh_organization", ready_reports=3)
    group = probe.mine("study_group", statuses=["COMPLETED"] * 110)["study_group"]
    probe.call("getGroupReport", f"study_group={group}&report_type=csv")
    owner = f"organizationId={home['organization_id']}"
    probe.call("listReports", f"{owner}&limit=2", token=probe.token_of(home))
    probe.call("acknowledgeReports", owner, token=probe.token_of(home))
    probe.world.clock.advance(MORE_THAN_A_YEAR * SECOND)
    probe.call("listReports", owner, token=probe.token_of(home))
    probe.call("getGroupReport", f"study_group={group}&report_type=csv", token=probe.token_of(probe.primary))
