"""A target without states, with a client of another organization and others of its own: what they open."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers.command import environment
from contract_tests.tests.helpers.handwritten import exchange, story, verdicts
from contract_tests.tests.helpers.judged_run import judgement
from contract_tests.tests.helpers.real_queue import Queue
from contract_tests.tests.helpers.real_service import document
from mock.tests.helpers.fork_server import prepared
from pacsimile_contract.checkers import standing_queue as checks
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Client, Target

Start = Callable[[Callable[[str, str, bytes], Any]], Any]
BAD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
SCENARIO = """\
summary: Two organizations with finished orders, and a study that both use
orders:
  - {organization: demo-hospital, status: COMPLETED, created: 3h, study: shared}
  - {organization: demo-clinic, status: COMPLETED, created: 2h, study: shared}
  - {organization: demo-hospital, status: COMPLETED, created: 5h}
  - {organization: demo-hospital, status: COMPLETED, created: 4h, group: first}
  - {organization: demo-hospital, status: COMPLETED, created: 4h, group: first}
  - {organization: demo-clinic, status: COMPLETED, created: 1h}
"""
ROLES = {
    "primary": "demo-hospital",
    "same_org": "demo-hospital-archive",
    "status_only": "demo-hospital-status",
    "ingest_only": "demo-hospital-ingest",
    "other_org": "demo-clinic",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Serve the mock with a few finished orders; give the line it prints."""
    folder = tmp_path_factory.mktemp("runtime")
    folder.chmod(0o700)
    (folder / "orders.yaml").write_text(SCENARIO, "utf-8")
    command = [*prepared(), "serve", "--port", "0", "--json", "--no-control"]
    process = subprocess.Popen(
        [*command, "--scenario", str(folder / "orders.yaml")], stdout=subprocess.PIPE, text=True,
        env=environment(PACSIMILE_RUNTIME_DIR=str(folder)),
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(15)
        process.stdout.close()


def target_with(line: dict[str, Any], *roles: str, **more: Any) -> Target:
    """Return the mock as a standing target, with the clients of these roles."""
    known = {one["client_id"]: one for one in line["clients"]}
    chosen = {role: known[ROLES[role]] for role in ("primary", *roles)}
    clients = {
        role: Client(role, one["client_id"], one["client_secret"], one["organization_id"])
        for role, one in chosen.items()
    }
    options = {"profile": "strict", "listing_allowed": True, **more}
    return Target(line["url"], line["oauth2_endpoint"], clients, **options)


def passing(done: RunFinished, requirement: str) -> set[str]:
    """Return the parts of a requirement that PASS."""
    parts = judgement(done, requirement).parts
    return {one.check.partition("/")[2] for one in parts if one.verdict is Verdict.PASS}


def test_other_clients_open_what_is_about_two(served: dict[str, Any]) -> None:
    """`other_org` isolation, `same_org` BATCH-9, `status_only` and `ingest_only` the scopes; and nobody is harmed."""
    done = run(target_with(served, *list(ROLES)[1:]), Options())
    assert [one.requirement.id for one in done.judgements if one.verdict in BAD] == []
    assert {"status-by-order", "status-by-study", "result-by-order", "result-by-study"} <= passing(done, "SEC-1")
    assert {"list", "unknown-list"} <= passing(done, "SEC-2")
    assert passing(done, "SEC-3") >= {"status", "order-ids", "result", "listing"}
    assert passing(done, "BATCH-9") == {"each-sees-all"}
    assert judgement(done, "AUTH-14").verdict is Verdict.PASS
    assert judgement(done, "AUTH-16").verdict is Verdict.PASS
    changed = [one for one in done.exchanges if one.request.method != "GET" and one.operation != "postToken"]
    assert changed == []


def test_what_is_lacking_is_said(served: dict[str, Any]) -> None:
    """Which client would open it, or what to write into the target file."""
    done = run(target_with(served), Options(requirements=("BATCH-9", "SEC-3")))
    reasons = {note.note for part in judgement(done, "BATCH-9").parts for note in part.evidence}
    assert any("`clients: same_org`" in one for one in reasons)
    assert judgement(done, "SEC-3").verdict is Verdict.NOT_EXERCISED
    nameless = target_with(served)
    first = nameless.primary
    options = Options(requirements=("BATCH-*", "SEC-*", "PROTO-*", "AUTH-1*"))
    nobody = {"primary": Client("primary", first.client_id, first.client_secret)}
    done = run(Target(nameless.base_url, nameless.oauth2_endpoint, nobody, "strict", listing_allowed=True), options)
    assert [one.requirement.id for one in done.judgements if one.verdict in BAD] == []
    notes = {note.note for one in done.judgements for part in one.parts for note in part.evidence}
    assert any("needs to know the organization: `organization_id` in the target file" in one for one in notes)
    assert not [one for one in done.exchanges if "organizationId=None" in one.request.url]


def listing(*reports: str) -> Any:
    """Return a listing of these reports."""
    return exchange("listReports", 200, {"reports": [{"report_id": one} for one in reports], "count": len(reports)})


def test_both_clients_are_shown_what_nobody_acknowledged() -> None:
    """BATCH-9: what the one client is shown before and after; what came or went meanwhile says nothing."""

    def found(before: Any, between: Any, after: Any) -> Verdict:
        told = story(("before", before), ("between", between), ("after", after))
        return verdicts(checks.shows_both_clients_all, told)["each-sees-all"]

    assert found(listing("A", "B"), listing("A", "B"), listing("A", "B")) is Verdict.PASS
    assert found(listing("A", "B"), listing("A"), listing("A")) is Verdict.PASS
    assert found(listing("A"), listing("A", "B"), listing("A", "B")) is Verdict.PASS
    assert found(listing("A", "B"), listing("A"), listing("A", "B")) is Verdict.FAIL
    assert found(listing("A"), exchange("listReports", 403, {}), listing("A")) is Verdict.FAIL
    assert found(exchange("listReports", 500, {}), listing(), listing("A")) is Verdict.NOT_EXERCISED


def test_what_only_the_other_client_was_shown_stays() -> None:
    """BATCH-9: gone, it is a FAIL where nobody else acknowledges, and left open where somebody may."""

    def found(acknowledged: list[str], after: Any, *, exclusive: bool) -> dict[str, Verdict]:
        said = {"acknowledged": acknowledged, "count": len(acknowledged), "not_found": []}
        told = story(
            ("short", listing("A", "B")), ("second-lists", listing("A", "B", "C")),
            ("post", exchange("acknowledgeReports", 200, said)), ("after", after), standing={"exclusive": exclusive},
        )  # fmt: skip
        return verdicts(checks.keeps_clients_apart, told)

    good, bad, left = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED
    assert found(["A", "B"], listing("C"), exclusive=True) == {"own-listing": good, "not-the-others": good}
    assert found(["A", "B", "C"], listing(), exclusive=True)["not-the-others"] is bad
    assert found(["A", "B"], listing(), exclusive=False)["not-the-others"] is left
    assert found(["A"], listing("C"), exclusive=True)["own-listing"] is bad
    assert found(["A"], listing("C"), exclusive=False)["own-listing"] is left
    alone = story(("short", listing("A")), ("post", exchange("acknowledgeReports", 200, {})), standing={})
    assert set(verdicts(checks.keeps_clients_apart, alone).values()) == {left}


@pytest.mark.parametrize("apart", [True, False])
def test_acknowledging_beside_a_second_client(serve: Start, tmp_path: Path, apart: bool) -> None:
    """By both words: a service that keeps one listing for all clients is found, at the price of one report more."""
    queues = Queue()

    def say(method: str, path: str, body: bytes) -> Any:
        if "/token" in path or method == "POST" or "limit=3" not in path:
            return queues.say(method, path, body)
        shown, left = list(queues.shown), queues.left
        answered = queues.say(method, path, body)
        entries = json.loads(answered[2])["reports"][:3]
        queues.shown = shown if apart else left[:3]
        return document(200, {"organization_id": "org-a", "count": len(entries), "reports": entries})

    target: Target = serve(say).target(
        listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a", exclusive=True
    )
    second = Client("same_org", "client-2", "the-secret-of-client-2", "org-a")
    clients = {**target.clients, "same_org": second}
    both = Target(**{**{name: getattr(target, name) for name in Target.__slots__}, "clients": clients})
    done = run(both, Options(requirements=("BATCH-9",), allow_acknowledge="org-a", report=tmp_path))
    assert judgement(done, "BATCH-9").verdict is (Verdict.PASS if apart else Verdict.FAIL)
    assert len(queues.left) >= 1
