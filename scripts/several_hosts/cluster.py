"""Hosts on loopback addresses, a balancer before them, and the PostgreSQL that they share."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from postgresql import Pair
from processes import PATIENCE, children, free_port, is_alive, kill, kill_all, wait_until

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = ("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5")
CONTROL_TOKEN = "several-hosts"
SOURCES = ("cli", "spec", "advice", "mock", "fixtures", "contract_tests")


class Host:
    """One `pacsimile serve` with its workers, on an address of its own."""

    def __init__(self, address: str, port: int, folder: Path, options: Sequence[str], tree: Path = ROOT) -> None:
        self.address, self.port, self.options, self.tree = address, port, list(options), tree
        self.stderr_path = folder / f"{address}.txt"
        self._runtime = folder / f"{address}-runtime"
        self.process: subprocess.Popen[bytes] | None = None
        self.line: dict[str, Any] = {}

    def launch(self) -> None:
        """Start it without waiting."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("PACSIMILE_")}
        paths = os.pathsep.join(str(self.tree / source) for source in SOURCES)
        with self.stderr_path.open("ab") as errors:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "pacsimile", "serve", "--json"),
                    *("--host", self.address, "--port", str(self.port), *self.options),
                ],
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**own, "PYTHONPATH": paths, "PACSIMILE_RUNTIME_DIR": str(self._runtime)},
            )

    def wait(self) -> None:
        """Wait until it serves.

        Raises:
            SystemExit: It ended before.
        """
        assert self.process is not None and self.process.stdout is not None
        first = self.process.stdout.readline()
        if not first:
            raise SystemExit(f"{self.address} did not start: {self.stderr_path.read_text()[-2000:]}")
        self.line = json.loads(first)

    def start(self) -> None:
        """Start it, and wait until it serves."""
        self.launch()
        self.wait()

    def stop(self) -> int:
        """End it as an operator does, and return its exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def kill(self) -> int:
        """Kill all its processes, as when the machine loses its power; return how many."""
        assert self.process is not None
        return kill_all(self.process)

    def kill_worker(self, number: int) -> None:
        """Kill one of its workers; its parent starts another."""
        workers = self.workers()
        kill([workers[number % len(workers)]])

    def workers(self) -> list[int]:
        """Return the processes that serve."""
        assert self.process is not None
        return [pid for pid in children(self.process.pid) if is_alive(pid)]

    def wait_for_workers(self, count: int) -> None:
        """Wait until so many serve, after one was killed."""
        wait_until(lambda: len(self.workers()) >= count)


class Balancer:
    """nginx with the configuration of `deploy/nginx`, or haproxy, before hosts."""

    def __init__(self, folder: Path, port: int, hosts: int) -> None:
        self.folder, self.hosts = folder, hosts
        self.api = free_port("127.0.0.1")
        self.control = free_port("127.0.0.1")
        self._servers = [f"{address}:{port}" for address in ADDRESSES[:hosts]]
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """Write the configuration, and return the command."""
        source = ROOT / "deploy" / "nginx"
        text = (source / "nginx.conf").read_text().replace("/tmp/", f"{self.folder}/")
        for port, ours in ((8080, self.api), (8081, self.control)):
            text = text.replace(f"listen {port};", f"listen 127.0.0.1:{ours};")
        (self.folder / "nginx.conf").write_text(text)
        rows = [f"server {server} max_fails=1 fail_timeout=2s;\n" for server in self._servers]
        (self.folder / "mocks.conf").write_text("".join(rows))
        (self.folder / "answers.conf").write_text((source / "answers.conf").read_text())
        user = "user root; " if os.getuid() == 0 else ""
        return [program("nginx"), "-e", "stderr", "-c", str(self.folder / "nginx.conf"), "-g", f"{user}daemon off;"]

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "balancer.txt").open("ab") as errors:
            self.process = subprocess.Popen(self.command(), stdout=errors, stderr=errors)
        wait_until(self._answers)

    def _answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise SystemExit(f"the balancer ended: {(self.folder / 'balancer.txt').read_text()[-2000:]}")
        try:
            ask(("127.0.0.1", self.api), "/_mock/health")
        except OSError:
            return False
        return True

    def kill(self) -> int:
        """Kill all its processes; return how many."""
        assert self.process is not None
        return kill_all(self.process)

    def stop(self) -> None:
        """End it."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(PATIENCE)


class Haproxy(Balancer):
    """haproxy with the configuration of `deploy/haproxy`."""

    def command(self) -> list[str]:
        """Write the configuration, and return the command."""
        text = (ROOT / "deploy" / "haproxy" / "haproxy.cfg").read_text()
        text = re.sub(r"^    server .*\n", "", text, flags=re.MULTILINE)
        text = text.replace("bind :8080", f"bind 127.0.0.1:{self.api}").replace(
            "bind 127.0.0.1:8081", f"bind 127.0.0.1:{self.control}"
        )
        rows = [f"    server host{n} {server} check inter 1s fall 1 rise 1\n" for n, server in enumerate(self._servers)]
        (self.folder / "haproxy.cfg").write_text(text.rstrip() + "\n" + "".join(rows))
        return [program("haproxy"), "-W", "-db", "-f", str(self.folder / "haproxy.cfg")]


BALANCERS = {"nginx": Balancer, "haproxy": Haproxy}


class Cluster:
    """Hosts, the balancer before them, and the PostgreSQL that they share."""

    def __init__(
        self, folder: Path, options: Sequence[str], hosts: int, workers: int, balancer: str, tree: Path, public: str
    ) -> None:
        self.folder = folder
        self.pair = Pair(folder / "postgresql")
        port = free_port(*ADDRESSES)
        self.balancer = BALANCERS[balancer](folder, port, hosts)
        self.options = [
            *("--database", self.pair.url, "--workers", str(workers), "--control-token", CONTROL_TOKEN),
            *("--public-url", f"http://127.0.0.1:{getattr(self.balancer, public)}", *options),
        ]
        self.hosts = [Host(address, port, folder, self.options, tree) for address in ADDRESSES[:hosts]]

    @property
    def api(self) -> tuple[str, int]:
        """Where the balancer serves the API."""
        return "127.0.0.1", self.balancer.api

    @property
    def control(self) -> tuple[str, int]:
        """Where the balancer serves the API and the control API."""
        return "127.0.0.1", self.balancer.control

    def start(self) -> None:
        """Start the first host, which makes the tables, then the others, then the balancer."""
        self.hosts[0].start()
        for host in self.hosts[1:]:
            host.launch()
        for host in self.hosts[1:]:
            host.wait()
        self.balancer.start()

    def stop(self) -> None:
        """End everything that runs."""
        for host in self.hosts:
            if host.process is not None and host.process.poll() is None:
                host.kill()
        if self.balancer.process is not None and self.balancer.process.poll() is None:
            self.balancer.kill()
        self.pair.stop()

    def wait_until_healthy(self) -> None:
        """Wait until each host is ready, asked directly, and the balancer answers."""
        for host in self.hosts:
            wait_until(lambda place=(host.address, host.port): _is_ready(place))  # type: ignore[misc]
        wait_until(lambda: _is_ready(self.api))

    def tracebacks(self) -> list[str]:
        """Return which hosts wrote a traceback."""
        return [
            f"{host.address}: {text[-1500:]}"
            for host in self.hosts
            if "Traceback" in (text := host.stderr_path.read_text())
        ]


@contextmanager
def running_cluster(
    *options: str, hosts: int = 4, workers: int = 2, balancer: str = "nginx", tree: Path = ROOT, public: str = "api"
) -> Iterator[Cluster]:
    """Start hosts, balancer and PostgreSQL, and end them.

    Args:
        options: Options of `pacsimile serve`.
        hosts: How many, up to four.
        workers: Of each host.
        balancer: Its name in `BALANCERS`.
        tree: The checkout that the hosts run.
        public: The port of the balancer that links lead to: `api`, or `control`, which has the control API too.
    """
    with tempfile.TemporaryDirectory(prefix="hosts-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user where we are root
        made = Cluster(folder, options, hosts, workers, balancer, tree, public)
        try:
            made.start()
            yield made
        finally:
            made.stop()


def program(name: str) -> str:
    """Return the path of a balancer's program.

    Raises:
        SystemExit: It is not installed.
    """
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None:
        raise SystemExit(f"{name} is missing; install: {name} (names of Debian's packages)")
    return path


def ask(place: tuple[str, int], path: str) -> int:
    """GET a path, and return the status of the answer."""
    connection = http.client.HTTPConnection(*place, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": "127.0.0.1"})
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def _is_ready(place: tuple[str, int]) -> bool:
    try:
        return ask(place, "/_mock/health") == 200
    except OSError:
        return False
