"""Calls operations with a parameter that no service knows. A refusal may name the parameters that there are."""

from __future__ import annotations

from urllib.parse import quote

from pacsimile_contract.learn.contract import names
from pacsimile_contract.learn.probing.caller import Caller
from pacsimile_contract.learn.probing.negotiation import Agreement, mentioned
from pacsimile_contract.learn.proposal import Proposal

UNKNOWN_PARAMETER = "pacsimile"
"""A parameter that no service knows."""


def ask_with_an_unknown_parameter(
    caller: Caller, status: Agreement | None, order: str | None, direct: Proposal
) -> None:
    """Ask for a status with an unknown parameter, and note whether it is refused.

    Args:
        caller: asks.
        status: how a status is asked for, None where that is not known.
        order: an order that is known.
        direct: the proposal that gets the line.
    """
    if status is None or order is None:
        return
    path = status.path_for({"order_id": order})
    given = {status.names["order_id"]: order} if "order_id" in status.names and "{" not in path else {}
    path = path.replace("{order_id}", quote(order, safe=""))
    call = None if "{" in path else caller.get(path, {**given, UNKNOWN_PARAMETER: "1"}, silent=True)
    if call is not None and call.status in (200, 400, 422):
        value = "ignored" if call.status == 200 else "refused"
        evidence = f"an unknown parameter was answered with {call.status}"
        direct.add(("unknown_parameters",), value, sure=True, evidence=evidence)


def ask_for_the_limit(caller: Caller, listing: Agreement | None) -> None:
    """Ask for one report, by the parameter that a refused listing names for it."""
    organization = caller.target.primary.organization_id
    if listing is None or organization is None or "organizationId" not in listing.names:
        return
    given = {listing.names["organizationId"]: organization}
    refused = caller.get(listing.path, {**given, UNKNOWN_PARAMETER: "1"}, silent=True, operation="listReports")
    if refused is None or refused.status not in (400, 422):
        return
    for name in mentioned(refused, ("limit", *names()["parameters"]["limit"]))[:2]:
        call = caller.get(listing.path, {**given, name: "1"}, silent=True, operation="listReports")
        if call is not None and call.status == 200:
            caller.keep(call)
            return
