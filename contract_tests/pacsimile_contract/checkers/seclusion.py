"""TLS between the service and the network, and the audit log."""

from collections.abc import Iterator

from pacsimile_contract.checkers.common import describe_answer
from pacsimile_contract.findings.part import Part, fact, form, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story


@checker("SEC-4", "tls", "plain-http")
def is_served_by_tls(story: Story) -> Iterator[Part]:
    """Judge a call over TLS 1.2 or newer with a verified chain (`by-tls`), and one over plain HTTP (`plain`)."""
    for asked in story.all("by-tls"):
        got = "an answer" if asked.answer else str(asked.failure)
        yield part("tls", fact(asked.answer is not None, "an answer over TLS", got), on=asked if asked.answer else ())
    for asked in story.all("plain"):
        if asked.answer is None:
            yield part("plain-http", form(True, "no answer", describe_answer(asked)), on=asked, silence_counts=True)
            continue
        yield part(
            "plain-http",
            fact(not asked.succeeded, "no data over plain HTTP", describe_answer(asked)),
            form(
                asked.status != 401 and asked.header("WWW-Authenticate") is None,
                "no token asked for",
                describe_answer(asked),
            ),
            on=asked,
        )


@checker("SEC-6", "one-record-a-call", "no-secrets")
def leaves_records(story: Story) -> Iterator[Part]:
    """Judge calls of every kind (`call/…`) by the audit log that was read afterwards (`journal`)."""
    known = story.given("journal")
    for name, asked in story.below("call"):
        number = known["request_ids"].count(asked.header("X-Request-Id"))
        yield part("one-record-a-call", fact(number == 1, f"one record of {name}", f"{number}"), on=asked)
    leaks = ", ".join(known["leaks"])
    yield part(
        "no-secrets", fact(not leaks, "records without tokens, secrets and patient data", f"{leaks} in a record")
    )
