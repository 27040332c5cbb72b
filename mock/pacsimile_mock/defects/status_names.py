"""Defects of the names of parameters: other spellings that are taken for the right one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.defects.changed_calls import query_of, read_as
from pacsimile_mock.exchange import Call
from pacsimile_mock.parameters import pairs
from pacsimile_mock.worlds.defect_registry import defect


def _respelled(name: str, operation: str, summary: str, change: Callable[[str], str]) -> None:
    """Register the defect that an operation takes other names for those of its parameters."""

    class Respelled(Pipeline):
        def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
            """Replace the names."""
            if operation_id != operation:
                return super().parameters(operation_id, call)
            respelled = [(change(sent), value) for sent, value in pairs(call.query)]
            return read_as(self, operation_id, call, query_of(respelled))

    Respelled.__doc__ = summary
    defect(name, "STATUS-3")(Respelled)


def _lower(name: str) -> str:
    return {"report_type": "report_type"}.get(name.lower(), name)


def _snake(name: str) -> str:
    return {"orderId": "order_id", "studyUid": "study_uid"}.get(name, name)


def _singular(name: str) -> str:
    return {"study_uids": "study_uid"}.get(name, name)


def _underscored(name: str) -> str:
    return name.replace("-", "_").replace(".", "_")


def _organization(name: str) -> str:
    return {"organization_id": "organizationId"}.get(name, name)


_respelled(
    "report-type-in-any-case", "getResult", "`/results` takes `REPORT_TYPE` in any case for `report_type`.", _lower
)
_respelled("blank-behind-a-name", "listReports", "GET of `/reports` ignores blanks behind a name.", str.rstrip)
_respelled("camel-case-selectors", "getStatus", "`/status` takes `orderId` for `order_id`.", _snake)
_respelled("plural-study-uids", "getOrderIds", "`/orderId` takes `study_uids` for `study_uid`.", _singular)
_respelled(
    "hyphens-for-underscores", "getGroupReport", "`/report` takes `study-group` for `study_group`.", _underscored
)
_respelled(
    "acknowledgement-takes-organization-id",
    "acknowledgeReports",
    "POST of `/reports` takes `organization_id` for `organizationId`.",
    _organization,
)
