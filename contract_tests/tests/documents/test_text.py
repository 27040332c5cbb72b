"""The readers of report documents: what they find in json, text, csv and PDF, and what they do not take for one."""

import subprocess
import sys

import pytest

from contract_tests.tests.helpers.handmade_reports import FINDINGS, IMPRESSION, json_bytes, pdf_bytes, text_of
from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.documents import read_group, read_report, readers, recognised
from pacsimile_contract.documents.headers import digests
from pacsimile_contract.documents.json_report import comparable_content
from pacsimile_contract.documents.model import Document, is_apart
from pacsimile_spec.report_types import REPORT_TYPES

CSV = b'order_id,status,impression\r\nA-1,COMPLETED,"Nodule, 10 mm."\r\nA-2,FAILED,\r\n\'-A-3,CANCELLED,\r\n'
HL7 = b"MSH|^~\\&|LAB\rPID|1"
HTML = b"<!DOCTYPE html><title>Sign in</title>"


def test_every_reader_is_of_a_known_type() -> None:
    """A reader is found by its file alone, and its type is one of the table."""
    assert {"json", "txt", "pdf", "csv"} <= set(readers()) <= set(REPORT_TYPES)


@pytest.mark.parametrize("report_type", ["json", "txt", "pdf", "csv"])
def test_bytes_are_recognised_by_what_they_are(report_type: str) -> None:
    """Each type's bytes pass for it, no other type's do, nor a page that asks to sign in, nor nothing."""
    samples = {"json": json_bytes(), "txt": text_of().encode(), "pdf": pdf_bytes(text_of()), "csv": CSV}
    others = [one for name, one in samples.items() if name != report_type]
    assert recognised(report_type, samples[report_type])
    # rows separated by commas are text too
    wrong = [one for one in others if not (report_type == "txt" and one is CSV)]
    assert not any(recognised(report_type, one) for one in [*wrong, HTML, b"", b"\xff\xfe\x00"])
    assert not recognised(report_type, HL7)


def test_what_a_font_lacks_is_missed_by_nobody() -> None:
    """Of a subscript a page may show the digit or nothing; a sentence with another digit is another one."""
    for page in ("SpO 97 %", "SpO2 97 %"):
        assert Document(pages=(page,), ascii_only=True).states("SpO\u2082 97 %")
        assert not Document(pages=(page,), ascii_only=True).states("SpO\u2082 96 %")


def test_a_type_without_a_reader_is_not_judged() -> None:
    """None says that nobody knows, which is neither right nor wrong."""
    assert recognised("no-such-type", b"anything") is None
    assert read_report("no-such-type", b"anything") is None


def test_a_json_report_is_read_as_facts() -> None:
    """A member of another type reads as None; what is no object is no report."""
    document = read_report("json", json_bytes())
    assert document is not None
    said = document.statement
    assert said is not None
    assert (said.order_id, said.study_uid, said.findings, said.impression) == (
        "A-1",
        "1.2.3",
        tuple(FINDINGS),
        IMPRESSION,
    )
    assert str(said.completed_at) == "2026-03-01T10:09:00Z"
    spoilt = read_report("json", json_bytes(findings="Clear.", order_id=7, times=None))
    assert spoilt is not None
    assert spoilt.statement is not None
    assert (spoilt.statement.findings, spoilt.statement.order_id, spoilt.statement.completed_at) == (None, None, None)
    assert read_report("json", b"[]") is None
    assert read_report("json", b"{") is None


def test_only_what_the_schema_knows_has_to_stay() -> None:
    """Further members may differ each time, at any depth; those of the schema are compared."""
    one = comparable_content(
        json_bytes(printed_at="10:00", times={"completed_at": "2026-03-01T10:09:00Z", "printed_at": "10:00"})
    )
    assert one == comparable_content(json_bytes(times={"completed_at": "2026-03-01T10:09:00Z", "printed_at": "10:01"}))
    assert one != comparable_content(json_bytes(times={"completed_at": "2026-03-01T10:09:01Z"}))


@pytest.mark.parametrize("report_type", ["txt", "pdf"])
def test_sentences_are_found_however_they_are_broken(report_type: str) -> None:
    """White space does not count; another number does."""
    body = text_of().encode() if report_type == "txt" else pdf_bytes(text_of())
    document = read_report(report_type, body)
    assert document is not None
    assert document.statement is None
    assert all(map(document.states, FINDINGS))
    assert document.states(IMPRESSION)
    assert document.names("1.2.3")
    assert not document.states(IMPRESSION.replace("10", "11"))


def test_a_hyphen_at_the_end_of_a_line_joins_its_words() -> None:
    """A report may be set with hyphenation."""
    document = read_report("txt", b"Nodule of 10 mm, prob-\nably benign.")
    assert document is not None
    assert document.states("Nodule of 10 mm, probably benign.")


@pytest.mark.parametrize("report_type", ["txt", "pdf"])
def test_hyphens_of_its_own_and_put_in_may_end_lines_of_one_sentence(report_type: str) -> None:
    """A word's own hyphen stays, one that was put in goes, over a page's end too; a sign that is missing is missing."""
    pages = (
        "Nodule of 10 mm, fol-\nlow-\nup in six months, un-\nless it is a well-\nPage 1 of 2",
        "SYNTHETIC\nknown one.",
    )
    body = "\f".join(pages).encode() if report_type == "txt" else pdf_bytes(*pages)
    document = read_report(report_type, body)
    assert document is not None
    assert document.states("Nodule of 10 mm, follow-up in six months, unless it is a well-known one.")
    assert not document.states("Nodule of -10 mm, follow-up in six months, unless it is a well-known one.")
    assert not document.states("Nodule of 10 mm, followup in six months, unless it is known.")


@pytest.mark.parametrize("report_type", ["txt", "pdf"])
def test_an_identifier_may_be_broken(report_type: str) -> None:
    """At its own hyphen or dot, or with a hyphen that was put in: the order and the patient are named all the same."""
    for text in (
        "Order ORD-\n2026-17 of SYN-4711",
        "Order ORD-2026-17 of SYN-\n4711",
        "Order ORD-2026-17 of SYN-47-\n11",
    ):
        body = text.encode() if report_type == "txt" else pdf_bytes(text)
        document = read_report(report_type, body)
        assert document is not None
        assert document.names("ORD-2026-17")
        assert document.names("SYN-4711")
        assert not document.names("SYN-4712")


def test_a_sentence_may_go_over_to_the_next_page() -> None:
    """What stands at the foot of one page and the head of the next does not count; the order of the pages does."""
    first, second = "Nodule of 10 mm in the\nPage 1 of 2", "SYNTHETIC\nleft lung."
    for pages, found in (((first, second), True), ((second, first), False)):
        document = read_report("pdf", pdf_bytes(*pages))
        assert document is not None
        assert document.states("Nodule of 10 mm in the left lung.") is found


@pytest.mark.parametrize(("body", "found"), [(pdf_bytes("T 38.6 C"), True), (pdf_bytes("T 38.7 C"), False)])
def test_pdf_text_is_compared_within_ascii(body: bytes, found: bool) -> None:
    """A font without a letter loses it: `38.6 °C` and `38.6 C` are the same there."""
    document = read_report("pdf", body)
    assert document is not None
    assert document.states("T 38.6 °C") is found


def test_text_is_compared_letter_by_letter() -> None:
    """UTF-8 text has every letter."""
    document = read_report("txt", b"T 38.6 C")
    assert document is not None
    assert not document.states("T 38.6 °C")


@pytest.mark.parametrize(("dose", "found"), [("5 mSv", True), ("6 mSv", False)])
def test_a_page_may_end_within_a_text_with_characters_that_the_font_lacks(dose: str, found: bool) -> None:
    """Headers stand between its two parts, and other signs in the place of characters."""
    pages = ("Impression: Calcified, told to Nad?\u017eda, dose", f"A header\n? {dose}. Page 2 of 2")
    document = Document(pages=pages, ascii_only=True)
    assert document.states("Calcified, told to Nad\u011b\u017eda, dose \u2264 5 mSv.") is found


@pytest.mark.parametrize("page", ["dose ? 5 mSv", "dose [U+2264]\n5 mSv", "dose\n5 mSv", "dose \u2264 5 mSv"])
def test_a_pdf_may_replace_a_character_that_its_font_lacks(page: str) -> None:
    """A question mark or the character's code point stands for it; another one, or another number, is a fault."""
    assert Document(pages=(page,), ascii_only=True).states("dose \u2264 5 mSv")
    assert not Document(pages=(page,), ascii_only=True).states("dose \u2264 6 mSv")
    replaced = page.replace("?", "[U+2265]").replace("[U+2264]", "[U+2265]")
    assert Document(pages=(replaced,), ascii_only=True).states("dose \u2264 5 mSv") is ("[U+2265]" not in replaced)


def test_a_broken_pdf_cannot_be_read() -> None:
    """Whatever is wrong with it, nothing is raised and nothing is said on the terminal."""
    whole = pdf_bytes(text_of())
    for body in (b"%PDF-1.7 and no more", whole[: len(whole) // 2], b"", b"\x00" * 100):
        document = read_report("pdf", body)
        assert document is None or not document.states(IMPRESSION)


def test_the_library_for_pdf_is_imported_late() -> None:
    """A run that fetches no PDF does not pay for it."""
    code = "import sys; import pacsimile_contract.runner.runner, pacsimile_contract.documents as d; d.readers()"
    check = code + "; sys.exit('pypdf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


GROUP_JSON = (
    b'{"study_group": "g", "orders": [{"order_id": "A-1", "status": "COMPLETED", "study_uid": "1.2.3",'
    b' "report": {"impression": "Nodule, 10 mm."}}, {"order_id": "A-2", "status": "FAILED"},'
    b' {"order_id": "-A-3", "status": "CANCELLED"}]}'
)
GROUP_TEXT = "Study group g\nA-1 COMPLETED\nStudy 1.2.3\nNodule,\n 10 mm.\n\nA-2 FAILED\n\n-A-3: CANCELLED\n"


@pytest.mark.parametrize(
    ("report_type", "body"),
    [("json", GROUP_JSON), ("csv", CSV), ("txt", GROUP_TEXT.encode()), ("pdf", pdf_bytes(GROUP_TEXT))],
)
def test_a_groups_orders_are_found_with_what_is_said_of_them(report_type: str, body: bytes) -> None:
    """By object, row or line: the id beside the word, the impression of its own order."""
    group = read_group(report_type, body)
    assert group is not None
    assert all(map(group.names, ("A-1", "A-2", "-A-3")))
    assert not group.names("A-4")
    assert group.accounts_for({"A-1": "COMPLETED", "A-2": "FAILED", "-A-3": "CANCELLED"}) == {"A-2": True, "-A-3": True}
    wrong = group.accounts_for({"A-1": "FAILED", "A-2": "CANCELLED", "-A-3": "FAILED"})
    assert wrong == {"A-1": False, "A-2": False, "-A-3": False}
    assert group.states_of("A-1", "Nodule, 10 mm.")
    assert not group.states_of("A-1", "Nodule, 11 mm.")
    if report_type in ("json", "csv"):
        assert not group.states_of("A-2", "Nodule, 10 mm.")
        assert (group.names_of("A-1", "1.2.3"), group.names_of("A-1", "1.2")) == (report_type == "json", False)


def test_a_csv_names_its_group_where_it_has_a_column_for_it() -> None:
    """The name is read without the apostrophe before a formula; rows that name two groups name neither alone."""
    for cells, name in ((("'=7", "'=7"), "=7"), (("g", "h"), "g / h"), (("", ""), None)):
        rows = "".join(f"{cell},A-{number}\r\n" for number, cell in enumerate(cells))
        group = read_group("csv", f"study_group,order_id\r\n{rows}".encode())
        assert group is not None
        assert group.study_group == name
    group = read_group("csv", CSV)
    assert group is not None
    assert group.study_group is None


def test_an_identifier_is_no_piece_of_a_longer_one() -> None:
    """An order of another group is found only where its whole id stands by itself."""
    for text, found in (("A-1 FAILED", True), ("(A-1)", True), ("A-1.", True), ("A-12", False), ("BA-1", False)):
        assert is_apart("A-1", text) is found
        group = read_group("txt", text.encode())
        assert group is not None
        assert group.names_apart("A-1") is found
    assert not is_apart("1.2.3", "1.2.3.4")


def test_an_order_is_surely_listed_only_by_an_id_that_no_text_has_by_chance() -> None:
    """A text has numbers, words and lines of hyphens; members for ids have ids alone."""
    text = read_group("txt", b"ORDER 7 of LEFT\n-----------------\nORD-0000007 FAILED")
    csv = read_group("csv", b"order_id,status\r\n7,FAILED\r\n")
    assert text is not None
    assert csv is not None
    ids = ("7", "LEFT", "-----------------", "ORD-0000007", "ORD-000000")
    assert [order_id for order_id in ids if text.surely_lists(order_id)] == ["ORD-0000007"]
    assert csv.order_ids is not None
    assert csv.surely_lists("7")


def test_a_group_that_cannot_be_read_is_none() -> None:
    """Bytes that are not the type's; a text is read however it is written."""
    assert [read_group(name, b"\xff") for name in ("json", "csv", "pdf")] == [None] * 3
    text = read_group("txt", "Å: A-1 FAILED".encode("latin-1"))
    assert text is not None
    assert text.accounts_for({"A-1": "FAILED"}) == {"A-1": True}


def test_a_digest_is_of_the_bytes_as_sent() -> None:
    """RFC 9530: sha-256 or sha-512, in base64 between colons; other algorithms are passed over, as are parameters."""
    right = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"
    for value, found in (
        (right, {"sha-256": True}),
        (f"md5=:AAAA:, {right}", {"sha-256": True}),
        (right.replace("LPJ", "LPK"), {"sha-256": False}),
        (f'{right};source=origin; note="a, b";fresh', {"sha-256": True}),
        (f'md5=:AAAA:;note="sha-256=:AAAA:, x", {right}', {"sha-256": True}),
        (f"{right};Source", {"sha-256": False}),
        ("sha-256=LPJNul", {"sha-256": False}),
        ("sha-256=:!!!:", {"sha-256": False}),
        ("md5=:AAAA:", {}),
    ):
        assert digests(exchange("getResult", 200, body=b"hello", headers=(("Content-Digest", value),))) == found
    assert digests(exchange("getResult", 200, body=b"hello")) is None
