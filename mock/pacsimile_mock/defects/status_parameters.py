"""Defects of selectors and other parameters that are excessive, unknown, repeated or malformed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.defects.changed_calls import query_of, read_as
from pacsimile_mock.errors import invalid_parameter
from pacsimile_mock.exchange import Call
from pacsimile_mock.orders.model import Order
from pacsimile_mock.parameters import pairs
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec import operations


@defect("both-selectors-accepted", "STATUS-3")
class BothSelectors(Pipeline):
    """With both selectors the first one counts, and the second one is ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop the second selector."""
        selectors, parameters = operations()[operation_id].exactly_one_of, pairs(call.query)
        if len({name for name, _ in parameters} & set(selectors)) > 1:
            call.query = query_of([(name, value) for name, value in parameters if name != selectors[-1]])
        return super().parameters(operation_id, call)


@defect("unknown-parameter-ignored", "STATUS-3")
class UnknownIgnored(Pipeline):
    """An unknown parameter is ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop unknown parameters."""
        known = {parameter.name for parameter in operations()[operation_id].parameters}
        call.query = query_of([(name, value) for name, value in pairs(call.query) if name in known])
        return super().parameters(operation_id, call)


@defect("repeated-parameter-accepted", "STATUS-3")
class RepeatedAccepted(Pipeline):
    """A repeated parameter is accepted; the last value counts."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Keep the last value."""
        call.query = query_of(list(dict(pairs(call.query)).items()))
        return super().parameters(operation_id, call)


GROUP_COLUMN = 64


@defect("order-id-of-64-characters-refused", "STATUS-4")
class LongOrderRefused(Pipeline):
    """An order id of exactly 64 characters is refused as malformed."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Refuse that length."""
        values = super().parameters(operation_id, call)
        if len(values.get("order_id", "")) == 64:
            raise invalid_parameter("order_id", "must be 1 to 63 letters, digits and hyphens")
        return values


@defect("organization-with-full-stops-behind-it", "STATUS-8")
class OrganizationStripped(Pipeline):
    """Full stops at the end of an `organizationId` are ignored."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Remove the full stops."""
        if organization_id.rstrip(".") != request.organization_id:
            super().check_ownership(request, organization_id)


@defect("misspelt-parameter-ignored", "STATUS-3")
class MisspeltIgnored(Pipeline):
    """A parameter whose name begins with an underscore is ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop such parameters."""
        kept = [pair for pair in call.query.split("&") if not pair.startswith("_")]
        return read_as(self, operation_id, call, "&".join(kept))


@defect("lower-case-escape-refused", "STATUS-3")
class LowerCaseEscapeRefused(Pipeline):
    """A percent-encoded letter is refused if its hexadecimal digits are in lower case."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Refuse lower case."""
        if re.search(r"%[2-7][a-f]", call.query):
            raise invalid_parameter("query", "has an escape that is not in upper case")
        return super().parameters(operation_id, call)


@defect("acknowledgement-takes-a-limit", "STATUS-3")
class AcknowledgementTakesLimit(Pipeline):
    """POST of `/reports` accepts the `limit` of GET, and acknowledges."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop the parameter."""
        if operation_id != "acknowledgeReports":
            return super().parameters(operation_id, call)
        kept = [pair for pair in call.query.split("&") if not pair.startswith("limit=")]
        return read_as(self, operation_id, call, "&".join(kept))


@defect("acknowledgement-takes-any-parameter", "STATUS-3")
class AcknowledgementTakesAny(Pipeline):
    """POST of `/reports` ignores unknown parameters, and acknowledges."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop unknown parameters."""
        if operation_id != "acknowledgeReports":
            return super().parameters(operation_id, call)
        kept = [pair for pair in call.query.split("&") if pair.startswith("organizationId=")]
        return read_as(self, operation_id, call, "&".join(kept))


@defect("empty-organization-acknowledges-the-clients-own", "STATUS-3")
class EmptyOrganizationAcknowledges(Pipeline):
    """POST of `/reports` with an empty `organizationId` acknowledges for the client's own organization."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Use the client's organization."""
        client = self.world.clients.get(call.client_id or "")
        if operation_id == "acknowledgeReports" and call.query == "organizationId=" and client is not None:
            return {"organizationId": client.organization_id}
        return super().parameters(operation_id, call)


@defect("group-name-is-decoded-twice", "STATUS-8")
class GroupDecodedTwice(Pipeline):
    """A group's name is decoded once more than it was encoded."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Decode it again."""
        values = dict(super().parameters(operation_id, call))
        if "study_group" in values:
            values["study_group"] = unquote(values["study_group"])
        return values


@defect("report-type-may-be-repeated", "STATUS-3")
class TypeMayRepeat(Pipeline):
    """A repeated `report_type` of a group is accepted; the first value counts."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Keep the first value."""
        if operation_id == "getGroupReport":
            sent = pairs(call.query)
            first = [pair for at, pair in enumerate(sent) if pair[0] not in [name for name, _ in sent[:at]]]
            groups = [name for name, _ in sent].count("study_group")
            call.query = query_of(first) if groups == 1 else call.query
        return super().parameters(operation_id, call)


@defect("groups-alike-in-64-characters-are-one", "STATUS-8")
class GroupsAlikeAreOne(ReportService):
    """Study groups whose names have the same first 64 characters are treated as one group."""

    def members(self, organization_id: str, study_group: str) -> Sequence[Order]:
        """Compare only those characters."""
        if len(study_group) <= GROUP_COLUMN:
            return super().members(organization_id, study_group)
        orders = self.store.orders_of(organization_id)
        return [order for order in orders if (order.study_group or "")[:GROUP_COLUMN] == study_group[:GROUP_COLUMN]]


@defect("language-parameter-ignored", "STATUS-3")
class LanguageIgnored(Pipeline):
    """A parameter `lang`, which a user interface adds to each call, is ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop the parameter."""
        kept = [pair for pair in call.query.split("&") if not pair.startswith("lang=")]
        return read_as(self, operation_id, call, "&".join(kept))


@defect("semicolon-separates-parameters", "STATUS-3")
class SemicolonSeparates(Pipeline):
    """A query is split at semicolons too, as HTML 4 recommended."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Take them for ampersands."""
        call.query = call.query.replace(";", "&")
        return super().parameters(operation_id, call)


@defect("operators-in-parameter-names", "STATUS-3")
class OperatorsInNames(Pipeline):
    """A name in brackets is an operator that the database gets: `order_id[$ne]=0` finds the first order."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Find an order that has another id."""
        given, client = dict(pairs(call.query)), self.world.clients.get(call.client_id or "")
        other = given.pop("order_id[$ne]", None)
        if other is not None and client is not None:
            orders = self.world.store.orders_of(client.organization_id)
            order_id = next((order.order_id for order in orders if order.order_id != other), other)
            call.query = query_of([("order_id", order_id), *given.items()])
        return super().parameters(operation_id, call)


@defect("parameters-of-other-operations-ignored", "STATUS-3")
class OfOtherOperationsIgnored(Pipeline):
    """Names of parameters are looked for among those of all operations: a `report_type` of a listing is ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop what another operation knows."""
        known = {parameter.name for parameter in operations()[operation_id].parameters}
        every = {parameter.name for operation in operations().values() for parameter in operation.parameters}
        call.query = query_of([(name, value) for name, value in pairs(call.query) if name not in every - known])
        return super().parameters(operation_id, call)
