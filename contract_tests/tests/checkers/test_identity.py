"""The checker of RESULTS-10 on stories written by hand: the same patient, side and measurements in every type."""

from decimal import Decimal
from typing import Any

import pytest

from contract_tests.tests.helpers.handmade_reports import json_bytes, pdf_bytes, text_of
from contract_tests.tests.helpers.handmade_structured import (
    MEASUREMENTS,
    PATIENT,
    attached,
    encapsulated,
    every_type,
    fhir_bytes,
    file_of,
    hl7_bytes,
    hl7_document,
    resource,
    side,
    sr,
    whole_json,
)
from contract_tests.tests.helpers.handwritten import exchange, judged, story, verdicts
from pacsimile_contract.checkers import contents, identity
from pacsimile_contract.documents.statement import Measurement
from pacsimile_contract.documents.text_measurements import text_measurements
from pacsimile_contract.documents.units import SCALES, UNIT_SPELLINGS, scale_of
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.type_parts import part_of
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.provenance import unmarked

TEXT = every_type()["txt"].decode()
RIGHT = {"code": "24028007"}
PASS, FAIL = Verdict.PASS, Verdict.FAIL
UNEXERCISED, NOT_APPLICABLE = Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE


def told(**bodies: bytes) -> Story:
    """Return the story of an order fetched in these types."""
    steps = [(f"asked/one/{kind}", exchange("getResult", 200, body=body)) for kind, body in bodies.items()]
    return story(*steps, one={"order_id": "A-1", "study_uid": "1.2.3"}, level={"value": "standard"})


def named(**bodies: bytes) -> dict[str, Verdict]:
    """Return the verdicts of RESULTS-10 of the report in every type, some of them replaced."""
    return verdicts(identity.names_the_patient, told(**{**every_type(), **bodies}))


def failing(**bodies: bytes) -> set[str]:
    """Return the parts that FAIL; every other one PASSes."""
    found = named(**bodies)
    assert set(found.values()) <= {PASS, FAIL}
    return {name for name, verdict in found.items() if verdict is FAIL}


def patient(**members: object) -> bytes:
    """Return the bundle with another patient."""
    return fhir_bytes(lambda said: resource(said, "Patient").update(members))


def test_there_is_nothing_to_compare_where_no_type_has_members() -> None:
    """RESULTS-7, RESULTS-10: a service that offers pages alone is not asked whom they are about."""
    pages = {kind: body for kind, body in every_type().items() if kind in ("txt", "pdf")}
    for checker in (identity.names_the_patient, contents.states_the_same):
        assert set(verdicts(checker, told(**pages)).values()) == {NOT_APPLICABLE}


def test_one_patient_in_every_type() -> None:
    """RESULTS-10: all agree."""
    assert failing() == set()


ANOTHER = [
    ("json", whole_json(patient={**PATIENT, "mrn": "SYN2"})),
    ("json", whole_json(patient={**PATIENT, "family_name": "ZZTEST-Other"})),
    ("json", whole_json(patient={**PATIENT, "birth_date": "1961-04-10"})),
    ("json", whole_json(patient={**PATIENT, "sex": "M"})),
    ("fhir", patient(identifier=[{"value": "SYN2"}])),
    ("fhir", patient(name=[{"family": "ZZTEST-Other"}])),
    ("fhir", patient(birthDate="1962")),
    ("fhir", patient(gender="male")),
    ("fhir", patient(gender=None)),
    ("fhir", patient(birthDate="")),
    ("fhir", fhir_bytes(lambda said: resource(said, "DiagnosticReport").update(presentedForm=[attached("SYN2")]))),
    ("hl7v2", hl7_bytes(("SYN1^", "SYN2^"))),
    ("hl7v2", hl7_bytes(("ZZTEST-Åström^Åse", "ZZTEST-Åse^Åström"))),
    ("hl7v2", hl7_bytes(("19610409", "19610904"))),
    ("hl7v2", hl7_bytes(("19610409|F", "19610409|M"))),
    ("hl7v2", hl7_bytes(("19610409|F", "|F"))),
    ("hl7v2", hl7_bytes() + hl7_document("SYN2").encode()),
    ("dicom_sr", file_of(sr(lambda made: setattr(made, "PatientID", "SYN2")))),
    ("dicom_sr", file_of(sr(lambda made: setattr(made, "PatientName", "ZZTEST-?str?m")))),
    ("dicom_sr", file_of(sr(lambda made: setattr(made, "PatientBirthDate", "19610410")))),
    ("dicom_sr", file_of(sr(lambda made: setattr(made, "PatientSex", "")))),
    ("dicom_pdf", file_of(encapsulated(change=lambda made: setattr(made, "PatientSex", "M")))),
    ("dicom_pdf", file_of(encapsulated(change=lambda made: setattr(made, "PatientID", "")))),
    ("txt", f"SYNTHETIC DATA\nPatient SYN2\n{text_of()}".encode()),
    ("pdf", pdf_bytes(f"Patient SYN2\n{text_of()}")),
]


@pytest.mark.parametrize(("kind", "body"), ANOTHER)
def test_another_patient_in_one_type_alone(kind: str, body: bytes) -> None:
    """RESULTS-10: that type is to blame, json too, since the others agree against it."""
    assert failing(**{kind: body}) == {kind.replace("_", "-")}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("fhir", patient(birthDate="1961-04")),
        ("fhir", patient(name=[{"family": "Maiden"}, {"family": "zztest-ÅSTRÖM"}])),
        ("fhir", patient(identifier=[{"value": "elsewhere"}, {"value": "SYN1"}])),
        ("fhir", fhir_bytes(lambda said: said["entry"].pop(1))),
        ("hl7v2", hl7_bytes(("19610409", "196104091200+0100"))),
        ("hl7v2", hl7_bytes(("SYN1^^^A^MR", "77^^^B^PI~SYN1^^^A^MR"))),
        ("dicom_sr", file_of(sr(lambda made: setattr(made, "PatientName", "ZZTEST-ÅSTRÖM")))),
    ],
)
def test_other_ways_of_naming_the_same_patient(kind: str, body: bytes) -> None:
    """RESULTS-10: capitals, several names and numbers, a date that goes less far, a type that names nobody."""
    found = named(**{kind: body})
    assert set(found.values()) <= {PASS, UNEXERCISED}


def test_of_several_numbers_an_attached_pdf_prints_one() -> None:
    """RESULTS-10: also where the report itself is all that there is to compare it with."""
    for text, verdict in ((text_of() + " SYN1", PASS), (text_of(), FAIL)):

        def numbered_twice(said: dict[str, Any], text: str = text) -> None:
            resource(said, "Patient")["identifier"] = [{"value": "elsewhere"}, {"value": "SYN1"}]
            resource(said, "DiagnosticReport")["presentedForm"] = [attached(text)]

        assert verdicts(identity.names_the_patient, told(fhir=fhir_bytes(numbered_twice)))["fhir"] is verdict


def test_an_unknown_sex_is_written_in_each_types_way() -> None:
    """RESULTS-10: `unknown`, `U`, nothing in DICOM, or O."""
    of_all = {
        "json": whole_json(patient={**PATIENT, "sex": "U"}),
        "fhir": patient(gender="unknown"),
        "hl7v2": hl7_bytes(("19610409|F", "19610409|U")),
        "dicom_sr": file_of(sr(lambda made: setattr(made, "PatientSex", ""))),
        "dicom_pdf": file_of(encapsulated(TEXT, lambda made: setattr(made, "PatientSex", "O"))),
    }
    assert failing(**of_all) == set()
    of_all |= {"hl7v2": hl7_bytes(("19610409|F", "19610409|")), "fhir": patient(gender=None)}
    assert failing(**of_all) == {"hl7v2", "fhir"}


def test_another_sex_has_its_letter_in_dicom() -> None:
    """RESULTS-10: nothing stands for an unknown sex alone."""
    for letter, red in (("O", set()), ("", {"dicom-sr"}), ("M", {"dicom-sr"})):
        of_all = {
            "json": whole_json(patient={**PATIENT, "sex": "O"}),
            "fhir": patient(gender="other"),
            "hl7v2": hl7_bytes(("19610409|F", "19610409|O")),
            "dicom_sr": file_of(sr(lambda made, sex=letter: setattr(made, "PatientSex", sex))),
            "dicom_pdf": file_of(encapsulated(TEXT, lambda made: setattr(made, "PatientSex", "O"))),
        }
        assert failing(**of_all) == red


def test_of_two_types_json_is_believed() -> None:
    """RESULTS-10: nobody else can tell; and without a structured type there is nothing to compare."""
    two = verdicts(identity.names_the_patient, told(json=whole_json(), fhir=patient(gender="male")))
    assert (two["json"], two["fhir"], two["txt"]) == (PASS, FAIL, NOT_APPLICABLE)
    alone = verdicts(identity.names_the_patient, told(txt=b"SYN1"))
    assert alone["txt"] is NOT_APPLICABLE


def quantity(unit: str | None, value: float = 10) -> bytes:
    """Return the bundle with another first measurement."""
    other = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return fhir_bytes(lambda said: resource(said, "Observation", 2).update(valueQuantity=other))


def right_side(said: dict) -> None:
    """Let the first measurement be of the right side."""
    component = resource(said, "Observation", 2)["component"][0]
    component["valueCodeableConcept"] = {"coding": [{"code": "24028007"}]}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("fhir", quantity("cm")),
        ("fhir", quantity("mm", 11)),
        ("fhir", quantity(None)),
        ("fhir", fhir_bytes(right_side)),
        ("fhir", fhir_bytes(lambda said: resource(said, "DiagnosticReport")["result"].pop(2))),
        ("hl7v2", hl7_bytes(("|10|mm^", "|10|cm^"))),
        ("hl7v2", hl7_bytes(("|10|mm^^UCUM", "|10|"))),
        ("hl7v2", hl7_bytes(("230.5|mGy.cm", "230.5|Gy.cm"))),
        ("hl7v2", hl7_bytes(("7771000^Left", "24028007^Right"))),
        ("hl7v2", hl7_bytes(("|10|mm", "|230.5|mm"), ("|230.5|mGy", "|10|mGy"))),
        ("dicom_sr", file_of(sr(lambda made: setattr(
            made.ContentSequence[2].ContentSequence[2].MeasuredValueSequence[0], "NumericValue", "12")))),
        ("txt", TEXT.replace("left: 10 mm", "right: 10 mm").encode()),
        ("txt", TEXT.encode().replace(b"left: 10 mm", b"left: 10 cm")),
        ("pdf", pdf_bytes(TEXT.replace("left: 10 mm", "left 12 mm"))),
    ],
)  # fmt: skip
def test_another_number_unit_or_side(kind: str, body: bytes) -> None:
    """RESULTS-10: a measurement that json has is not in that type, or not so."""
    assert failing(**{kind: body}) == {"measurements"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("fhir", quantity("cm", 1)),
        ("fhir", quantity("fathom")),
        ("fhir", fhir_bytes(lambda said: resource(said, "Observation", 2).pop("component"))),
        ("fhir", fhir_bytes(lambda said: [resource(said, "Observation", one).pop("valueQuantity") for one in (2, 3)])),
        ("hl7v2", hl7_bytes(("^N^Nodule diameter^L", ""), ("^D^Dose length product^L", ""))),
        ("hl7v2", hl7_bytes(("|10|mm^^UCUM", "|10.0|^millimeters"))),
        ("hl7v2", hl7_bytes() + b"OBX|9|NM|3-3^Weight^LN||70|kg||||||F\r"),
        ("hl7v2", hl7_bytes(("|10|mm", "|70|kg"), ("|230.5|mGy.cm", "|1|{score}"), ("Nodule", "x"), ("Dose", "y"))),
        ("json", whole_json(measurements=[{**MEASUREMENTS[0], "laterality": None}, MEASUREMENTS[1]])),
        ("txt", TEXT.encode().replace(b"left: 10 mm", b"left: formerly 8, now 10 mm")),
    ],
)
def test_other_ways_of_stating_the_same_measurements(kind: str, body: bytes) -> None:
    """RESULTS-10: another unit of the same amount, an unknown spelling, no side, none at all, more than json has."""
    assert failing(**{kind: body}) == set()


def test_the_side_of_the_procedure() -> None:
    """RESULTS-10: where two types name one it is the same."""
    left = {"procedure": {"laterality": "L"}}
    assert failing(json=whole_json(**left)) == set()
    right = file_of(sr(lambda made: setattr(made.ContentSequence[0], "ContentSequence", [side("24028007")])))
    for kind, body in (
        ("dicom_sr", right),
        ("dicom_pdf", file_of(encapsulated(TEXT, lambda made: setattr(made, "ImageLaterality", "R")))),
        ("fhir", fhir_bytes(lambda said: resource(said, "ImagingStudy")["series"][0]["laterality"].update(RIGHT))),
        ("hl7v2", hl7_bytes(("||F\r", "||F" + "|" * 20 + "24028007\r"))),
    ):  # fmt: skip
        assert failing(json=whole_json(**left), **{kind: body}) == {"laterality"}, kind


def test_a_verdict_has_both_calls_that_disagree() -> None:
    """RESULTS-10: either may be the wrong one. Where they agree, the report's own call is enough."""
    for birth_date, number in (("19620409", 2), ("19610409", 1)):
        bodies = {"json": whole_json(), "hl7v2": hl7_bytes(("19610409|F", f"{birth_date}|F"))}
        (said,) = [one for one in identity.names_the_patient(told(**bodies)) if one.name == part_of("hl7v2")]
        assert [asked.body for asked in said.exchanges] == list(bodies.values())[-number:]


def notes(**bodies: bytes) -> str:
    """Return all that RESULTS-10 writes of these reports."""
    said = judged(identity.names_the_patient, told(**bodies))
    return unmarked(" ".join(evidence.note for part in said.parts for evidence in part.evidence))


def test_a_verdict_names_both_places_and_hides_real_people() -> None:
    """RESULTS-10: what two types say is shown where both are synthetic."""
    said = notes(json=whole_json(), hl7v2=hl7_bytes(("19610409|F", "19620409|F"), ("|10|mm", "|10|cm")))
    assert 'expected "1961-04-09", as patient.birth_date in the json report has it; got "1962-04-09" as PID-7' in said
    assert '"1962-04-09" as PID-7 in the HL7 message: the two disagree, and either may be wrong' in said
    assert 'number 1 of the measurements in the json report: "Nodule diameter: 10 mm, left"' in said
    assert 'got "Nodule diameter: 10 cm, left": the OBX of type NM in the HL7 message' in said
    real = notes(
        json=json_bytes(patient={**PATIENT, "mrn": "4711"}, measurements=MEASUREMENTS),
        hl7v2=hl7_bytes(("19610409|F", "19620409|F"), ("SYN1", "4712"), ("ZZTEST-Åström", "Doe"), ("|10|mm", "|10|cm")),
        txt=b"4713",
    )
    assert "PID-7" in real
    assert not [one for one in ("1961", "1962", "471", "ström", "Doe", "10 mm", "10 cm") if one in real]


def test_units_are_compared_by_a_closed_list() -> None:
    """Each spelling leads to a unit of the list; annotations, litres and powers as people write them."""
    assert all(scale_of(one) is not None for one in (*UNIT_SPELLINGS, *SCALES))
    for one, other in (
        ("mL", "ml"), ("mg/dL", "mg/dl"), ("g/ml{SUVbw}", "g/mL"), ("{score}", None), ("HU", "[hnsf'U]"),
        ("mm²", "mm^2"), ("µm", "um"), ("x 10-6 mm2/s", "10*-6.mm2/s"), ("degrees", "deg"), ("cGy*cm2", "cGy.cm2"),
    ):  # fmt: skip
        assert scale_of(one) == scale_of(other) is not None, one
    assert scale_of("MM") is None
    assert scale_of("mm") != scale_of("cm")


def test_measurements_are_read_from_lines_of_their_own() -> None:
    """A name, its side, a number, a unit; what stands within a sentence is left alone."""
    text = "Aorta diameter, left: 30 mm\n  Aorta  diameter (right)  2.5 cm \nAorta diameter 9\nAorta diameter 2 cm, or"
    assert list(text_measurements((text, "The Aorta diameter: 4 mm"), "Aorta diameter")) == [
        Measurement(Decimal(30), "mm", "Aorta diameter", "L"),
        Measurement(Decimal("2.5"), "cm", "Aorta diameter", "R"),
        Measurement(Decimal(9), None, "Aorta diameter", None),
    ]
    for below, unit in (
        ("mm\nSpleen length: 11 cm", "mm"),
        (" mm \n", "mm"),
        ("SpO2", None),
        ("mm thick", None),
        ("\nmm", None),
    ):
        assert next(text_measurements((f"Spleen length: 12\n{below}",), "Spleen length")).unit == unit
