"""Start the small server on this machine and print one line of JSON that says where it listens.

For instance: `python examples/small_server/serve.py --port 0`.
"""

import argparse
import json
import os
import signal
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn, TextIO

from small_server.api import Service
from small_server.defects import DEFECTS
from small_server.demo import furnish
from small_server.states import States
from small_server.wire import Request, Response, Server


def main() -> None:
    """Serve until interrupted. A mistake on the command line ends with one line and exit status 2."""
    parser = argparse.ArgumentParser(description="A small results service on the standard library.")
    parser.add_argument("--port", type=int, default=8090, help="0 finds a free one; default 8090")
    parser.add_argument("--audit", type=Path, help="append an audit record for each call to this file, as JSON lines")
    parser.add_argument(
        "--defect", choices=[*DEFECTS], action="append", default=[],
        help="be wrong on purpose, to test contract tests; repeatable",
    )  # fmt: skip
    options = parser.parse_args()
    for name in dict.fromkeys(options.defect):
        DEFECTS[name]()
    service = Service(_open(parser, options.audit))
    states = States(service, os.environ.get("SMALL_SERVER_STATES_TOKEN"))
    server = _listen(parser, options.port, service, states)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        print(json.dumps(_announcement(server, states)), flush=True)
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _open(parser: argparse.ArgumentParser, path: Path | None) -> TextIO | None:
    try:
        return path.open("a", encoding="utf-8") if path else None
    except OSError as error:
        parser.error(f"cannot write the audit log {path}: {error.strerror}; name another file")


def _listen(parser: argparse.ArgumentParser, port: int, service: Service, states: States) -> Server:
    def answer(request: Request) -> Response:
        return states.answer(request) if request.path == "/states" else service.answer(request)

    try:
        return Server(port, answer, service.clock.now)
    except (OSError, OverflowError) as error:
        parser.error(f"cannot listen on port {port}: {error}; --port 0 finds a free one")


def _announcement(server: Server, states: States) -> dict[str, Any]:
    url = f"http://127.0.0.1:{server.server_address[1]}"
    wanted = os.environ.get("SMALL_SERVER_ID"), os.environ.get("SMALL_SERVER_SECRET")
    clients = [asdict(client) for client in furnish(states.world, *wanted)]
    return {
        "url": url,
        "oauth2_endpoint": f"{url}/oauth2",
        "states_url": f"{url}/states",
        "states_token": states.token,
        "pid": os.getpid(),
        "clients": clients,
    }


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
