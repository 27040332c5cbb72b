"""The two ends of a relay: a transport each, and what is known of the calls on the one to the service."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from pacsimile_contract.proxy.copied_call import CopiedCall
from pacsimile_contract.proxy.framing import AnswerFramer


class Side(asyncio.Protocol):
    """One end of a relay: its transport, and what the relay does as something happens there."""

    def __init__(
        self,
        made: Callable[[], None],
        data: Callable[[bytes], None],
        ended: Callable[[], None],
        lost: Callable[[Exception | None], None],
        flow: Callable[[bool], None],
    ) -> None:
        self._made, self._data, self._ended, self._lost, self._flow = made, data, ended, lost, flow
        self.transport: Any = None
        self.has_ended = False
        """Whether no more bytes come from there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = transport
        self._made()

    def data_received(self, data: bytes) -> None:
        """Pass bytes on."""
        self._data(data)

    def eof_received(self) -> bool:
        """Pass the end of one direction on; TLS has no half of a connection."""
        self.has_ended = True
        self._ended()
        return self.can_half_close

    def connection_lost(self, error: Exception | None) -> None:
        """Pass the end of the connection on."""
        self.has_ended = True
        self._lost(error)

    def pause_writing(self) -> None:
        """Let the other side wait: this one does not take more."""
        self._flow(False)

    def resume_writing(self) -> None:
        """Let the other side go on."""
        self._flow(True)

    @property
    def can_half_close(self) -> bool:
        """Whether one direction can end without the other."""
        return self.transport is not None and self.transport.get_extra_info("ssl_object") is None

    def write(self, data: bytes) -> None:
        """Write, unless the connection is being closed."""
        if not self.transport.is_closing():
            self.transport.write(data)

    def end(self) -> None:
        """End this direction, or the connection where it has no half."""
        if self.can_half_close and not self.transport.is_closing():
            with suppress(OSError):
                self.transport.write_eof()
        else:
            self.transport.close()

    def reset(self) -> None:
        """Reset the connection, as its other end was reset."""
        sock = self.transport.get_extra_info("socket")
        with suppress(OSError, AttributeError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


@dataclass
class Upstream:
    """A connection to an address of the service, and the calls whose answers have not ended."""

    side: Side
    framer: AnswerFramer = field(default_factory=AnswerFramer)
    calls: "deque[CopiedCall]" = field(default_factory=deque)


def set_reading(side: Side, reading: bool) -> None:
    """Read from a side, or let its peer wait."""
    transport = side.transport
    if transport is None or transport.is_closing():
        return
    with suppress(RuntimeError):  # it is so already
        if reading:
            transport.resume_reading()
        else:
            transport.pause_reading()
