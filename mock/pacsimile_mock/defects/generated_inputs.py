"""Defects that hide in corners of the input: only what is generated comes there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from pacsimile_mock.calls.pipeline import HANDLERS, Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem, invalid_parameter, invalid_scope
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import TokenService
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec import operations

GROUP_COLUMN = 64


def _reread(pipeline: Pipeline, operation_id: str, call: Call, query: str) -> Mapping[str, str]:
    """Read another query than was sent."""
    sent, call.query = call.query, query
    try:
        return Pipeline.parameters(pipeline, operation_id, call)
    finally:
        call.query = sent


@defect("signed-limit-accepted-above-100", "BATCH-13")
class SignedLimitAccepted(Pipeline):
    """A limit with a plus sign is accepted when it is greater than 100."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Leave the sign out."""
        return _reread(self, operation_id, call, re.sub(r"limit=%2B(?=[1-9][0-9]{2})", "limit=", call.query))


@defect("limit-beyond-64-bits-is-500", "PROTO-3")
class LimitOverflows(Pipeline):
    """A limit that 64 bits cannot hold makes the service fail."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Fail beyond 2 to the 63rd."""
        found = re.search(r"limit=([0-9]{19,})", call.query)
        if found and int(found[1]) >= 2**63:
            raise Problem("Python int too large to convert to SQLite INTEGER", reason="internal-error")
        return super().parameters(operation_id, call)


@defect("uid-component-of-11-digits-is-500", "PROTO-3")
class LongComponentFails(Pipeline):
    """A study UID with a component of 11 digits makes the service fail."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Fail where a component does not fit."""
        uid = dict(parse_qsl(call.query)).get("study_uid", "")
        if any(len(component) == 11 for component in uid.split(".")):
            raise Problem("value out of range for type integer", reason="internal-error")
        return super().parameters(operation_id, call)


@defect("uid-of-63-characters-refused", "ORDERID-4")
class LengthOffByOne(Pipeline):
    """A study UID of exactly 63 characters is taken for malformed."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Refuse it."""
        values = super().parameters(operation_id, call)
        if len(values.get("study_uid", "")) == 63:
            raise invalid_parameter("study_uid", "must be a DICOM UID", "ORDERID-4")
        return values


@defect("order-id-of-64-characters-refused", "STATUS-4")
class LongOrderRefused(Pipeline):
    """An order id of exactly 64 characters is taken for malformed."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Refuse it."""
        values = super().parameters(operation_id, call)
        if len(values.get("order_id", "")) == 64:
            raise invalid_parameter("order_id", "must be 1 to 63 letters, digits and hyphens")
        return values


@defect("organization-with-full-stops-behind-it", "STATUS-8")
class OrganizationStripped(Pipeline):
    """An `organizationId` with full stops at its end is taken for the one without."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Compare without them."""
        if organization_id.rstrip(".") != request.organization_id:
            super().check_ownership(request, organization_id)


@defect("misspelt-parameter-ignored", "STATUS-3")
class MisspeltIgnored(Pipeline):
    """A parameter whose name begins with an underscore is ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Leave it out."""
        kept = [one for one in call.query.split("&") if not one.startswith("_")]
        return _reread(self, operation_id, call, "&".join(kept))


@defect("report-type-trimmed", "RESULTS-5")
class ReportTypeTrimmed(Pipeline):
    """Spaces around a `report_type` are ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Take them away."""
        trimmed = re.sub(r"(?<=report_type=)(%20)*([^&]*?)(%20)*(?=&|$)", r"\2", call.query)
        return _reread(self, operation_id, call, trimmed)


@defect("lower-case-escape-refused", "STATUS-3")
class LowerCaseEscapeRefused(Pipeline):
    """A percent-encoded letter is refused where the escape is written in lower case."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Refuse it."""
        if re.search(r"%[2-7][a-f]", call.query):
            raise invalid_parameter("query", "has an escape that is not in upper case")
        return super().parameters(operation_id, call)


@defect("padded-payload-accepted", "AUTH-12")
class PaddedPayloadAccepted(Pipeline):
    """A token that was altered by base64 padding behind its payload is accepted."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Take the padding away."""
        return super().verify(re.sub(r"=+\.", ".", text), now)


@defect("scheme-by-its-beginning", "AUTH-13")
class SchemeByBeginning(Pipeline):
    """Any scheme that begins with `Bearer` is taken for it."""

    def bearer(self, call: Call) -> str | None:
        """Compare six letters."""
        scheme, _, text = call.headers.get("authorization", "").partition(" ")
        return (text.strip() or None) if scheme.lower().startswith("bearer") else None


@defect("scopes-in-their-order-alone", "AUTH-6")
class ScopesInOrder(TokenService):
    """Narrower scopes are granted in the client's own order alone."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Refuse another order."""
        wanted = super().scopes(client, asked)
        if list(wanted) != [one for one in client.scopes if one in wanted]:
            raise invalid_scope(f"{wanted[-1]!r} is unknown or beyond this client.")
        return wanted


@defect("acknowledgement-takes-a-limit", "STATUS-3")
class AcknowledgementTakesLimit(Pipeline):
    """POST of `/reports` accepts the `limit` of GET, and acknowledges."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Leave it out."""
        if operation_id != "acknowledgeReports":
            return super().parameters(operation_id, call)
        kept = [one for one in call.query.split("&") if not one.startswith("limit=")]
        return _reread(self, operation_id, call, "&".join(kept))


@defect("acknowledgement-takes-any-parameter", "STATUS-3")
class AcknowledgementTakesAny(Pipeline):
    """POST of `/reports` ignores parameters that it does not know, and acknowledges."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Leave them out."""
        if operation_id != "acknowledgeReports":
            return super().parameters(operation_id, call)
        kept = [one for one in call.query.split("&") if one.startswith("organizationId=")]
        return _reread(self, operation_id, call, "&".join(kept))


@defect("empty-organization-acknowledges-the-clients-own", "STATUS-3")
class EmptyOrganizationAcknowledges(Pipeline):
    """POST of `/reports` with an empty `organizationId` acknowledges for the client's own organization."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Fill it in."""
        client = self.world.clients.get(call.client_id or "")
        if operation_id == "acknowledgeReports" and call.query == "organizationId=" and client is not None:
            return {"organizationId": client.organization_id}
        return super().parameters(operation_id, call)


@defect("groups-alike-in-64-characters-are-one", "STATUS-8")
class GroupsAlikeAreOne(ReportService):
    """Study groups whose names are alike in their first 64 characters are one."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Compare no more of them."""
        if len(study_group) <= GROUP_COLUMN:
            return super().members(organization_id, study_group)
        orders = self.store.orders_of(organization_id)
        return [one for one in orders if (one.study_group or "")[:GROUP_COLUMN] == study_group[:GROUP_COLUMN]]


@defect("paths-in-any-case", "PROTO-2")
class PathsInAnyCase(Pipeline):
    """A path in another case, such as `/orderid`, is answered as the operation's own."""

    def routed(self, call: Call) -> str:
        """Look for the operation without regard to case."""
        known = ((one.method, one.path.lower(), name) for name, one in operations().items() if name in HANDLERS)
        for method, path, name in known if call.operation is None else ():
            if (method, path) == (call.method, call.path.lower()):
                call.operation = name
        return super().routed(call)
