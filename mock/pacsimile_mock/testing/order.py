"""Lets a test read and move an order."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pacsimile_mock.testing.control import CalledWorld
from pacsimile_mock.testing.tracebacks import is_refusal

__tracebackhide__ = is_refusal


class TestOrder:
    """An order, which the test or the clock moves."""

    __test__ = False  # pytest would take the class for a test

    def __init__(self, world: CalledWorld, fields: dict[str, Any]) -> None:
        self._world = world
        self.order_id: str = fields["order_id"]
        self.study_uid: str = fields["study_uid"]
        self.study_group: str | None = fields["study_group"]
        self.organization_id: str = fields["organization_id"]

    @property
    def told(self) -> dict[str, Any]:
        """Its JSON in the control API: status, progress, plan, and reports with whether they are acknowledged."""
        fields: dict[str, Any] = self._world.call("GET", f"/orders/{quote(self.order_id, safe='')}")
        return fields

    @property
    def status(self) -> str:
        """Its current status."""
        return str(self.told["status"])

    @property
    def report_ids(self) -> list[str]:
        """The ids of its reports, oldest version first."""
        return [report["report_id"] for report in self.told["reports"]]

    @property
    def acknowledged(self) -> bool:
        """Whether the newest version of its report was acknowledged."""
        reports = self.told["reports"]
        return bool(reports and reports[-1]["acknowledged"])

    def start(self) -> None:
        """Start its processing."""
        self._move("start")

    def progress(self, percent: int) -> None:
        """Set its progress, 0 … 99 percent."""
        self._move("progress", {"progress": percent})

    def finish(self) -> None:
        """Complete the order; its report is ready at once."""
        self._move("finish")

    def fail(self) -> None:
        """Let the order fail."""
        self._move("fail")

    def cancel(self) -> None:
        """Cancel the order."""
        self._move("cancel")

    def amend(self) -> str:
        """Amend its report, and return the id of the new version."""
        self._move("amend")
        return self.report_ids[-1]

    def _move(self, action: str, content: dict[str, Any] | None = None) -> None:
        self._world.call("POST", f"/orders/{quote(self.order_id, safe='')}/{action}", content or {})
