"""The checkers of RESULTS-7 and RESULTS-11 on stories written by hand."""

import pytest
from handmade_reports import FINDINGS, IMPRESSION, REPORT, json_bytes, pdf_bytes, text_of

from pacsimile_contract.checkers import contents
from pacsimile_contract.exchange import Exchange
from pacsimile_contract.handwritten import exchange, judged, problem, story, verdicts
from pacsimile_contract.history import Story
from pacsimile_contract.verdict import Verdict

PASS, FAIL = Verdict.PASS, Verdict.FAIL
UNEXERCISED, NOT_APPLICABLE = Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE
ORDER = {"order_id": "A-1", "study_uid": "1.2.3"}


def served(body: bytes, report_id: str | None = None) -> Exchange:
    """Return a report as it is served."""
    return exchange("getResult", 200, body=body, headers=(("X-Report-Id", report_id),) if report_id else ())


def told(**bodies: bytes) -> Story:
    """Return the story of an order fetched in these types."""
    steps = [(f"asked/one/{kind}", served(body)) for kind, body in bodies.items()]
    return story(*steps, one=ORDER, level={"value": "standard"})


def stated(**bodies: bytes) -> dict[str, Verdict]:
    """Return the verdicts of RESULTS-7."""
    return verdicts(contents.states_the_same, told(**bodies))


def test_a_structured_report_is_the_orders_own() -> None:
    """RESULTS-7: it names the order, or the accession number in its place, and the study."""
    for body, verdict in (
        (json_bytes(), PASS),
        (json_bytes(order_id="A-2"), FAIL),
        (json_bytes(study_uid="1.2.4"), FAIL),
        (json_bytes(study_uid=None), FAIL),
        (json_bytes(order_id=None), PASS),
        (json_bytes(order_id=None, accession_number=None), FAIL),
        (json_bytes(findings=None), FAIL),
        (json_bytes(findings=[]), PASS),
        (json_bytes(impression=None), FAIL),
        (json_bytes(findings=[], impression=""), FAIL),
        (b"<html>", UNEXERCISED),
    ):
        assert stated(json=body)["json"] is verdict


@pytest.mark.parametrize("kind", ["txt", "pdf"])
def test_text_states_what_json_does(kind: str) -> None:
    """RESULTS-7: every finding and the impression, and the identifiers that json gave."""

    def as_bytes(text: str) -> bytes:
        return text.encode() if kind == "txt" else pdf_bytes(text)

    for text, verdict in (
        (text_of(), PASS),
        (text_of(order="SYN7"), PASS),
        (text_of(order="A-2"), FAIL),
        (text_of(study="1.2.4"), FAIL),
        (text_of(study="1.2.\n3"), PASS),
        (text_of(findings=FINDINGS[:1]), FAIL),
        (text_of(findings=[FINDINGS[0].replace("10", "11"), FINDINGS[1]]), FAIL),
        (text_of(last=IMPRESSION.replace("left", "right")), FAIL),
        ("Nothing.", FAIL),
    ):
        found = stated(json=json_bytes(), **{kind: as_bytes(text)})
        assert (found["json"], found[kind]) == (PASS, verdict)


def test_identifiers_are_sought_only_where_a_structured_type_gave_them() -> None:
    """RESULTS-7: a text need not print what json leaves out, and alone it cannot be compared."""
    text = text_of(order="none", study="none").encode()
    found = stated(json=json_bytes(order_id=None, accession_number="SYN7", study_uid="1.2.3"), txt=text)
    assert found["txt"] is FAIL
    found = stated(json=json_bytes(order_id=None, accession_number=None, study_uid=None), txt=text)
    assert found["txt"] is PASS
    assert stated(txt=text)["txt"] is UNEXERCISED


def test_a_pdf_that_cannot_be_read_states_nothing() -> None:
    """RESULTS-7: half a PDF is none, whatever its media type."""
    whole = pdf_bytes(text_of())
    assert stated(json=json_bytes(), pdf=whole[:200])["pdf"] is FAIL


def test_structured_types_agree_with_each_other() -> None:
    """RESULTS-7: the same findings in the same order, and the same impression, white space aside."""
    one = contents.read_report("json", json_bytes())
    assert one is not None
    for body, verdict in (
        (json_bytes(impression=IMPRESSION.replace("\n", " ")), True),
        (json_bytes(findings=FINDINGS[::-1]), False),
        (json_bytes(findings=FINDINGS[:1]), False),
        (json_bytes(impression="Normal."), False),
    ):
        other = contents.read_report("json", body)
        assert other is not None
        assert one.statement is not None
        assert other.statement is not None
        assert all(found.holds for found in contents.statements_agree(other.statement, one.statement)) is verdict


def test_what_is_not_offered_does_not_apply() -> None:
    """RESULTS-7: it waits for an order that offers it."""
    assert stated(json=json_bytes())["pdf"] is NOT_APPLICABLE


def test_a_report_may_be_amended_meanwhile() -> None:
    """RESULTS-7: another version need not say the same, unless nobody but us could have amended it."""
    steps = [("asked/one/json", served(json_bytes(), "R-1")), ("asked/one/txt", served(b"Another version", "R-2"))]
    for owned, verdict in ((False, UNEXERCISED), (True, FAIL)):
        told_ = story(*steps, one={**ORDER, "owned": owned}, level={"value": "standard"})
        found = verdicts(contents.states_the_same, told_)
        assert (found["json"], found["txt"]) == (PASS, verdict)


def test_nothing_of_a_report_is_shown() -> None:
    """RESULTS-7: the evidence names what is missing by its number; it may be a real patient's."""
    said = judged(contents.states_the_same, told(json=json_bytes(), txt=b"Something else altogether"))
    notes = " ".join(evidence.note for part in said.parts for evidence in part.evidence)
    assert "without number 1, 2" in notes
    assert not any(word in notes for word in ("nodule", "Nodule", "benign", "altogether"))


AMENDED = {**REPORT, "report_id": "R-2", "report_status": "amended", "impression": "Nodule of 12 mm."}


def amended(kind: str, answer: Exchange) -> dict[str, Verdict]:
    """Return the verdicts of RESULTS-11 where the amended R-2 is listed, and `kind` is answered so."""
    right = {
        "json": served(json_bytes(**AMENDED), "R-2"),
        "txt": served(text_of(last="Nodule of 12 mm.").encode(), "R-2"),
    }
    steps = [(f"amended/{one}", good) for one, good in {**right, **({kind: answer} if kind in right else {})}.items()]
    by_study = answer if kind == "by-study" else right["json"]
    return verdicts(
        contents.serves_the_amended, story(*steps, ("amended-by-study", by_study), amended={"report_id": "R-2"})
    )


OLD, GONE = served(json_bytes(), "R-1"), exchange("getResult", 404, problem("order-not-found", 404))


def test_the_amended_version_is_served() -> None:
    """RESULTS-11: by order, by study, in every type; each place fails by itself."""
    good = {"by-order": PASS, "by-study": PASS, "every-type": PASS, "calls-itself-amended": PASS}
    unnamed = served(json_bytes(**{**AMENDED, "report_id": "R-1"}))
    final = served(json_bytes(**{**AMENDED, "report_status": "final"}), "R-2")
    for kind, answer, failing in (
        ("json", served(json_bytes(**AMENDED)), ()),
        ("json", final, ("calls-itself-amended",)),
        ("json", unnamed, ("by-order",)),
        ("json", GONE, ("by-order", "calls-itself-amended")),
        ("by-study", OLD, ("by-study",)),
        ("by-study", GONE, ("by-study",)),
        ("txt", served(text_of().encode(), "R-1"), ("every-type",)),
        ("txt", served(text_of().encode(), "R-2"), ("every-type",)),
        ("txt", GONE, ("every-type",)),
    ):
        found = amended(kind, answer)
        wrong = {name for name, verdict in found.items() if verdict is not good[name]}
        assert wrong == set(failing)
        assert all(found[name] is FAIL for name in failing if answer is not GONE or name != "calls-itself-amended")
