"""`pacsimile order`: submit orders to a running mock and change them by hand."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import click

from pacsimile.option_types import MomentType, Word
from pacsimile.running_mock import Running, on_running
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.statuses import STATUSES


@click.group()
def command() -> None:
    """Submit orders to the running mock and change their status."""


@command.command()
@click.option("--status", type=Word(STATUSES), help="Status that the order keeps. Without it: RECEIVED.")
@click.option(
    "--moves",
    metavar="DURATION",
    type=MomentType(),
    help="Complete the order after this time, such as 30s, or after a number of status calls, such as '3 polls'.",
)
@click.option("--study-uid", metavar="UID", help="Study of the order. Without it: a new study.")
@click.option("--study-group", metavar="NAME", help="Study group that the order joins.")
@click.option("--organization", metavar="ID", help="Organization of the order. Without it: the first one.")
@click.option(
    "--report-type",
    "report_types",
    multiple=True,
    type=Word(list(REPORT_TYPES)),
    help="Report type to offer. Repeatable. Without it: all types.",
)
@on_running
def new(running: Running, **given: Any) -> None:
    """Submit an order and print its id."""
    moves = given["moves"]
    wanted = {
        "organization_id": given["organization"],
        "status": given["status"],
        "moves": None if moves is None else {"finishes": moves},
        "study_uid": given["study_uid"],
        "study_group": given["study_group"],
        "report_types": list(given["report_types"]) or None,
    }
    made = running.of_world("POST", "/orders", {name: value for name, value in wanted.items() if value is not None})
    click.echo(f"{made['order_id']}  {made['status']}  study {made['study_uid']}")


@command.command(name="list")
@click.option("--status", type=Word(STATUSES), help="Only orders in this status.")
@click.option("--organization", metavar="ID", help="Only orders of this organization.")
@on_running
def list_orders(running: Running, status: str | None, organization: str | None) -> None:
    """List orders, oldest submission first."""
    query: dict[str, Any] = {"limit": 1000, "status": status, "organization_id": organization}
    while True:
        given = urlencode({name: value for name, value in query.items() if value})
        page = running.of_world("GET", f"/orders?{given}")
        for order in page["orders"]:
            group = f"  group {order['study_group']}" if order["study_group"] else ""
            progress = f"{order['status']:<10} {order['progress']:>3} %"
            click.echo(f"{order['order_id']}  {order['organization_id']}  {progress}{group}")
        if page["next"] is None:
            return
        query["after"] = page["next"]


def _move(action: str, summary: str) -> None:
    @command.command(name=action, help=summary)
    @click.argument("order_id")
    @on_running
    def move(running: Running, order_id: str) -> None:
        order = running.of_world("POST", f"/orders/{quote(order_id, safe='')}/{action}", {})
        reports = ", ".join(report["report_id"] for report in order["reports"])
        click.echo(f"{order['order_id']}  {order['status']}" + (f"  reports {reports}" if reports else ""))


for action, summary in (
    ("start", "Start processing an order."),
    ("finish", "Complete an order. Its report is ready at once."),
    ("fail", "Fail an order."),
    ("cancel", "Cancel an order."),
    ("amend", "Amend an order's report. The new version is listed again."),
):
    _move(action, summary)
