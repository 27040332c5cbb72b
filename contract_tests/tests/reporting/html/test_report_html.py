"""report.html: a page that is well-formed, needs nothing else, escapes what a service says, and has every clause."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from contract_tests.tests.helpers.small_run import CALLS, call, finished, judged
from pacsimile_contract.findings.part import fact, form, part
from pacsimile_contract.findings.registry import scenarios
from pacsimile_contract.findings.story import Step, Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.bench import NOT_RUN
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement, judge
from pacsimile_contract.reporting.coverage import coverage
from pacsimile_contract.reporting.html.report_html import ReportHtml, report_page
from pacsimile_contract.reporting.presentation import selected
from pacsimile_contract.run.events import InventoryTaken, RunFinished
from pacsimile_spec import requirements

VOID = {"meta", "link", "input", "br", "hr", "rect", "line"}


class Page(HTMLParser):
    """A page's elements with their attributes, and its text; raises where tags do not match."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element, and that it is open."""
        assert len(dict(attrs)) == len(attrs), f"an attribute of {tag} twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        if not self.open or self.open[-1] not in ("script", "style"):
            self.said.append(data)

    def all(self, tag: str, name: str | None = None) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of a tag, of a class where it is given."""
        found = [attributes for one, attributes in self.elements if one == tag]
        return [one for one in found if name is None or name in (one.get("class") or "").split()]

    @property
    def text(self) -> str:
        """What a reader reads, with single blanks."""
        return " ".join("".join(self.said).split())


@pytest.fixture(scope="module")
def text() -> str:
    """The page of the run made by hand, all of whose requirements were selected."""
    everything = [
        replace(one, summary=one.summary.replace("not selected", "was not run"), unjudged=None) for one in judged()
    ]
    return "".join(report_page(finished(everything), ["states: made by the state URL"], "2026-01-01 10:00 UTC"))


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    """The same, parsed."""
    return Page(text)


def test_it_is_well_formed(page: Page) -> None:
    """Each tag ends, no id is there twice, what a label or link names exists, each input has a label."""
    ids = [one["id"] for _, one in page.elements if one.get("id")]
    assert len(ids) == len(set(ids))
    assert {one["aria-labelledby"] for _, one in page.elements if one.get("aria-labelledby")} <= set(ids)
    assert {href[1:] for one in page.all("a") if (href := one["href"] or "").startswith("#")} <= set(ids)
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("h1")) == 1
    assert len(page.all("label")) == len(page.all("input"))


def test_it_needs_nothing_else(text: str, page: Page) -> None:
    """No address in any attribute that a browser follows, nothing imported, and a policy that lets nothing in."""
    followed = {"src", "href", "action", "data", "poster", "srcset", "formaction", "xlink:href", "background"}
    addresses = [value for _, one in page.elements for name, value in one.items() if name in followed]
    assert [one for one in addresses if not re.fullmatch(r"#[\w-]+|data:,", one or "")] == []
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    assert not re.search(r"@import|url\(|https?:", style[1])
    assert policy_of(page).startswith("default-src 'none';")


def policy_of(page: Page) -> str:
    """Return the policy that a page sets itself."""
    names = (one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    return next(names) or ""


def test_only_its_own_script_may_run(text: str, page: Page) -> None:
    """There is one, and the policy names its hash."""
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == len(page.all("script")) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy_of(page)
    assert not [name for _, one in page.elements for name in one if name.startswith("on")]


def test_what_a_service_says_is_text(text: str, page: Page) -> None:
    """Markup is escaped, and what no reader sees is written as its escape."""
    assert r"</script><script>alert(1)</script>\x1b[2J\u202e\x00" in page.text
    assert "alert(1)</script>" not in text
    assert not set(text) & set("\x1b\u202e\x00")


def test_every_requirement_is_in_it_with_its_words(page: Page) -> None:
    """Failures first; each can be linked to."""
    shown = [one["id"] for one in page.all("article")]
    assert sorted(map(str, shown)) == sorted(requirements())
    verdicts = [one["data-verdict"] for one in page.all("article")]
    assert list(dict.fromkeys(verdicts)) == ["FAIL", "ERROR", "WARN", "NOT-EXERCISED", "PASS", "N/A"]
    for row in requirements().values():
        assert " ".join(row.words.replace("`", "").split()) in page.text


def test_the_head_says_how_it_ended(page: Page) -> None:
    """Exit status in words, counts, notes; and what judged by what."""
    assert "Exit status 1: a MUST failed." in page.text
    assert "2 FAIL a MUST failed" in page.text.replace("2FAIL", "2 FAIL ")
    assert "a note" in page.text
    for one in ("0a1b2c3d", "2026-01-01 10:00 UTC", "openapi_sha256", "Seed", "states: made by the state URL"):
        assert one in page.text


def test_evidence_is_a_sequence_of_exchanges(page: Page) -> None:
    """Both calls of the finding, the last marked; by whom, times, a curl line, facts where no body may be kept."""
    assert "call 2, at 2027-01-15T08:00:02.250Z, by the client primary" in page.text
    assert "X-Request-Id: req-3, by the client primary" in page.text
    assert len(page.all("li", "decisive")) < len(page.all("li", "exchange"))
    assert "after 12 ms" in page.text
    assert 'curl -i -H "Authorization: Bearer $TOKEN" "https://api.example/status?order_id=$ORDER_1"' in page.text
    assert "The body has no synthetic mark, so it is not stored" in page.text
    assert "No answer after 20 ms: timeout" in page.text
    assert "1 more with the same outcome" in page.text


def test_a_call_is_shown_once_for_a_requirement(page: Page) -> None:
    """Where another of its parts rests on it too, there is a link to it."""
    anchors = [one["id"] for one in page.all("li", "exchange") if one.get("id")]
    assert [anchor for anchor in anchors if str(anchor).startswith("STATUS-2-")] == [
        "STATUS-2-call-2",
        "STATUS-2-call-3",
    ]
    links = [str(one["href"]) for one in page.all("a") if str(one["href"]).startswith("#STATUS-2-call")]
    assert links == ["#STATUS-2-call-2", "#STATUS-2-call-3"]
    assert "call 3 HTTP/1.1 200 see it in full" in page.text


def test_a_call_is_in_full_where_it_is_unfolded() -> None:
    """A part that passed rests on it too and stands before the one that failed: it has the link."""
    evidence = (Evidence(CALLS[1], "a note", (CALLS[1],)),)
    parts = tuple(
        JudgedPart(f"STATUS-1/{verdict.value.lower()}", "MUST", verdict, None, evidence)
        for verdict in (Verdict.PASS, Verdict.FAIL)
    )
    row = requirements()["STATUS-1"]
    text = "".join(report_page(finished([Judgement(row, Verdict.FAIL, "a summary", parts)])))
    link, in_full = text.index('href="#STATUS-1-call-2"'), text.index('id="STATUS-1-call-2"')
    assert text.index("STATUS-1/pass") < link < text.index("STATUS-1/fail") < in_full


def test_the_step_of_a_call_is_said_in_words() -> None:
    """What was asked there, and the place of the call in it; not the names by which the tests know them."""
    told = Story("expiry.long_expired", [Step("expired/getStatus/order.-.first", CALLS[1]), Step("x", CALLS[2])])
    page = Page("".join(report_page(finished(stories=[(told, ())]))))
    assert "step 1 of 2 of: Call each operation with a token that expired before it was ever used" in page.text
    assert "expired/getStatus" not in page.text and "long_expired" not in page.text
    assert [one.name for one in scenarios() if "`" in one.summary or not one.summary] == []


def test_two_expectations_of_one_answer_are_one_statement() -> None:
    """Such as a refusal, and its status: the answer is not told twice."""
    found = [fact(False, "a refusal", "200 application/json"), form(False, "401", "200 application/json")]
    parts = [part("getStatus", one, on=CALLS[1]) for one in found]
    failed = judge(requirements()["AUTH-11"], ["getStatus"], parts, "strict", NOT_RUN)
    page = Page("".join(report_page(finished([failed]))))
    article = page.text.partition("All verdicts")[2]
    assert article.count("200 application/json") == 2, article  # in the summary and in the statement
    assert "expecteda refusal; 401got200 application/json" in article.replace(" expected", "expected").replace(
        " got", "got"
    )


def test_nothing_that_must_not_be_written_is_in_it(text: str) -> None:
    """Tokens, identifiers without the mark, patients."""
    for secret in ("the-token-sent", "secret-1", "ORD-OLD", "ORD-NEW", "Jane Doe"):
        assert secret not in text
    assert "ORD-OLD" in "".join(report_page(finished(all_synthetic=True)))


def many_calls(count: int) -> str:
    """Return the page of a run one of whose findings rests on so many calls, each with a long answer."""
    calls = tuple(call(number, "getStatus", "/status", 200, "x" * 5000) for number in range(1, count + 1))
    shown = JudgedPart("STATUS-1/x", "MUST", Verdict.FAIL, None, (Evidence(calls[-1], "a note", calls),))
    failed = Judgement(requirements()["STATUS-1"], Verdict.FAIL, "a note", (shown,))
    return "".join(report_page(finished([failed], all_synthetic=True, exchanges=calls)))


def test_long_bodies_and_many_calls_are_shortened() -> None:
    """The page says what it left out, and where it is; a few calls are all there."""
    made = Page(many_calls(30))
    assert [one["class"] for one in made.all("li", "exchange")] == [*["exchange"] * 7, "exchange decisive"]
    assert "22 more calls in history.jsonl" in made.text
    assert "Only the beginning; 5002 characters in total." in made.text
    assert len(Page(many_calls(8)).all("li", "exchange")) == 8


def test_a_page_is_written_piece_by_piece() -> None:
    """No piece of it has all calls of a requirement, so that a long run is never in memory as a page."""
    calls = tuple(call(number, "getStatus", "/status", 200, "x" * 5000) for number in range(1, 401))
    evidence = tuple(Evidence(each, "the same", (each,)) for each in calls)
    many = JudgedPart("STATUS-1/x", "MUST", Verdict.FAIL, None, evidence)
    judgements = [Judgement(requirements()["STATUS-1"], Verdict.FAIL, "a note", (many,))]
    pieces = list(report_page(finished(judgements, all_synthetic=True, exchanges=calls)))
    assert sum(map(len, pieces)) > 400 * 1500
    assert max(map(len, pieces)) < 20_000
    assert len(Page("".join(pieces)).all("li", "exchange")) == 400
    assert "399 more with the same outcome" in "".join(pieces)


def test_it_is_written_at_the_end(tmp_path: Path) -> None:
    """With the inventory that was taken before."""
    report = ReportHtml(tmp_path)
    report(InventoryTaken(["no study with two orders"]))
    assert list(tmp_path.iterdir()) == []
    report(finished())
    assert "no study with two orders" in (tmp_path / "report.html").read_text("utf-8")


def test_a_run_that_asked_nothing_has_a_page() -> None:
    """No latency, no inventory, every response unseen."""
    done: RunFinished = finished(exchanges=(), stories=())
    made = Page("".join(report_page(done)))
    assert "No operation got an answer." in made.text
    assert f"0 of {sum(one.described for one in coverage(()))} described responses" in made.text


def test_what_was_not_selected_is_counted_apart() -> None:
    """A row that the user did not select is no NOT-EXERCISED one, and is not in the list."""
    found = judged()
    chosen = selected(found)
    text = "".join(report_page(finished(found)))
    page = Page(text)
    assert f"{len(found) - len(chosen)} requirements were not selected." in page.text
    assert len(page.all("article", "requirement")) == len(chosen) < len(found)
    assert not [one for one in page.all("article") if one["data-verdict"] == "NOT-EXERCISED"]


def test_what_is_the_matter_with_a_target_is_said_once() -> None:
    """At the top, and not again among the notes."""
    made = Page(
        "".join(report_page(finished(diagnosis="nothing listens there", notes=["nothing listens there", "more"])))
    )
    assert made.text.count("nothing listens there") == 1
    assert "more" in made.text
