"""What the server listens on is bound before anything is printed: its real port, or what hinders it."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from mock.tests.helpers.served import LOOPBACKS
from pacsimile_mock.serving import sockets


@contextmanager
def bound(host: str, port: int = 0) -> Iterator[list[socket.socket]]:
    """What `bind` gives, closed at the end."""
    with ExitStack() as stack:
        yield [stack.enter_context(listener) for listener in sockets.bind(host, port)]


@pytest.mark.parametrize("host", sockets.LOOPBACK)
def test_loopback_is_both_addresses_on_one_port(host: str) -> None:
    """Whichever is named, where there are both: `localhost` means one to some clients and the other to others."""
    with bound(host) as listeners:
        names = [listener.getsockname() for listener in listeners]
        assert [name[0] for name in names] == LOOPBACKS
        assert len({name[1] for name in names}) == 1
        for name in names:
            socket.create_connection((name[0], name[1]), timeout=5).close()


def test_without_ipv6_loopback_is_one_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without it is served all the same."""
    own = socket.socket

    def without(family: int = socket.AF_INET, *arguments: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return own(family, *arguments)

    monkeypatch.setattr(socket, "socket", without)
    listeners = sockets.bind("127.0.0.1", 0)
    assert [listener.getsockname()[0] for listener in listeners] == ["127.0.0.1"]
    for listener in listeners:
        listener.close()


def test_a_free_port_is_sought_until_both_addresses_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Port 0 never ends in a busy one, although the system looks at the first address alone."""
    own, taken = sockets._bind, []

    def once_busy(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
        if host == "::1" and len(taken) < 3:
            taken.append(port)
            raise sockets.CannotListen("busy") from OSError(errno.EADDRINUSE, "busy")
        return own(socket.AF_INET, "127.0.0.1", 0)

    monkeypatch.setattr(sockets, "_bind", once_busy)
    with bound("localhost") as listeners:
        assert len(listeners) == 2
    assert len(taken) == 3


def test_a_busy_port_is_told() -> None:
    """Also by a server of our own, which another must not join."""
    with bound("127.0.0.1") as listeners:
        port = listeners[0].getsockname()[1]
        with pytest.raises(sockets.CannotListen, match=f"port {port} of 127.0.0.1 is busy.*another --port"):
            sockets.bind("127.0.0.1", port)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "port 80 of 127.0.0.1 needs a privilege: give a --port above 1023"),
        (errno.EADDRINUSE, "port 80 of 127.0.0.1 is busy"),
        (errno.EADDRNOTAVAIL, "cannot listen on 127.0.0.1 port 80: .*; give another --host or --port"),
    ],
)
def test_what_hinders_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch, number: int, said: str) -> None:
    """In one line, and nothing is left open."""
    opened = []

    class Hindered(socket.socket):
        def bind(self, address: object) -> None:
            opened.append(self)
            raise OSError(number, "the system's words")

    monkeypatch.setattr(socket, "socket", Hindered)
    with pytest.raises(sockets.CannotListen, match=said):
        sockets.bind("127.0.0.1", 80)
    assert [listener.fileno() for listener in opened] == [-1] * len(opened)


@pytest.mark.parametrize("host", ["", "a" * 300, "\ud800", "a..b", "203.0.113.1"])
def test_a_host_that_is_no_address_is_told(host: str) -> None:
    """Whatever the resolver thinks of it."""
    with pytest.raises(sockets.CannotListen):
        sockets.bind(host, 0)
