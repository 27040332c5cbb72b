"""Markdown shows what a service said letter by letter."""

import re

import pytest

from contract_tests.tests.helpers.small_run import HOSTILE
from pacsimile_contract.reporting.markdown import code, code_block, code_cell, text

MARKUP = (
    "**b**",
    "_i_",
    "~~s~~",
    "`c`",
    "[l](u)",
    "![i](u)",
    "<b>",
    "a|b",
    "\\*",
    "https://e.example",
    "www.e.example",
)


@pytest.mark.parametrize("words", MARKUP)
def test_markup_is_escaped(words: str) -> None:
    """Without the escapes it reads as before; no sign that begins markup is left bare."""
    escaped = text(words)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == words
    assert not re.search(r"(?<!\\)[*\[\]<>|~`]|https?:/|www\.", re.sub(r"\\\\", "", escaped)), escaped


@pytest.mark.parametrize(("words", "shown"), [("@u", "&#64;u"), ("$x$", "&#36;x&#36;"), (":tada:", "\\:tada:")])
def test_what_github_would_expand_is_not(words: str, shown: str) -> None:
    """Mentions, formulas, emoji."""
    assert text(words) == shown


def test_words_that_are_no_markup_stay() -> None:
    """A field's name, a time, a label."""
    for words in ("completed_at is 12:00:38", "AUTH-1: expected 401; got 200", "a/b_c/d"):
        assert text(words) == words


def test_one_line_whatever_it_is() -> None:
    """Controls and marks of direction are shown as escapes."""
    for shown in (text(f"a\n{HOSTILE}\r\nb"), code(f"a\n{HOSTILE}"), code_cell(HOSTILE)):
        assert shown.isprintable()
        assert "\\u202e" in shown


def test_code_holds_its_backticks_and_bars() -> None:
    """A fence is longer than any inside; in a table no bar ends the cell; an empty text is no code."""
    assert code("a``b`") == "``` a``b` ```"
    assert code_cell("a|`b`") == "`` a\\|`b` ``"
    assert code_cell("") == ""
    assert code_block(["a", "```"]) == ["````sh", "a", "```", "````"]
