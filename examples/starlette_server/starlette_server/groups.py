"""The report of a study group: each of its orders, in JSON, text, PDF and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from starlette_server.clock import written
from starlette_server.content import BANNER, content_of
from starlette_server.database import Order
from starlette_server.orders import UNFINISHED, latest_report
from starlette_server.pdf import pdf_of
from starlette_server.problems import Problem

GROUP_TYPES = ("json", "txt", "pdf", "csv")
COLUMNS = ("order_id", "study_uid", "status", "report_id", "report_status", "procedure", "impression", "completed_at")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def group_orders(session: Session, organization_id: str, study_group: str) -> list[Order]:
    """The organization's orders of a group, in the order of their submission.

    Raises:
        Problem: `study-group-not-found`.
    """
    query = select(Order).where(Order.organization_id == organization_id, Order.study_group == study_group)
    orders = list(session.scalars(query.order_by(Order.number)))
    if not orders:
        raise Problem("study-group-not-found", "Check the name; it is compared exactly, spaces and case included.")
    return orders


def check_group(orders: list[Order], report_type: str) -> None:
    """Refuse a report that there is not, or not in this type.

    Raises:
        Problem: for a type of orders alone, then for an order that is not finished, then if none is COMPLETED.
    """
    if report_type not in GROUP_TYPES:
        raise Problem("report-type-not-available", f"Ask for one of {', '.join(GROUP_TYPES)}.")
    if any(order.status in UNFINISHED for order in orders):
        raise Problem("report-not-ready", "Ask again after the time that Retry-After gives.", {"Retry-After": "3"})
    if all(order.status != "COMPLETED" for order in orders):
        raise Problem("order-failed", "No order of the group was COMPLETED: there will be no report.")


def group_row(session: Session, order: Order) -> dict[str, Any]:
    """What a group's report says of an order; what comes from its report is null where there is none."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {"order_id": order.id, "study_uid": order.study_uid, "status": order.status}
    if order.status == "COMPLETED":
        report = latest_report(session, order)
        content = content_of(order, report)
        row |= {
            "report_id": report.id,
            "report_status": content.status,
            "procedure": content.kind.name,
            "impression": content.impression,
            "completed_at": written(report.completed_at, order.offset),
        }
    return row


def rendered_group(session: Session, orders: list[Order], report_type: str) -> bytes:
    """The bytes of the group's report in one of `GROUP_TYPES`."""
    rows = [group_row(session, order) for order in orders]
    last = max(orders, key=lambda order: order.updated_at)
    document = {
        "study_group": orders[0].study_group,
        "organization_id": orders[0].organization_id,
        "created_at": written(last.updated_at, last.offset),
        "orders": rows,
        "synthetic": True,
    }
    match report_type:
        case "json":
            return json.dumps(document, ensure_ascii=False, indent=1).encode()
        case "csv":
            return csv_of(rows)
        case "txt":
            return "".join(f"{line}\n" for line in group_lines(document)).encode()
        case _:
            return pdf_of(group_lines(document))


def group_lines(document: dict[str, Any]) -> list[str]:
    """The report as lines for people: an order's id and status in one line, then what its report says."""
    lines = [BANNER, "", f"Study group: {document['study_group']}", f"As of {document['created_at']}", ""]
    for row in document["orders"]:
        lines.append(f"{row['order_id']} {row['status']}")
        lines.append(f"Study: {row['study_uid']}")
        if row["report_id"]:
            lines.append(f"{row['procedure']}, report {row['report_id']} ({row['report_status']})")
            lines.append(row["impression"])
        lines.append("")
    return [*lines, BANNER]


def csv_of(rows: list[dict[str, Any]]) -> bytes:
    """The rows as RFC 4180 has them, each with the mark of synthetic data."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow((*COLUMNS, "synthetic"))
    for row in rows:
        writer.writerow([*(cell(row[name]) for name in COLUMNS), "true"])
    return table.getvalue().encode()


def cell(value: str | None) -> str:
    """A value that no spreadsheet runs as a formula."""
    text = value or ""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
