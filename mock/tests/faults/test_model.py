"""Faults as they are sent: what is read, what is refused and in which words, and whose turn it is."""

from __future__ import annotations

from typing import Any

import pytest

from pacsimile_fixtures import identifiers
from pacsimile_mock.exchange import Call
from pacsimile_mock.faults import effects
from pacsimile_mock.faults.delays import MOST_SECONDS, Fixed, Lognormal
from pacsimile_mock.faults.matching import CallCondition, CallView
from pacsimile_mock.faults.model import Limit, parse
from pacsimile_mock.faults.reading import FaultError

STATUS = {"status": 503}

REFUSED = [
    (None, "a fault must be an object"),
    ([], "a fault must be an object"),
    ({"effects": {}}, "effects is not known: known here are match, effect, limit"),
    ({}, "effect is missing: give one of latency_ms, lognormal, status,"),
    ({"effect": {}}, "effect is missing"),
    ({"effect": {"status": None}}, "effect is missing"),
    ({"effect": "503"}, "effect must be an object"),
    ({"effect": {"slow": 1}}, "effect.slow is not known"),
    ({"effect": {1: 1}}, "effect.1 is not known"),
    ({"effect": {"status": 399}}, "effect.status must be a whole number from 400 to 599"),
    ({"effect": {"status": "503"}}, "effect.status must be a whole number"),
    ({"effect": {"status": True}}, "effect.status must be a whole number"),
    ({"effect": {"status": 503.5}}, "effect.status must be a whole number"),
    ({"effect": {"status": 503, "retry_after": -1}}, "effect.retry_after must be a duration up to 1d"),
    ({"effect": {"reset": True, "retry_after": 1}}, "effect.retry_after goes with a status alone"),
    ({"effect": {"status": 503, "truncate": True}}, "effect.truncate cannot be given together with status"),
    ({"effect": {"latency_ms": -1}}, "effect.latency_ms must be a duration up to 10m: 90 or 1.5 (milliseconds)"),
    ({"effect": {"latency_ms": float("nan")}}, "effect.latency_ms must be a duration"),
    ({"effect": {"latency_ms": 1, "lognormal": {}}}, "effect.lognormal cannot be given together with latency_ms"),
    ({"effect": {"lognormal": {"median_ms": 5}}}, "effect.lognormal.sigma is missing"),
    ({"effect": {"lognormal": {"sigma": 1}}}, "effect.lognormal.median_ms is missing"),
    ({"effect": {"lognormal": {"median_ms": 5, "sigma": 9}}}, "effect.lognormal.sigma must be a number from 0 to 5"),
    ({"effect": {"lognormal": 5}}, "effect.lognormal must be an object"),
    ({"effect": {"reset": "both"}}, "effect.reset must be true, 'request' or 'answer'"),
    ({"effect": {"reset": False}}, "effect.reset must be true"),
    ({"effect": {"reset": 1}}, "effect.reset must be true"),
    ({"effect": {"malformed": 1}}, "effect.malformed must be true"),
    ({"effect": {"truncate": {"bytes": -1}}}, "effect.truncate.bytes must be a whole number from 0"),
    ({"effect": {"truncate": {"byte": 1}}}, "effect.truncate.byte is not known: known here are bytes"),
    ({"effect": {"truncate": False}}, "effect.truncate must be an object"),
    ({"effect": {"drip": {"bytes": 0}}}, "effect.drip.bytes must be a whole number from 1"),
    ({"effect": {"drip": {"interval_ms": 60_001}}}, "effect.drip.interval_ms must be a duration up to 1m"),
    ({"effect": {"token_lifetime": 3601}}, "effect.token_lifetime must be a duration up to 1h"),
    ({"effect": {"key_rotation": False}}, "effect.key_rotation must be true"),
    ({"effect": STATUS, "match": []}, "match must be an object"),
    ({"effect": STATUS, "match": {"path": "/status"}}, "match.path is not known"),
    ({"effect": STATUS, "match": {"operation": "status"}}, "match.operation must be one of getToken, postToken,"),
    ({"effect": STATUS, "match": {"operation": ["getStatus"]}}, "match.operation must be one of"),
    ({"effect": STATUS, "match": {"order_id": "a b"}}, "match.order_id must be 1 to 64 letters"),
    ({"effect": STATUS, "match": {"study_uid": "1.2.3\n"}}, "match.study_uid must be a DICOM UID"),
    ({"effect": STATUS, "match": {"order_id": "A", "study_uid": "1.2.3"}}, "match.study_uid cannot be given together"),
    ({"effect": STATUS, "match": {"operation": "listReports", "order_id": "A"}}, "is not a parameter of listReports"),
    ({"effect": STATUS, "match": {"nth": 0}}, "match.nth must be a whole number from 1"),
    ({"effect": STATUS, "match": {"nth": 1, "probability": 1}}, "match.probability cannot be given together with nth"),
    ({"effect": STATUS, "match": {"probability": 1.1}}, "match.probability must be a number from 0 to 1"),
    ({"effect": STATUS, "match": {"seed": 1}}, "match.seed has no meaning here"),
    ({"effect": STATUS, "match": {"client_id": ""}}, "match.client_id must be a client id"),
    (
        {"effect": {"token_endpoint_down": True}, "match": {"operation": "getStatus"}},
        "match.operation must be one of get",
    ),
    ({"effect": {"token_lifetime": 1}, "match": {"order_id": "A"}}, "match.order_id is no parameter of the token"),
    ({"effect": STATUS, "limit": {"count": 0}}, "limit.count must be a whole number from 1"),
    ({"effect": STATUS, "limit": {"seconds": -1}}, "limit.seconds must be a duration up to 3650d"),
    ({"effect": STATUS, "limit": {"until": 1}}, "limit.until is not known"),
]


@pytest.mark.parametrize(("content", "words"), REFUSED)
def test_what_cannot_be_is_refused_by_name(content: Any, words: str) -> None:
    """The message names the member at fault and what it must be; `where` is the path to it."""
    with pytest.raises(FaultError) as refused:
        parse(content)
    assert words in str(refused.value)
    assert ".".join(refused.value.where) in str(refused.value)


def test_a_fault_is_read() -> None:
    """Each member finds its place; what is left out is open."""
    fault = parse(
        {
            "match": {"operation": "getStatus", "order_id": "ORD-1", "nth": 3},
            "effect": {"latency_ms": 20, "status": 429, "retry_after": 9},
            "limit": {"count": 2, "seconds": 1.5},
        }
    )
    assert fault.match == CallCondition(operation="getStatus", order_id="ORD-1", nth=3)
    assert fault.effect == effects.Status(429, 9)
    assert fault.delay == Fixed(20)
    assert fault.limit == Limit(2, 1.5)
    assert fault.label() == "latency 20 ms, status 429"


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        ({"latency_ms": 20}, "latency 20 ms"),
        ({"lognormal": {"median_ms": 80, "sigma": 1}}, "latency of lognormal 80 ms"),
        ({"status": 503}, "status 503"),
        ({"reset": True}, "reset"),
        ({"reset": "answer"}, "reset"),
        ({"reset": "request"}, "reset before the request was served"),
        ({"truncate": True}, "truncate"),
        ({"truncate": {"bytes": 7}}, "truncate"),
        ({"malformed": True}, "malformed"),
        ({"drip": True}, "drip"),
        ({"token_endpoint_down": True}, "token endpoint down"),
        ({"token_lifetime": 60}, "token lifetime 60 s"),
        ({"key_rotation": True}, "key rotation"),
    ],
)
def test_each_effect_has_a_name_for_the_journal(effect: dict[str, Any], words: str) -> None:
    """In words, without the rule's numbers where they do not matter."""
    assert parse({"effect": effect}).label() == words


def test_keys_are_rotated_once_unless_a_count_is_given() -> None:
    """Or every call would lose its token."""
    assert parse({"effect": {"key_rotation": True}}).limit.count == 1
    assert parse({"effect": {"key_rotation": True}, "limit": {"count": 3}}).limit.count == 3


def test_a_body_is_never_truncated_to_its_whole_length() -> None:
    """Half of it, or the bytes asked for; always short of it, where there is any."""
    assert effects.Truncate(None).length(b"12345") == 2
    assert effects.Truncate(3).length(b"12345") == 3
    assert effects.Truncate(100).length(b"12345") == 4
    assert effects.Truncate(0).length(b"") == 0


def asked(query: str = "", operation: str = "getStatus", client: str | None = None) -> CallView:
    """A call as faults see it."""
    return CallView(operation, Call("GET", "/status", query, {}), lambda: client)


def test_a_call_fits_by_what_it_asks() -> None:
    """Each member given must be the call's own; a query that cannot be read gives no parameter."""
    assert CallCondition().matches(asked())
    assert CallCondition(operation="getStatus").matches(asked())
    assert not CallCondition(operation="getResult").matches(asked())
    assert CallCondition(order_id="A-1").matches(asked("order_id=A-1"))
    assert CallCondition(order_id="A-1").matches(asked("x=1&order_id=A%2D1"))
    assert not CallCondition(order_id="A-1").matches(asked("order_id=A-1&y=%zz"))
    assert not CallCondition(order_id="A-1").matches(asked("order_id=a-1"))
    assert not CallCondition(study_uid="1.2.3").matches(asked("order_id=1.2.3"))
    assert CallCondition(client_id="me").matches(asked(client="me"))
    assert not CallCondition(client_id="me").matches(asked(client=None))


def test_who_calls_is_asked_only_where_a_fault_says_whose_calls() -> None:
    """Telling it may cost the verification of a signature."""

    def never() -> str | None:
        raise AssertionError

    assert CallCondition(operation="getStatus").matches(CallView("getStatus", Call("GET", "/status", "", {}), never))


def test_turns() -> None:
    """The nth is one call, every is each so many-th, neither is all."""
    numbers = range(1, 8)
    assert [n for n in numbers if CallCondition(nth=3).has_turn(n, 1)] == [3]
    assert [n for n in numbers if CallCondition(every=3).has_turn(n, 1)] == [3, 6]
    assert [n for n in numbers if CallCondition().has_turn(n, 1)] == list(numbers)
    assert not any(CallCondition(probability=0).has_turn(n, 1) for n in numbers)
    assert all(CallCondition(probability=1).has_turn(n, 1) for n in numbers)


def test_chance_follows_from_the_seed_alone() -> None:
    """The same calls fail for the same seed, others for another; about as many as asked for."""
    match = CallCondition(probability=0.25)
    first = [n for n in range(1, 2001) if match.has_turn(n, 7)]
    assert first == [n for n in range(1, 2001) if match.has_turn(n, 7)]
    assert first != [n for n in range(1, 2001) if match.has_turn(n, 8)]
    assert first[:8] == [12, 17, 26, 29, 31, 36, 39, 41]
    assert 430 < len(first) < 570


def test_lognormal_delays_follow_from_the_seed_and_have_their_median() -> None:
    """Half of them lie below the median; none is longer than the longest delay there is."""
    delay = Lognormal(100, 1)
    found = sorted(delay.seconds(n, 7) for n in range(1, 2001))
    assert found == sorted(delay.seconds(n, 7) for n in range(1, 2001))
    assert 0.09 < found[1000] < 0.11
    assert 0.24 < found[1682] < 0.31  # one standard deviation above: e times the median
    assert max(Lognormal(MOST_SECONDS * 1000, 5).seconds(n, 7) for n in range(50)) == MOST_SECONDS
    assert Lognormal(100, 0).seconds(1, 7) == 0.1


def test_draws_are_those_of_identifiers() -> None:
    """The only source of randomness there is."""
    assert CallCondition(probability=0.5).has_turn(4, 9) == identifiers.Draw(9, "fault", 4).chance(0.5)
