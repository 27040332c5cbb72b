"""What cannot be used is told in one clear line, exit status 2, and never with a traceback."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner

from mock.tests.helpers.served import LOOPBACKS, command, environment
from pacsimile.main import main


def refused(tmp_path: Path, *arguments: str, **more: str) -> str:
    """The last line of what a refused start says, in this process: what is none below has processes of its own."""
    own = {name: None for name in os.environ if name.startswith("PACSIMILE_")}
    with chdir(tmp_path):
        ended = CliRunner().invoke(
            main, ["serve", *arguments], env={**own, "PACSIMILE_RUNTIME_DIR": str(tmp_path / "runtime"), **more}
        )
    assert isinstance(ended.exception, SystemExit), ended.exception
    assert ended.exit_code == 2
    assert ended.stdout == ""
    lines = ended.stderr.splitlines()
    assert len(lines) == 1 or lines[0].startswith("Usage: ")
    return lines[-1]


@pytest.fixture
def busy() -> Iterator[int]:
    """A port of 127.0.0.1 on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_busy_port(tmp_path: Path, busy: int) -> None:
    """It is named, with what to do."""
    said = refused(tmp_path, "--port", str(busy))
    assert said == (
        f"pacsimile: port {busy} of 127.0.0.1 is busy: "
        "end what listens there, or give another --port (0 finds a free one)"
    )
    assert refused(tmp_path, PACSIMILE_PORT=str(busy)) == said


def test_a_busy_port_is_told_before_the_scenario_is_read(tmp_path: Path, busy: int) -> None:
    """However long that would take, and whatever is wrong in it."""
    (tmp_path / "mine.yaml").write_text("no scenario")
    said = refused(tmp_path, "--port", str(busy), "--scenario", "mine.yaml")
    assert f"port {busy} of 127.0.0.1 is busy" in said


def test_a_port_that_is_busy_on_the_other_loopback_address(tmp_path: Path) -> None:
    """Half of `localhost` would be another server."""
    for host in LOOPBACKS:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, 0), family=family) as listener:
            said = refused(tmp_path, "--port", str(listener.getsockname()[1]))
        assert f"of {host} is busy" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "http"], "'http' is not a whole number"),
        (["--port", "65536"], "65536 is not in the range 0<=x<=65535"),
        (["--port", "-1"], "-1 is not in the range"),
        (["--port"], "Option '--port' requires an argument"),
        (["--seed", "x"], "'x' is not a whole number"),
        (["--seed", "-1"], "-1 is not in the range"),
        (["--seed", "9" * 30], "is not in the range"),
        (["--pace", "fast"], "'fast' is not one of 'instant', 'demo', 'realtime', 'manual'"),
        (["--nonsense"], "No such option"),
        (["surprise"], "unexpected extra argument"),
        (["--port", "99999"], "99999 is not in the range 0<=x<=65535"),
        (
            ["--public-url", "mock.example"],
            "not an absolute URL such as http://mock.example:8080: write http://mock.example",
        ),
        (["--public-url", "mock.example:80/x"], "write http://mock.example:80/x"),
        (["--allow-host", "http://mock.example:8080/x"], "a URL where a host name is wanted: write mock.example"),
        (["--allow-host", "mock.example:80"], "a host with a port where a host name is wanted: write mock.example"),
        (["--allow-host", "mock.example/x"], "a host with a path where a host name is wanted: write mock.example"),
        (["--allow-host", "fd00::1"], "an IPv6 address in another form where a host name is wanted: write [fd00::1]"),
        (["--allow-host", "http://[fd00::1]:80"], "a URL where a host name is wanted: write [fd00::1]"),
        (["--allow-host", "http://"], "is no host name: write one such as mock.example"),
        (["--allow-host", ""], "is no host name: write one such as mock.example"),
        (["--host", "http://"], "a URL where a host is wanted: write --host 127.0.0.1"),
        (["--host", "http://localhost:8080/x"], "a URL where a host is wanted: write --host localhost --port 8080"),
        (["--host", "127.0.0.1:80"], "a host with a port where a host is wanted: write --host 127.0.0.1 --port 80"),
        (["--host", "[::1]:80"], "a host with a port where a host is wanted: write --host ::1 --port 80"),
        (["--host", "[::1]"], "an IPv6 address in another form where a host is wanted: write --host ::1"),
        (["--control-token", ""], "it is empty: write a token, or leave the option out"),
        (["--control-token", "a b"], "it must be visible ASCII characters"),
        (["--public-url", "ftp://mock.example"], "is not an absolute URL"),
        (["--public-url", "http://mock.example/?a=b"], "is not an absolute URL"),
        (["--public-url", ""], "is not an absolute URL"),
    ],
)
def test_an_option_of_another_form(arguments: list[str], said: str) -> None:
    """What was given, and what is expected, below the usage; nothing was started yet."""
    ended = CliRunner().invoke(main, ["serve", *arguments])
    assert ended.exit_code == 2
    assert said in ended.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PACSIMILE_PORT", "http", "'http' is not a whole number"),
        ("PACSIMILE_PACE", "fast", "'fast' is not one of"),
        ("PACSIMILE_SEED", "x", "'x' is not a whole number"),
        ("PACSIMILE_PUBLIC_URL", "x", "is not an absolute URL"),
    ],
)
def test_an_environment_variable_of_another_form(variable: str, value: str, said: str) -> None:
    """It is an option too, and told as one."""
    ended = CliRunner().invoke(main, ["serve"], env={variable: value})
    assert ended.exit_code == 2
    assert said in ended.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--nonsense"], "No such option"),
        (["--host", "203.0.113.1"], "cannot listen on 203.0.113.1"),
        (["--host", "a..b"], "is not an address of this machine"),
        (["--host", ""], "is not an address of this machine"),
        (["--host", "a" * 300], "is not an address of this machine"),
        (["--scenario", "demon"], "there is no scenario 'demon': give one of amended_report, backlog, demo, "),
        (["--scenario", ""], "there is no scenario '': give one of amended_report, backlog, demo, "),
        (["--scenario", "mine.yaml"], "the scenario mine.yaml cannot be read: No such file or directory"),
        (["--scenario", "a" * 5000 + ".yaml"], "cannot be read: File name too long"),
    ],
)
def test_an_option_that_cannot_be_used(tmp_path: Path, arguments: list[str], said: str) -> None:
    """What is wrong with it, and what to do."""
    assert said in refused(tmp_path, "--port", "0", *arguments)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"seed: 1", "mine.yaml:1:1: expected a mapping with organizations or orders"),
        (b"\xff\xfe", "mine.yaml cannot be read: it is not UTF-8"),
        (b"[" * 100_000, "mine.yaml"),
        (bytes(1000), r"mine.yaml:1:1: this is not YAML: the character '\x00' stands here"),
    ],
)
def test_a_scenario_with_a_mistake(tmp_path: Path, content: bytes, said: str) -> None:
    """File, line, column, and what was expected there."""
    (tmp_path / "mine.yaml").write_bytes(content)
    assert said in refused(tmp_path, "--port", "0", "--scenario", "mine.yaml")


def test_a_folder_in_a_scenarios_place(tmp_path: Path) -> None:
    """The system's reason is told."""
    (tmp_path / "mine.yaml").mkdir()
    assert "cannot be read: Is a directory" in refused(tmp_path, "--port", "0", "--scenario", "mine.yaml")


def test_a_start_that_is_refused_leaves_nothing(tmp_path: Path, busy: int) -> None:
    """No runtime file, which would lead other commands astray."""
    refused(tmp_path, "--port", str(busy))
    refused(tmp_path, "--port", "0", "--scenario", "demon")
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["serve", "--nonsense"], ["Serve"]])
def test_a_command_that_is_none(tmp_path: Path, arguments: list[str]) -> None:
    """Exit status 2 and one line about it, below the usage."""
    ended = subprocess.run(
        [sys.executable, "-m", "pacsimile", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=environment(tmp_path),
    )
    assert ended.returncode == 2
    assert "No such" in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    """`pacsimile serve --json | head -1`: the line was read, the server serves on, and ends well."""
    with subprocess.Popen(
        command("serve", "--port", "0", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = json.loads(process.stdout.readline())
        process.stdout.close()
        port = int(line["url"].rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
        process.terminate()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_dialect_that_cannot_be_used(tmp_path: Path) -> None:
    """An unknown name, a file that is none, and one line with the place of a mistake."""
    assert "did you mean 'camel'?" in refused(tmp_path, "--dialect", "camell")
    (tmp_path / "vendor.yaml").write_text("name: vendor\nfields: {OrderStatus: {orderid: /a}}\n", "utf-8")
    said = refused(tmp_path, "--dialect", "vendor.yaml")
    assert "vendor.yaml:2: fields.OrderStatus.orderid: unknown key" in said
    assert refused(tmp_path, PACSIMILE_DIALECT="vendor.yaml") == said


def test_too_few_open_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would start, say that it is ready, and end at the first call. No limit is enough, of course."""
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (63, 4096))
    assert "may open 63 files, and the server needs at least 64: raise the limit" in refused(tmp_path, "--port", "0")
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert "no-such-scenario" in refused(tmp_path, "--port", "0", "--scenario", "no-such-scenario")
