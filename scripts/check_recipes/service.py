"""The mock as the service that the recipes judge, and a proxy that knows a container's name."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
from ports import free_port

DEADLINE = 60.0


@contextmanager
def served(command: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Run a command that serves the mock on a free port while the block runs. Return its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (folder / "service.log").open("w") as log:
        server = subprocess.Popen(
            command,
            env={**environment, "PACSIMILE_PORT": str(port)},
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _await(url, server)
            yield url
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until and server.poll() is None:
        with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(f"{url}/_mock/health", timeout=5):
            return
        time.sleep(0.1)
    raise SystemExit(f"the service did not start: {server.args!r}")


def let_fail(url: str, token: str) -> None:
    """Make each status call end in 500 from now on."""
    fault = json.dumps({"match": {"operation": "getStatus"}, "effect": {"status": 500}}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/_mock/worlds/default/faults", fault, headers)
    with urllib.request.urlopen(request, timeout=10):
        pass


@contextmanager
def proxy(port: int) -> Iterator[str]:
    """Serve an HTTP proxy that leads every name to `port` of this machine and keeps `Host`. Return its address."""

    class Forwarding(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Forward the request, and return the answer."""
            path = "/" + self.path.partition("://")[2].partition("/")[2]
            chunked = self.headers.get("Transfer-Encoding", "").lower() == "chunked"
            body = self._chunks() if chunked else self.rfile.read(int(self.headers.get("Content-Length", 0)))
            del self.headers["Transfer-Encoding"]  # the body is forwarded in one piece
            there = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
            there.request(self.command, path, body or None, dict(self.headers))
            answer = there.getresponse()
            content = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            there.close()

        def _chunks(self) -> bytes:
            """Return a body that was sent in chunks."""
            body = b""
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass  # trailers
            return body

        def __getattr__(self, name: str) -> object:
            if name.startswith("do_"):
                return self.do_GET
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Forwarding) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
