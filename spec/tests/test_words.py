"""The ids of operations as types, and what an unknown word was meant to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pacsimile_spec import operations
from pacsimile_spec.operation_ids import JOURNALLED_IDS, OPERATION_IDS
from pacsimile_spec.suggestions import did_you_mean


def test_the_type_has_the_operations_of_the_description() -> None:
    """In its order; what a journal names besides is the authorization server's."""
    assert list(OPERATION_IDS) == list(operations())
    assert (*OPERATION_IDS, "introspectToken", "revokeToken") == JOURNALLED_IDS


@pytest.mark.parametrize(
    ("word", "meant"),
    [("getstatus", "getStatus"), ("GETSTATUS", "getStatus"), ("getStatsu", "getStatus"), ("listreport", "listReports")],
)
def test_a_slip_is_understood(word: str, meant: str) -> None:
    """Case, a swapped letter, a letter too few."""
    assert did_you_mean(word, OPERATION_IDS) == f"; did you mean {meant!r}?"


@pytest.mark.parametrize("word", ["nonsense", "", "x" * 10_000])
def test_nothing_is_suggested_for_what_is_far_from_all(word: str) -> None:
    """A wrong suggestion is worse than none."""
    assert did_you_mean(word, OPERATION_IDS) == ""


@given(st.text(), st.lists(st.text(min_size=1, max_size=9)))
def test_only_a_known_word_is_suggested(word: str, known: list[str]) -> None:
    """Whatever the words are."""
    told = did_you_mean(word, known)
    assert told == "" or told in {f"; did you mean {one!r}?" for one in known}
