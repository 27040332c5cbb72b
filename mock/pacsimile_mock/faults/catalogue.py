"""Lists the effects that a fault can have, with the reader of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pacsimile_mock.faults import effects
from pacsimile_mock.faults.effects import Effect
from pacsimile_mock.faults.reading import Reader
from pacsimile_mock.oauth2.model import LIFETIME_SECONDS

MOST_RETRY_AFTER = 86_400
MOST_BYTES = 1_000_000_000
MOST_INTERVAL = 60.0
"""Seconds between two pieces of a body, at most."""
PIECE_BYTES = 16
"""Bytes of a piece by default."""
INTERVAL = 0.1
"""Seconds between two pieces by default."""

REQUEST, ANSWER = "request", "answer"


def _status(reader: Reader) -> Effect:
    status = reader.integer("status", 400, 599)
    assert status is not None
    return effects.Status(status, reader.whole_seconds("retry_after", MOST_RETRY_AFTER))


def _reset(reader: Reader) -> Effect:
    lost = reader.raw("reset")
    if lost is not True and lost not in (REQUEST, ANSWER):
        raise reader.error("reset", f"must be true, {REQUEST!r} or {ANSWER!r}: what of the call gets lost")
    return effects.Reset(served=lost != REQUEST)


def _truncate(reader: Reader) -> Effect:
    if reader.raw("truncate") is True:
        return effects.Truncate(None)
    inner = Reader(reader.raw("truncate"), ("effect", "truncate"), ("bytes",))
    return effects.Truncate(inner.integer("bytes", 0, MOST_BYTES))


def _drip(reader: Reader) -> Effect:
    inner = Reader(
        {} if reader.raw("drip") is True else reader.raw("drip"), ("effect", "drip"), ("bytes", "interval_ms")
    )
    size, interval = inner.integer("bytes", 1, MOST_BYTES), inner.duration("interval_ms", MOST_INTERVAL, "ms")
    return effects.Drip(size or PIECE_BYTES, INTERVAL if interval is None else interval)


def _token_lifetime(reader: Reader) -> Effect:
    seconds = reader.whole_seconds("token_lifetime", LIFETIME_SECONDS)
    assert seconds is not None
    return effects.TokenLifetime(seconds)


def _plain(effect: type[Effect]) -> Callable[[Reader], Effect]:
    """Return a reader of an effect without settings, whose member is `true`."""

    def read_plain(reader: Reader) -> Effect:
        if reader.raw(effect.name) is not True:
            raise reader.error(effect.name, "must be true")
        return effect()

    return read_plain


EFFECTS: Mapping[str, Callable[[Reader], Effect]] = {
    effects.Status.name: _status,
    effects.Reset.name: _reset,
    effects.Truncate.name: _truncate,
    effects.Malformed.name: _plain(effects.Malformed),
    effects.Drip.name: _drip,
    effects.TokenEndpointDown.name: _plain(effects.TokenEndpointDown),
    effects.TokenLifetime.name: _token_lifetime,
    effects.KeyRotation.name: _plain(effects.KeyRotation),
}
"""The reader of each effect, by its member of `effect`."""
