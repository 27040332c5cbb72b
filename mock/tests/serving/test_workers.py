"""Workers on one port, as processes: replaced when they die, gone when their parent is, done with what they began."""

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer

import pytest

from mock.tests.helpers.databases import KINDS, Databases, Postgresql, sqlite_url
from mock.tests.helpers.in_process import basic
from mock.tests.helpers.processes import alive, children, wait_until, working
from mock.tests.helpers.served import PATIENCE, Served, command, environment, serving

WORKERS = "2"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("kind", KINDS)
def test_workers_serve_one_state(kind: str, tmp_path: Path, databases: Databases) -> None:
    """Each call on a connection of its own, so that any of them answers; nothing is said, and the end is clean."""
    with serving(tmp_path, "--database", databases.empty(kind), "--workers", WORKERS, forked=False) as served:
        assert len(children(served.process.pid)) == int(WORKERS)
        before = served.listing()
        assert before
        path = f"/reports?organizationId={served.organization_id}"
        headers = {"Authorization": f"Bearer {served.token}"}
        assert served.call("POST", path, headers).json["acknowledged"] == before
        assert [served.listing() for _ in range(6)] == [[]] * 6
        assert {served.get("/oauth2/jwks").body for _ in range(6)} == {served.get("/oauth2/jwks").body}


@pytest.mark.parametrize("kind", KINDS)
def test_two_clients_who_acknowledge_at_once(kind: str, tmp_path: Path, databases: Databases) -> None:
    """On three workers, by listing and by name: each report is newly marked for one of them, and none is left."""
    options = ("--scenario", "empty", "--database", databases.empty(kind), "--workers", "3")
    with serving(tmp_path, *options, forked=False) as served:
        control = {"Authorization": f"Bearer {served.line['control_token']}"}
        state = {"state": "fresh_organization", "params": {"ready_reports": 200}}
        made = served.call("POST", "/_mock/states", control, json.dumps(state).encode()).json
        path = f"/reports?organizationId={made['organization_id']}"
        clients = [(made["client_id"], made["client_secret"]), (made["second_client_id"], made["second_client_secret"])]
        tokens = [token_of(served, *client) for client in clients]

        def work(n: int) -> list[str]:
            headers, marked = {"Authorization": f"Bearer {tokens[n % 2]}"}, list[str]()
            while listed := served.call("GET", f"{path}&limit=20", headers).json["reports"]:
                ids = [one["report_id"] for one in listed]
                body = json.dumps({"report_ids": ids}).encode() if n < 4 else None
                done = served.call("POST", path, {**headers, **JSON} if body else headers, body)
                assert done.status == 200
                marked += done.json["acknowledged"]
            return marked

        with ThreadPoolExecutor(8) as pool:
            marked = [one for part in pool.map(work, range(8)) for one in part]
        assert sorted(marked) == sorted(made["report_ids"])


def token_of(served: Served, client_id: str, secret: str) -> str:
    """A token of a client."""
    return str(served.call("GET", "/oauth2/token", {"Authorization": basic(client_id, secret)}).json["access_token"])


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    """The others go on, and standard error says what happened."""
    with working(tmp_path, sqlite_url(tmp_path)) as served:
        first = set(children(served.process.pid))
        os.kill(min(first), signal.SIGKILL)
        assert [served.get("/status?order_id=ORD-1").status for _ in range(6)] == [404] * 6
        wait_until(lambda: len(set(children(served.process.pid)) - first) == 1)
        assert len(children(served.process.pid)) == int(WORKERS)
        assert served.stop() == 0
        assert served.errors.read_text() == "pacsimile: a worker ended with signal 9; another begins in 1 s\n"


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    """Also where it is killed: none is left behind that holds the port."""
    with working(tmp_path, sqlite_url(tmp_path)) as served:
        workers = children(served.process.pid)
        served.process.kill()
        wait_until(lambda: not any(map(alive, workers)))
        with pytest.raises(ConnectionRefusedError):
            served.connect()
        assert served.errors.read_text() == ""


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_is_under_way_is_finished(workers: str, tmp_path: Path) -> None:
    """A call that waits for the database when SIGTERM comes is answered, and the exit status is 0."""
    url = sqlite_url(tmp_path)
    with serving(tmp_path, "--database", url, "--workers", workers, forked=False) as served:
        assert served.token
        path, headers = f"/reports?organizationId={served.organization_id}", {"Authorization": f"Bearer {served.token}"}
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        connection = http.client.HTTPConnection(*served.address, timeout=PATIENCE)
        connection.request("GET", path, headers=headers)
        time.sleep(0.6)
        served.process.terminate()
        release = Timer(1.0, lambda: other.execute("ROLLBACK"))
        release.start()
        answer = connection.getresponse()
        assert answer.status == 200
        assert b'"count"' in answer.read()
        connection.close()
        assert served.process.wait(PATIENCE) == 0
        release.join()
        other.close()


def test_a_second_signal_ends_at_once(tmp_path: Path) -> None:
    """Whatever is under way."""
    url = sqlite_url(tmp_path)
    with working(tmp_path, url) as served:
        workers = children(served.process.pid)
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        request = served.head("GET", f"/reports?organizationId={served.organization_id}")
        other.execute("BEGIN IMMEDIATE")
        with served.connect() as connection:
            connection.sendall(request)
            time.sleep(0.3)
            began = time.monotonic()
            served.process.terminate()
            time.sleep(0.7)
            assert served.stop() == 130
            assert time.monotonic() - began < 5
        other.close()
        wait_until(lambda: not any(map(alive, workers)))


@pytest.mark.parametrize("delay", [0.05, 0.3, 0.6])
def test_a_signal_while_it_starts_ends_it(delay: float, tmp_path: Path) -> None:
    """Cleanly, and with all that was started by then."""
    errors = tmp_path / "stderr.txt"
    with errors.open("wb") as stderr:
        process = subprocess.Popen(
            command("serve", "--port", "0", "--json", "--database", sqlite_url(tmp_path), "--workers", "2"),
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env=environment(tmp_path),
        )
    time.sleep(delay)
    workers = children(process.pid)
    process.terminate()
    assert process.wait(PATIENCE) in (0, -signal.SIGTERM)
    wait_until(lambda: not any(map(alive, workers)))
    assert errors.read_text() == ""


def test_a_worker_that_cannot_start(tmp_path: Path, postgresql: Postgresql) -> None:
    """It says why, and its parent that it ended; exit status 2, and nothing is left running."""
    postgresql.execute("CREATE ROLE modest LOGIN SUPERUSER CONNECTION LIMIT 2")
    postgresql.execute("ALTER ROLE modest NOSUPERUSER")
    url = postgresql.empty_database("OWNER modest").replace("postgres:@", "modest@")
    done = subprocess.run(
        command("serve", "--port", "0", "--database", url, "--workers", "2"),
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    *reasons, last = done.stderr.splitlines()
    assert last == "pacsimile: a worker ended with status 2 before it served"
    assert reasons
    assert all(line.startswith("pacsimile: the database does not answer: ") for line in reasons)
    assert all("too many connections" in line for line in reasons)


def test_a_successor_that_cannot_start_is_no_end(tmp_path: Path) -> None:
    """The workers that are left serve on, and another one is tried after a longer pause."""
    url = sqlite_url(tmp_path)
    with working(tmp_path, url) as served:
        first = set(children(served.process.pid))
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("INSERT INTO migrations (series, number, name, applied_at) VALUES ('state', 9999, 'newer', 0)")
        os.kill(min(first), signal.SIGKILL)
        wait_until(lambda: "status 2; another begins in 2 s" in served.errors.read_text())
        assert served.get("/status?order_id=ORD-1").status == 404
        other.execute("DELETE FROM migrations WHERE number = 9999")
        other.close()
        wait_until(lambda: len(children(served.process.pid)) == int(WORKERS))
        assert served.stop() == 0


def test_what_lies_in_the_folder_is_not_imported(tmp_path: Path) -> None:
    """A project's own `flask.py` does not keep workers from starting, as it does not keep the command."""
    (tmp_path / "flask.py").write_text("raise SystemExit('not this one')\n")
    program = Path(sys.executable).with_name("pacsimile")
    with subprocess.Popen(
        [program, "serve", "--port", "0", "--json", "--database", sqlite_url(tmp_path), "--workers", "2"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env=environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b'{"url"')
        process.terminate()
