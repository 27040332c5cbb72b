"""What is started by a fork behaves as the command does: streams, folder, environment, signals, exit status."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mock.tests.helpers.fork_server import LAUNCHER, prepared
from mock.tests.helpers.served import command, environment


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["--version"], {}),
        (["no-such-command"], {}),
        (["verify", "--list", "--requirement", "NO-1"], {}),
        (["verify", "--target", "here.yaml", "--plan"], {}),
        (["advice", "--from", "-"], {}),
        (["describe", "--help"], {"COLUMNS": "60"}),
        (["check-synthetic", "here.yaml"], {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}),
    ],
)
def test_it_says_and_ends_as_the_command(tmp_path: Path, words: list[str], more: dict[str, str]) -> None:
    """On the same input, in the same folder and environment."""
    (tmp_path / "here.yaml").write_text("base_url: 1\n")
    said = [
        subprocess.run(
            [*start, *words], cwd=tmp_path, env=environment(tmp_path, **more), input=b"[]", capture_output=True
        )
        for start in (prepared(), command())
    ]
    shown = [(one.returncode, one.stdout, one.stderr) for one in said]
    assert shown[0] == shown[1]
    assert any(shown[0][1:])


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGKILL, -9)])
def test_signals_reach_it(tmp_path: Path, number: signal.Signals, status: int) -> None:
    """A server ends as it would; where the launcher is killed, so is the server."""
    with subprocess.Popen(
        [*prepared(), "serve", "--port", "0", "--json"], stdout=subprocess.PIPE, env=environment(tmp_path)
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        os.kill(process.pid, number)
        assert process.wait(30) == status
        assert process.stdout.read() == b""  # it ends where nobody has it open any more


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_signal_that_comes_before_the_launcher_knows_whom_it_is_for_is_kept(tmp_path: Path) -> None:
    """Under load, a SIGTERM may come before the launcher has read the pid of the server."""
    address, launcher = tmp_path / "socket", tmp_path / "launcher"
    launcher.write_text(LAUNCHER.format(python=sys.executable, address=str(address), module="pacsimile"))
    with (
        socket.socket(socket.AF_UNIX) as listener,
        subprocess.Popen(["sleep", "30"]) as server,
    ):
        listener.bind(str(address))
        listener.listen(1)
        with subprocess.Popen([sys.executable, "-IS", str(launcher)]) as launched:
            connection, _ = listener.accept()
            with connection:
                launched.send_signal(signal.SIGTERM)
                connection.sendall(b"%d\n" % server.pid)
                assert server.wait(30) == -signal.SIGTERM
                connection.sendall(b"7\n")
                assert launched.wait(30) == 7
