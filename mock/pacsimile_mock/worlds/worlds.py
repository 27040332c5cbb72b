"""Makes, finds and ends the worlds of a server: a client's credentials decide the world, and its token carries it."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from secrets import token_hex
from threading import Lock
from typing import TYPE_CHECKING

import orjson

from pacsimile_mock import authorization
from pacsimile_mock.clock import as_instant
from pacsimile_mock.config import DEFAULT_WORLD, WORLD_LIFETIME, WorldOptions
from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.exchange import Call
from pacsimile_mock.journal.call_writers import CallWriter
from pacsimile_mock.journal.redactors import Redactor, SecretRedactor
from pacsimile_mock.journal.secrets import Secrets
from pacsimile_mock.oauth2.issuers import Issuers
from pacsimile_mock.oauth2.keys import KEYS, SigningKeys
from pacsimile_mock.oauth2.opaque import claimed_world
from pacsimile_mock.oauth2.reading import client_id_of
from pacsimile_mock.oauth2.tokens import WORLD_CLAIM
from pacsimile_mock.seed.load import decide, load
from pacsimile_mock.storage.registry import MemoryRegistry, Registry
from pacsimile_mock.worlds.defect_registry import find
from pacsimile_mock.worlds.usage import Usage
from pacsimile_mock.worlds.world import World

if TYPE_CHECKING:
    from pacsimile_mock.dialects.translator import Translator

DEFAULT = DEFAULT_WORLD
MOST_WORLDS = 1_000
"""Worlds at a time; an unused one takes some 50 KB."""
REMEMBERED_TOKENS = 10_000
LONGEST_REMEMBERED = 1_024
"""Characters of a token that is remembered: ours have some 600, and all others together take 10 MiB at most."""


class TooManyWorlds(Exception):
    """The limit of worlds is reached."""


class Worlds:
    """Makes and finds worlds; they share nothing but the signing keys."""

    def __init__(
        self,
        base_url: str,
        default: WorldOptions,
        registry: Registry | None = None,
        writers: Sequence[CallWriter] = (),
        lifetime: float = WORLD_LIFETIME,
        redactor: Callable[[Secrets], Redactor] = SecretRedactor,
        control_token: str = "",
    ) -> None:
        self._writers = writers
        self._redactor = redactor(Secrets(self._secrets))
        self._control_token = control_token
        self.registry = registry or MemoryRegistry()
        self._usage = Usage(self.registry, lifetime)
        self.issuers = Issuers(self.registry, base_url)
        self.keys = SigningKeys(self.registry.recall(KEYS, SigningKeys.make))
        self._worlds: dict[str, World] = {}
        self._of_token: dict[str, str] = {}
        self.translators: tuple[Translator, ...] = ()
        """Those of the dialects that worlds speak; the contract's own spelling needs none."""
        self._generation = 0
        self._lock = Lock()
        with self.registry.transaction():  # of two servers that start at once, one makes it
            self.refresh()
            self.default = self._worlds.get(DEFAULT) or self._make(DEFAULT, default)

    def create(self, options: WorldOptions) -> World:
        """Make a world with credentials of its own, and end worlds that are unused for a lifetime.

        Raises:
            ScenarioError: its scenario cannot be used.
            TooManyWorlds: the limit is reached.
        """
        if len(self._worlds) >= MOST_WORLDS:
            self._end_unused()
            if len(self._worlds) >= MOST_WORLDS:
                raise TooManyWorlds(f"there are {MOST_WORLDS} worlds: end some first")
        world = self._make(token_hex(4), options)
        self._end_unused()
        return world

    def _end_unused(self) -> None:
        for name in self._usage.unused():
            if name != DEFAULT:
                self.delete(name)

    def _make(self, name: str, options: WorldOptions) -> World:
        scenario = load(options.scenario)
        decided = decide(options, scenario)
        world = self._build(name, decided)
        with self.registry.transaction():
            self.registry.add(name, decided)
            if decided.time is not None:
                begins = as_instant(datetime.fromisoformat(decided.time))
                world.move_clock(lambda clock: clock.begin(begins))
            world.fill(scenario)
        with self._lock:
            made = self._worlds.setdefault(name, world)
            self._note_translators()
        return made

    def known_translators(self) -> tuple[Translator, ...]:
        """Return the translators in use, those of worlds that other workers have made too."""
        with suppress(Unavailable):
            self.refresh()
        return self.translators

    def _note_translators(self) -> None:
        used = (world.translator for world in self._worlds.values())
        self.translators = tuple(dict.fromkeys(translator for translator in used if translator is not None))

    def switch_defects(self, world: World, change: Callable[[tuple[str, ...]], Iterable[str]]) -> None:
        """Switch defects on or off: `change` takes the names of those that are on, and returns those to have on."""
        with self.registry.transaction():
            self.refresh()
            options = replace(world.options, defects=tuple(dict.fromkeys(change(world.options.defects))))
            self.registry.replace_options(world.name, options)
            world.replace_overrides(options, _overrides(options))

    def _build(self, name: str, options: WorldOptions) -> World:
        world = World(name, options, self.keys, self.issuers, self.registry, _overrides(options))
        world.journal.redactor = self._redactor
        world.journal.listeners += tuple(partial(writer.write, name) for writer in self._writers)
        return world

    def refresh(self) -> None:
        """Take over what other workers have changed since the last call."""
        if self.registry.generation() == self._generation:
            return
        with self._lock:
            changes = self.registry.changes(self._generation)
            anew = changes.generation < self._generation
            if anew:  # the database has lost its last changes: forget them too
                changes = self.registry.changes(-1)
            rotated = self.keys.restore(self.registry.recall(KEYS, SigningKeys.make))
            for name in self._worlds.keys() - changes.names:
                self._worlds.pop(name).end()  # calls that came when it had ended elsewhere
            for name, saved in changes.changed.items():
                world = self._worlds.get(name) or self._build(name, saved.options)
                if saved.options.defects != world.options.defects:
                    world.replace_overrides(saved.options, _overrides(saved.options))
                world.load_saved(saved, anew=anew)
                self._worlds[name] = world
            for world in self._worlds.values() if rotated else ():
                world.verifier.forget()
            self._note_translators()
            self._generation = changes.generation

    def rotate_keys(self, *, forget: bool) -> None:
        """Sign with a new key from now on; `forget` ends all tokens that older keys have signed."""
        self.keys.rotate(self.registry, forget=forget)
        for world in self:
            world.verifier.forget()

    def delete(self, name: str) -> bool:
        """End a world, its credentials and its tokens; return False where there is none of that name."""
        self.registry.remove(name)
        self._usage.forget(name)
        ended = self._worlds.pop(name, None)
        if ended is not None:
            ended.end()
            with self._lock:
                self._note_translators()
        return ended is not None

    def find(self, name: str) -> World | None:
        """Find a world by its name."""
        self.refresh()
        return self._used(self._worlds.get(name))

    def _secrets(self) -> Iterator[str]:
        """Yield what no journal may show: the secrets of all clients, and the control token."""
        yield self._control_token
        for world in tuple(self._worlds.values()):
            yield from (client.client_secret for client in tuple(world.clients.values()))

    def _used(self, world: World | None) -> World | None:
        if world is not None and world.name != DEFAULT:
            self._usage.note(world.name)
        return world

    def of_path(self, name: str, call: Call) -> World | None:
        """Find the world that a call's path names."""
        try:
            return self.find(name)
        except Unavailable as error:
            call.refused_early = error
            return self.default

    def __iter__(self) -> Iterator[World]:
        self.refresh()
        return iter(tuple(self._worlds.values()))

    def of_call(self, call: Call, by_client_credentials: bool) -> World:
        """Find the world that a call's credentials or token name; neither is verified yet."""
        try:
            self.refresh()
        except Unavailable as error:
            call.refused_early = error
            return self.default
        if by_client_credentials:
            return self._of_credentials(call)
        token = authorization.bearer(call.headers.get("authorization"))
        name = self._remembered_world(token) if token else None
        return self._used(self._worlds.get(name or DEFAULT)) or self.default

    def _of_credentials(self, call: Call) -> World:
        """Find the world of the client that a token request names, in the contract's spelling or in a dialect."""
        client_id = client_id_of(call)
        world = self.of_client(client_id)
        if not self.translators or client_id in world.clients:
            return world
        for translator in self.translators:
            client_id = translator.client_id_of(call)
            respelled = self.of_client(client_id)
            if respelled.translator is translator and client_id in respelled.clients:
                return respelled
        return world

    def of_client(self, client_id: str | None) -> World:
        """Find the world of a client; the default one for an unknown client."""
        if client_id is None or client_id in self.default.clients:
            return self.default
        suffix = client_id.rpartition("-")[2]
        world = self._worlds.get(suffix)
        return self._used(world if world is not None and client_id in world.clients else None) or self.default

    def _remembered_world(self, text: str) -> str | None:
        """Return the world that a token claims to be of, remembered by the token's whole text."""
        known = self._of_token.get(text)
        if known is None:
            known = _world_of_token(text)
            if known is not None and len(text) <= LONGEST_REMEMBERED:
                if len(self._of_token) >= REMEMBERED_TOKENS:
                    self._of_token.clear()
                self._of_token[text] = known
        return known


def _overrides(options: WorldOptions) -> list[type]:
    return [find(defect_name).override for defect_name in options.defects]


def _world_of_token(text: str) -> str | None:
    if (opaque := claimed_world(text)) is not None:
        return opaque
    try:
        payload = text.split(".")[1]
        claims = orjson.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        world = claims[WORLD_CLAIM]
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
        return None
    return world if isinstance(world, str) else None
