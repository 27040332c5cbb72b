"""The report of a study group. It accounts for every order of the group (GROUP-2, GROUP-5)."""

import csv
import io
from typing import Any

from small_server.clock import rfc3339
from small_server.content import BANNER, reading_of
from small_server.orders import FINAL, Order
from small_server.problems import ended_without_report, not_found, not_ready, type_not_available
from small_server.reports import report_response, to_json, to_text_or_pdf
from small_server.wire import Response

GROUP_TYPES = ("json", "txt", "pdf", "csv")


def group_report(organization_id: str, study_group: str, members: list[Order], report_type: str) -> Response:
    """Return the group's report, or raise the refusal that its members require."""
    if not members:
        raise not_found("study-group")
    if report_type not in GROUP_TYPES:
        raise type_not_available()
    if any(order.status not in FINAL for order in members):
        raise not_ready()
    if all(order.status != "COMPLETED" for order in members):
        raise ended_without_report("order-failed")
    rows = [_row(order) for order in sorted(members, key=lambda order: order.age_key)]
    if report_type == "json":
        changed_at = rfc3339(max(order.updated_at for order in members))
        body = to_json(
            {
                "orders": rows,
                "created_at": changed_at,
                "study_group": study_group,
                "synthetic": True,
                "banner": BANNER,
                "organization_id": organization_id,
            }
        )
    elif report_type == "csv":
        body = _csv(rows)
    else:
        body = to_text_or_pdf(_lines(study_group, rows), report_type)
    return report_response(body, report_type, "study-group", {})


def _row(order: Order) -> dict[str, Any]:
    newest = order.versions[-1] if order.versions else None
    return {
        "order_id": order.order_id,
        "study_uid": order.study_uid,
        "status": order.status,
        "report_id": newest.report_id if newest else None,
        "report_status": newest.report_status if newest else None,
        "impression": reading_of(newest).impression if newest else None,
    }


def _csv(rows: list[dict[str, Any]]) -> bytes:
    """Return RFC 4180 text with a header line. Each line has the mark of synthetic data."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [*rows[0], "note"])
    writer.writeheader()
    writer.writerows({**row, "note": BANNER} for row in rows)
    return out.getvalue().encode("utf-8")


def _lines(study_group: str, rows: list[dict[str, Any]]) -> list[str]:
    lines = [BANNER, "", f"Study group: {study_group}", ""]
    for row in rows:
        lines += [f"Order: {row['order_id']} {row['status']}", f"Study: {row['study_uid']}"]
        if row["report_id"]:
            lines += [f"Report: {row['report_id']} ({row['report_status']})", f"Impression: {row['impression']}"]
        lines.append("")
    return [*lines, BANNER]
