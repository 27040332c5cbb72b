"""The reasons of a refusal: the closed list of problem types of the six API operations (RFC 9457)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PREFIX = "urn:pacsimile:problem:"
"""What precedes the reason in a problem's `type`. A reader takes the part after the last `/`, `:` or `#`."""


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A reason with its HTTP status and its title, which is always the same."""

    reason: str
    status: int
    title: str

    @property
    def uri(self) -> str:
        """The value of the problem's `type`."""
        return PREFIX + self.reason


_TABLE = (
    ProblemType("invalid-token", 401, "A valid access token is needed"),
    ProblemType("insufficient-scope", 403, "The access token lacks the scope of this operation"),
    ProblemType("organization-not-allowed", 403, "The client may not act for this organization"),
    ProblemType("invalid-parameter", 400, "A query parameter is missing, unknown or malformed"),
    ProblemType("invalid-body", 400, "The request body cannot be used"),
    ProblemType("unsupported-media-type", 415, "The media type of the request body is not supported"),
    ProblemType("body-too-large", 413, "The request body is too large"),
    ProblemType("not-found", 404, "There is nothing at this path"),
    ProblemType("order-not-found", 404, "There is no such order"),
    ProblemType("study-not-found", 404, "There is no order of this study"),
    ProblemType("study-group-not-found", 404, "There is no such study group"),
    ProblemType("method-not-allowed", 405, "The path does not know this method"),
    ProblemType("report-not-ready", 409, "The report is not ready yet"),
    ProblemType("order-failed", 409, "Processing failed, there will be no report"),
    ProblemType("order-cancelled", 409, "The order was cancelled, there will be no report"),
    ProblemType("report-type-not-available", 404, "The report is not available in this type"),
    ProblemType("too-many-requests", 429, "Too many requests"),
    ProblemType("service-unavailable", 503, "The service is unavailable for the moment"),
    ProblemType("internal-error", 500, "The service failed"),
)

PROBLEMS: Mapping[str, ProblemType] = MappingProxyType({problem.reason: problem for problem in _TABLE})
"""Every problem type by its reason."""
