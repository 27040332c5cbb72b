"""The table of report types: what RESULTS-1 and GROUP-1 promise for each, and its names.

A row is all that names a type for both sides. The modules that render, read and judge its documents are found by its
name: see `pacsimile_fixtures.reports`, `pacsimile_contract.documents` and `pacsimile_contract.rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ReportType:
    """A value of `report_type`. `of_order` and `of_group` say which of the two retrievals has it (RESULTS-5)."""

    name: str
    title: str
    """The name of the type's documents in a sentence, after "the"."""
    media_type: str
    extension: str
    """The extension of a file name, without the dot (RESULTS-9)."""
    page: str
    """The page that describes the type and its rules, relative to the root of the project."""
    is_text: bool
    """Whether its bytes are text, in UTF-8 unless the document itself names another encoding."""
    of_order: bool = True
    of_group: bool = False


_TEXT, _PDF, _DICOM = "docs/formats/text.md", "docs/formats/pdf.md", "docs/formats/dicom.md"
_FHIR, _HL7 = "docs/formats/fhir.md", "docs/formats/hl7v2.md"

# fmt: off
_TABLE = (
    ReportType("json", "json report", "application/json", "json", _TEXT, is_text=True, of_group=True),
    ReportType("txt", "text", "text/plain; charset=utf-8", "txt", _TEXT, is_text=True, of_group=True),
    ReportType("pdf", "PDF", "application/pdf", "pdf", _PDF, is_text=False, of_group=True),
    ReportType("fhir", "FHIR bundle", "application/fhir+json", "fhir.json", _FHIR, is_text=True),
    ReportType("hl7v2", "HL7 message", "application/hl7-v2+er7", "hl7", _HL7, is_text=True),
    ReportType("dicom_sr", "DICOM SR", "application/dicom", "dcm", _DICOM, is_text=False),
    ReportType("dicom_pdf", "DICOM PDF", "application/dicom", "dcm", _DICOM, is_text=False),
    ReportType("csv", "csv", "text/csv", "csv", _TEXT, is_text=True, of_order=False, of_group=True),
)
# fmt: on

REPORT_TYPES: Mapping[str, ReportType] = MappingProxyType({row.name: row for row in _TABLE})
"""Every report type by its name, in the contract's order."""

ORDER_TYPES = tuple(row.name for row in _TABLE if row.of_order)
"""Report types of an order's report."""

GROUP_TYPES = tuple(row.name for row in _TABLE if row.of_group)
"""Report types of a study group's report."""
