"""What an answer may hold: bounds in bytes, in depth, in digits and in number; a lawful listing stays within them."""

import gzip
import json
import threading
import zlib
from typing import Any

import pytest

from pacsimile_contract.checkers.common import describe_answer
from pacsimile_contract.client.bodies import Room, decoded
from pacsimile_contract.evidence import bounds
from pacsimile_contract.evidence.bounds import PastBound, estimate_memory, read_json
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.evidence.parsed_bodies import ParsedBodies

ENTRY = {"report_id": 'R-"[{,\\', "order_id": "O-1", "study_uid": "2.25.1", "study_group": None, "supersedes": None,
         "report_status": "final", "report_types": ["json", "txt", "pdf", "csv", "fhir", "hl7v2", "dicom_sr"],
         "completed_at": "2026-01-01T00:00:00Z"}  # fmt: skip
JSON = (("Content-Type", "application/json"),)


def answered(body: bytes) -> Exchange:
    """Return an exchange that was answered with this JSON."""
    return Exchange(1, Request("GET", "http://127.0.0.1/status"), Answer(200, JSON, body, body))


@pytest.mark.parametrize(
    ("body", "bound"),
    [
        (b"[" * 65 + b"]" * 65, "nested more than 64 deep"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "nested more than 64 deep"),
        (b"[" * 10_000_000, "more than 500,000 arrays and objects"),
        (b"[" + b"[]," * 500_000 + b"1]", "more than 500,000 arrays and objects"),
        (b"[" + b"1," * 2_000_001 + b"1]", "more than 2,000,000 members and elements"),
        (b'{"n": ' + b"9" * 101 + b"}", "a number in JSON of more than 100 digits"),
        (b'{"n": -1e400}', "beyond a double's range"),
    ],
)
def test_what_passes_a_bound_is_said_and_not_read(body: bytes, bound: str) -> None:
    """Each bound has its own words, which a verdict quotes beside the status."""
    with pytest.raises(PastBound, match=bound):
        read_json(body)
    asked = answered(body)
    assert asked.json is None
    assert bound in str(asked.exceeded_bound)
    assert bound in describe_answer(asked)


@pytest.mark.parametrize("body", [b"[NaN]", b'{"a": Infinity}', b"[-Infinity]", b"]" * 2000, b'{"a', b'"\\', b"\xff"])
def test_what_is_no_json_passes_no_bound(body: bytes) -> None:
    """It is another requirement's."""
    assert (answered(body).json, answered(body).exceeded_bound) == (None, None)


@pytest.mark.parametrize(
    "value",
    [
        "[" * 500,
        "\\" * 501 + '"' + "[" * 500,
        {"a[{": ["]", '"', "\\", '\\"[', ""]},
        ["[", "", '"', "{"] * 300,
        "\\n\\\\[",
    ],
)
def test_brackets_in_strings_are_no_depth(value: Any) -> None:
    """Whatever is escaped around them."""
    assert read_json(json.dumps([value])) == [value]


def test_a_listing_of_a_hundred_thousand_reports_is_read() -> None:
    """The contract asks for it: PROTO-6 at level `full`."""
    one = json.dumps(ENTRY).encode()
    body = b'{"reports": [' + b", ".join([one] * 100_000) + b"]}"
    assert len(body) < bounds.LONGEST_BODY
    assert estimate_memory(body) > len(body)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip", "x-gzip"])
def test_a_body_is_bounded_once_its_coding_is_undone(coding: str) -> None:
    """A few bytes may decode to as many as one likes."""
    room = Room()
    pack = {"deflate": zlib.compress}
    small, large = b"x" * 1000, b"x" * 2_000_000
    for name in coding.split(", "):
        small, large = (pack.get(name, gzip.compress)(one) for one in (small, large))
    with room.reading() as share:
        assert decoded(small, coding, 1 << 20, share) == b"x" * 1000
    with room.reading() as share, pytest.raises(PastBound, match="1 MiB once its content coding is undone"):
        decoded(large, coding, 1 << 20, share)


def test_codings_of_codings_are_bounded() -> None:
    """Each is small and decodes to a larger one."""
    with Room().reading() as share, pytest.raises(PastBound, match="more than 2 content codings"):
        decoded(b"", "gzip, gzip, gzip", 1 << 20, share)


def test_answers_at_one_time_share_their_room() -> None:
    """Each is within its bound, and all together are not; what is given back can be taken again."""
    room = Room(3 << 20)
    with room.reading() as share, room.reading() as other:
        share.take(2 << 20)
        with pytest.raises(PastBound, match="at one time longer than 3 MiB"):
            other.take(2 << 20)
    with room.reading() as share:
        share.take(3 << 20)


def test_what_was_read_is_forgotten_once_all_weighs_too_much() -> None:
    """The latest stays; what was forgotten is read again where it is asked for."""
    kept = ParsedBodies(100, ("json",))
    many = [answered(b"[1]") for _ in range(3)]
    for one in many:
        assert one.json == [1]
        kept.track(one, 60)
    assert ["json" in vars(one) for one in many] == [False, False, True]
    assert many[0].json == [1]


def test_forgetting_is_for_several_threads() -> None:
    """Nobody loses count."""
    kept = ParsedBodies(10, ("json",))
    owners = [answered(b"[]") for _ in range(400)]
    threads = [
        threading.Thread(target=lambda part=part: [kept.track(one, 1) for one in part])  # type: ignore[misc]
        for part in (owners[:200], owners[200:])
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert kept._weight == len(kept._kept) == 10


@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2026 00:00:00 +99999999"]
)
def test_a_date_that_no_clock_shows_is_none(date: str) -> None:
    """It is a form of answer that others judge."""
    assert Exchange(1, Request("GET", "http://127.0.0.1/"), Answer(200, (("Date", date),))).date is None
