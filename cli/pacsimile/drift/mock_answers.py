"""Starts a mock in a process of its own, and asks it every sample call."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile.drift.samples import play
from pacsimile_contract.drift.catalogue import Catalogue
from pacsimile_contract.errors import UsageError
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.provider.mock_worlds import Mock
from pacsimile_contract.run.run import Run
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import GivenDialect, Target
from pacsimile_mock.testing.server import Server, ServerDidNotStart


def mock_answers(dialect: GivenDialect | None) -> Catalogue:
    """Return the answers of a mock that speaks the dialect (None: the contract's own spelling).

    Raises:
        UsageError: the mock could not be started.
    """
    server = Server("--scenario", "empty")
    try:
        server.start()
    except ServerDidNotStart as error:
        raise UsageError(f"--compare needs a mock beside the service, and it did not start: {error}") from None
    try:
        mock = Mock(server.url, str(server.line["control_token"]))
        try:
            return Catalogue(sample_answers(mock, dialect))
        finally:
            mock.close()
    finally:
        server.stop()


def sample_answers(mock: Mock, dialect: GivenDialect | None, seed: int = 0) -> Sequence[Exchange]:
    """Return every sample call of a running mock, in a world of its own, with its answer."""
    with mock.world(dialect=dialect, scenario="empty", seed=seed, pace="manual") as target:
        return answers_of(target)


def answers_of(target: Target) -> Sequence[Exchange]:
    """Return every sample call of a service that offers provider states, with its answer."""
    run = Run(target)
    run.history.listeners.clear()  # they learn what to redact, by reading each report: nothing of these is written
    try:
        play(Session(run, "samples"))
        return run.history.exchanges
    finally:
        run.close()
