"""A state URL that answers with what the target file names: nothing is done to it, and the run ends with 2."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.command import report, target_file, verify
from contract_tests.tests.helpers.real_service import document
from pacsimile_contract.client.existing_names import ExistingNames
from pacsimile_contract.errors import ExistingNamed, Forbidden, NotExercised
from pacsimile_contract.run.run import Run
from pacsimile_contract.target.model import Client, States, Target

Start = Callable[..., Any]
STATES = (
    "fresh_organization", "other_organization", "client_with_scopes", "order_in_status", "study_with_orders",
    "study_shared_between_organizations", "study_group", "study_group_shared_between_organizations",
    "report_becomes_ready", "report_amended", "order_advanced", "throttled", "time_passes", "expired_token",
    "token_with", "server_restarted",
)  # fmt: skip
LAWFUL = {"organization_id": "org-new", "client_id": "state-client", "client_secret": "the-secret-of-a-state"}
ORDER = next(iter(real_service.ORDERS))
FIXTURES = {
    "order_in_status": {"status": "COMPLETED", "order_id": ORDER, "study_uid": "1.2.826.0.1.99.7"},
    "study_group": [{"statuses": ["COMPLETED"], "study_group": "Gruppe-7", "order_ids": ["ZK-2024-000118"]}],
    "report_amended": {"report_id": "RP-000117"},
}


def _token(**claims: str) -> str:
    parts = ({"alg": "RS256"}, claims)
    return ".".join([*(base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts), "s"])


ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "organization": {"organization_id": "org-a"},
    "only the organization": {"organization_id": "org-a", "client_id": None, "client_secret": None},
    "another case": {"organization_id": "Org-A"},
    "full width": {"organization_id": "org-\uff41"},
    "an accent": {"organization_id": "o\u0308rg-a"},
    "white space": {"organization_id": " org-a\n"},
    "invisible": {"organization_id": "org-\u200ba"},
    "percent": {"organization_id": "org%2Da"},
    "among others": {"organization_id": "org-new,org-a"},
    "list": {"organization_id": ["org-new", "org-a"]},
    "object": {"organization": {"id": "org-a"}},
    "other organization": {"other_organization_id": "org-b"},
    "primary client": {"client_id": "client-1"},
    "client in another case": {"client_id": "CLIENT-1"},
    "second client": {"second_client_id": "client-1", "second_client_secret": "x" * 20},
    "other client": {"other_client_id": "client-2", "other_client_secret": "x" * 20},
    "order": {"order_id": ORDER},
    "orders": {"order_ids": ["new", "zk-2024-000118"]},
    "study": {"study_uid": "1.2.826.0.1.99.7"},
    "group": {"study_group": "gruppe-7"},
    "report": {"report_ids": ["RP-000117"]},
    "unknown member": {"tenant": {"of": ["org-a"]}},
    "token": {"access_token": _token(client_id="client-1")},
    "token of the organization": {"access_token": _token(sub="x", org="org-a")},
}
"""What a state answers beside, or in place of, what it made."""


def _target(url: str, fixtures: Mapping[str, Any] = FIXTURES, **more: Any) -> Target:
    clients = {
        "primary": Client("primary", "client-1", "the-secret-of-client-1", "org-a"),
        "other_org": Client("other_org", "client-2", "the-secret-of-client-2", "org-b"),
    }
    return Target(url, url + "/oauth2", clients, "strict", states=States(url + "/states", fixtures=fixtures), **more)


@contextmanager
def _run(target: Target) -> Iterator[Run]:
    made = Run(target)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def server(serve: Start) -> tuple[Any, dict[str, Any]]:
    """Return a service whose states answer what stands in the dictionary."""
    answer: dict[str, Any] = {}
    return serve(lambda _method, _path, _body: document(200, answer)), answer


@pytest.mark.parametrize("state", STATES)
def test_no_state_makes_what_the_target_file_names(server: tuple[Any, dict[str, Any]], state: str) -> None:
    """Whatever member of the answer names it; nothing but the state URL was asked, and nobody is owned."""
    recording, answer = server
    for case, named in ANSWERS.items():
        answer.clear()
        answer.update({**LAWFUL, **named})
        begun = len(recording.requests)
        with _run(_target(recording.url)) as run, pytest.raises(ExistingNamed, match="what stands already"):
            run.states.fresh(state, {})
            pytest.fail(f"{case}: {named} is taken as made")
        assert [path for _, path, _, _ in recording.requests[begun:]] == ["/states"]
        assert not run.transport.safety.owns("org-a") and not run.transport.safety.owns("org-new")


def test_what_a_state_made_is_owned(server: tuple[Any, dict[str, Any]]) -> None:
    """Lawful answers stay lawful: names that begin as an existing one does, and an organization that a state made."""
    recording, answer = server
    answer.clear()
    answer.update({**LAWFUL, "organization_id": "org-a2", "order_id": ORDER + "0", "note": "a new one", "n": 1})
    with _run(_target(recording.url)) as run:
        made = run.states.fresh("fresh_organization", {})
        assert made.owned and run.transport.safety.owns("org-a2")
        answer["organization_id"] = "org-a2"
        assert run.states.fresh("order_in_status", {"organization_id": made.organization_id}).owned


@pytest.mark.parametrize("member", ["client_secret", "second_client_secret", "other_client_secret", "access_token"])
def test_random_text_names_nobody_by_chance(member: str) -> None:
    """A secret or an opaque token in base64 may have an existing name between two of its signs."""
    client = Client("primary", "me", "the-secret", "me")
    target = Target("http://127.0.0.1:1", "http://127.0.0.1:1/oauth2", {"primary": client}, "strict")
    for text in ("me/qT5yVw", "qT5+Me+yVw", "qT5yVw/me", "me"):
        ExistingNames(target).check_answer("fresh_organization", {}, {**LAWFUL, member: text})


@pytest.mark.parametrize("home", ["org-a", "ORG-A", "org-unknown"])
def test_no_state_is_asked_for_an_organization_that_no_state_made(
    server: tuple[Any, dict[str, Any]], home: str
) -> None:
    """The answer need not name it: it is that of the asking."""
    recording, answer = server
    answer.clear()
    answer.update({"order_id": "new"})
    begun = len(recording.requests)
    with _run(_target(recording.url)) as run, pytest.raises(NotExercised, match="that a state of this run made"):
        assert run.state_url is not None
        run.state_url.make("report_becomes_ready", {"organization_id": home})
    assert recording.requests[begun:] == []


def test_safety_owns_nothing_that_stands() -> None:
    """Whoever says so: the rules themselves know the target file's names."""
    with _run(_target("http://127.0.0.1:1")) as run:
        safety = run.transport.safety
        for organization, clients in (("Org-B", []), ("org-n", [Client("x", "client-2", "s", "org-n", owned=True)])):
            with pytest.raises(Forbidden):
                safety.own(organization, clients)
        assert not safety.owns("Org-B") and not safety.owns("org-n")


def test_a_listing_of_a_standing_organization_names_what_stands(serve: Start) -> None:
    """What it lists is nobody's to make after it; what a state made before stays made, whoever lists it."""
    answer = {**LAWFUL, "order_id": ORDER}

    def say(method: str, path: str, body: bytes) -> Any:
        return document(200, answer) if path == "/states" else real_service.answer(method, path, body)

    recording = serve(say)
    with _run(_target(recording.url, {}, listing_allowed=True)) as run:
        run.states.fresh("order_in_status", {})
        run.states.summary()
        assert run.states.fresh("order_in_status", {}).owned
    with _run(_target(recording.url, {}, listing_allowed=True)) as run:
        run.states.summary()
        with pytest.raises(ExistingNamed, match="a listing of an existing organization"):
            run.states.fresh("order_in_status", {})


@pytest.mark.parametrize("case", ["organization", "second client", "order"])
def test_the_run_ends_with_two_and_a_report(serve: Start, tmp_path: Path, case: str) -> None:
    """The first line says which state, which member, and what to do; no POST to and no listing of anybody left."""
    answer = {**LAWFUL, **ANSWERS[case]}

    def say(method: str, path: str, body: bytes) -> Any:
        return document(200, answer) if path == "/states" else real_service.answer(method, path, body)

    recording = serve(say)
    known = {"order_in_status": {"status": "COMPLETED", "order_id": ORDER, "study_uid": real_service.ORDERS[ORDER]}}
    more = f"states: {{url: '{recording.url}/states', token: T_SECRET, fixtures: {json.dumps(known)}}}\n"
    file = target_file(tmp_path, recording.url, more)
    done = verify("--target", file, "--level", "smoke", "--report", str(tmp_path / "report"))
    assert done.returncode == 2, done.stdout + done.stderr
    line = next(one for one in done.stdout.splitlines() if "state URL" in one)
    assert "state URL answered fresh_organization with" in line
    assert next(iter(ANSWERS[case])) in line
    assert "a new organization" in " ".join(done.stdout.split())
    assert report(tmp_path / "report")["exit_status"] == 2
    changes = [(method, path) for method, path, _, _ in recording.requests if method not in ("GET", "HEAD")]
    assert {path.partition("?")[0] for _, path in changes} <= {"/states", "/oauth2/token"}
    assert not [path for _, path, _, _ in recording.requests if "reports" in path]
