"""The forms a report comes in, with the media type that RESULTS-1 and GROUP-1 promise for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ReportType:
    """A value of `report_type`; `of_order` and `of_group` say which of the two retrievals knows it (RESULTS-5)."""

    name: str
    media_type: str
    of_order: bool
    of_group: bool


_TABLE = (
    ReportType("json", "application/json", of_order=True, of_group=True),
    ReportType("txt", "text/plain; charset=utf-8", of_order=True, of_group=True),
    ReportType("pdf", "application/pdf", of_order=True, of_group=True),
    ReportType("fhir", "application/fhir+json", of_order=True, of_group=False),
    ReportType("hl7v2", "application/hl7-v2+er7", of_order=True, of_group=False),
    ReportType("dicom_sr", "application/dicom", of_order=True, of_group=False),
    ReportType("dicom_pdf", "application/dicom", of_order=True, of_group=False),
    ReportType("csv", "text/csv", of_order=False, of_group=True),
)

REPORT_TYPES: Mapping[str, ReportType] = MappingProxyType({one.name: one for one in _TABLE})
"""Every report type by its name, in the contract's order."""
