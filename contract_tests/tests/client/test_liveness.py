"""A state URL that gives no answer any more is not waited for, and a target that is gone with it ends the run."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.client.liveness import STATE_URL_SILENT_AFTER, Silence
from pacsimile_contract.errors import CannotTell, TargetSilent

URL = "http://127.0.0.1:9/states"


def test_a_silent_state_url_is_not_called_any_more() -> None:
    """Each of its calls would cost all the time that it has; an answer in between shows that it is there."""
    silence = Silence()
    for answered in (True, False):
        assert not silence.is_state_url_silent()
        silence.record_state_call(answered=answered, of_service=False)
    assert silence.is_state_url_silent()  # not waited for as long
    for answered in (True, *[False] * STATE_URL_SILENT_AFTER):
        silence.check_state_url(URL)
        silence.record_state_call(answered=answered, of_service=False)
    with pytest.raises(CannotTell, match="not called, since it gave no answer 2 times in a row"):
        silence.check_state_url(URL)


def test_a_target_that_is_gone_with_its_state_url_ends_the_run() -> None:
    """As a mock is, where both are one process, or a service that makes its own states."""
    silence = Silence()
    silence.record(exchange("getStatus"))
    silence.record_state_call(answered=False, of_service=True)
    silence.record(exchange("getStatus", None))
    with pytest.raises(TargetSilent, match="nor does its state URL"):
        silence.record_state_call(answered=False, of_service=True)


def test_a_target_that_answers_is_not_gone_with_its_state_url() -> None:
    """One kind of state may hang, while the service answers: then only the states are missing."""
    silence = Silence()
    silence.record_state_call(answered=False, of_service=True)
    silence.record(exchange("getStatus"))
    silence.record_state_call(answered=False, of_service=True)
    with pytest.raises(CannotTell, match="not called"):
        silence.check_state_url(URL)
