"""Parts that a requirement has one of for each report type."""

from pacsimile_spec.report_types import REPORT_TYPES


def part_of(report_type: str) -> str:
    """Return the name of the part that a type of an order's report has: `dicom-sr` of `dicom_sr`."""
    return report_type.replace("_", "-")


def group_part_of(report_type: str) -> str:
    """Return the name of the part that a type of a study group's report has: `group-pdf`, but `csv`."""
    return part_of(f"group_{report_type}" if REPORT_TYPES[report_type].of_order else report_type)
