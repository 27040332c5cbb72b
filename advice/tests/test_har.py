"""An HTTP archive of a client is judged as a journal is, and what it does not say is never held against the client."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pacsimile_advice.har import calls_of_har
from pacsimile_advice.journal_lines import UnreadableRecord
from pacsimile_advice.judge import judge

BASE = "https://results.example/api"
BASIC = "Basic " + base64.b64encode(b"lab:not-a-real-secret").decode()
TOKEN = "eyJhbGciOiJFUzI1NiJ9.t1"
ROW = {"report_id": "r1", "order_id": "o1", "study_uid": "1.2.3", "supersedes": None}


class Archive:
    """Entries a second apart."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.now = datetime(2027, 1, 1, tzinfo=UTC)

    def add(
        self, method: str, target: str, content: Any = None, status: int = 200, *,
        after: float = 1.0, token: str | None = TOKEN, posted: Any = None,
        sent: dict[str, str] | None = None, **members: Any,
    ) -> None:  # fmt: skip
        """Add an entry; members whose names end with `_` are headers of the answer."""
        self.now += timedelta(seconds=after)
        received = {name[:-1].replace("_", "-"): value for name, value in members.items() if name.endswith("_")}
        headers = {**({} if token is None else {"Authorization": f"Bearer {token}"}), **(sent or {})}
        request: dict[str, Any] = {"method": method, "url": BASE + target, "headers": _pairs(headers), "bodySize": 0}
        if posted is not None:
            request["postData"] = {"text": json.dumps(posted)}
        text = {} if content is None else {"text": json.dumps(content)}
        response = {"status": status, "headers": _pairs(received), "content": text, **members.get("response", {})}
        entry = {"startedDateTime": self.now.isoformat(), "time": 5, "request": request, "response": response}
        self.entries.append({**entry, **members.get("entry", {})})

    def token(self, name: str = TOKEN) -> None:
        """Ask for a token."""
        granted = {"access_token": name, "expires_in": 3600}
        self.add("POST", "/oauth2/token", granted, token=None, sent={"Authorization": BASIC})

    def ids(self, *, complete: bool = True) -> list[str]:
        """The ids of the advice."""
        calls, known = calls_of_har(json.dumps({"log": {"entries": self.entries}}), "traffic.har")
        return [advice.mistake.id for advice in judge(calls, complete=complete and known)]


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


@pytest.fixture
def archive() -> Archive:
    made = Archive()
    made.token()
    return made


def collect(archive: Archive, *, fetch: bool = True) -> None:
    archive.add("GET", "/reports?organizationId=lab", {"reports": [ROW]})
    if fetch:
        archive.add("GET", "/results?order_id=o1&report_type=json", {}, x_report_id_="r1")
    archive.add("POST", "/reports?organizationId=lab", {"acknowledged": ["r1"]}, posted={"report_ids": ["r1"]})


def test_a_good_client_gets_none(archive: Archive) -> None:
    collect(archive)
    assert archive.ids() == []


def test_a_report_that_was_not_fetched_needs_the_whole_traffic(archive: Archive) -> None:
    collect(archive, fetch=False)
    assert (archive.ids(), archive.ids(complete=False)) == (["ADVICE-ACK-UNREAD"], [])


@pytest.mark.parametrize(
    ("unknown", "report_id", "expected"),
    [
        ("o1", "r1", ["ADVICE-ACK-ORDER-IDS"]),
        ("1.2.3", "r1", ["ADVICE-ACK-ORDER-IDS"]),
        ("o2", "r1", []),
        ("", "r1", []),
        ("o1", "o1", []),
    ],
)
def test_orders_that_are_acknowledged_in_place_of_reports(
    archive: Archive, unknown: str, report_id: str, expected: list[str]
) -> None:
    archive.add("GET", "/reports?organizationId=lab", {"reports": [{**ROW, "report_id": report_id}]})
    archive.add("GET", "/results?order_id=o1&report_type=json", {}, x_report_id_=report_id)
    done = {"acknowledged": [], "not_found": [unknown]}
    archive.add("POST", "/reports?organizationId=lab", done, posted={"report_ids": [unknown]})
    assert archive.ids() == expected


def test_a_fetched_report_without_its_id_may_be_any(archive: Archive) -> None:
    archive.add("GET", "/results?order_id=o1&report_type=json")
    collect(archive, fetch=False)
    assert archive.ids() == []


def test_a_body_that_the_recorder_left_out_may_have_been_there(archive: Archive) -> None:
    archive.add("GET", "/reports?organizationId=lab", status=0)
    archive.add("POST", "/reports?organizationId=lab", {"acknowledged": []})
    archive.add("GET", "/reports?organizationId=lab")
    assert archive.ids() == ["ADVICE-ACK-LOST-LISTING"]
    archive.entries[2]["request"]["bodySize"] = -1
    assert archive.ids() == []


def test_tokens_are_known_again(archive: Archive) -> None:
    for number in range(4):
        archive.token(f"{TOKEN}{number}")
        archive.add("GET", f"/status?order_id=o{number}", {"status": "COMPLETED"}, token=f"{TOKEN}{number}")
    assert archive.ids() == ["ADVICE-TOKEN-EACH-CALL"]


def test_an_expired_token_is_the_clients(archive: Archive) -> None:
    for _ in range(4):
        archive.add("GET", "/status?order_id=o1", {"type": "urn:problem:invalid-token"}, 401)
    assert archive.ids() == ["ADVICE-401-STORM"]


def test_retry_after_may_be_a_date_of_a_clock_that_is_off(archive: Archive) -> None:
    date, later = "Fri, 01 Jan 2038 00:00:00 GMT", "Fri, 01 Jan 2038 00:00:20 GMT"
    for after in (1, 30):
        archive.add(
            "GET", "/results?order_id=o1&report_type=json", status=503, after=after, retry_after_=later, date_=date
        )
    archive.add("GET", "/results?order_id=o1&report_type=json", after=30, x_report_id_="r1")
    assert archive.ids() == []
    archive.add("GET", "/status?order_id=o1", status=429, retry_after_="20")
    archive.add("GET", "/status?order_id=o1", {"status": "COMPLETED"})
    assert archive.ids() == ["ADVICE-RETRY-AFTER"]


@pytest.mark.parametrize("size", [7, 20])
def test_a_broken_body_is_seen_where_the_archive_has_its_bytes(archive: Archive, size: int) -> None:
    """One that the recorder cut itself shows nothing."""
    digest = base64.b64encode(hashlib.sha256(b"the whole report").digest()).decode()
    content = {"text": base64.b64encode(b"the who").decode(), "encoding": "base64", "size": size}
    archive.add(
        "GET", "/results?order_id=o1&report_type=pdf", response={"content": content},
        x_report_id_="r1", content_digest_=f"sha-256=:{digest}:",
    )  # fmt: skip
    collect(archive, fetch=False)
    assert archive.ids() == (["ADVICE-BROKEN-BODY"] if size == 7 else [])


def test_a_refusal_is_known_by_its_reason(archive: Archive) -> None:
    archive.add("GET", "/status?orderId=o1", {"type": "https://x.example/problems#invalid-parameter"}, 400)
    assert archive.ids() == ["ADVICE-NOT-DESCRIBED"]
    archive.entries[-1]["response"]["content"] = {}
    assert archive.ids() == []


def test_a_secret_in_a_url_is_seen_and_kept_nowhere(archive: Archive) -> None:
    archive.add("GET", "/oauth2/token?client_secret=not-a-real-secret", status=400, token=None)
    assert archive.ids() == ["ADVICE-SECRET-IN-URL"]
    calls, _ = calls_of_har(json.dumps({"log": {"entries": archive.entries}}), "x")
    assert calls[0].client == "lab" and TOKEN not in {call.token for call in calls}


@pytest.mark.parametrize(("proxied", "expected"), [(False, ["ADVICE-CONNECTION-EACH-CALL"]), (True, [])])
def test_connections_count_where_the_archive_names_them(archive: Archive, proxied: bool, expected: list[str]) -> None:
    for number in range(10):
        archive.add(
            "GET", f"/status?order_id=o{number}", {"status": "COMPLETED"}, entry={"connection": str(number)},
            sent={"Via": "1.1 proxy"} if proxied else {},
        )  # fmt: skip
    assert archive.ids() == expected


def test_other_services_and_other_calls_are_left_out(archive: Archive) -> None:
    collect(archive)
    archive.entries += [{"request": {"method": "GET", "url": "https://else.example/status"}}, 5, {}]
    archive.add("OPTIONS", "/reports")
    assert archive.ids() == []


def test_an_entry_without_its_time_is_named(archive: Archive) -> None:
    collect(archive)
    archive.entries[2]["startedDateTime"] = "yesterday"
    with pytest.raises(UnreadableRecord, match=r"^traffic\.har: entry 3 has no startedDateTime"):
        archive.ids()


@pytest.mark.parametrize("token", ["REDACTED", "(token, removed from the record)", None])
def test_tokens_that_the_recorder_took_out_say_nothing(archive: Archive, token: str | None) -> None:
    """Chrome leaves the header out, others write the same text for all tokens."""
    del archive.entries[:]
    for number in range(4):
        archive.token("REDACTED")
        archive.add("GET", f"/status?order_id=o{number}", {"type": "urn:problem:invalid-token"}, 401, token=token)
    assert archive.ids() == []


def test_a_call_without_a_token_is_seen_where_others_have_one(archive: Archive) -> None:
    collect(archive)
    archive.add("GET", "/status?order_id=o1", status=401, token=None)
    assert archive.ids() == ["ADVICE-NOT-DESCRIBED"]


ODD: tuple[Any, ...] = (None, 5, True, float("nan"), "", "\ud800", "http://[", [], [5], {}, {"a": 1})


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*place, key)
        yield from _places(value[key], (*place, key))


def test_an_archive_may_hold_anything_anywhere(archive: Archive) -> None:
    """What is odd is unknown, or is refused on one line."""
    collect(archive)
    for place in list(_places(archive.entries)):
        for odd in ODD:
            entries = json.loads(json.dumps(archive.entries))
            inner = entries
            for key in place[:-1]:
                inner = inner[key]
            inner[place[-1]] = odd
            try:
                calls, _ = calls_of_har(json.dumps({"log": {"entries": entries}}), "traffic.har")
                judge(calls)
            except UnreadableRecord as error:
                assert str(error).startswith("traffic.har") and "\n" not in str(error)
