"""A server that is killed under load, again and again, and what must be true of its queue after each kill (BATCH-14).

Clients list and acknowledge, another one submits orders, all as fast as they can. Each keeps a book of what it was
answered. What was answered 200 is done for good; what was not answered is done wholly or not at all.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlencode

from mock.tests.helpers.processes import children
from mock.tests.helpers.served import PATIENCE, Served, command, environment

ORGANIZATION = "hospital"
CLIENTS = 4
AT_ONCE = 5
"""Orders that are submitted by one call."""
STUDY = "1.3.6.1.4.1.32473.9"


class NoAnswer(Exception):
    """The connection broke, or the server said that it could not tell."""


@dataclass
class Book:
    """What is known of the queue."""

    made: set[str] = field(default_factory=set)
    """Reports that are ready."""
    acknowledged: list[str] = field(default_factory=list)
    """What answers called newly marked, in all."""
    gone: set[str] = field(default_factory=set)
    """What is acknowledged, answered or not."""
    open: list[frozenset[str]] = field(default_factory=list)
    """Acknowledgements that were not answered."""
    unknown: list[str] = field(default_factory=list)
    """Studies whose orders may have been submitted."""
    answers: Counter[str] = field(default_factory=Counter)


class Connection:
    """One client's connection, opened again when it broke."""

    def __init__(self, address: tuple[str, int], token: str) -> None:
        self._address, self._token = address, token
        self._connection: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, content: Any = None, **query: Any) -> Any:
        """Make a call, and give its JSON."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(*self._address, timeout=PATIENCE)
        target = f"{path}?{urlencode(query)}" if query else path
        headers = {"Authorization": f"Bearer {self._token}"}
        body = None if content is None else json.dumps(content).encode()
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            self._connection.request(method, target, body, headers)
            answer = self._connection.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise NoAnswer from error
        if answer.status >= 500:
            raise NoAnswer(told)
        assert answer.status in (200, 201), told
        return json.loads(told)

    def close(self) -> None:
        """Close it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Client:
    """A client that lists and acknowledges."""

    def __init__(self, number: int, token: str, book: Book) -> None:
        self.token, self.book = token, book
        self._random = random.Random(number)
        self.shown: frozenset[str] | None = None
        """Its most recent listing; None where it cannot know."""

    def work(self, address: tuple[str, int], stopping: Event) -> None:
        """List and acknowledge until the server is gone."""
        connection = Connection(address, self.token)
        try:
            while not stopping.is_set():
                self.list(connection)
                self.acknowledge(connection, by_name=self._random.random() < 0.5)
        except NoAnswer:
            self.book.answers["none"] += 1
        finally:
            connection.close()

    def list(self, connection: Connection) -> None:
        """List a few."""
        self.shown = None
        listed = connection.call("GET", "/reports", organizationId=ORGANIZATION, limit=self._random.randint(1, 20))
        self.shown = frozenset(one["report_id"] for one in listed["reports"])

    def acknowledge(self, connection: Connection, *, by_name: bool) -> None:
        """Acknowledge what was listed, by name or without."""
        assert self.shown is not None
        content = {"report_ids": sorted(self.shown)} if by_name else None
        try:
            done = connection.call("POST", "/reports", content, organizationId=ORGANIZATION)
        except NoAnswer:
            self.book.open.append(self.shown)
            raise
        assert set(done["acknowledged"]) <= self.shown
        assert done["not_found"] == []
        self.book.acknowledged += done["acknowledged"]
        self.book.gone |= self.shown
        self.book.answers["acknowledged"] += 1

    def resume(self, address: tuple[str, int]) -> None:
        """After a restart, acknowledge once more what was listed before: the server remembers it, or it is done."""
        if self.shown is not None:
            connection = Connection(address, self.token)
            self.acknowledge(connection, by_name=False)
            connection.close()


class Submitter:
    """Who submits orders."""

    def __init__(self, token: str, book: Book) -> None:
        self.token, self.book, self._studies = token, book, 0

    def work(self, address: tuple[str, int], stopping: Event) -> None:
        """Submit until the server is gone."""
        connection = Connection(address, self.token)
        try:
            while not stopping.is_set():
                self.submit(connection)
        except NoAnswer:
            self.book.answers["none"] += 1
        finally:
            connection.close()

    def submit(self, connection: Connection) -> None:
        """Submit a few orders of a study of their own."""
        self._studies += 1
        study_uid = f"{STUDY}.{self._studies}"
        order = {"organization_id": ORGANIZATION, "status": "COMPLETED", "study_uid": study_uid}
        try:
            done = connection.call("POST", "/_mock/worlds/default/orders", [order] * AT_ONCE)
        except NoAnswer:
            self.book.unknown.append(study_uid)
            raise
        self.book.made.update(report["report_id"] for one in done["orders"] for report in one["reports"])
        self.book.answers["submitted"] += 1

    def resume(self, connection: Connection) -> None:
        """Find out what became of the orders of which nothing was heard: all are there, or none."""
        for study_uid in self.book.unknown:
            found = connection.call("GET", "/_mock/worlds/default/orders", study_uid=study_uid)["orders"]
            assert len(found) in (0, AT_ONCE), found
            self.book.made.update(report["report_id"] for one in found for report in one["reports"])
        self.book.unknown.clear()


class Killing:
    """A server on a database, its clients, and how it is killed."""

    def __init__(self, folder: Path, url: str, workers: int, seed: int = 1) -> None:
        self.folder, self.url, self.workers = folder, url, workers
        self.book = Book()
        self.errors = folder / "stderr.txt"
        self._random = random.Random(seed)
        self.served = self.start()
        control = str(self.served.line["control_token"])
        setting = Connection(self.served.address, control)
        self.submitter = Submitter(control, self.book)
        self.clients = [Client(n, self._token(setting), self.book) for n in range(CLIENTS)]
        self._reader = self._token(setting)
        self.submitter.submit(setting)
        setting.close()

    def start(self) -> Served:
        """Start the server, or start it again."""
        options = ("--scenario", "empty", "--pace", "manual", "--workers", str(self.workers), "--database", self.url)
        with self.errors.open("ab") as stderr:
            process = subprocess.Popen(
                command("serve", "--port", "0", "--json", *options),
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=environment(self.folder),
            )
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first, self.errors.read_text()
        return Served(process, json.loads(first), self.errors)

    def _token(self, setting: Connection) -> str:
        client = setting.call("POST", "/_mock/worlds/default/clients", {"organization_id": ORGANIZATION})
        self.served.line["clients"] = [client]
        reply = self.served.call("GET", "/oauth2/token", {"Authorization": self.served.basic()})
        return str(reply.json["access_token"])

    def round(self) -> None:
        """Work, be killed, start again, and be checked."""
        stopping = Event()
        workers: list[Callable[[tuple[str, int], Event], None]] = [one.work for one in (*self.clients, self.submitter)]
        with ThreadPoolExecutor(len(workers)) as pool:
            done = [pool.submit(work, self.served.address, stopping) for work in workers]
            time.sleep(self._random.uniform(0.02, 0.4))
            self.kill()
            stopping.set()
            for one in done:
                one.result(PATIENCE)
        self.served = self.start()
        self.check()

    def kill(self) -> None:
        """Kill the server, and with it its workers, in no order."""
        pids = [self.served.process.pid, *children(self.served.process.pid)]
        self._random.shuffle(pids)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.served.process.wait(PATIENCE)
        assert self.served.process.stdout is not None
        self.served.process.stdout.close()

    def check(self) -> None:
        """What was promised is so."""
        book, reader = self.book, Connection(self.served.address, self._reader)
        control = Connection(self.served.address, self.submitter.token)
        self.submitter.resume(control)
        listed = reader.call("GET", "/reports", organizationId=ORGANIZATION)["reports"]
        waiting = {one["report_id"] for one in listed}
        assert len(listed) == len(waiting)
        assert not waiting & book.gone, "an acknowledged report came back"
        assert waiting <= book.made, "a report that nobody made"
        tried = frozenset[str]().union(*book.open)
        assert book.made - waiting - book.gone <= tried, "a report was lost"
        for one in book.open:
            others = frozenset[str]().union(*(other for other in book.open if other is not one))
            done = one - waiting - book.gone - others
            assert not (done and one & waiting), "an acknowledgement was done in part"
        book.gone |= tried - waiting
        book.open.clear()
        for client in self.clients:
            client.resume(self.served.address)
        assert max(Counter(book.acknowledged).values(), default=1) == 1, "a report was newly marked twice"
        reader.close()
        control.close()

    def __enter__(self) -> Killing:
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if self.served.process.poll() is None:
            self.kill()  # a check has failed: nothing is left running

    def end(self) -> None:
        """End the server, and see that it had nothing to complain of."""
        assert self.served.stop() == 0
        assert self.served.process.stdout is not None
        self.served.process.stdout.close()
        said = set(self.errors.read_text().splitlines())
        assert said <= {"pacsimile: a worker ended with signal 9; another begins in 1 s"}
