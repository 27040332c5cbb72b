"""The small run as each report writes it, word for word: what a reader sees changes only where somebody meant it.

`python -m contract_tests.tests.reporting.test_golden` writes the files anew; look at what changed before it is kept.
"""

import io
import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from unittest.mock import patch
from xml.etree import ElementTree as Xml

import pytest

from contract_tests.tests.helpers.small_run import HOSTILE, VERSIONS, finished, judged
from pacsimile_contract.findings.registry import parts_of
from pacsimile_contract.reporting import junit as junit_module
from pacsimile_contract.reporting import report_json, summary_md
from pacsimile_contract.reporting.console import Console
from pacsimile_contract.reporting.html.report_html import report_page
from pacsimile_contract.reporting.junit import junit
from pacsimile_contract.reporting.summary_md import StepSummary, SummaryMd, summary
from pacsimile_contract.reporting.terminal import Terminal
from pacsimile_contract.run.events import InventoryTaken, RequirementJudged, RunFinished, RunStarted
from pacsimile_spec import requirements

GOLDEN = Path(__file__).with_name("golden")


def on_terminal(done: RunFinished, *, colour: bool = False, verbose: bool = False) -> str:
    """Return what a terminal shows of a run."""
    out = io.StringIO()
    terminal = Terminal(Console(out, colour=colour), report=Path("out"), verbose=verbose)
    terminal(RunStarted(done.target, done.options, done.profile, done.run_id, (), done.redactor))
    terminal(InventoryTaken(["states: from nowhere", "  order_in_status, for STATUS-1"]))
    for judgement in done.judgements:
        terminal(RequirementJudged(judgement))
    terminal(done)
    return out.getvalue()


def in_junit(done: RunFinished) -> str:
    """Return junit.xml, indented, without the testcases that were not selected."""
    tree = junit(done)
    suite = tree.getroot()[0]
    for case in filter(_unselected, list(suite.iter("testcase"))):
        suite.remove(case)
    for counted in (tree.getroot(), suite):  # how many parts there are is no matter of this report
        for name in ("tests", "skipped"):
            del counted.attrib[name]
    Xml.indent(tree)
    return Xml.tostring(tree.getroot(), encoding="unicode") + "\n"


def _unselected(case: Xml.Element) -> bool:
    skipped = case.find("skipped")
    return skipped is not None and "not selected" in str(skipped.get("message"))


def as_json(done: RunFinished) -> str:
    """Return report.json without the requirements that were not selected."""
    made = report_json.report(done)
    made["verdicts"] = [one for one in made["verdicts"] if one["summary"] != "not selected"]
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


WRITTEN: Mapping[str, Callable[[RunFinished], str]] = {
    "terminal.txt": on_terminal, "terminal-verbose.txt": partial(on_terminal, verbose=True),
    "summary.md": summary, "junit.xml": in_junit, "report.json": as_json,
}  # fmt: skip


def made(name: str) -> str:
    """Return a report of the small run."""
    with (
        patch.object(report_json, "versions", lambda: VERSIONS),
        patch.object(summary_md, "versions", lambda: VERSIONS),
        patch.object(junit_module, "versions", lambda: VERSIONS),
    ):
        return WRITTEN[name](finished())


@pytest.mark.parametrize("name", WRITTEN)
def test_a_report_reads_as_it_did(name: str) -> None:
    """Verdict, clause, part, expected, got, curl line, answer; reasons of what was left open; how it ended."""
    assert made(name) == (GOLDEN / name).read_text("utf-8")


@pytest.mark.parametrize("name", WRITTEN)
def test_nothing_that_must_not_be_written_is_in_one(name: str) -> None:
    """Tokens, identifiers without the mark, patients; and no sign that rules what shows it."""
    text = made(name)
    for secret in ("the-token-sent", "secret-1", "ORD-OLD", "ORD-NEW", "Jane Doe"):
        assert secret not in text
    assert not set(text) & set("\x1b\x00")
    assert "\u202e" not in text or name == "report.json"


def test_junit_has_the_structure_that_others_read() -> None:
    """Counts agree, names are unique and of one shape, each case is at most one of failure, error and skipped."""
    suites = junit(finished()).getroot()
    (suite,) = suites
    cases = suite.findall("testcase")
    names = [case.get("name") for case in cases]
    assert len(names) == len(set(names)) == int(suite.get("tests", ""))
    assert all(re.fullmatch(r"[A-Z]+-[0-9]+(/[A-Za-z0-9_-]+)?", str(name)) for name in names)
    assert {case.get("classname") for case in cases} == {f"contract.{name}" for name in requirements()}
    for tag, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert len(suite.findall(f"testcase/{tag}")) == int(suite.get(count, "")) == int(suites.get(count, ""))
    outcomes = [[one.tag for one in case if one.tag != "properties"] for case in cases]
    assert all(len(one) <= 1 for one in outcomes)
    assert ["system-out"] in outcomes
    assert {one.get("type") for one in suite.iter("failure")} == {"fact", "form"}
    titles = [case.find("properties/property[@name='title']") for case in cases]
    by_name = [requirements()[str(name).partition("/")[0]].title for name in names]
    assert [None if one is None else one.get("value") for one in titles] == by_name
    assert {one.get("name") for one in suite.iter("property")} >= {"profile", "seed", "level", "run", "openapi_sha256"}


def test_junit_has_the_same_testcases_whatever_was_run() -> None:
    """What was not run is skipped part by part, so that a history of runs has no gaps."""

    def names(done: RunFinished) -> list[str | None]:
        return [one.get("name") for one in junit(done).getroot().iter("testcase")]

    nothing = [one for one in judged() if not one.parts]
    declared = [f"{name}/{one}" if one else name for name in requirements() for one in parts_of(name) or ("",)]
    whole = names(finished([*nothing]))
    assert set(whole) <= set(declared)
    assert "STORAGE-1" in whole


def test_junit_is_xml_whatever_a_service_says() -> None:
    """It is read again as it was written."""
    text = Xml.tostring(junit(finished()).getroot())
    failure = next(one for one in Xml.fromstring(text).iter("failure") if one.get("type") == "form")
    assert "</script><script>alert(1)</script>" in str(failure.text)
    assert HOSTILE not in str(failure.text)


def test_a_terminal_gets_colours_and_no_other_sequences() -> None:
    """Of escape sequences only those of colours, and of the bar's line."""
    shown = on_terminal(finished(), colour=True)
    assert set(re.findall(r"\x1b\[[0-9;]*[A-Za-z]", shown)) <= {
        "\x1b[2K", "\x1b[0m", *(f"\x1b[{one}m" for one in ("1", "31", "35", "36", "33", "32"))
    }  # fmt: skip
    assert re.sub(r"\x1b\[[0-9;]*[A-Za-z]|\r", "", shown).replace("\n", "").isprintable()


def test_a_terminal_that_knows_no_unicode_is_written_to() -> None:
    """As with PYTHONIOENCODING=ascii: signs have another spelling, none is refused."""
    out = io.TextIOWrapper(io.BytesIO(), "ascii")
    Terminal(Console(out, colour=False))(finished())
    assert "exit status 1: a MUST failed" in out.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]


def test_a_markdown_page_shows_what_a_service_says_as_text() -> None:
    """No HTML, no code fence is left."""
    text = summary(finished())
    assert "\\<script\\>" in text
    assert "<script>" not in text
    assert text.count("```") % 2 == 0


def test_the_summary_goes_to_the_job_of_github_actions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Appended where the variable is set; a file that cannot be written takes no verdict away."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert not StepSummary.wanted()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    assert StepSummary.wanted()
    (tmp_path / "summary").write_text("before\n")
    StepSummary()(finished())
    SummaryMd(tmp_path)(finished())
    written = (tmp_path / "summary.md").read_text("utf-8")
    assert (tmp_path / "summary").read_text("utf-8") == "before\n" + written
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    StepSummary()(finished())


def test_every_report_names_what_it_was_judged_by() -> None:
    """Version, hash of the description, seed and profile."""
    for text in (made("summary.md"), made("junit.xml"), made("report.json"), "".join(report_page(finished()))):
        assert "strict" in text
        assert "openapi_sha256" in text
        assert re.search(r"\b7\b", text)


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for each in WRITTEN:
        (GOLDEN / each).write_text(made(each), "utf-8")
