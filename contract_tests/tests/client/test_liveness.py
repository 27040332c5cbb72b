"""A state URL that gives no answer any more is not waited for, and a target that is gone with it ends the run."""

import pytest

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.client.liveness import STATE_CALLS, Silence
from pacsimile_contract.errors import CannotTell, TargetSilent

URL = "http://127.0.0.1:9/states"


def test_a_state_url_elsewhere_is_not_called_any_more() -> None:
    """Each of its calls would cost all the time that it has; an answer in between shows that it is there."""
    silence = Silence()
    for answered in (True, False):
        assert not silence.check_state_url(URL)
        silence.record_state_call(answered=answered, at_home=False)
    assert silence.check_state_url(URL)  # not waited for as long
    for answered in (True, *[False] * STATE_CALLS):
        silence.record_state_call(answered=answered, at_home=False)
    with pytest.raises(CannotTell, match="not called, since it gave no answer 2 times in a row"):
        silence.check_state_url(URL)


def test_a_target_that_is_gone_with_its_state_url_ends_the_run() -> None:
    """As a mock's does, where both are one process. What the service itself answers says nothing of that."""
    silence = Silence()
    silence.record_state_call(answered=False, at_home=True)
    silence.record(exchange("getStatus"))
    with pytest.raises(TargetSilent, match="nor does its state URL"):
        silence.record_state_call(answered=False, at_home=True)
