"""Records of calls, made by hand."""

from typing import Any

from pacsimile_advice.calls import ClientCall, ReportMention


class Record:
    """Calls of one client over one connection with one token, a second apart, unless a call says otherwise."""

    def __init__(self) -> None:
        self.calls: list[ClientCall] = []
        self.now = 0.0

    def call(self, operation: str | None, status: int | None = 200, *, after: float = 1.0, **fields: Any) -> ClientCall:
        """Add a call `after` seconds after the last one."""
        self.now += after
        number = len(self.calls) + 1
        fields = {"client": "lab", "token": "t1", "connection": "c1", **fields}
        call = ClientCall(number, self.now, self.now, operation=operation, status=status, **fields)
        self.calls.append(call)
        return call

    def token(self, name: str = "t1", **fields: Any) -> ClientCall:
        """Ask for a token."""
        return self.call("getToken", token=name, lifetime=3600.0, **fields)

    def status(self, status: str = "PROCESSING", **fields: Any) -> ClientCall:
        """Ask for the status of the order o1."""
        return self.call("getStatus", parameters={"order_id": "o1"}, order_status=status, **fields)

    def result(self, report: str = "r1", status: int | None = 200, **fields: Any) -> ClientCall:
        """Fetch a report."""
        order = fields.pop("order", f"order-of-{report}")
        given = {"order_id": order, "report_type": fields.pop("report_type", "json"), **fields.pop("parameters", {})}
        mention = ReportMention(report, order, supersedes=fields.pop("supersedes", None))
        reports = (mention,) if status == 200 else ()
        return self.call("getResult", status, parameters=given, reports=reports, **fields)

    def listing(self, *reports: str | ReportMention, **fields: Any) -> ClientCall:
        """List reports."""
        mentions = tuple(
            report if isinstance(report, ReportMention) else ReportMention(report, f"order-of-{report}", "1.2.3")
            for report in reports
        )
        return self.call("listReports", parameters={"organizationId": "lab"}, reports=mentions, **fields)

    def acknowledgement(self, *reports: str, with_body: bool = True, **fields: Any) -> ClientCall:
        """Acknowledge reports."""
        mentions = tuple(ReportMention(report) for report in reports)
        return self.call(
            "acknowledgeReports", parameters={"organizationId": "lab"}, reports=mentions, with_body=with_body, **fields
        )
