"""Reports as they were fetched and read, and how a verdict speaks of them.

What a report says is shown only where it bears its type's mark of synthetic data: it may be a real patient's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pacsimile_contract.checkers.common import quotable
from pacsimile_contract.documents import place_of, read_report, recognised
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.model import Document
from pacsimile_contract.documents.statement import ReportStatement
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_spec.report_types import ORDER_TYPES, REPORT_TYPES


@dataclass(frozen=True, slots=True)
class Report:
    """A report of an order, in one type, that could be read."""

    kind: str
    asked: Exchange
    document: Document

    @property
    def statement(self) -> ReportStatement | None:
        """What it says in members of its own; None of a text."""
        return self.document.statement

    @property
    def name(self) -> str:
        """It, in words."""
        return f"the {REPORT_TYPES[self.kind].title}"

    def place(self, member: str) -> str:
        """Return where it has a member, in words: `OBX-5 of 19005-8 in the HL7 message`."""
        return f"{place_of(self.kind, member)} in {self.name}" if self.statement else self.name


def type_of(asked: Exchange) -> str:
    """Return the report type that was asked for; json where the exchange does not tell."""
    return asked.given.get("report_type", ORDER_TYPES[0])


def quoted(text: str | None, *reports: Report) -> str:
    """Return what reports say, in quotation marks, where all of them are marked as synthetic; else that they do not."""
    if text is None:
        return "nothing"
    marked = all(one.document.is_synthetic for one in reports)
    return f'"{quotable(" ".join(text.split()))}"' if marked else "(not shown: without the mark of synthetic data)"


def fetched(story: Story) -> dict[str, dict[str, Exchange]]:
    """Return the answers of the steps `asked/<order>/<type>`, by order and type."""
    found: dict[str, dict[str, Exchange]] = {}
    for label, asked in story.below("asked"):
        order, _, kind = label.partition("/")
        found.setdefault(order, {})[kind] = asked
    return found


def read_all(answers: Mapping[str, Exchange]) -> dict[str, Report | None]:
    """Return the reports that were served and are of their type, in the table's order; None for one that is broken."""
    found: dict[str, Report | None] = {}
    for kind in ORDER_TYPES:
        asked = answers.get(kind)
        if asked is not None and asked.succeeded and recognised(kind, asked.body):
            document = read_report(kind, asked.body)
            found[kind] = Report(kind, asked, document) if document is not None else None
    return found


def reference_of(reports: Mapping[str, Report | None]) -> Report | None:
    """Return what the other types are compared with: the first that states something, json before all."""
    for one in reports.values():
        said = one.statement if one is not None else None
        if said is not None and (said.findings is not None or said.impression is not None):
            return one
    return None


def is_another_version(answers: Mapping[str, Exchange], kind: str) -> bool:
    """Whether a report's header names another version than that of the first type."""
    first = next(report_headers(answers[one]).report_id for one in ORDER_TYPES if one in answers)
    return None not in (first, own := report_headers(answers[kind]).report_id) and own != first
