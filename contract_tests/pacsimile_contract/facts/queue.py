"""The answers about an organization's queue: its listed reports, and which were acknowledged."""

from dataclasses import dataclass
from typing import Any

from pacsimile_contract.evidence.exchange import REPORT_LIST_ATTRIBUTE, Exchange
from pacsimile_contract.facts.members import as_integer, as_object, as_set, as_text, as_texts
from pacsimile_contract.instants import Instant, instant


@dataclass(frozen=True, slots=True)
class ListedReport:
    """One entry of a listing."""

    report_id: str | None
    order_id: str | None
    study_uid: str | None
    study_group: str | None
    report_status: str | None
    supersedes: str | None
    report_types: tuple[str, ...] | None
    completed_at: Instant | None


@dataclass(frozen=True, slots=True)
class ReportList:
    """An answer of `GET /reports`; `reports` is None where the list itself cannot be read."""

    organization_id: str | None
    count: int | None
    reports: tuple[ListedReport, ...] | None

    @property
    def report_ids(self) -> list[str | None]:
        """The listed report ids, in order."""
        return [report.report_id for report in self.reports or ()]


def _listed(json: Any) -> ListedReport:
    entry = as_object(json)
    return ListedReport(
        report_id=as_text(entry.get("report_id")),
        order_id=as_text(entry.get("order_id")),
        study_uid=as_text(entry.get("study_uid")),
        study_group=as_text(entry.get("study_group")),
        report_status=as_text(entry.get("report_status")),
        supersedes=as_text(entry.get("supersedes")),
        report_types=as_set(entry.get("report_types")),
        completed_at=instant(entry.get("completed_at")),
    )


def listing(exchange: Exchange) -> ReportList:
    """Read the answer of `GET /reports`. It is kept with the exchange: many ask for it, and it may be long."""
    kept = vars(exchange).get(REPORT_LIST_ATTRIBUTE)
    if kept is None or kept[0] is not exchange.json:
        kept = vars(exchange)[REPORT_LIST_ATTRIBUTE] = (exchange.json, _listing(exchange.json))
    report_list: ReportList = kept[1]
    return report_list


def _listing(value: Any) -> ReportList:
    body = as_object(value)
    entries = body.get("reports")
    reports = tuple(_listed(entry) for entry in entries) if isinstance(entries, list) else None
    return ReportList(as_text(body.get("organization_id")), as_integer(body.get("count")), reports)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An answer of `POST /reports`."""

    organization_id: str | None
    count: int | None
    acknowledged: tuple[str, ...] | None
    not_found: tuple[str, ...] | None


def acknowledgement(exchange: Exchange) -> Acknowledgement:
    """Read the answer of `POST /reports`."""
    body = as_object(exchange.json)
    return Acknowledgement(
        organization_id=as_text(body.get("organization_id")),
        count=as_integer(body.get("count")),
        acknowledged=as_texts(body.get("acknowledged")),
        not_found=as_texts(body.get("not_found")),
    )
