"""The queue of reports that are not acknowledged. Listing is safe, and acknowledging only marks."""

import heapq
import json
from collections.abc import Iterable
from typing import Any

from small_server.clock import rfc3339
from small_server.orders import Organization, Version
from small_server.problems import bad_body, problem
from small_server.wire import Request

MAX_IDS = 10_000


class Backlog:
    """Remember the most recent listing of each client and organization (BATCH-5, BATCH-9)."""

    def __init__(self) -> None:
        self._shown: dict[tuple[str, str], list[str]] = {}

    def listing(self, client_id: str, organization: Organization, limit: int | None) -> dict[str, Any]:
        """Return the oldest unacknowledged reports by instant, ties in the order of becoming ready (BATCH-13)."""
        waiting = organization.waiting.values()
        chosen = (
            sorted(waiting, key=_oldest_first) if limit is None else heapq.nsmallest(limit, waiting, key=_oldest_first)
        )
        self._shown[self.place(client_id, organization)] = [version.report_id for version in chosen]
        return {
            "reports": [_entry(version) for version in chosen],
            "count": len(chosen),
            "organization_id": organization.organization_id,
        }

    def place(self, client_id: str, organization: Organization) -> tuple[str, str]:
        """Return the key of a client's last listing."""
        return client_id, organization.organization_id

    def acknowledge(self, client_id: str, organization: Organization, report_ids: list[str] | None) -> dict[str, Any]:
        """Mark the named reports, or without names those of this client's last listing, and nothing else."""
        if report_ids is None:
            report_ids = self._shown.get(self.place(client_id, organization), [])
        acknowledged, not_found = _mark(organization, dict.fromkeys(report_ids))
        return {
            "acknowledged": acknowledged,
            "not_found": not_found,
            "count": len(acknowledged),
            "organization_id": organization.organization_id,
        }


def _mark(organization: Organization, report_ids: Iterable[str]) -> tuple[list[str], list[str]]:
    acknowledged, not_found = [], []
    for report_id in report_ids:
        version = organization.versions.get(report_id)
        if version is None:
            not_found.append(report_id)
        elif not version.acknowledged:
            version.acknowledged = True
            organization.waiting.pop(report_id, None)
            acknowledged.append(report_id)
    return acknowledged, not_found


def _oldest_first(version: Version) -> tuple[int, int]:
    return version.completed_at, version.rank


def _entry(version: Version) -> dict[str, Any]:
    order = version.order
    return {
        "completed_at": rfc3339(version.completed_at, version.offset),
        "report_types": order.report_types,
        "supersedes": version.supersedes,
        "report_status": version.report_status,
        "report_id": version.report_id,
        "study_group": order.study_group,
        "study_uid": order.study_uid,
        "order_id": order.order_id,
        "version": version.number,
    }


def read_report_ids(request: Request) -> list[str] | None:
    """Return the ids in the body, or None without a body, which means zero bytes (BATCH-11)."""
    if not request.body:
        return None
    _check_media_type(request)
    try:
        document = json.loads(request.body.decode("utf-8"), object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise bad_body("The body is not JSON in UTF-8, or repeats a member.") from None
    if not isinstance(document, dict) or list(document) != ["report_ids"]:
        raise bad_body("The body is an object with the one member report_ids.")
    report_ids = document["report_ids"]
    if not isinstance(report_ids, list) or not all(isinstance(report_id, str) for report_id in report_ids):
        raise bad_body("report_ids is an array of strings.")
    if len(report_ids) > MAX_IDS:
        raise bad_body(f"report_ids has {MAX_IDS} entries at most.")
    return report_ids


def _check_media_type(request: Request) -> None:
    types = [value.partition(";")[0].strip(" \t").lower() for value in request.headers.get_all("Content-Type", [])]
    coding = (request.header("Content-Encoding") or "identity").strip(" \t").lower()
    if types != ["application/json"] or coding != "identity":
        raise problem(415, "unsupported-media-type", "The body is application/json, without a content coding.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a member is repeated")
    return dict(pairs)
