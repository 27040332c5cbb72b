"""The control API as a whole, every call really made: each answer is as its OpenAPI file describes it, and no more."""

from __future__ import annotations

import pytest

from mock.tests.control import test_answers_faults as faults
from mock.tests.control import test_answers_orders as orders
from mock.tests.control import test_answers_states as states
from mock.tests.control import test_answers_worlds as worlds
from mock.tests.helpers.described import Control, operations
from mock.tests.helpers.in_process import Service
from pacsimile_mock.serving.bodies import too_many, too_slow
from pacsimile_mock.wsgi_calls import BODY_CAP, BODY_REFUSED, CUT_OFF, TOO_LARGE

NO_CONNECTION = ("followJournal", 200)
"""Seen over a socket, in test_journal_control.py."""

NAMES = {
    "world": "nowhere",
    "organization_id": "o",
    "client_id": "c",
    "order_id": "ORD-1",
    "fault": "fault-1",
    "entry": "1",
    "defect": "scope-ignored",
}


def test_of_refusals(control: Control) -> None:
    """Host, token, path, query, world, body: each call refuses as it says, and all are alike."""
    for operation in operations():
        target = operation.path.format(**NAMES)
        assert control.raw(operation.method, target + "?no-such=1").status == 400
        assert control.raw(operation.method, target, Host="evil.example").status == 421
        if operation.node.get("security") != []:
            assert control.raw(operation.method, target, Authorization="Bearer wrong").status == 401
        if "{world}" in operation.path:
            assert control.raw(operation.method, target).status == 404


def test_every_answer_that_is_described_is_seen() -> None:
    """By the tests of the calls together: a call that they do not make, or an answer that they do not get, is a gap."""
    control = Control(Service())
    for play in (
        worlds.test_of_the_server,
        worlds.test_of_worlds,
        worlds.test_of_clocks,
        worlds.test_of_organizations_and_clients,
        orders.test_of_orders,
        orders.test_of_groups,
        faults.test_of_defects,
        faults.test_of_faults,
        worlds.test_of_the_journal,
        states.test_of_states,
        test_of_refusals,
    ):
        play(control)
    described = {(one.name, int(status)) for one in operations() for status in one.node["responses"]}
    wanted = {(name, status) for name, status in described if status not in (408, 413, 503)} - {NO_CONNECTION}
    assert wanted - control.seen == set()


def test_bodies_that_are_too_large_or_did_not_arrive_are_refused(control: Control) -> None:
    """And nothing is made of them."""
    before = control("GET", "/worlds")
    token = {"Authorization": f"Bearer {control.service.state.control_token}"}
    refused = {TOO_LARGE: (BODY_CAP, 413), CUT_OFF: (True, 400)}
    slow, crowded = (BODY_REFUSED, too_slow(60), 408), (BODY_REFUSED, too_many(), 503)
    for flag, value, status in (*((flag, *told) for flag, told in refused.items()), slow, crowded):
        reply = control.service.call("POST", "/_mock/worlds", token, b"", {flag: value})
        control.check("POST", "/_mock/worlds", reply)
        assert reply.status == status
        assert b"send it in parts" not in reply.body
    cut = control.service.call("POST", "/_mock/worlds", token, b"{", {"CONTENT_LENGTH": "10"})
    assert (cut.status, cut.json["detail"]) == (400, "the body did not arrive whole: send it again")
    assert control("GET", "/worlds") == before


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"seed": 1, "seed": 2}', "the body, at line 1, column 1: expected seed once; it is given twice"),
        (b'{"seed":\n  nan}', "the body, at line 2, column 3: this is not JSON"),
        (b'{"seed": "1"}', "'seed' must be a whole number from 0 to "),
        (b'{"pace": "realtim"}', "not 'realtim'; did you mean 'realtime'?"),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_with_its_place(control: Control, body: bytes, said: str) -> None:
    """Names given twice too, of which parsers take the first or the last."""
    token = {"Authorization": f"Bearer {control.service.state.control_token}"}
    reply = control.service.call("POST", "/_mock/worlds", token, body)
    assert reply.status == 400
    assert said in reply.json["detail"]
