"""Identifiers match whole, ASCII digits only, and as the description's patterns have it."""

import re
import sys
import unicodedata
from functools import cache

import pytest
from jsonschema import Draft202012Validator

from pacsimile_spec import description
from pacsimile_spec.identifiers import ORDER_ID, ORGANIZATION_ID, REPORT_ID, STUDY_UID, is_study_group, is_synthetic_uid

UIDS = ["1.2", "0.0", "1.3.6.1.4.1.32473.1", "2.25." + "9" * 59]
NOT_UIDS = ["1", "", "1.", ".1", "1..2", "01.2", "1.02", "1.2\n", "1.2 ", "1.٢", "1.a", "1." + "9" * 63, "1.2.3.4-5"]
ORDERS = ["A", "ORD-7F3K-000123", "x" * 64]
NOT_ORDERS = ["", "x" * 65, "A_1", "A\n", " A", "É", "A.1"]


@pytest.mark.parametrize("uid", UIDS)
def test_study_uid(uid: str) -> None:
    """A DICOM UID of 3 to 64 characters is one."""
    assert STUDY_UID.fullmatch(uid)


@pytest.mark.parametrize("text", NOT_UIDS)
def test_not_a_study_uid(text: str) -> None:
    """One component, leading zeros, other digits, white space and 65 characters make none (ORDERID-4)."""
    assert not STUDY_UID.fullmatch(text)


def test_order_and_report_ids() -> None:
    """Letters, digits and hyphens of ASCII, 1 to 64."""
    for pattern in (ORDER_ID, REPORT_ID):
        assert all(pattern.fullmatch(text) for text in ORDERS)
        assert not any(pattern.fullmatch(text) for text in NOT_ORDERS)


def test_organization_ids() -> None:
    """Full stops and underscores besides."""
    assert ORGANIZATION_ID.fullmatch("Org_a.b-1")
    assert not any(ORGANIZATION_ID.fullmatch(text) for text in ("", "a b", "a/b", "a" * 65, "a\n"))


@pytest.mark.parametrize("text", ["Follow-up 7", " ", " a ", "研究", "é", "e\u0301", "😀", "a" * 128, "%", "<b>"])
def test_study_group(text: str) -> None:
    """Printable Unicode of 1 to 128 code points, spaces included."""
    assert is_study_group(text)


@pytest.mark.parametrize(
    "text", ["", "a" * 129, "a\nb", "a\u200bb", "a\u00a0b", "a\u2028b", "\ud800", "a\x00", "\U000e0041"]
)
def test_not_a_study_group(text: str) -> None:
    """Control, format, surrogate and separator characters make none."""
    assert not is_study_group(text)


UNASSIGNED, PRIVATE, STEP = range(0x40000, 0xE0000), range(0xF0000, sys.maxunicode + 1), 97
POINTS = [*range(0x40000), *UNASSIGNED[::STEP], *range(0xE0000, 0xF0000), *PRIVATE[::STEP], sys.maxunicode]
"""All code points; of the planes in which none is assigned, and of those for private use, one in many."""


@cache
def accepted() -> set[str]:
    """The characters that are a study group by themselves."""
    return set(filter(is_study_group, map(chr, POINTS)))


def test_study_groups_refuse_what_unicode_says() -> None:
    """The class that is spelt out is that of Unicode's categories, as far as this Python knows them."""
    refused = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
    categories = {one: unicodedata.category(one) for one in map(chr, POINTS)}
    expected = {one for one, category in categories.items() if one == " " or category not in refused}
    assert {one for one in accepted() ^ expected if categories[one] != "Cn"} == set()


def test_pattern_of_the_description_is_the_same_class() -> None:
    """The description's pattern refuses the same code points (but lone surrogates, which no JSON text can carry)."""
    pattern = re.compile(description()["components"]["schemas"]["StudyGroup"]["pattern"])
    characters = (chr(point) for point in POINTS if not 0xD800 <= point <= 0xDFFF)
    assert set(filter(pattern.fullmatch, characters)) ^ accepted() == set()


def test_schemas_judge_identifiers_alike() -> None:
    """The schemas accept and refuse what the patterns do (a trailing newline aside, which `$` lets by in Python)."""
    schemas = description()["components"]["schemas"]
    for name, good, bad in (
        ("StudyUid", UIDS, NOT_UIDS),
        ("OrderId", ORDERS, NOT_ORDERS),
        ("ReportId", ORDERS, NOT_ORDERS),
    ):
        validator = Draft202012Validator(schemas[name])
        assert all(validator.is_valid(text) for text in good)
        assert not any(validator.is_valid(text) for text in bad if not text.endswith("\n"))


def test_synthetic_uids() -> None:
    """UIDs under RFC 5612's documentation arc are synthetic, and others that begin alike are not."""
    assert is_synthetic_uid("1.3.6.1.4.1.32473.10.1")
    assert not is_synthetic_uid("1.3.6.1.4.1.324730.1")
