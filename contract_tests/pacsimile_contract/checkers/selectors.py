"""Queries: exactly one selector, once and well-formed, and no unknown parameter."""

from collections.abc import Iterator, Mapping

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import quote_value, refused
from pacsimile_contract.findings.part import Part, form, not_exercised, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story
from pacsimile_spec import operations

STRANGERS = {"unknown": "colour", "another-operations": "limit", "of-the-body": "report_ids"}
"""By kind, a parameter that an operation does not know."""

OF_FRAMEWORKS: Mapping[str, str] = {
    "_": "1712345678901", "lang": "de",
    "format": "pdf", "callback": "show", "page": "2", "fields": "status", "debug": "1", "version": "1",
    "offset": "1", "cursor": "1", "per_page": "1", "sort": "-created_at", "order": "asc", "q": "a", "filter": "all",
    "include": "all", "expand": "report", "pretty": "true", "jsonp": "show", "alt": "json", "accept": "application/pdf",
    "locale": "de-DE", "tz": "UTC", "v": "2", "api-version": "2025-06-23", "apikey": "0", "client_id": "a",
    "tenant": "a", "org": "a", "organization_id": "a", "user": "a", "session_id": "0", "jsessionid": "0",
    "timestamp": "1712345678", "nocache": "1", "cb": "1712345678", "utm_source": "mail", "trace": "1",
    "download": "1", "inline": "true", "dry_run": "true", "strict": "false", "since": "2020-01-01", "status": "FAILED",
    "__proto__": "a", "method": "GET", "_method": "GET",
}  # fmt: skip
"""Parameters, each with a value, that frameworks, caches and user interfaces act upon, and no operation knows.

The first two are sent in each run, of the others some.
"""

OF_OPERATIONS = frozenset(parameter.name for each in operations().values() for parameter in each.parameters)
"""Parameters that an operation knows, and others do not."""

MALFORMED = ("none", "both", "repeated", "empty", "malformed", "unknown-parameter")
"""What is wrong with a query."""


@checker("STATUS-3", *MALFORMED, "names-the-unknown")
def takes_one_selector(story: Story) -> Iterator[Part]:
    """Judge calls with a query that is wrong in one way (steps `<part>/<operation>/<which>`)."""
    for name in MALFORMED:
        for label, asked in story.below(name):
            yield part(name, refused(asked, 400), on=asked)
            which = label.rpartition("/")[2]
            stranger = which if which in OF_FRAMEWORKS or which in OF_OPERATIONS else STRANGERS.get(which)
            if name == "unknown-parameter" and stranger and asked.status == 400:
                problem = facts.problem(asked)
                parameters = [parameter for parameter, _ in problem.errors]
                got = f"detail {quote_value(problem.detail)}, errors {quote_value(parameters)}"
                finding = form(problem.names(stranger), f"{stranger} named in errors or detail", got)
                yield part("names-the-unknown", finding, on=asked)


BROKEN = "the service failed, which PROTO-3 judges"
"""Why there is no verdict where text outside ASCII, NUL, or an unusual name makes the service fail."""

UIDS = (
    "newline", "nul", "leading-zero", "too-long", "too-short", "one-component", "empty-component", "letters", "sign",
    "other-digits", "space",
)  # fmt: skip
"""Flaws of a malformed DICOM UID (PS3.5 section 9)."""


@checker("ORDERID-4", *UIDS, "valid-unknown")
def takes_dicom_uids(story: Story) -> Iterator[Part]:
    """Judge calls with malformed UIDs (steps `<part>/<operation>`), and with valid unknown ones."""
    for name in UIDS:
        for _, asked in story.below(name):
            if name in ("other-digits", "nul") and (asked.status or 0) >= 500:
                yield not_exercised(name, BROKEN)
            else:
                yield part(name, refused(asked, 400), on=asked)
    for _, asked in story.below("valid-unknown"):
        yield part("valid-unknown", refused(asked, 404), on=asked)  # how the problem is told is STATUS-4's
