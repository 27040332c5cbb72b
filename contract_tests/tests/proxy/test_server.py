"""The proxy's own end."""

from __future__ import annotations

from socket import create_server

from pacsimile_contract.proxy.observer import Observer
from pacsimile_contract.proxy.relay_context import RelayContext
from pacsimile_contract.proxy.routing import Names, Routes
from pacsimile_contract.proxy.server import ProxyServer
from pacsimile_contract.run.options import Options
from pacsimile_contract.target.model import Target


def test_it_ends_by_itself_when_its_time_is_over() -> None:
    """Its sockets are closed then. Before it serves there is nothing to stop."""
    target = Target("http://127.0.0.1:9", "http://127.0.0.1:9/oauth2", {})
    judge = Observer(target, Options(), [])
    listener = create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    server, is_ready = ProxyServer(RelayContext(Routes(target), Names(()), judge), [listener]), list[bool]()
    server.stop()
    server.run(lambda: is_ready.append(listener.fileno() >= 0), 0.01)
    judge.abandon()
    assert is_ready == [True]
    assert listener.fileno() < 0
