"""What a document may hold that is read: of one that unfolds to more, little is read, and nothing is kept."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from contract_tests.tests.helpers.hostile_documents import MEBIBYTE, deflated_dicom, pdf, pdf_of_forms, words
from pacsimile_contract import documents
from pacsimile_contract.documents import bounds, read_group, read_report, recognised
from pacsimile_contract.documents import pdf as pdf_reader
from pacsimile_contract.documents.bounds import Latest
from pacsimile_contract.documents.part10 import Malformed, read
from pacsimile_contract.documents.pdf import pages_of
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.rules.pdf_rules import RULES
from pacsimile_contract.run import run as run_module
from pacsimile_contract.run.run import Run
from pacsimile_contract.target.model import Client, Target


@pytest.mark.parametrize(
    "make",
    [
        lambda: pdf(words(20_000)),
        lambda: pdf(words(400), pages=60),
        lambda: pdf(b" " * 9 * MEBIBYTE + words(1)),
        pdf_of_forms,
    ],
    ids=["one page", "pages that share one content", "white space", "forms in forms"],
)
def test_a_pdf_that_unfolds_is_read_as_none(monkeypatch: pytest.MonkeyPatch, make: Callable[[], bytes]) -> None:
    """Whichever way it does: its rules say that its text cannot be taken out."""
    monkeypatch.setattr(pdf_reader, "MOST_OPERATORS", 20_000)
    body = make()
    assert len(body) < MEBIBYTE
    assert pages_of(body) is None
    assert read_report("pdf", body) is None
    assert [one.rule for one in RULES[0].breaches(body)] == ["PDF-4"]


def test_a_pdf_of_many_pages_is_read() -> None:
    """A group of 150 orders has so many."""
    pages = pages_of(pdf(words(400), pages=160))
    assert pages is not None
    assert len(pages) == 160


def test_a_dicom_file_that_unfolds_is_none() -> None:
    """A deflated data set has a bound of its own: a file of 20 KB may hold as many MiB."""
    read(deflated_dicom(MEBIBYTE))
    with pytest.raises(Malformed, match="is longer than 16 MiB once it is inflated"):
        read(deflated_dicom(17 * MEBIBYTE))


@pytest.mark.parametrize("report_type", ["txt", "csv", "hl7v2", "json", "fhir"])
@pytest.mark.parametrize("sign", [b",", b"|", b"\r", b"\n", b" "])
def test_a_text_of_too_many_words_is_of_no_type(monkeypatch: pytest.MonkeyPatch, report_type: str, sign: bytes) -> None:
    """Its words, lines or fields would take a hundred times the memory of its bytes."""
    monkeypatch.setattr(bounds, "MOST_WORDS", 1000)
    starts = {"hl7v2": b"MSH|^~\\&|", "json": b"{", "fhir": b'{"resourceType":"x"'}
    body = starts.get(report_type, b"a,b\n") + sign * 1001
    assert recognised(report_type, body) is False
    assert read_report(report_type, body) is None
    assert read_group(report_type, body) is None


def test_a_text_that_is_too_long_is_of_no_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what is taken out of a document that is no text."""
    monkeypatch.setattr(bounds, "LONGEST_TEXT", 1000)
    assert recognised("txt", b"x" * 1000)
    assert not recognised("txt", b"x" * 1001)
    assert read_report("pdf", pdf(words(50))) is not None
    assert read_report("pdf", pdf(words(200))) is None


def test_what_was_read_is_kept_while_it_weighs_little() -> None:
    """The latest results stay, the oldest go; what weighs too much by itself is read again each time."""
    asked: list[str] = []
    latest = Latest(lambda name, body: asked.append(name) or len(body), lambda length: length, most=40)
    for name in ("a", "b", "a", "c", "a", "b"):
        latest(name, b"x" * 10)
    assert asked == ["a", "b", "c", "b"]
    assert [latest("d", b"x" * 30), latest("d", b"x" * 30)] == [30, 30]
    assert asked == ["a", "b", "c", "b", "d", "d"]


def test_what_the_end_of_a_run_stops_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a report is marked is asked for as it comes; writing the run's files has no bound in time."""

    def stopped(exchange: Exchange) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module.facts, "is_synthetic", stopped)
    client = Client("primary", "client-1", "s3cr3t")
    run = Run(Target("http://127.0.0.1:1", "http://127.0.0.1:1/oauth2", {"primary": client}))
    request = Request("GET", "http://127.0.0.1:1/results", operation="getResult", given={"report_type": "pdf"})
    asked = Exchange(0, request, Answer(200, (("Content-Type", "application/pdf"),), b"%PDF-", b"%PDF-"))
    asked.ended = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run.history.append(asked)
    assert asked.is_synthetic is False


def test_what_a_document_is_meant_as_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many ask; of a DICOM file it takes reading all of it."""
    looked: list[bytes] = []
    reader = replace(documents.readers()["txt"], recognises=lambda body: looked.append(body) or True)
    monkeypatch.setattr(documents, "readers", lambda: {"txt": reader})
    assert [recognised("txt", b"told once") for _ in range(3)] == [True] * 3
    assert looked == [b"told once"]
