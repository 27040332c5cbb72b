"""The journal: one entry a call, refused ones too, without secrets; bounded, with counters that never drop (SEC-6)."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mock.tests.helpers.in_process import START, Caller, Service, basic
from pacsimile_mock.clock import SECOND, Clock
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.hashing import redacted, redacted_sentence
from pacsimile_mock.journal.journal import Journal
from pacsimile_mock.journal.model import Entry
from pacsimile_mock.journal.quotations import described_words
from pacsimile_mock.journal.store import MemoryJournalStore

SALT = b"salt"


def entries(service: Service) -> list[Entry]:
    """What is written so far."""
    return list(service.world.journal.entries())


def test_each_call_leaves_one_entry_that_says_what_was_answered(service: Service, caller: Caller) -> None:
    """Time by the world's clock, operation, client, status, and the request id that the client got."""
    order = service.order()
    service.world.clock.advance(SECOND)
    reply = caller.get("/status", order_id=order.order_id)
    entry = entries(service)[-1]
    assert (entry.operation, entry.client_id, entry.status) == ("getStatus", caller.client.client_id, 200)
    assert (entry.at, entry.method, entry.requirement) == (START + SECOND, "GET", None)
    assert entry.request_id == reply.headers["X-Request-Id"]
    assert entry.bytes_sent == len(reply.body)
    assert entry.parameters == {"order_id": order.order_id}
    assert entry.delivered


def test_refused_calls_leave_theirs_with_the_clause(service: Service, caller: Caller) -> None:
    """Each refusal names the requirement that it comes from."""
    service.call("GET", "/nowhere")
    service.call("PUT", "/status")
    service.call("GET", "/status")
    service.call("GET", "/status", {"Authorization": "Bearer x"})
    service.client(scopes=("ingest.write",)).get("/status")
    caller.get("/status")
    caller.get("/status", order_id="ORD-unknown")
    caller.get("/reports", organizationId="clinic")
    caller.post(b"{")
    service.call("GET", "/oauth2/token")
    found = [(entry.status, entry.requirement) for entry in entries(service) if entry.status != 200]
    assert found == [
        (404, "PROTO-2"),
        (405, "PROTO-2"),
        (401, "AUTH-9"),
        (401, "AUTH-12"),
        (403, "AUTH-14"),
        (400, "STATUS-3"),
        (404, "STATUS-4"),
        (403, "SEC-2"),
        (400, "BATCH-11"),
        (401, "AUTH-4"),
    ]


def test_a_client_is_named_as_soon_as_it_is_known(service: Service, caller: Caller) -> None:
    """Also where its scope or its parameters are refused; never where only it says so itself."""
    unable = service.client(scopes=("ingest.write",))
    unable.get("/status")
    caller.get("/status")
    caller.ask_token()
    service.call("GET", "/status", {"Authorization": f"Bearer {caller.token}x"})
    named = [entry.client_id for entry in entries(service)][-4:]
    assert named == [unable.client.client_id, caller.client.client_id, caller.client.client_id, None]


def test_a_redacted_journal_keeps_no_foreign_value() -> None:
    """No token, no secret, no body; values that are not recognisably synthetic only as salted hashes (SEC-6)."""
    service = Service(redact_journal=True)
    caller = service.client()
    caller.ask_token()
    caller.get("/status", order_id="12345678-MRN-of-a-person")
    caller.get("/report", study_group="Doe, Jane", report_type="pdf")
    caller.get("/status", study_uid="1.2.840.99999.1")
    caller.get("/status", Jane="Doe")
    caller.post(b'{"report_ids": ["secret-looking"]}')
    service.call("GET", "/Jane-Doe?Jane=Doe")
    service.call("GET", "/oauth2/token", {"Authorization": basic("Jane", "Doe")})
    kept = repr(entries(service)) + repr(service.world.journal.store.counters())
    for secret in (caller.token, caller.client.client_secret, "12345678", "Doe", "Jane", "1.2.840", "secret-looking"):
        assert secret not in kept
    report = next(entry for entry in entries(service) if entry.operation == "getGroupReport")
    assert report.parameters["report_type"] == "pdf"
    assert report.parameters["study_group"].startswith("#")


def test_a_redacted_refusal_says_what_came_instead() -> None:
    """In the words that the client got; a value in them is hashed as the parameter is, so that both can be compared."""
    service = Service(redact_journal=True)
    caller = service.client()
    caller.get("/status", order_id="MRN-77")
    caller.get("/status", study_uid="1.2.840", limit="5")
    caller.ask_token(scope="Jane.Doe")
    caller.ask_token(grant_type="Jane")
    caller.get("/status", order_id=service.order().order_id)
    unknown, limit, scope, grant, served = entries(service)[-5:]
    assert unknown.got is not None
    assert unknown.got.startswith(f"Your organization has no order '{unknown.parameters['order_id']}'.")
    assert limit.got == "The query parameter 'limit' is not known to getStatus: it takes order_id, study_uid."
    assert all("Jane" not in (one.got or "Jane") and "'#" in (one.got or "") for one in (scope, grant))
    assert served.got is None


@given(st.text(), st.text(max_size=5))
def test_nothing_that_a_refusal_quotes_is_kept(value: str, before: str) -> None:
    """However many quotes and backslashes it has, and whatever else is quoted before it."""
    assume(value not in described_words())
    kept = redacted({"x": value}, SALT)["x"]
    assume(kept != value)
    told = redacted_sentence(f"The client's {before!r} and another's {value!r} are not known.", SALT)
    assert told.endswith(f" and another's '{kept}' are not known.")


@pytest.mark.parametrize("word", sorted(described_words()))
def test_a_word_of_the_description_is_quoted_as_it_is(word: str) -> None:
    """`scope` in a message says what is wrong, and says nothing of the caller."""
    told = f"The query parameter {word!r} is not known."
    assert redacted_sentence(told, SALT) == told


def test_equal_values_have_equal_hashes_in_one_journal_alone() -> None:
    """One can see that the same was asked for twice, and not what it was."""
    values = {"order_id": "x", "study_group": "x"}
    first, second = redacted(values, SALT), redacted(values, SALT)
    assert first == second
    assert first["order_id"] == first["study_group"] != "x"
    assert redacted(values, b"pepper") != first


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1.3.6.1.4.1.32473.1.2", True),
        ("1.3.6.1.4.1.324731.2", False),
        ("1.2.840.113619.2", False),
        ("ORD-7F3KAA-000123", True),
        ("ORD-7F3KAA-000123 Doe", False),
        ("ORD-DOE-JANE", False),
        ("Doe", False),
        ("19700101", False),
    ],
)
def test_only_what_is_recognisably_synthetic_is_shown(value: str, shown: bool) -> None:
    """The documentation's arc, and ids of our own making; a date of birth is none."""
    assert (redacted({"study_uid": value}, SALT)["study_uid"] == value) == shown


def test_the_journal_is_bounded_and_its_counters_are_not() -> None:
    """The oldest entries go; numbers, counters and total go on."""
    journal = Journal(Clock(), MemoryJournalStore(bound=3))
    for n in range(10):
        call = Call("GET", "/status", "", {}, operation="getStatus")
        journal.write(call, Answer(200 if n % 2 else 404, b"", None), {}, 0)
    assert [entry.number for entry in journal.entries()] == [8, 9, 10]
    assert journal.store.counters() == {("getStatus", 200, None): 5, ("getStatus", 404, None): 5}
    assert journal.total == 10


def test_an_absurd_method_is_cut(service: Service) -> None:
    """What a stranger chooses is not kept at length."""
    service.call("X" * 500, "/status")
    assert entries(service)[-1].method == "X" * 16
