"""Pages of a target that writes to rule whoever reads them: its words stay text in every place where they are shown."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from contract_tests.tests.helpers.small_run import call, finished
from contract_tests.tests.reporting.html.test_report_html import Page
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.findings.part import Finding
from pacsimile_contract.findings.story import Step, Story
from pacsimile_contract.findings.verdict import Kind, Verdict
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.provenance import as_value
from pacsimile_contract.provider.mock_worlds import Defect
from pacsimile_contract.reporting.html.matrix_html import matrix_page
from pacsimile_contract.reporting.html.report_html import report_page
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.matrix import UNDAMAGED, Row
from pacsimile_contract.target.model import STATE_CLIENT, Client, Target
from pacsimile_spec import requirements

WORDS = {
    "a script": "<script>alert(1)</script>",
    "the end of a script": "</script><img src=x onerror=alert(1)>",
    "the end of the style": "</style><style>*{display:none}",
    "the end of the title": "</title></textarea></pre></code>",
    "a double quote": '" onmouseover="alert(1)',
    "a single quote": "' onmouseover='alert(1)",
    "a comment": "<!-- --!> <![CDATA[ ]]>",
    "a link": "javascript:alert(1)",
    "a link to data": "data:text/html,<script>alert(1)</script>",
    "entities": "&lt;b&gt; &#60;b&#62; &amp",
    "a template": "{{ 7 * 7 }}{% raw %}{# x",
    "marks of direction": "\u202e\u2066\u200f\u061c",
    "a NUL": "x\x00y",
    "lone surrogates": "\ud800 \udfff",
    "a terminal's commands": "\x1b[2J\x9b2J\r\x08",
    "ends of lines": "a\u2028b\u2029c\x85d\x0b\x0c",
    "a byte order mark": "\ufeff\ufffe",
}
HARMLESS = "harmless"
PLACES = (
    "diagnosis", "note-of-the-run", "inventory", "below-the-inventory", "organization", "target", "run-id", "ended",
    "requirement-asked-for", "client", "url", "method", "sent-header", "sent-body", "sent-bytes", "failure", "version",
    "header", "request-id", "media-type", "body", "note", "lines-before", "expected", "got", "told", "summary",
    "supply",
)  # fmt: skip
"""Where a report may show what a target, an operator or an answer said."""


def said(place: str, word: str) -> str:
    """Return a text that says where it is from and holds the word."""
    return f"{place}:{word}"


def answered(word: str, number: int = 1) -> Exchange:
    """Return an exchange that holds the word in each place of its request and its answer."""
    in_body = json.dumps(said("body", word), ensure_ascii=False).encode("utf-8", "replace")
    request = Request(
        said("method", word), "https://api.example/status/" + said("url", word),
        (("X-Sent", said("sent-header", word)), ("Authorization", said("authorization", word))),
        said("sent-body", word).encode("utf-8", "replace"), "getStatus", STATE_CLIENT + said("client", word),
    )  # fmt: skip
    headers = (
        ("Content-Type", said("media-type", word)), ("Location", said("header", word)),
        ("X-Request-Id", said("request-id", word)), (said("X-Name", word), word), ("Set-Cookie", word),
    )  # fmt: skip
    made = Exchange(number, request, Answer(400, headers, in_body, in_body, said("version", word)), at=1.0)
    made.ended = 0.5
    return made


def hostile_run(word: str, *, all_synthetic: bool) -> RunFinished:
    """Return a run in which the word stands wherever a page may show it."""
    whole, silent = answered(word), call(2, "getStatus", "/status", None)
    silent.failure = said("failure", word)
    raw = replace(answered(word, 3).request, raw=said("sent-bytes", word).encode("utf-8", "replace"))
    bare = Exchange(3, raw, Answer(200, ()))
    finding = Finding(False, Kind.FACT, said("expected", word), said("got", word))
    evidence = (
        Evidence(whole, said("lines-before", word), (silent, bare, whole), finding, (said("told", word),)),
        Evidence(None, said("note", word)),
        Evidence(None, as_value(said("note-of-an-answer", word))),
    )
    row = requirements()["STATUS-1"]
    failed = Judgement(
        row, Verdict.FAIL, said("summary", word), (JudgedPart("STATUS-1/x", "MUST", Verdict.FAIL, Kind.FACT, evidence),)
    )
    lacking = Judgement(requirements()["STATUS-2"], Verdict.NOT_EXERCISED, said("supply", word))
    made = {"client_id": said("client", word), "organization_id": said("organization", word)}
    told = Story("status.newest", [Step("step", whole)], {"origin/home": made})
    target = Target(
        "https://" + said("target", word),
        "https://api.example/oauth2",
        {"primary": Client("primary", "id", "secret-1", "org")},
    )
    return finished(
        [failed, lacking], all_synthetic=all_synthetic, exchanges=(whole, silent, bare), stories=[(told, ())],
        target=target, diagnosis=said("diagnosis", word), notes=[said("note-of-the-run", word)],
        run_id=said("run-id", word), options=Options(requirements=(said("requirement-asked-for", word),)),
    )  # fmt: skip


def report(word: str, *, all_synthetic: bool = True) -> str:
    """Return the page of such a run."""
    lines = [said("inventory", word), "  " + said("below-the-inventory", word)]
    return "".join(report_page(hostile_run(word, all_synthetic=all_synthetic), lines, said("ended", word)))


def matrix(word: str) -> str:
    """Return the page of a kill matrix whose mock says the word in each place."""
    defect = Defect(said("name", word), "STATUS-1", said("level", word), said("summary", word))
    rows = (
        Row(UNDAMAGED, crashed=said("undamaged", word)),
        Row(defect, ("STATUS-1",), summaries=(("STATUS-1", said("finding", word)),)),
        Row(replace(defect, name="other"), crashed=said("crash", word)),
    )
    return "".join(matrix_page(rows, whole=False, facts=said("facts", word)))


def skeleton(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the elements of a page, each with the names of its attributes."""
    for tag, attributes in Page(text).elements:
        yield tag, tuple(attributes)


def hold_no_word(text: str) -> None:
    """Assert that a page is UTF-8 without a sign that rules a reader, and that no address leaves it."""
    text.encode("utf-8")
    assert not re.findall(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", text
    )
    page = Page(text)
    links = [
        value or "" for _, attributes in page.elements for name, value in attributes.items() if name in ("href", "src")
    ]
    assert [link for link in links if not link.startswith("#") and link != "data:,"] == []
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("all_synthetic", [True, False], ids=["in a mock's world", "elsewhere"])
def test_a_report_is_built_alike_whatever_a_target_says(word: str, all_synthetic: bool) -> None:
    """Its elements and their attributes are those of a run that says something harmless."""
    text = report(word, all_synthetic=all_synthetic)
    hold_no_word(text)
    assert list(skeleton(text)) == list(skeleton(report(HARMLESS, all_synthetic=all_synthetic)))


def test_all_words_together_end_no_report() -> None:
    """Nor does a credential that no URL can hold, in which a reader looks for what the answer repeats of it."""
    text = report(" | ".join(WORDS.values()))
    hold_no_word(text)
    assert list(skeleton(text)) == list(skeleton(report(HARMLESS)))


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_a_matrix_is_built_alike_whatever_a_mock_says(word: str) -> None:
    """In its table, its titles and its list of defects."""
    text = matrix(word)
    hold_no_word(text)
    assert list(skeleton(text)) == list(skeleton(matrix(HARMLESS)))


def test_every_place_is_shown() -> None:
    """Else the other tests would look at nothing; and each shows the word as it is."""
    word = "<i title=x&y>"
    shown = Page(report(word)).text
    assert [place for place in PLACES if f"{place}:" not in shown] == []
    assert [place for place in PLACES if said(place, word) not in shown] == []
