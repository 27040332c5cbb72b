"""What `pacsimile proxy` adds to a call: `GET /status` of one mock, asked directly and through the proxy, in turn.

    python benchmarks/proxy.py [--rounds 60]

Both are asked on a kept connection, in blocks so short that a neighbour's load meets both. The proxy judges what passes
meanwhile. Exit status 1 if the median of the calls through it is more than 1 ms above that of the direct ones.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

MOST_ADDED = 1.0
"""Milliseconds that the proxy may add to the median."""
BLOCK = 20
COMMAND = (sys.executable, "-m", "pacsimile")
ORDER = "ORD-5QBC5V-000003"
"""An order of the demonstration that is completed."""


@contextmanager
def started(*words: str, **variables: str) -> Iterator[dict[str, Any]]:
    """Start a command with `--json`, and yield its line."""
    command = [*COMMAND, *words, "--port", "0", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, **variables}
    ) as process:
        try:
            yield json.loads(process.stdout.readline() if process.stdout else b"")
        finally:
            process.terminate()
            process.wait()


class Caller:
    """Calls one address on one connection."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        self._headers = headers
        self.milliseconds: list[float] = []

    def call(self, path: str) -> bytes:
        """Ask, and note how long it took."""
        began = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, (answer.status, content)
        return content


def main() -> int:
    """Measure, print, and return the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    with started("serve", "--quiet", "--no-runtime-file") as mock, tempfile.TemporaryDirectory() as folder:
        client = mock["clients"][0]
        target = Path(folder) / "target.yaml"
        target.write_text(
            f"base_url: {mock['url']}\noauth2_endpoint: {mock['oauth2_endpoint']}\n"
            f"organization_id: {client['organization_id']}\nclients: {{primary: {{id: AN_ID, secret: A_SECRET}}}}\n"
        )
        named = {"AN_ID": client["client_id"], "A_SECRET": client["client_secret"]}
        with started("proxy", "--target", str(target), **named) as proxy:
            basic = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
            asked = Caller(proxy["url"], {"Authorization": f"Basic {basic}"})
            token = json.loads(asked.call("/oauth2/token?grant_type=client_credentials"))["access_token"]
            bearer = {"Authorization": f"Bearer {token}"}
            direct, through = Caller(mock["url"], bearer), Caller(proxy["url"], bearer)
            for _ in range(rounds):
                for caller in (direct, through):
                    for _ in range(BLOCK):
                        caller.call(f"/status?order_id={ORDER}")
    for name, caller in (("direct", direct), ("through the proxy", through)):
        centiles = quantiles(caller.milliseconds, n=100)
        print(f"{name:<18} p50 {median(caller.milliseconds):6.2f} ms   p95 {centiles[94]:6.2f} ms")
    added = median(through.milliseconds) - median(direct.milliseconds)
    print(f"added to the median: {added:.2f} ms, of at most {MOST_ADDED:.0f} ms")
    return int(added > MOST_ADDED)


if __name__ == "__main__":
    sys.exit(main())
