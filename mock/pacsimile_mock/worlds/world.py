"""Defines a world: an isolated universe with its clock, clients, orders, queue, and the services over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING, TypeVar

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import Clock
from pacsimile_mock.config import DEFAULT_WORLD, WorldOptions
from pacsimile_mock.database_errors import DatabaseError
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.journal import Journal
from pacsimile_mock.oauth2.issuers import Issuers
from pacsimile_mock.oauth2.keys import SigningKeys
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.oauth2.opaque import OpaqueTokens, digest
from pacsimile_mock.oauth2.service import TokenService
from pacsimile_mock.oauth2.tokens import JwtTokens
from pacsimile_mock.oauth2.verifier import Verifier
from pacsimile_mock.orders.service import OrderService
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.reports.service import ReportService
from pacsimile_mock.seed import build
from pacsimile_mock.seed.load import load
from pacsimile_mock.seed.model import Scenario
from pacsimile_mock.storage.registry import Registry, SavedWorld
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS
from pacsimile_spec.report_types import ORDER_TYPES, REPORT_TYPES

if TYPE_CHECKING:
    from pacsimile_mock.dialects.translator import Translator
    from pacsimile_mock.faults.service import Faults

Part = TypeVar("Part")


class World:
    """One universe. `overrides` are subclasses that replace its parts, such as defects."""

    def __init__(
        self,
        name: str,
        options: WorldOptions,
        keys: SigningKeys,
        issuers: Issuers,
        registry: Registry,
        overrides: Iterable[type] = (),
    ) -> None:
        self.name = name
        self.registry = registry
        self.options = options
        self._keys, self._issuers = keys, issuers
        self._overrides = _by_part(overrides)
        self.clock = Clock(registry.time)
        self.clients: dict[str, Client] = {}
        self.throttled: dict[str, int] = {}
        self.faults: Faults | None = None
        """None until one is set."""
        salt = registry.recall("journal-salt", lambda: token_hex(16))
        self.journal = self.part(Journal)(self.clock, registry.journal(name), bytes.fromhex(salt))
        self.store = registry.store(name)
        self.translator = _translator(options)
        """Translates between the contract's spelling and the world's dialect; None where it speaks none."""
        self.report_types = self._report_types()
        self.jwt = self._tokens()
        self.verifier = self.part(Verifier)(name, self.jwt)
        self._assemble()

    def _assemble(self) -> None:
        """Make the parts that have no state of their own."""
        self.orders = self.part(OrderService)(self.store, self.report_types)
        self.reports = self.part(ReportService)(self.store, self.orders)
        self.queue = self.part(QueueService)(self.store)
        self.tokens = self.part(TokenService)(self.name, self.clients, self.jwt)
        self.pipeline = self._pipeline()

    def _pipeline(self) -> Pipeline:
        """Make the pipeline; with a dialect, what translates is outermost, so that defects do not see the dialect."""
        made = self.part(Pipeline)
        if self.translator is None:
            return made(self)
        from pacsimile_mock.dialects.pipeline import DialectPipeline

        respelled: type[DialectPipeline] = type("Pipeline", (DialectPipeline, made), {})
        pipeline = respelled(self)
        pipeline.translator = self.translator
        return pipeline

    def _report_types(self) -> tuple[str, ...]:
        """Return the types that are offered: those of the options that the dialect has."""
        chosen = self.options.report_types or ORDER_TYPES
        if self.translator is None or set(self.translator.dialect.report_types) == set(REPORT_TYPES):
            return chosen
        of_dialect = self.translator.dialect.report_types
        return tuple(name for name in of_dialect if self.options.report_types is None or name in chosen)

    def replace_overrides(self, options: WorldOptions, overrides: Iterable[type]) -> None:
        """Replace the overrides; all state, tokens included, stays."""
        former, self.options, self._overrides = self.part(Journal), options, _by_part(overrides)
        if self.part(Journal) is not former:
            self.journal = self.part(Journal).in_place_of(self.journal)
        former_tokens, self.jwt = self.jwt, self._tokens()
        self.jwt.copy_revocations(former_tokens)
        self.verifier = self.part(Verifier)(self.name, self.jwt)
        self._assemble()

    def _tokens(self) -> JwtTokens:
        keys, issuers = self._keys, self._issuers
        if self.options.token_format == "opaque":  # noqa: S105 - a format, no secret
            chosen = (*self._overrides.get(JwtTokens, ()), OpaqueTokens)
            made: type[OpaqueTokens] = type("OpaqueTokens", chosen, {})
            return made(keys, issuers, self.name, self.registry)
        return self.part(JwtTokens)(keys, issuers)

    def part(self, base: type[Part]) -> type[Part]:
        """Return the class to make a part of: `base`, or one in which its overrides come first."""
        chosen = self._overrides.get(base)
        return type(base.__name__, (*chosen, base), {}) if chosen else base

    def fill(self, scenario: Scenario) -> None:
        """Make the clients and orders of a scenario."""
        self.add_clients(build.clients(scenario, self.suffix))
        self._add_orders_and_faults(scenario)

    def reset(self) -> None:
        """Restart the scenario; credentials, tokens and clock stay.

        Raises:
            ScenarioError: the scenario cannot be used; the world is as it was.
        """
        self.restart_scenario(load(self.options.scenario))

    def restart_scenario(self, scenario: Scenario) -> None:
        """Drop all orders, queues and faults, and make those of a scenario."""
        with self.store.transaction():
            resets = self.registry.reset(self.name)
            self.store.clear()
            if self.faults is not None:
                self.faults.clear()
            self._add_orders_and_faults(scenario)
        self.journal.resets = max(self.journal.resets, resets)  # others may have reset it again
        self.reports.rendered.clear()

    def end(self) -> None:
        """Drop all state: the garbage collector no longer looks at some of it (see `collection.py`)."""
        self.journal.store.end()
        self.store.end()
        self.reports.rendered.clear()

    def _add_orders_and_faults(self, scenario: Scenario) -> None:
        now = self.clock.now()
        self.store.keep_files(scenario.files)
        self.store.add(build.orders(scenario, self.options.seed, self.options.pace, now, self.store.next_number))
        if scenario.faults:
            from pacsimile_mock.seed import faults

            for fault in scenario.faults:
                self.open_faults().add(faults.of_world(fault, self.suffix), now)

    @property
    def token_path(self) -> str:
        """The path at which its clients get tokens; that of the contract where its dialect has none."""
        known = operations()
        if self.translator is not None:
            for operation in TOKEN_OPERATIONS:
                for template in self.translator.dialect.paths.get(operation, ()):
                    return template.text
        return known[TOKEN_OPERATIONS[0]].path

    @property
    def suffix(self) -> str:
        """The end of its clients' ids; empty in the default world, whose credentials are documented."""
        return "" if self.name == DEFAULT_WORLD else f"-{self.name}"

    def load_saved(self, saved: SavedWorld, *, anew: bool = False) -> None:
        """Take over what another worker changed, or what was saved before a restart.

        Args:
            saved: The world as the database has it.
            anew: Whether the database has lost changes that this worker has seen.
        """
        self.clock.restore(saved.clock, saved.changed, anew=anew)
        if anew:
            for client_id in self.clients.keys() - {client.client_id for client in saved.clients}:
                self.clients.pop(client_id, None)
        if anew or saved.resets != self.journal.resets:
            self.journal.resets = saved.resets
            self.reports.rendered.clear()
        self.clients.update((client.client_id, client) for client in saved.clients)
        self.throttled = saved.throttled
        if saved.faults or self.faults is not None:
            self.open_faults().restore(saved.faults)
        self.jwt.revoked_ids = saved.revoked
        self.verifier.forget()

    def revoke(self, token_id: str) -> None:
        """Refuse the token with this `jti` from now on."""
        self.registry.revoke(self.name, digest(token_id))
        self.verifier.revoke([digest(token_id)])

    def rotate_keys(self) -> None:
        """Sign with a new key from now on, and withdraw the former ones, in this world alone."""
        keys = self.jwt.keys
        with self.registry.transaction():
            former = frozenset(str(key.kid) for key in keys.all)
            keys.rotate(self.registry, forget=False)
            for kid in former - self.jwt.revoked_ids:
                self.registry.revoke(self.name, kid)
        self.jwt.revoked_ids |= former
        self.verifier.forget()

    @contextmanager
    def adding_clients(self) -> Iterator[None]:
        """Take over the clients of other workers, and keep them from adding more meanwhile; on an error, add none."""
        before = set(self.clients)
        try:
            with self.registry.transaction():
                others = self.registry.clients(self.name) or ()
                self.clients.update((client.client_id, client) for client in others)
                before.update(self.clients)
                yield
        except BaseException:
            for client_id in self.clients.keys() - before:
                self.clients.pop(client_id, None)
            raise

    def add_clients(self, clients: Iterable[Client]) -> None:
        """Add clients."""
        new = list(clients)
        self.registry.add_clients(self.name, new)
        self.clients.update((client.client_id, client) for client in new)

    def move_clock(self, move: Callable[[Clock], object]) -> None:
        """Advance, set, freeze or run the clock.

        Raises:
            ValueError: it would go backwards.
        """
        self.registry.move_clock(self.name, self.clock, move)

    def open_faults(self) -> Faults:
        """Return the faults of this world; their code is imported when the first is set."""
        if self.faults is None:
            from pacsimile_mock.faults.service import Faults

            self.faults = Faults(self.registry.faults(self.name), self.options.seed)
        return self.faults

    def throttle(self, client_id: str, status: int) -> None:
        """Refuse the client's next call with `status`, 429 or 503."""
        self.registry.throttle(self.name, client_id, status)
        self.throttled[client_id] = status

    def take_throttle(self, client_id: str) -> int | None:
        """Return the status that this call of the client is refused with, once; None for no refusal."""
        status = self.throttled.get(client_id)
        if status is None:
            return None
        taken = self.registry.take_throttle(self.name, client_id)
        self.throttled.pop(client_id, None)
        return status if taken else None

    def organizations(self) -> set[str]:
        """Return the ids of the organizations: those that have a client."""
        return {client.organization_id for client in self.clients.values()}

    def first_organization(self) -> str:
        """Return the organization of the first client, the default owner of an order."""
        return next(iter(self.clients.values())).organization_id

    def answer(self, call: Call) -> Answer:
        """Answer a call."""
        return self.pipeline.answer(call)


def _translator(options: WorldOptions) -> Translator | None:
    if options.dialect is None:
        return None
    from pacsimile_mock.dialects.translator import translator_of
    from pacsimile_spec.dialects import DialectError

    try:
        return translator_of(options.dialect)
    except DialectError as error:  # a given one is read before; an older version may have kept this one
        raise DatabaseError(
            f"the database keeps a world whose dialect cannot be used: {error}; give another --database"
        ) from None


def _by_part(overrides: Iterable[type]) -> dict[type, tuple[type, ...]]:
    by_part: dict[type, tuple[type, ...]] = defaultdict(tuple)
    for override in overrides:
        base = override.__mro__[1]
        by_part[base] = (*by_part[base], override)
    return by_part
