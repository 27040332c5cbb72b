"""Lines that repeat a request: they run in a shell, name nothing that must not be written, and rule no terminal."""

import json
import os
import shlex
import subprocess
from typing import Any

import pytest

from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.transcript.curl import answer, curl
from pacsimile_contract.transcript.recorded import recorded
from pacsimile_spec.plain import one_line, printable


def redactor(**real: str) -> Redactor:
    """Return a redactor that knows these real identifiers, by kind, and a token."""
    made = Redactor("salt")
    made.add_secret("the-token-sent", "$TOKEN")
    made.add_identifiers(list(real.items()), harmless=False)
    return made


def asked(url: str, method: str = "GET", body: bytes | None = None) -> Exchange:
    """Return an exchange with the token."""
    return Exchange(1, Request(method, url, (("Authorization", "Bearer the-token-sent"), ("X-A", "it's")), body))


def words(line: str, variables: dict[str, str], token: str = "T") -> list[str]:
    """Return the words that a shell makes of a line's `curl`."""
    script = "curl() { printf '%s\\n' \"$@\"; }\n" + line
    known = {"PATH": os.environ["PATH"], **variables, "TOKEN": token}
    done = subprocess.run(["sh", "-c", script], env=known, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.mark.parametrize("order", ["REAL-1", "a b/ü", "it's", 'a"b$c`d\\e!'])
@pytest.mark.parametrize("more", ["", "&a=it's", '&b=$HOME`id`!\\"', "_1"])
def test_a_shell_sends_the_very_request(order: str, more: str) -> None:
    """Whatever signs an identifier or the rest of the URL has; the identifier itself is not in the line."""
    known = redactor(order=order)
    url = f"http://h/status?order_id={order}{more}"
    line = curl(asked(url), known)
    assert order not in line
    assert "ORDER_1" in line
    assert words(line, dict(known.variables()))[-1] == url


def test_an_identifier_in_the_spelling_of_urls_has_a_variable_of_its_own() -> None:
    """Percent-encoded it is another text."""
    known = redactor(order="Jane Doe")
    line = curl(asked("http://h/status?order_id=Jane%20Doe"), known)
    assert line.endswith('"http://h/status?order_id=$ORDER_1_IN_URL"')
    assert words(line, dict(known.variables()))[-1] == "http://h/status?order_id=Jane%20Doe"
    assert known.redact_own_text("Jane%20Doe") == f"order:{known.digest('Jane Doe')}"


def test_what_is_synthetic_stays_as_it_is_and_counts_not() -> None:
    """Only what must not be written becomes a variable."""
    known = redactor(order="REAL-1")
    known.add_identifiers([("order", "SYN-1")], harmless=True)
    assert curl(asked("http://h/status?order_id=SYN-1"), known).endswith("'http://h/status?order_id=SYN-1'")
    assert dict(known.variables()) == {"ORDER_1": "REAL-1"}


def test_a_body_is_sent_and_a_long_one_says_so() -> None:
    """The first bytes, and how many there are."""
    line = curl(asked("http://h/reports", "POST", b'{"report_ids": ["REAL-1"]}'), redactor(report="REAL-1"))
    assert words(line, {"REPORT_1": "REAL-1"})[-2:] == ['{"report_ids": ["REAL-1"]}', "http://h/reports"]
    assert curl(asked("http://h/", "POST", b"x" * 3000), redactor()).endswith(
        "# the body has 3000 bytes; this is its beginning"
    )


def test_signs_that_rule_a_terminal_are_escaped() -> None:
    """In a request line and in an answer: escape sequences, backspaces, marks that turn the direction of writing."""
    hostile = "\x1b[2J\x9b31m\x08\u202e\u2066\r\n\u2028\x00ü日"
    line = curl(asked("http://h/" + hostile, hostile), redactor()) + answer(_refused({"title": hostile}), redactor())
    assert line.isprintable()
    assert "ü日" in line
    assert printable("a\tb\nc") == "a\tb\nc"
    assert one_line(" a\n\tb\x07 ") == r"a b\x07"


def _refused(said: dict[str, Any]) -> Exchange:
    exchange = asked("http://h/status?order_id=1")
    exchange.answer = Answer(404, (("Content-Type", "application/problem+json"),), json.dumps(said).encode())
    return exchange


def test_the_words_of_a_refusal_are_shown_only_of_synthetic_data() -> None:
    """`detail` and `title` may name a patient; type and status do not."""
    real = _refused({"title": "Not found", "detail": "No order of Jane Doe"})
    assert "Not found" not in answer(real, redactor())
    assert '"title": "<title of 9 characters, ' in answer(real, redactor())
    assert "Doe" not in answer(real, redactor())
    assert "Doe" in answer(_refused({"detail": "No order of Jane Doe", "synthetic": True}), redactor())
    assert "Doe" in answer(real, Redactor(all_synthetic=True))


@pytest.mark.parametrize("secret", ["client", "credentials", "client_credentials", "status", "report"])
@pytest.mark.parametrize(
    "query", ["grant_type=client_credentials&scope=status.read%20reports.read", "scope=reports.ack"]
)
def test_a_value_that_the_contract_lists_is_not_the_secret(secret: str, query: str) -> None:
    """A secret that is a word of ours is replaced where it is a value, and not in `grant_type` and `scope`."""
    known, place = Redactor("salt"), "http://h/oauth2/token"
    known.add_secret(secret)
    token = Request("GET", f"{place}?{query}", own_length=len(place), given={"scope": "status.read"})
    assert curl(Exchange(1, token), known) == f"curl -i {shlex.quote(token.url)}"
    assert recorded(Exchange(1, token), known)["given"] == {"scope": "status.read"}
    status = Request("GET", f"http://h/status?order_id={secret}", own_length=len("http://h/status"))
    assert curl(Exchange(2, status), known) == 'curl -i "http://h/status?order_id=$SECRET"'
