"""The ten rules: each mistake breaks one of them, and the page has their titles and the clients' own code."""

from pacsimile_advice.mistakes import MISTAKES
from pacsimile_advice.rules import PAGE, RULES
from scripts.client_rules import ROOT, written


def test_each_mistake_breaks_one_rule() -> None:
    named = [mistake for rule in RULES for mistake in rule.mistakes]
    assert sorted(named) == sorted(mistake.id for mistake in MISTAKES)


def test_the_page_has_what_the_clients_do() -> None:
    """After a change of a good client or a rule: `python scripts/client_rules.py`."""
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page == written(page)
    assert page.count("<details>") == 4 * len(RULES) == 40


def test_the_links_lead_to_headings() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert [rule.heading for rule in RULES] == [line[3:] for line in page.splitlines() if line.startswith("## ")]
    assert RULES[0].link == "docs/client_rules.md#1-keep-one-token-until-shortly-before-its-end"
    assert RULES[2].link == "docs/client_rules.md#3-after-a-401-get-one-new-token-and-repeat-once"
