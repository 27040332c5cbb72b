"""Defects of the format of answers: members, headers, media types and statuses."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from urllib.parse import quote

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.defects.changed_calls import edited, without
from pacsimile_mock.errors import Problem, Refusal
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.reports import content
from pacsimile_mock.reports.model import Document
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect

JSON = "application/json"


@defect("field-missing", "PROTO-1")
class FieldMissing(Pipeline):
    """A status lacks `updated_at`."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Remove the member."""
        answer = super().serve(operation_id, request)
        return edited(answer, lambda content: content.pop("updated_at")) if operation_id == "getStatus" else answer


@defect("field-of-another-type", "PROTO-1")
class FieldOfAnotherType(Pipeline):
    """`progress` is a string."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Change its type."""
        answer = super().serve(operation_id, request)
        if operation_id != "getStatus":
            return answer
        return edited(answer, lambda content: content.update(progress=str(content["progress"])))


@defect("field-null", "PROTO-1")
class FieldNull(Pipeline):
    """The `report_types` of a listing are null."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Set the member to null."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        return edited(answer, lambda content: [report.update(report_types=None) for report in content["reports"]])


@defect("time-without-offset", "PROTO-1")
class TimeWithoutOffset(Pipeline):
    """`created_at` has no offset."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Cut the offset off."""
        answer = super().serve(operation_id, request)
        if operation_id != "getStatus":
            return answer
        return edited(answer, lambda content: content.update(created_at=content["created_at"][:19]))


@defect("count-is-wrong", "PROTO-1")
class CountIsWrong(Pipeline):
    """`count` of a listing is one too many."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Add one."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        return edited(answer, lambda content: content.update(count=content["count"] + 1))


@defect("acknowledgement-names-the-client", "PROTO-1")
class AcknowledgementNamesClient(Pipeline):
    """`organization_id` of an acknowledgement is the id of the client."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Replace it."""
        answer = super().serve(operation_id, request)
        if operation_id != "acknowledgeReports":
            return answer
        return edited(answer, lambda content: content.update(organization_id=request.client_id))


@defect("file-name-has-the-patients-name", "PROTO-1")
class FileNameOfPatient(ReportService):
    """The file name of an order's PDF has the patient's family name."""

    def document(self, order: Order, version: Version, report_type: str) -> Document:
        """Put it before the report's id."""
        own = super().document(order, version, report_type)
        if report_type != "pdf":
            return own
        family = content.of_order(order, version).patient.family_name
        return replace(own, name=f"{quote(family)}-{own.name}")


@defect("problems-are-plain-json", "PROTO-1")
class PlainJsonProblems(Pipeline):
    """Problems have the media type application/json."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Change the media type."""
        answer = super().refuse(refusal, call)
        answer.media_type = JSON
        return answer


@defect("no-request-id", "PROTO-1")
class NoRequestId(Pipeline):
    """Answers have no `X-Request-Id`."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Remove the header."""
        super().add_common_headers(answer, call)
        without(answer, "X-Request-Id")


@defect("cacheable-answers", "PROTO-1")
class Cacheable(Pipeline):
    """Answers of the API lack `Cache-Control: no-store`."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Remove the header."""
        super().add_common_headers(answer, call)
        if call.operation not in ("getToken", "postToken"):
            without(answer, "Cache-Control")


@defect("no-allow-on-405", "PROTO-2")
class NoAllow(Pipeline):
    """405 has no `Allow`."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Remove the header."""
        super().add_common_headers(answer, call)
        without(answer, "Allow")


@defect("unknown-path-is-200", "PROTO-2")
class UnknownPathIs200(Pipeline):
    """An unknown path is answered with 200 and an empty object."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Return an empty object."""
        if isinstance(refusal, Problem) and refusal.reason == "not-found":
            return Answer.of_json(200, {})
        return super().refuse(refusal, call)


@defect("unknown-method-is-400", "PROTO-2")
class UnknownMethodIs400(Pipeline):
    """An undocumented method is answered with 400."""

    def refuse(self, refusal: Refusal, call: Call) -> Answer:
        """Change the status."""
        answer = super().refuse(refusal, call)
        if answer.status == 405:
            answer.status = 400
        return answer


@defect("non-ascii-is-500", "PROTO-3")
class NonAsciiIs500(Pipeline):
    """A parameter outside ASCII makes the service fail."""

    def route(self, call: Call) -> str:
        """Fail on percent-encoded bytes above 7F."""
        if any(f"%{digit}" in call.query.upper() for digit in "89ABCDEF"):
            raise Problem("'ascii' codec can't decode byte", reason="internal-error")
        return super().route(call)


@defect("every-twentieth-call-is-500", "PROTO-3")
class EveryTwentieth(Pipeline):
    """Every twentieth call fails."""

    def route(self, call: Call) -> str:
        """Count the calls, and fail the twentieth."""
        if next(self.__dict__.setdefault("calls", count(1))) % 20 == 0:
            raise Problem("Something went wrong.", reason="internal-error")
        return super().route(call)


@defect("throttled-without-retry-after", "PROTO-4")
class ThrottledWithoutRetryAfter(Pipeline):
    """429 and 503 have no `Retry-After`."""

    def throttle(self, grant: Grant) -> None:
        """Remove the header."""
        try:
            super().throttle(grant)
        except Problem as problem:
            problem.headers = ()
            raise
