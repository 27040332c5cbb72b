"""Fetched reports of an order, and their words in a verdict.

Text of a report is shown only where the report has its type's mark of synthetic data: else it may be a real patient's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from pacsimile_contract.checkers.common import quotable
from pacsimile_contract.documents import place_of, read_report, readers, recognised
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.model import Document
from pacsimile_contract.documents.statement import ReportStatement
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.report_types import ORDER_TYPES, REPORT_TYPES

SERVED = 200
EVERY_VERSION = "every-version"
"""The part of what a whole run fetched of each version of a report."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report of an order, in one type, that could be read."""

    kind: str
    asked: Exchange
    document: Document

    @property
    def statement(self) -> ReportStatement | None:
        """The members of a structured report; None for a text."""
        return self.document.statement

    @property
    def name(self) -> str:
        """The report in words: `the HL7 message`."""
        return f"the {REPORT_TYPES[self.kind].title}"

    def place(self, member: str) -> str:
        """Return in words where the report has a member: `OBX-5 of 19005-8 in the HL7 message`."""
        return f"{place_of(self.kind, member)} in {self.name}" if self.statement else self.name


def type_of(asked: Exchange) -> str:
    """Return the report type that was asked for; json where the exchange does not tell."""
    return asked.given.get("report_type", ORDER_TYPES[0])


def quoted(text: str | None, *reports: Report) -> str:
    """Return a text of reports in quotation marks if all of them are synthetic, or else words for not showing it."""
    if text is None:
        return "nothing"
    marked = all(report.document.is_synthetic for report in reports)
    return f'"{quotable(" ".join(text.split()))}"' if marked else "(not shown: without the mark of synthetic data)"


def answers_by_order(story: Story) -> dict[str, dict[str, Exchange]]:
    """Return the answers of the steps `asked/<order>/<type>`, by order and type."""
    answers: dict[str, dict[str, Exchange]] = {}
    for label, asked in story.below("asked"):
        order, _, kind = label.partition("/")
        answers.setdefault(order, {})[kind] = asked
    return answers


def versions_fetched(story: Story) -> Iterator[dict[str, Exchange]]:
    """Yield the answers about one version of a report by type, for each version that a run fetched twice or more.

    `X-Report-Id` names the version. Clients are kept apart, since two organizations may use the same id. Where a type
    came in several byte sequences, each of them is yielded once with the first answers of the other types.
    """
    fetched: dict[tuple[str, str], dict[str, dict[bytes, Exchange]]] = {}
    for asked in story.exchanges:
        name, kind = report_headers(asked).report_id, asked_type(asked)
        if asked.operation == "getResult" and asked.status == SERVED and name and kind and asked.request.client:
            by_kind = fetched.setdefault((asked.request.client, name), {})
            by_kind.setdefault(kind, {}).setdefault(asked.body, asked)
    for by_kind in fetched.values():
        first = {kind: next(iter(answers.values())) for kind, answers in by_kind.items()}
        others = [(kind, asked) for kind, answers in by_kind.items() for asked in list(answers.values())[1:]]
        if len(first) > 1:
            yield first
        yield from ({**first, kind: asked} for kind, asked in others if len(first) > 1)


def shows_no_members(story: Story) -> bool:
    """Tell whether a run fetched reports, and none of a type with members to compare."""
    fetched = {
        asked_type(asked): asked for asked in story.exchanges if asked.operation == "getResult" and asked.succeeded
    }
    read = [read_report(kind, asked.body) for kind, asked in fetched.items() if kind is not None]
    return bool(read) and not any(document is None or document.statement for document in read)


def asked_type(asked: Exchange) -> str | None:
    """Return the order's report type that a call asked for; None where its query names none that can be compared."""
    kind = asked.given.get("report_type") or dict(parse_qsl(urlsplit(asked.request.url).query)).get("report_type")
    if kind not in ORDER_TYPES or (kind == "json" and _leaves_members_out(asked.dialect)):
        return None
    return kind


def _leaves_members_out(dialect: Dialect | None) -> bool:
    """Tell whether a dialect leaves out members of the json report: it says less than the other types."""
    return dialect is not None and any(name.partition(".")[0] == "JsonReport" for name, _ in dialect.absent_members())


def read_all(answers: Mapping[str, Exchange]) -> dict[str, Report | None]:
    """Return the served reports by type, in the table's order; None for one that cannot be read."""
    reports: dict[str, Report | None] = {}
    for kind in ORDER_TYPES:
        asked = answers.get(kind)
        if asked is not None and asked.succeeded and recognised(kind, asked.body):
            document = read_report(kind, asked.body)
            reports[kind] = Report(kind, asked, document) if document is not None else None
    return reports


def reference_of(reports: Mapping[str, Report | None]) -> Report | None:
    """Return the report that the others are compared with: the first that states something, json first."""
    for report in reports.values():
        statement = report.statement if report is not None else None
        if statement is not None and (statement.findings is not None or statement.impression is not None):
            return report
    return None


def is_amended(report: Report) -> bool | None:
    """Tell whether a report calls itself amended; None where it does not say."""
    status = report.statement.report_status if report.statement else None
    words = readers()[report.kind].amended
    return status in words if status and words else None


def is_another_version(answers: Mapping[str, Exchange], kind: str) -> bool:
    """Tell whether a report's header names another version than the header of the first type."""
    first = next(report_headers(answers[name]).report_id for name in ORDER_TYPES if name in answers)
    own = report_headers(answers[kind]).report_id
    return first is not None and own is not None and own != first
