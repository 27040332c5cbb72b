"""A proxy before a service, in a thread of the test's own process."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from socket import create_server
from urllib.parse import urlsplit

from pacsimile_contract.proxy.events import ProxyEvent, ProxyListener
from pacsimile_contract.proxy.observer import Observer
from pacsimile_contract.proxy.relay_context import RelayContext
from pacsimile_contract.proxy.routing import Names, Routes
from pacsimile_contract.proxy.server import ProxyServer
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.target.model import Target
from pacsimile_contract.target.tls import tls_context

PATIENCE = 60


@dataclass
class Proxied:
    """A target that is reached through the proxy, and what the proxy tells. `done` is there once the context ended."""

    target: Target
    url: str
    events: list[ProxyEvent] = field(default_factory=list)
    done: RunFinished | None = None


@contextmanager
def proxied(target: Target, listeners: Sequence[ProxyListener] = ()) -> Iterator[Proxied]:
    """Put a proxy before a target."""
    events: list[ProxyEvent] = []
    observer = Observer(target, Options(), [events.append, *listeners])
    listener = create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    relay_context = RelayContext(Routes(target), Names(()), observer, tls_context(target.tls))
    server, is_ready = ProxyServer(relay_context, [listener]), threading.Event()

    def ready() -> None:
        observer.start(url)
        is_ready.set()

    thread = threading.Thread(target=server.run, args=(ready,), daemon=True)
    thread.start()
    assert is_ready.wait(PATIENCE)
    through = replace(
        target,
        base_url=url + urlsplit(target.base_url).path,
        oauth2_endpoint=url + urlsplit(target.oauth2_endpoint).path,
    )
    given = Proxied(through, url, events)
    try:
        yield given
    finally:
        server.stop()
        thread.join(PATIENCE)
        given.done = observer.close()
