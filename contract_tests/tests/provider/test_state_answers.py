"""What a state URL answers is read where it is short, and all of it is text."""

import json

import pytest

from pacsimile_contract.errors import CannotTell
from pacsimile_contract.evidence.bounds import LONGEST_STATE
from pacsimile_contract.provider.states import _object


def test_a_state_answer_that_is_too_long_makes_no_state() -> None:
    """Each name in it would be compared with what stands already, in forms that take many times its memory."""
    short = json.dumps({"order_id": "O-1", "more": "x" * (LONGEST_STATE - 100)}).encode()
    assert _object(short, "order_in_status")["order_id"] == "O-1"
    with pytest.raises(CannotTell, match="the state URL answered order_in_status with a body longer than 8 MiB"):
        _object(short + b" " * 200, "order_in_status")


def test_a_state_answer_that_is_no_unicode_makes_no_state() -> None:
    """No URL can hold a lone surrogate: each scenario that named it would end with an error of ours."""
    with pytest.raises(CannotTell, match="a text that is no Unicode"):
        _object(b'{"organization_id": "org-\\ud800"}', "fresh_organization")
    assert _object(b'{"organization_id": "org-\\ud83d\\ude00"}', "fresh_organization")
