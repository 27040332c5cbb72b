"""What all relays of a proxy share, and where they put what they see."""

import ssl
from dataclasses import dataclass, field
from typing import Protocol

from pacsimile_contract.proxy.copied_call import CopiedCall, Room
from pacsimile_contract.proxy.routing import Names, Origin, Routes


class Closable(Protocol):
    """Serves a client until it is closed."""

    def close(self) -> None:
        """End its connections."""


class CallSink(Protocol):
    """Takes what relays see. It must not wait: bytes are passed on only once it has returned."""

    def finished(self, call: CopiedCall) -> None:
        """Take a call that has ended."""

    def passed(self, why: str) -> None:
        """Note what is no call that can be judged, in words of ours."""

    def unreachable(self, origin: Origin, error: OSError) -> str:
        """Say that the service cannot be reached; return the call's failure."""


@dataclass
class RelayContext:
    """What all relays of a proxy share."""

    routes: Routes
    names: Names
    sink: CallSink
    tls: ssl.SSLContext | None = None
    """How to speak TLS with the service."""
    room: Room = field(default_factory=Room)
    relays: set[Closable] = field(default_factory=set)
    """Those that serve a client."""
