"""Shapes: what is there, and nothing of what it says."""

import pytest

from pacsimile_contract.drift.documents import structure
from pacsimile_contract.drift.forms import form, with_coarser
from pacsimile_contract.drift.shape import Shape


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T10:00:00Z", "an instant in UTC"),
        ("2026-03-01T10:00:00.5Z", "an instant in UTC with a fraction"),
        ("2026-03-01T10:00:00+01:00", "an instant with an offset"),
        ("2026-03-01 10:00", "a time without an offset"),
        ("2026-03-01", "a date"),
        ("1.3.6.1.4.1.32473.1", "a DICOM UID"),
        ("0d1f3a2b-0000-4000-8000-123456789abc", "a UUID"),
        ("4711", "digits"),
        ("urn:uuid:0", "a URN"),
        ("https://api.example/x", "a URL"),
        ("ORD-7F3K-000123", "an identifier with letters and digits"),
        ("Nodule of 15 mm.", "a text"),
        ("", "a text"),
        ("a1" * 200, "a text"),
    ],
)
def test_texts_have_forms(text: str, expected: str) -> None:
    """What a program relies on is a form; whatever people read is a text."""
    assert form(text) == expected


def test_an_instant_may_happen_to_have_no_fraction() -> None:
    """Whoever reads fractions reads whole seconds too, but not the reverse."""
    assert with_coarser(["an instant in UTC with a fraction"]) == {
        "an instant in UTC with a fraction",
        "an instant in UTC",
    }
    assert with_coarser(["an instant in UTC"]) == {"an instant in UTC"}


def test_members_that_some_have_and_that_all_have() -> None:
    """Each object at a path counts, over all values that were added."""
    shape = Shape().add({"reports": [{"a": 1, "b": None}, {"a": "x"}]}).add({"reports": []})
    entry = shape.places["reports[]"]
    assert (entry.members, entry.always) == ({"a", "b"}, {"a"})
    assert shape.places["reports[].a"].types == {"a number", "a text"}
    assert shape.places["reports[].b"].types == {"null"}


def test_names_that_are_values_are_not_kept() -> None:
    """An object by order id has one place for all orders; FHIR's resources stay apart by their type."""
    assert set(Shape().add({"ORD-0001": {"status": "x"}, "ORD-0002": {}}).places) == {"", "*", "*.status"}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "1"}}]}
    assert "(Bundle).entry[].resource(Patient).id" in Shape().add(bundle).places


def test_an_echoed_value_has_no_form() -> None:
    """What the client sent says nothing of the service."""
    assert Shape().add({"order_id": "4711"}, {"4711"}).places["order_id"].forms == set()


def test_deep_and_wide_values_end() -> None:
    """A value is walked without recursion, and only so many places are kept."""
    deep: object = 1
    for _ in range(100_000):
        deep = [deep]
    assert len(Shape().add(deep).places) <= 2000


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (
            "hl7v2",
            b"MSH|^~\\&|A\rPID|1||X\rOBX|1|TX\rOBX|2\r",
            {
                "MSH": [{"MSH-1": None, "MSH-2": None, "MSH-3": None}],
                "PID": [{"PID-1": None, "PID-3": None}],
                "OBX": [{"OBX-1": None, "OBX-2": None}, {"OBX-1": None}],
            },
        ),
        ("hl7v2", b"PID|1", None),
        ("csv", b"order_id,status\r\nA,B\r\n", {"order_id": None, "status": None}),
        ("csv", b"\xff", None),
        ("dicom_sr", b"none", None),
        ("pdf", b"%PDF-1.7", None),
        (None, b"x", None),
    ],
)
def test_documents_have_a_structure(kind: str | None, body: bytes, expected: object) -> None:
    """Segments with their fields, and columns; what cannot be read has none."""
    assert structure(kind, body) == expected


@pytest.mark.parametrize(
    ("text", "redacted", "forms"),
    [
        ("1.3.6.186group:cc37c375b207409711.38", True, set()),
        ("1.3.6.186group:cc37c375b207409711.38", False, {"a text"}),
        ("group-cc37c375b207", True, {"an identifier with letters and digits"}),
        ("2.25.223478234782", True, {"a DICOM UID"}),
        ("1.3.6.2.25.223478234782.1", True, set()),
        ("2025-01-01", True, {"a date"}),
    ],
)
def test_a_text_that_redaction_changed_has_no_form(text: str, *, redacted: bool, forms: set[str]) -> None:
    """Of a stored run: a short name was a part of a UID. The type is known all the same."""
    place = Shape().add({"uid": text}, redacted=redacted).places["uid"]
    assert place.types == {"a text"}
    assert place.forms == forms
    assert bool(place.words) == bool(forms)
