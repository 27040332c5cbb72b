"""The section "To repeat a call": where each variable of a `curl` line comes from, so that a reader can type it."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

from contract_tests.tests.helpers.example_servers import EXAMPLE_SERVERS, served
from contract_tests.tests.helpers.small_run import call, finished
from pacsimile_contract.reporting.call_variables import Settings, call_variables
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.reporting.history_file import records
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.target.model import Client, Target
from pacsimile_contract.transcript.curl import curl

SMALL = EXAMPLE_SERVERS[0]


def said(settings: list[Settings]) -> dict[str, str]:
    """Return the lines by the calls that they are for, cut at the first comma or colon."""
    return {one.calls.replace(":", ",").partition(",")[0]: one.commands for one in settings}


def in_shell(lines: list[str], folder: Path) -> str:
    """Type lines, in the environment of whoever ran the tests, and return what the last one prints."""
    script = "\n".join(lines)
    done = subprocess.run(
        ["sh", "-eu", "-c", script],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", **SMALL.environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_lines_let_each_call_be_typed(tmp_path: Path) -> None:
    """Of the target file's client, and of one whose secret only the state URL knew: another one of its organization."""
    with served(SMALL) as target:
        done = run(target, Options(requirements=("AUTH-1", "STATUS-1")), [ReportFolder(tmp_path)])
        ours, of_states = call_variables(done)
        assert ours.calls == "A call by primary, which is clients.primary in the target file"
        assert ours.lines[:2] == ("CLIENT=$SMALL_SERVER_ID", "SECRET=$SMALL_SERVER_SECRET")
        assert of_states.lines[0] == "STATES_TOKEN=$SMALL_SERVER_STATES_TOKEN"
        right = (exchange for exchange in done.exchanges if exchange.operation == "getStatus" and exchange.succeeded)
        by_state = next(one for one in right if (one.request.client or "").startswith("state-"))
        assert in_shell([*ours.lines, 'test -n "$TOKEN"', 'echo "$CLIENT"'], tmp_path) == "me\n"
        typed = in_shell([*of_states.lines, curl(by_state, done.redactor)], tmp_path)
        assert typed.startswith("HTTP/1.1 200 "), typed


def test_a_stored_run_says_where_the_target_file_has_them(tmp_path: Path) -> None:
    """It knows no variable of the environment, and names the keys."""
    with served(SMALL) as target:
        run(target, Options(requirements=("AUTH-1", "STATUS-1")), [ReportFolder(tmp_path)])
    ours, of_states = call_variables(replay(load_run(tmp_path)))
    assert ours.lines[0].startswith("# Set CLIENT and SECRET to what clients.primary in the target file takes from")
    assert [line for line in of_states.lines if line.startswith("# ")] == [
        "# Set STATES_TOKEN to what states.token in the target file takes from the environment.",
        "# Set STATES_URL to states.url of the target file.",
    ]


def replayed(done: RunFinished, folder: Path, *without: str) -> RunFinished:
    """Store a run, as a version did that did not write some members of its record, and judge it again."""
    head, *rest = records(done)
    head = {name: value for name, value in head.items() if name not in without}
    (folder / "history.jsonl").write_text("".join(json.dumps(each) + "\n" for each in (head, *rest)), "utf-8")
    return replay(load_run(folder))


def test_a_stored_run_knows_the_clients_of_its_target_file(tmp_path: Path) -> None:
    """Those of the traffic of a proxy remain apart. A run of an earlier version did not say."""
    clients = {name: Client(name, f"{name}-id", "a-secret") for name in ("primary", "other_org")}
    calls = [call(number, "getStatus", "/status", 200) for number in (1, 2)]
    calls = [
        replace(each, request=replace(each.request, client=name))
        for each, name in zip(calls, ("other_org", "client-3"), strict=True)
    ]
    target = Target("https://h", "https://h/oauth2", clients)
    done = finished(exchanges=calls, stories=(), target=target, all_synthetic=True)
    lines = said(call_variables(replayed(done, tmp_path)))
    assert list(lines) == ["A call by primary", "A call by other_org", "A call by client-3"]
    assert "clients.other_org" in lines["A call by other_org"]
    assert "that your program sent" in lines["A call by client-3"]
    assert "A call by primary" in said(call_variables(replayed(done, tmp_path, "clients", "world_of_its_own")))


def test_a_stored_run_of_a_mock_leads_to_no_target_file(tmp_path: Path) -> None:
    """There never was one: a command makes the calls in another world."""
    done = finished(all_synthetic=True)
    done = replace(done, target=replace(done.target, world_of_its_own=True))
    (only,) = call_variables(replayed(done, tmp_path))
    assert only.lines == call_variables(done)[0].lines


def test_another_client_of_the_target_file_has_its_own_variables() -> None:
    """Where it made a call; so has a client that only the traffic of a proxy showed."""
    clients = {
        name: Client(name, f"{name}-id", "a-secret", id_from=f"{name.upper()}_ID", secret_from=f"{name.upper()}_KEY")
        for name in ("primary", "other_org", "narrow")
    }
    calls = [call(number, "getStatus", "/status", 200) for number in (1, 2)]
    calls = [
        replace(one, request=replace(one.request, client=name))
        for one, name in zip(calls, ("other_org", "client-3"), strict=True)
    ]
    done = finished(exchanges=calls, target=Target("https://h", "https://h/oauth2", clients))
    lines = said(call_variables(done))
    assert list(lines) == ["A call by primary", "A call by other_org", "A call by client-3"]
    assert lines["A call by other_org"].startswith("OTHER_ORG_CLIENT=$OTHER_ORG_ID\nOTHER_ORG_SECRET=$OTHER_ORG_KEY\n")
    assert '-u "$OTHER_ORG_CLIENT:$OTHER_ORG_SECRET"' in lines["A call by other_org"]
    by_hand = "# Set CLIENT_3_CLIENT and CLIENT_3_SECRET to the id and secret that your program sent."
    assert by_hand in lines["A call by client-3"]


def test_a_world_that_is_gone_is_made_anew() -> None:
    """No variable helps: its clients ended with it."""
    done = finished()
    (only,) = call_variables(replace(done, target=replace(done.target, world_of_its_own=True)))
    assert "was deleted at its end" in only.calls
    assert only.lines[0].startswith("pacsimile verify https://api.example ")
