"""Reads a patient in a scenario; every field must fit all report formats."""

from __future__ import annotations

import re
from datetime import date
from typing import cast

from pacsimile_fixtures.people import Patient, Sex
from pacsimile_mock.seed.nodes import Node

FIELDS = ("mrn", "family_name", "given_name", "birth_date", "sex")
SEXES = ("F", "M", "O", "U")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST = 64
"""The most characters of an MRN (DICOM LO), and of a whole name with the separator between its parts (PN)."""


def read(node: Node) -> Patient:
    """Read a patient; all fields are required."""
    parts = node.mapping(FIELDS, required=FIELDS)
    family_name, given_name = (parts[name].matching(NAME, is_name) for name in ("family_name", "given_name"))
    if is_too_long(family_name, given_name):
        raise parts["family_name"].wrong(TOGETHER)
    return Patient(
        mrn=parts["mrn"].matching(MRN, is_mrn),
        family_name=family_name,
        given_name=given_name,
        birth_date=_day(parts["birth_date"]),
        sex=cast(Sex, parts["sex"].one_of(SEXES)),
        locale="en_US",
    )


NAME = f"1 to {LONGEST - 2} printable characters without ^, = and backslash, which DICOM and HL7 use otherwise"
MRN = f"1 to {LONGEST} printable characters without a backslash"
TOGETHER = f"family_name and given_name of {LONGEST - 1} characters together at most"


def is_name(text: str) -> bool:
    """Whether the text is a name that every report format can hold."""
    return _is_printable(text) and not set(text) & set("^=\\")


def is_mrn(text: str) -> bool:
    """Whether the text is a patient identifier that every report format can hold."""
    return _is_printable(text) and "\\" not in text


def is_too_long(family_name: str, given_name: str) -> bool:
    """Whether the whole name is too long for some report format."""
    return len(family_name) + len(given_name) >= LONGEST


def _is_printable(text: str) -> bool:
    return 0 < len(text) <= LONGEST and text.isprintable() and text == text.strip()


def _day(node: Node) -> date:
    text = node.matching("a day such as 1970-01-31", DAY.fullmatch)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise node.wrong(f"a day such as 1970-01-31; there is no {text}") from None
