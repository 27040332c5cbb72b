"""Which signals end a run in order."""

from __future__ import annotations

import signal

import pytest

from pacsimile_contract.runner.signals import stopped_in_order

HANGUP = getattr(signal, "SIGHUP", None)
needs_hangup = pytest.mark.skipif(HANGUP is None, reason="this system has no SIGHUP")


@needs_hangup
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_run_as_ctrl_c_does(name: str) -> None:
    number = getattr(signal, name)
    before = signal.signal(number, signal.SIG_DFL)  # the tests may run under nohup
    try:
        with pytest.raises(KeyboardInterrupt), stopped_in_order():
            signal.raise_signal(number)
            pytest.fail("the signal was ignored")
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)


@needs_hangup
def test_under_nohup_a_closed_terminal_ends_nothing() -> None:
    before = signal.signal(HANGUP, signal.SIG_IGN)
    try:
        with stopped_in_order():
            signal.raise_signal(HANGUP)
            assert signal.getsignal(HANGUP) is signal.SIG_IGN
    finally:
        signal.signal(HANGUP, before)
