"""The runtime file: how other commands of the same user find a running server, and nobody else does."""

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock.tests.helpers.served import PATIENCE, command, environment, serving
from pacsimile_spec import runtime_file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime folder of the test's own."""
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(tmp_path / "runtime"))
    return tmp_path / "runtime"


CONTENT = {"url": "", "control_url": None, "control_token": None, "pid": os.getpid(), "version": "1"}


@pytest.fixture(scope="module", autouse=True)
def listening() -> Iterator[None]:
    """Accept the connections by which a running server is told from one that ended."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        CONTENT["url"] = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield


def test_it_appears_with_the_server_and_goes_with_it(tmp_path: Path, folder: Path) -> None:
    """It says how the server is reached, and is readable by its user alone, as its folder is."""
    with serving(tmp_path) as served:
        path = folder / f"serve-{served.address[1]}.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        expected = {name: served.line[name] for name in ("url", "control_url", "control_token", "pid", "version")}
        assert json.loads(path.read_text()) == expected
        assert runtime_file.running() == [expected]
    assert list(folder.iterdir()) == []
    assert runtime_file.running() == []


def test_two_servers_have_two_files_the_latest_first(tmp_path: Path, folder: Path) -> None:
    """Whichever is ended, the other is still found."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    shared = {"PACSIMILE_RUNTIME_DIR": str(folder)}
    with serving(tmp_path / "a", **shared) as first, serving(tmp_path / "b", **shared) as second:
        newer = folder / f"serve-{second.address[1]}.json"
        os.utime(newer, (newer.stat().st_atime, newer.stat().st_mtime + 10))
        assert [one["url"] for one in runtime_file.running()] == [second.url, first.url]
        second.stop()
        assert [one["url"] for one in runtime_file.running()] == [first.url]


def test_a_stale_file_is_recognised_and_replaced(tmp_path: Path, folder: Path) -> None:
    """Of a server that was killed: it is not taken for a running one, and hinders no start."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait(PATIENCE)
    path = runtime_file.write(1, {**CONTENT, "pid": ended.pid})
    assert runtime_file.running() == []
    assert not path.exists()
    runtime_file.write(1, {**CONTENT, "pid": ended.pid})
    assert runtime_file.write(1, CONTENT) == path
    assert runtime_file.running() == [CONTENT]


def test_a_file_whose_process_number_was_given_anew_is_passed_over(folder: Path) -> None:
    """Of a server that was killed, when another process has its number now: nobody listens at its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gone = f"http://127.0.0.1:{listener.getsockname()[1]}"
    runtime_file.write(1, {**CONTENT, "url": gone})
    assert runtime_file.running() == []
    assert runtime_file.at(gone) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"{}", b'{"pid": "x"}', b'{"pid": null}', b"\xff"])
def test_a_file_that_is_none_of_ours_is_passed_over(folder: Path, content: bytes) -> None:
    """Half written, of another kind: no command fails on it."""
    runtime_file.write(1, CONTENT)
    (folder / "serve-2.json").write_bytes(content)
    assert runtime_file.running() == [CONTENT]


def test_a_folder_that_others_can_read_is_not_used(tmp_path: Path, folder: Path) -> None:
    """Who can write there could forge the file, who can read it would learn the token: the server runs without."""
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(PermissionError, match="set PACSIMILE_RUNTIME_DIR"):
        runtime_file.write(1, CONTENT)
    (folder / "serve-1.json").write_text(json.dumps(CONTENT))
    assert runtime_file.running() == []
    with serving(tmp_path) as served:
        assert served.get("/nowhere").status == 404
        assert [path.name for path in folder.iterdir()] == ["serve-1.json"]


def test_a_link_in_its_place_is_not_followed(tmp_path: Path, folder: Path) -> None:
    """Nothing of another's is overwritten."""
    folder.mkdir(mode=0o700)
    target = tmp_path / "precious.txt"
    target.write_text("precious")
    (folder / "serve-1.json").symlink_to(target)
    runtime_file.write(1, CONTENT)
    assert target.read_text() == "precious"
    assert not (folder / "serve-1.json").is_symlink()


def test_removing_twice_is_harmless(folder: Path) -> None:
    """It may be gone already."""
    path = runtime_file.write(1, CONTENT)
    runtime_file.remove(path)
    runtime_file.remove(path)
    assert not folder.exists() or list(folder.iterdir()) == []


def test_the_folder_is_the_sessions_own_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By name, else below the session's, else the user's own below the temporary one."""
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(tmp_path / "named"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "session"))
    assert runtime_file.folder() == tmp_path / "named"
    monkeypatch.delenv("PACSIMILE_RUNTIME_DIR")
    assert runtime_file.folder() == tmp_path / "session" / "pacsimile"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert runtime_file.folder().name.startswith("pacsimile-")


def test_a_place_that_cannot_be_written_does_not_stop_the_server(tmp_path: Path) -> None:
    """Other commands then take the control token as an option."""
    (tmp_path / "file").write_text("")
    with serving(tmp_path, PACSIMILE_RUNTIME_DIR=str(tmp_path / "file" / "below")) as served:
        assert served.get("/nowhere").status == 404


def test_the_control_token_is_as_given(tmp_path: Path) -> None:
    """By option or variable; and without the control API there is none, and nothing but its health answers there."""
    with serving(tmp_path, PACSIMILE_CONTROL_TOKEN="given") as served:
        assert served.line["control_token"] == "given"
        reply = served.call("GET", "/_mock/worlds", {"Authorization": "Bearer given"})
        assert reply.status == 200
    with serving(tmp_path, "--no-control") as served:
        assert (served.line["control_token"], served.line["control_url"]) == (None, None)
        assert served.call("GET", "/_mock/health").json["ready"] is True
        assert {served.get(path).status for path in ("/_mock/worlds", "/_mock/health/", "/_mock", "/metrics")} == {404}


def test_the_line_of_json_says_where_a_dialect_has_its_token_endpoint(tmp_path: Path) -> None:
    """Target files have `oauth2_endpoint` as before; the dialect's path is used below what stands before /oauth2."""
    with serving(tmp_path, "--dialect", "legacy") as served:
        assert served.line["token_endpoint"] == served.line["url"] + "/auth/token"
        assert served.line["oauth2_endpoint"] == served.line["url"] + "/oauth2"


def test_the_line_of_json_says_what_scripts_rely_on(tmp_path: Path) -> None:
    """One line, its members, a first client that may do everything; and the process is the one that was started."""
    with subprocess.Popen(
        command("serve", "--port", "0", "--json"), stdout=subprocess.PIPE, text=True, env=environment(tmp_path)
    ) as process:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        process.terminate()
        assert process.stdout.read() == ""
    members = {
        "url", "oauth2_endpoint", "token_endpoint", "console_url", "control_url", "control_token", "version", "pid",
        "clients",
    }  # fmt: skip
    assert line.keys() == members
    assert line["oauth2_endpoint"] == line["url"] + "/oauth2"
    assert line["token_endpoint"] == line["url"] + "/oauth2/token"
    assert line["pid"] == process.pid
    first = line["clients"][0]
    assert first.keys() == {"client_id", "client_secret", "organization_id", "scopes"}
    assert {"status.read", "reports.read", "reports.ack"} <= set(first["scopes"])
