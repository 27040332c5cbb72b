"""Codes by which structured reports say what a text is, and on which side something lies. A closed list."""

from collections.abc import Mapping

FINDING = frozenset({"59776-5", "121071"})
"""LOINC, and DICOM's own (PS3.16 CID 7002)."""

IMPRESSION = frozenset({"19005-8", "121073"})

FINDINGS_SECTION = frozenset({"59776-5", "121070"})
IMPRESSION_SECTION = frozenset({"19005-8", "121072"})

STUDY = frozenset({"113014", "110180"})
"""DICOM Study, Study Instance UID."""

LATERALITY = frozenset({"272741003", "G-C171"})
"""SNOMED CT, and as DICOM's older files write it."""

SIDES: Mapping[str, str] = {
    "7771000": "L", "24028007": "R", "51440002": "B", "419161000": "L", "419465000": "R",
    "G-A101": "L", "G-A100": "R", "G-A102": "B",
}  # fmt: skip
"""Left, right, right and left; unilateral left and right."""
