"""Holds the state that all parts of a server share."""

from __future__ import annotations

from contextlib import ExitStack
from hmac import compare_digest
from secrets import token_urlsafe

from pacsimile_mock.config import ServerOptions
from pacsimile_mock.database_errors import DatabaseError
from pacsimile_mock.journal.call_writers import open_writers
from pacsimile_mock.journal.follower_limit import FollowerLimit
from pacsimile_mock.journal.redactors import HashingRedactor, SecretRedactor
from pacsimile_mock.storage.registry import MemoryRegistry, Registry
from pacsimile_mock.worlds.worlds import Worlds


class ServerState:
    """The worlds of a server, its options and its control token."""

    def __init__(self, options: ServerOptions, own_url: str) -> None:
        self.options = options
        self.own_url = own_url
        self.followers = FollowerLimit()
        with ExitStack() as opened:
            registry = _registry(options.database)
            opened.callback(registry.close)
            self.control_token = _control_token(options.control_token, registry)
            self._writers = open_writers(options)
            for writer in self._writers:
                opened.callback(writer.close)
            self.worlds = Worlds(
                self.base_url(),
                options.world,
                registry,
                self._writers,
                options.world_lifetime,
                HashingRedactor if options.redact_journal else SecretRedactor,
                self.control_token,
            )
            opened.pop_all()  # until `close`

    def close(self) -> None:
        """Close what writes calls, and the registry."""
        for writer in self._writers:
            writer.close()
        self.worlds.registry.close()

    def base_url(self, origin: str = "") -> str:
        """Return the base URL of links in an answer: the configured one, else the origin of the request."""
        return (self.options.public_url or origin or self.own_url).rstrip("/")


def _control_token(option: str | None, registry: Registry) -> str:
    """Return the stored token; store the one of the option, or a random one, where there is none yet.

    Raises:
        DatabaseError: The option differs from the stored token.
    """
    stored = registry.recall("control-token", lambda: option or token_urlsafe(24))
    if option is not None and not compare_digest(option.encode(), stored.encode()):
        raise DatabaseError(
            "the database keeps another control token than the one given: leave --control-token out, give the one "
            "that the database was made with, or begin with a new database"
        )
    return stored


def _registry(database: str | None) -> Registry:
    if database is None:
        return MemoryRegistry()
    from pacsimile_mock.storage.database.open import open_registry

    return open_registry(database)
