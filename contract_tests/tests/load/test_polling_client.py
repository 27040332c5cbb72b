"""A polling client, against a service that says what a test wants."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from pacsimile_contract.client.wire import WireError
from pacsimile_contract.evidence.exchange import Answer
from pacsimile_contract.load.agenda import EARLY_EVERY
from pacsimile_contract.load.caller import Caller
from pacsimile_contract.load.job import Poller
from pacsimile_contract.load.ledger import Ledger, Owners
from pacsimile_contract.load.plan import Plan
from pacsimile_contract.load.polling_client import PollingClient, _content
from pacsimile_contract.load.violations import Violations
from pacsimile_contract.target.dialects import stored_dialect
from pacsimile_contract.target.model import Client, Target

HOME = "http://127.0.0.1:8090"
CLIENT = Client("primary", "me", "made-up-secret", "org-a")
TARGET = Target(HOME, HOME + "/oauth2", {"primary": CLIENT}, exclusive=True)
TOKEN = {"access_token": "made-up-token", "token_type": "Bearer", "expires_in": 3600}
STATUS = {"order_id": "O1", "status": "PROCESSING", "report_types": []}
ALL = ("listing", "acknowledgement", "result", "status")


class Service:
    """Answers by operationId, takes 0.1 s for each call, and counts them. `say` maps to (status, JSON, headers)."""

    def __init__(self, allowed=("status",), orders=("O1",), poll=1.0, target=TARGET, hosts=(), **say):
        self.now, self.calls, self.seen, self.violations = 0.0, Counter(), [], Violations()
        self.say = {"getToken": (200, TOKEN), "getStatus": (200, STATUS), **say}
        self.slots = 0
        caller = Caller(target, CLIENT, lambda: self.now, self, hosts)
        ledger = Ledger("org-a", self.violations, Owners(), exclusive=True)
        plan, poller = Plan(poll=poll), Poller("primary", allowed, orders)
        self.client = PollingClient(target, poller, plan, ledger, caller, self.seen.append, self.take_slot)

    def take_slot(self):
        """Count a slot that was taken."""
        self.slots += 1

    def send(self, request, timeout):
        """Answer, as a `Wire` does."""
        self.now += 0.1
        self.calls[str(request.operation)] += 1
        self.last = request
        said = self.say[str(request.operation)]
        if isinstance(said, str):
            raise WireError(said)
        status, body, *headers = said
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = ("Content-Type", "application/json")
        return Answer(status, (kind, *(headers[0].items() if headers else ())), content, content)

    def close(self):
        """Close nothing."""

    def steps(self, seconds, every=0.1):
        """Let it take steps for so many seconds."""
        end = self.now + seconds
        while self.now < end:
            before = self.now
            self.client.step()
            self.now = max(self.now, before + every)


def test_one_token_for_all_calls_until_it_expires():
    """Then the next, half a minute early; never one for each call."""
    service = Service()
    service.steps(3500, every=10)
    assert service.calls["getToken"] == 1
    service.steps(200, every=10)
    assert service.calls["getToken"] == 2
    assert service.calls["getStatus"] > 100


def test_a_short_token_is_used_for_most_of_its_life():
    service = Service(getToken=(200, TOKEN | {"expires_in": 10}))
    service.steps(80)
    assert service.calls["getToken"] == pytest.approx(10, abs=1)


@pytest.mark.parametrize("status", [429, 503])
def test_a_client_that_is_asked_to_wait_sends_nothing_meanwhile(status):
    """Not even another kind of call."""
    service = Service(getStatus=(status, {}, {"Retry-After": "30"}))
    service.steps(29)
    assert service.calls["getStatus"] == 1
    service.steps(3)
    assert service.calls["getStatus"] == 2
    assert service.violations.counts == {}
    assert service.seen[-1].error == f"status {status}"


def test_being_asked_to_wait_without_a_time_violates():
    service = Service(getStatus=(503, {}))
    service.steps(3)
    assert service.violations.counts["PROTO-4"] == service.calls["getStatus"] == 3


def test_a_token_refused_before_its_end_violates_and_is_not_asked_for_with_each_call():
    service = Service(getStatus=(401, {}))
    service.steps(10)
    assert service.violations.counts["AUTH-17"] == service.calls["getStatus"]
    assert service.calls["getToken"] <= 11


def test_a_report_that_is_not_ready_is_asked_for_again_when_the_answer_says():
    """A 409 is no error there."""
    service = Service(("status", "result"), getResult=(409, {}, {"Retry-After": "7"}))
    service.client.agenda._asked = EARLY_EVERY - 1
    service.steps(6)
    service.client.agenda._asked = EARLY_EVERY - 1
    assert service.calls["getResult"] == 1
    service.steps(3)
    assert service.calls["getResult"] == 2
    assert [one.error for one in service.seen] == [None, None, None]


def test_a_time_counts_from_when_the_call_was_due():
    """However late it was sent: what it waited is not left out."""
    service = Service()
    service.client.get_token()
    service.now = 5.0
    service.client.step(due=2.0)
    assert service.seen[-1].seconds == pytest.approx(3.1)
    service.now = 10.0
    service.client.step()
    assert service.seen[-1].seconds == pytest.approx(0.1)


LISTED = {
    "organization_id": "org-a", "count": 1,
    "reports": [{"report_id": "R1", "order_id": "O1", "report_types": ["json"], "report_status": "FINAL"}],
}  # fmt: skip
JUNK = (
    b"",
    b"[]",
    b"null",
    b"{",
    b'{"reports": 3}',
    b'{"status": "Meier"}',
    b"\xff" * 50,
    b"[" * 5000,
    b'"' + b"x" * 99,
)


@pytest.mark.parametrize("body", JUNK)
@pytest.mark.parametrize("operation", ["getToken", "getStatus", "listReports", "acknowledgeReports", "getResult"])
def test_what_cannot_be_read_is_an_error_and_no_end(operation, body):
    """And nothing that the service said is in the kind of the error."""
    good = {"listReports": (200, LISTED), "getResult": (200, {"order_id": "O1"})}
    taken = {"acknowledgeReports": (200, {"acknowledged": ["R1"], "not_found": []})}
    service = Service(ALL, **{**good, **taken, operation: (200, body)})
    service.steps(10)
    assert service.calls[operation] > 0
    kinds = {one.error for one in service.seen if one.operation == operation}
    assert kinds <= {
        None,
        "answer that cannot be read, status 200",
        *(kind for kind in kinds if kind and "JSON" in kind),
    }
    assert "Meier" not in str(kinds)


@pytest.mark.parametrize("failure", ["timeout", "refused", "timeout: it stops after 3 bytes, for 10 s"])
def test_no_answer_is_an_error_by_its_kind(failure):
    service = Service(ALL, listReports=failure, getStatus=failure, getResult=failure)
    service.steps(5)
    assert {one.error for one in service.seen if one.operation == "getStatus"} == {failure.partition(":")[0]}


def test_an_acknowledgement_whose_answer_was_lost_is_repeated_by_name():
    done = (200, STATUS | {"status": "COMPLETED"})
    report = (200, {"order_id": "O1"})
    service = Service(ALL, listReports=(200, LISTED), getStatus=done, getResult=report, acknowledgeReports="reset")
    service.steps(5)
    assert service.calls["acknowledgeReports"] > 1
    assert service.calls["listReports"] == 1
    while service.last.operation != "acknowledgeReports":
        service.steps(0.1)
    assert json.loads(service.last.body) == {"report_ids": ["R1"]}
    assert service.violations.counts == {}


def test_a_link_that_is_followed_takes_a_slot_of_its_own():
    """So the rate of the target file holds for it too; the token's call is the other one beside what was due."""
    spoken = stored_dialect("name: v\nreports_carried: redirect\n", "v")
    found = (302, b"", {"Location": f"{HOME}/files/1"})
    there = {"getResult": found, "None": (200, {"order_id": "O1"})}
    service = Service(("status", "result"), target=replace(TARGET, dialect=spoken), **there)
    service.client.agenda._asked = EARLY_EVERY - 1
    service.steps(0.5)
    assert service.calls["None"] == service.calls["getResult"] > 0
    assert service.slots == service.calls.total()
    assert service.client.extra_calls == 1 + service.calls["None"]
    assert {one.error for one in service.seen} == {None}


@pytest.mark.parametrize(
    ("link", "hosts", "follows"),
    [
        ("https://reports.example/1", (), False),
        ("https://reports.example/1", ("reports.example",), True),
        ("https://reports.example.evil.example/1", ("reports.example",), False),
        ("http://reports.example/1", ("reports.example",), False),
    ],
)
def test_a_link_puts_load_on_no_host_that_nobody_named(link, hosts, follows):
    """Whatever an answer says: each call for the report would be one to that host."""
    spoken = stored_dialect("name: v\nreports_carried: {url: /link}\n", "v")
    there = {"getResult": (200, {"link": link}), "None": (200, {"order_id": "O1"})}
    service = Service(("status", "result"), target=replace(TARGET, dialect=spoken), hosts=hosts, **there)
    service.client.agenda._asked = EARLY_EVERY - 1
    service.steps(0.5)
    assert service.calls["getResult"] > 0
    assert (service.calls["None"] > 0) == follows
    errors = {one.error for one in service.seen} - {None}
    assert errors == (set() if follows else {"link to a report that is not followed"})
    assert not service.violations.count


def test_a_token_that_is_there_is_not_asked_for_again():
    """By whomever: many calls may need one at the same moment."""
    service = Service()
    assert service.client.get_token() is not None
    assert service.client.get_token() is None
    assert service.calls["getToken"] == 1


def test_a_refused_acknowledgement_acknowledges_nothing():
    """It is made again, not at once; a listing that still has what it named is no violation."""
    done = (200, STATUS | {"status": "COMPLETED"})
    said = {"listReports": (200, LISTED), "getResult": (200, {"order_id": "O1"}), "acknowledgeReports": (409, {})}
    service = Service(ALL, getStatus=done, **said)
    service.steps(8)
    assert 1 < service.calls["acknowledgeReports"] <= 8
    service.client.check_listing()
    assert service.last.operation == "listReports"
    assert {one.error for one in service.seen if one.operation == "acknowledgeReports"} == {"status 409"}
    assert service.violations.counts == {}


def test_an_order_that_will_have_no_report_is_not_asked_for_it_again():
    """A 409 without a time says that, but of a service whose dialect has no such header."""
    service = Service(("status", "result"), getResult=(409, {}))
    service.client.agenda._asked = EARLY_EVERY - 1
    service.steps(0.1)
    assert service.calls["getResult"] == 1
    service.say["getStatus"] = (200, STATUS | {"status": "FAILED"})
    service.steps(20)
    assert service.calls["getResult"] == 1
    assert service.calls["getStatus"] > 10


def test_the_bytes_of_a_report_are_what_it_says():
    """Of json, its members: their order and blanks say nothing."""
    assert _content("pdf", b"%PDF-1") != _content("pdf", b"%PDF-2")
    assert _content("json", b'{"impression": "a", "findings": "b"}') == _content(
        "json", b'{"findings":"b","impression":"a"}'
    )
    assert _content("json", b'{"impression": "a"}') != _content("json", b'{"impression": "b"}')
