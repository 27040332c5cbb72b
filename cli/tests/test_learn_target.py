"""`pacsimile learn --target`: safe calls to a mock that speaks a dialect, and what they teach."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from contract_tests.tests.helpers.learned import differing, score
from pacsimile.learn import command
from pacsimile_mock.testing.server import Server
from pacsimile_mock.testing.world import TestWorld
from pacsimile_spec.dialects import SHIPPED, load_dialect

MADE_UP = Path(__file__).parents[2] / "contract_tests" / "tests" / "learn" / "dialects"
STATES = ("RECEIVED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as started:
        yield started


def target_of(world: TestWorld, spoken: str, folder: Path, **more: Any) -> Path:
    """Write the target file of a world whose orders are known, one in each status, and an amended report."""
    own = load_dialect(spoken)
    orders = [(state, world.order(state, study_group=f"Follow-up {state}", finishes=None)) for state in STATES]
    world.order("COMPLETED").amend()
    known = [
        {"status": state, "order_id": order.order_id, "study_uid": order.study_uid, "study_group": f"Follow-up {state}"}
        for state, order in orders
    ]
    token = (own.paths.get("postToken") or own.paths["getToken"])[0].text
    file = folder / "staging.yaml"
    document = {
        "base_url": world.url,
        "oauth2_endpoint": world.url + (token.removesuffix("/token") if token.endswith("/token") else "/oauth2"),
        "organization_id": world.organization_id,
        "clients": {"primary": {"id": "LEARN_ID", "secret": "LEARN_SECRET"}},
        "listing": {"allowed": True},
        "states": {"fixtures": {"order_in_status": known}},
    }
    file.write_text(yaml.safe_dump({**document, **more}), "utf-8")
    return file


def learned(world: TestWorld, file: Path, *more: str) -> str:
    environment = {"LEARN_ID": world.client_id, "LEARN_SECRET": world.client_secret}
    result = CliRunner().invoke(command, ["--target", str(file), *more], env=environment)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_dialect_is_learned_from_safe_calls_alone(server, tmp_path, name):
    """At least 90 % of the lines are right, none is wrong that is not marked, and what is missing is asked."""
    world = server.world(dialect=name)
    outcomes = score(load_dialect(name), learned(world, target_of(world, name, tmp_path)))
    right = sum(outcome.startswith("right") for outcome in outcomes.values())
    assert right >= 0.9 * len(differing(load_dialect(name))), outcomes
    assert not {"wrong-sure", "missing-silent"} & set(outcomes.values()), outcomes
    assert 0 < world.journal.calls() <= 200
    assert world.journal.calls("acknowledgeReports") == 0


def test_paths_of_a_draft_are_asked(server, tmp_path):
    """Where the target file names a dialect with the paths alone, the rest is learned; no identifier is written."""
    name = str(MADE_UP / "held" / "spanish.yaml")
    world = server.world(dialect=yaml.safe_load(Path(name).read_text("utf-8")))
    draft = yaml.safe_load(Path(name).read_text("utf-8"))
    (tmp_path / "draft.yaml").write_text(yaml.safe_dump({"name": "draft", "paths": draft["paths"]}), "utf-8")
    text = learned(world, target_of(world, name, tmp_path, dialect="draft.yaml"))
    outcomes = score(load_dialect(name), text)
    right = sum(outcome.startswith("right") for outcome in outcomes.values())
    assert right >= 0.9 * len(differing(load_dialect(name))), outcomes
    assert "wrong-sure" not in outcomes.values()
    for secret in (world.client_secret, world.organization_id, "Follow-up COMPLETED", "ORD-", "REP-", "1.3.6.1"):
        assert secret not in text


def test_without_leave_to_list_nothing_is_listed(server, tmp_path):
    """A listing is asked for only where the target file allows it; the file says that it is missing."""
    world = server.world()
    text = learned(world, target_of(world, "identity", tmp_path, listing={"allowed": False}))
    assert [entry for entry in world.journal.entries("listReports") if entry["status"] == 200] == []
    assert "# Note: reports were not listed" in text


def test_sources_add_up(server, tmp_path):
    """The description names the paths and the acknowledgement, calls confirm the rest."""
    from pacsimile.describe import command as describe

    world = server.world(dialect="legacy")
    description = tmp_path / "vendor.yaml"
    description.write_bytes(CliRunner().invoke(describe, ["--dialect", "legacy"]).stdout_bytes)
    text = learned(world, target_of(world, "legacy", tmp_path), "--openapi", str(description))
    outcomes = score(load_dialect("legacy"), text)
    assert set(outcomes.values()) <= {"right", "right-unsure"}, outcomes
    assert "calls to 127.0.0.1" in text
    assert "[1] vendor.yaml and [2] " in text


@pytest.mark.parametrize("endpoint", ["/oauth2", "/sts", "/elsewhere"])
def test_a_token_path_that_another_source_names_is_tried(server, tmp_path, endpoint):
    """It stands below the address of the service or of its OAuth2 endpoint, whatever the target file says."""
    world = server.world(dialect={"name": "sts", "constants": {"Version": "4.1"}, **_ISSUED, "token": _IN_BODY})
    file = target_of(world, "identity", tmp_path, oauth2_endpoint=world.url + endpoint)
    (tmp_path / "draft.yaml").write_text(
        yaml.safe_dump({"name": "draft", "constants": {"Version": "4.1"}, **_ISSUED}), "utf-8"
    )
    file.write_text(file.read_text("utf-8") + "dialect: draft.yaml\n", "utf-8")
    text = learned(world, file)
    assert "postToken: /sts/IssueToken" in text
    assert "credentials: body" in text


def test_the_metadata_names_the_token_endpoint(server, tmp_path):
    """A target file with the `oauth2_endpoint` of `serve --json` is enough, wherever the dialect has its tokens."""
    world = server.world(dialect="legacy")
    text = learned(world, target_of(world, "legacy", tmp_path, oauth2_endpoint=world.oauth2_endpoint))
    assert "getToken: /auth/token" in text


_ISSUED = {"paths": {"getToken": "/sts/IssueToken", "postToken": "/sts/IssueToken"}}
_IN_BODY = {"credentials": "body"}


def test_where_no_token_is_issued_the_refusals_and_what_to_do_are_told(server, tmp_path):
    world = server.world(dialect={"name": "sts", **_ISSUED})
    file = target_of(world, "identity", tmp_path)
    environment = {"LEARN_ID": world.client_id, "LEARN_SECRET": "not-the-secret"}
    result = CliRunner().invoke(command, ["--target", str(file)], env=environment)
    assert result.exit_code == 2
    assert "paths: {getToken: PATH, postToken: PATH}" in result.stderr
    assert "not-the-secret" not in result.stderr


def test_where_nothing_answers_one_line_says_so(tmp_path, refusing_port):
    file = tmp_path / "staging.yaml"
    url = f"http://127.0.0.1:{refusing_port}"
    file.write_text(
        f"base_url: {url}\noauth2_endpoint: {url}/oauth2\norganization_id: org\n"
        "clients: {primary: {id: LEARN_ID, secret: LEARN_SECRET}}\n"
    )
    result = CliRunner().invoke(command, ["--target", str(file)], env={"LEARN_ID": "a", "LEARN_SECRET": "b"})
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert url in result.stderr


@pytest.fixture
def refusing_port() -> Iterator[int]:
    import socket

    with socket.socket() as listening:  # bound and not listening: what is asked there is refused
        listening.bind(("127.0.0.1", 0))
        yield listening.getsockname()[1]
