"""Each report type of the table has all that a type needs: what makes it, reads it, judges it and describes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pacsimile_contract import documents
from pacsimile_contract import rules as judge_rules
from pacsimile_contract.documents import read_group, read_report, recognised
from pacsimile_contract.rules import breaches, rules
from pacsimile_fixtures import reports, samples
from pacsimile_fixtures.findings import GroupContent, Member
from pacsimile_fixtures.synthetic import judge
from pacsimile_spec import description
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES, REPORT_TYPES

ROOT = Path(__file__).parents[2]
CONTENT = samples.versions(1, 1)[0]
GROUP = GroupContent(
    "staging",
    "demo-hospital",
    (Member(CONTENT.order_id, CONTENT.study_uid, "COMPLETED", CONTENT),),
    CONTENT.completed_at,
)


def described(path: str) -> Mapping[str, Any]:
    """The bodies that an operation answers with, by media type."""
    content: Mapping[str, Any] = description()["paths"][path]["get"]["responses"]["200"]["content"]
    return content


@pytest.mark.parametrize("name", ORDER_TYPES)
def test_an_orders_report_is_made_read_and_judged(name: str) -> None:
    """RESULTS-1, RESULTS-8: what the fixtures make of a sample is read by the contract tests and breaks no rule."""
    sample = reports.render(CONTENT, name)
    assert recognised(name, sample)
    document = read_report(name, sample)
    assert document is not None
    assert document.is_synthetic
    assert breaches(name, sample) == []


@pytest.mark.parametrize("name", GROUP_TYPES)
def test_a_groups_report_is_made_read_and_judged(name: str) -> None:
    """GROUP-1, RESULTS-8: so is a study group's."""
    sample = reports.render_group(GROUP, name)
    assert recognised(name, sample)
    document = read_group(name, sample)
    assert document is not None
    assert document.is_synthetic
    assert breaches(name, sample, of_group=True) == []


@pytest.mark.parametrize("name", ORDER_TYPES)
def test_a_document_is_known_again_as_synthetic(name: str) -> None:
    """`pacsimile check-synthetic` knows a document of each type that `pacsimile export` writes."""
    assert judge(reports.render(CONTENT, name), [1]).verdict == "synthetic"


@pytest.mark.parametrize("name", REPORT_TYPES)
def test_the_description_has_the_media_type(name: str) -> None:
    """`openapi.yaml` answers with it where the type is retrieved, as JSON or text where it is text, else as bytes."""
    row = REPORT_TYPES[name]
    for path, offered in (("/results", row.of_order), ("/report", row.of_group)):
        if offered:
            assert ("contentMediaType" in described(path)[row.media_type]["schema"]) == (not row.is_text)


@pytest.mark.parametrize("name", REPORT_TYPES)
def test_the_pages_describe_the_type(name: str) -> None:
    """Its page names it and words its rules; three pages more name it, and the index links to its page."""
    row = REPORT_TYPES[name]
    assert f"`{name}`" in (ROOT / row.page).read_text()
    assert rules()[name].words.keys() <= set(re.findall(r"^\| (\S+) \|", (ROOT / row.page).read_text(), re.M))
    for page in ("docs/api.md", "docs/rules.md", *(["docs/files.md"] if row.of_order else [])):
        assert f"`{name}`" in (ROOT / page).read_text(), f"{page} does not name {name}"
    assert f"({row.page.removeprefix('docs/')})" in (ROOT / "docs/README.md").read_text()


def test_what_a_type_is_called_tells_it_from_the_others() -> None:
    """No two types share a title, so that a verdict names one document; a file's extension has no dot before it."""
    rows = REPORT_TYPES.values()
    assert len({row.title for row in rows}) == len(rows)
    assert not any(row.extension.startswith(".") for row in rows)


def test_text_is_utf_8() -> None:
    """What the table calls text can be read as such."""
    for name, row in REPORT_TYPES.items():
        if row.is_text:
            sample = reports.render(CONTENT, name) if row.of_order else reports.render_group(GROUP, name)
            assert sample.decode(), name


def test_a_type_that_lacks_something_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row without renderer, reader or rules says which file to write, before any report is made or judged."""
    row = replace(REPORT_TYPES["txt"], name="braille")
    with pytest.raises(ImportError, match=r"'braille' has no renderer: write reports/braille\.py"):
        reports.file_of(row.name)
    monkeypatch.setattr(documents, "REPORT_TYPES", {**REPORT_TYPES, row.name: row})
    with pytest.raises(LookupError, match=r"'braille' has no reader: write documents/braille\.py"):
        documents.readers.__wrapped__()
    monkeypatch.setattr(judge_rules, "REPORT_TYPES", {**REPORT_TYPES, row.name: row})
    with pytest.raises(LookupError, match="'braille' has no rules"):
        rules.__wrapped__()
