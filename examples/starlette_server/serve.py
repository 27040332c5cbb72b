"""Start the server on this machine: `python examples/starlette_server/serve.py --help`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import uvicorn
from sqlalchemy import select
from starlette_server import defects
from starlette_server.app import build_app
from starlette_server.database import Client
from starlette_server.service import Service, started

SOCKET = "STARLETTE_SERVER_SOCKET"  # the socket's number, for the server that a restart begins


def main() -> None:
    """Serve until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser(description="The results API on Starlette and SQLAlchemy.")
    parser.add_argument("--port", type=int, default=8092, help="port on 127.0.0.1; 0 finds a free one")
    parser.add_argument("--database", metavar="FILE", help="keep everything in this file of SQLite, not in memory")
    parser.add_argument("--defect", action="append", default=[], choices=sorted(defects.DEFECTS), metavar="NAME")
    given = parser.parse_args()
    for name in given.defect:
        defects.DEFECTS[name]()
    restarted = SOCKET in os.environ
    listening = socket.socket(fileno=int(os.environ[SOCKET])) if restarted else bound(given.port)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    service = started(url, given.database)
    if not restarted:
        print(json.dumps(introduction(service, url)), flush=True)
    config = uvicorn.Config(
        build_app(service),
        log_level="critical",
        server_header=False,
        date_header=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    service.end = lambda: setattr(server, "should_exit", True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn ends its own way first, then raises it again
    try:
        server.run(sockets=[listening.dup()])
    except KeyboardInterrupt:
        return
    if service.restarting:
        begin_again(listening)


def bound(port: int) -> socket.socket:
    """A listening socket, before anything is printed."""
    try:
        return socket.create_server(("127.0.0.1", port), backlog=200)
    except OSError as error:
        sys.exit(f"port {port} cannot be used: {error.strerror}. Give another one with --port, or 0 for a free one.")


def begin_again(listening: socket.socket) -> None:
    """Become a new server on the same socket: callers wait in its backlog meanwhile."""
    os.environ[SOCKET] = str(listening.fileno())
    listening.set_inheritable(True)
    os.execv(sys.executable, [sys.executable, *sys.argv])


def introduction(service: Service, url: str) -> dict[str, object]:
    """What a program that started the server wants to know."""
    with service.sessions() as session:
        clients = [
            {
                "client_id": client.id,
                "client_secret": client.secret,
                "organization_id": client.organization_id,
                "scopes": client.scopes.split(),
            }
            for client in session.scalars(select(Client).order_by(Client.id != os.environ.get("STARLETTE_SERVER_ID")))
        ]
    return {
        "url": url,
        "oauth2_endpoint": f"{url}/oauth2",
        "jwks_url": f"{url}/oauth2/keys",
        "states_url": f"{url}/states",
        "states_token": service.states_token,
        "pid": os.getpid(),
        "clients": clients,
    }


if __name__ == "__main__":
    main()
