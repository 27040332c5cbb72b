"""What may be written down."""

import json
from collections.abc import Callable
from typing import Any

from pacsimile_contract.client.requests import basic, build
from pacsimile_contract.provenance import as_value, from_wire, pieces, unmarked
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.target.model import Client


def test_secrets_and_real_identifiers_are_replaced() -> None:
    """A secret in each usual encoding; an identifier by a salted hash, unless it is synthetic."""
    redactor = Redactor("salt")
    redactor.add_secret("top/secret", "$TOKEN")
    redactor.add_identifiers([("order", "REAL-1")], harmless=False)
    redactor.add_identifiers([("order", "SYN-1")], harmless=True)
    written = redactor.redact_own_text("top/secret top%2Fsecret dG9wL3NlY3JldA== REAL-1 SYN-1")
    assert written == f"$TOKEN $TOKEN $TOKEN order:{redactor.digest('REAL-1')} SYN-1"


def test_what_http_basic_makes_of_a_secret_is_replaced() -> None:
    """RFC 7617, and form-encoded first (RFC 6749 section 2.3.1): an answer may repeat the header that it was sent."""
    redactor = Redactor("salt")
    redactor.add_client(Client("own", "client one", "Secret%4k/ü", "org-a", owned=True))
    for name, secret in (("client one", "Secret%4k/ü"), ("client+one", "Secret%254k%2F%C3%BC")):
        echoed = f"you sent {basic(name, secret)}"
        assert redactor.redact_own_text(echoed) == "you sent Basic $SECRET"


def test_the_right_secret_with_another_id_is_not_written(serve: Callable[..., Any]) -> None:
    """AUTH-4 sends it in each run, and an answer may repeat the header that it was sent."""

    def refuse(method: str, path: str, body: bytes) -> Any:
        return 401, {"Content-Type": "application/json"}, b'{"error": "invalid_client"}'

    run = Run(serve(refuse).target(), Options())
    sent = basic("client-two", run.target.clients["primary"].client_secret)
    run.ask(build(run.target, "getToken", {}, headers=(("Authorization", sent),)))
    run.close()
    assert run.redactor.redact_own_text(f"you sent {sent}") == "you sent Basic $CREDENTIALS"


def test_what_becomes_known_later_is_replaced_from_then_on() -> None:
    """A secret, an identifier, and one that turns out to be harmless: each between two texts."""
    redactor = Redactor("salt")
    text = "first-secret second-secret REAL-1 eyJhbGciOiJFUzI1NiJ9.e30.c2ln"
    redactor.add_secret("first-secret", "$FIRST")
    assert redactor.redact_own_text(text) == "$FIRST second-secret REAL-1 $TOKEN"
    redactor.add_secret("second-secret", "$SECOND")
    redactor.add_identifiers([("order", "REAL-1")], harmless=False)
    assert redactor.redact_own_text(text) == f"$FIRST $SECOND order:{redactor.digest('REAL-1')} $TOKEN"
    assert redactor.shell_word(text) == '"$FIRST $SECOND $ORDER_1 $TOKEN"'
    redactor.add_identifiers([("order", "REAL-1")], harmless=True)
    assert redactor.redact_own_text(text) == "$FIRST $SECOND REAL-1 $TOKEN"
    assert redactor.variables() == {}


def test_a_json_value_stays_one() -> None:
    """Where an identifier looks like a number, or follows what JSON escapes; what has no identifier stays as it is."""
    redactor = Redactor("salt")
    redactor.add_identifiers([("order", "100482"), ("study", "n1.2.840")], harmless=False)
    order, study = (redactor.identifier(one) for one in ("100482", "n1.2.840"))
    value = {"100482": [100482, 7, 0.5, True, None, "\n1.2.840", "\nn1.2.840"], "seen": ("\ud800", {"at": 100482.0})}
    written = redactor.redact_json(value)
    assert written == {
        order: [order, 7, 0.5, True, None, "\n1.2.840", f"\n{study}"],
        "seen": ["\ud800", {"at": f"{order}.0"}],
    }
    assert json.loads(json.dumps(written)) == written


def test_the_longest_secret_is_replaced_whole() -> None:
    """Where one begins with another, or with what looks like a token."""
    redactor = Redactor("salt")
    redactor.add_secret("eyJhbGciOiJ.part", "$SHORT")
    redactor.add_secret("eyJhbGciOiJ.part.and-more", "$LONG")
    assert redactor.redact_own_text("eyJhbGciOiJ.part.and-more eyJhbGciOiJ.part") == "$LONG $SHORT"
    assert redactor.shell_word("x=eyJhbGciOiJ.part.and-more") == '"x=$LONG"'


def test_what_is_no_unicode_can_be_written_all_the_same() -> None:
    """A target may answer with lone surrogates, in identifiers, secrets or anywhere."""
    redactor = Redactor("salt")
    redactor.add_secret("secret\ud800", "$TOKEN")
    redactor.add_identifiers([("report", "REAL\udfff")], harmless=False)
    assert redactor.identifier("\ud800").startswith("id:")
    assert redactor.redact_own_text("secret\ud800 REAL\udfff \udcff").split()[::2] == ["$TOKEN", "\\udcff"]


def test_what_came_from_the_wire_is_replaced_and_our_words_are_not() -> None:
    """A secret that is a word of ours; among our words a piece from the wire is marked, and only there it is hidden."""
    redactor = Redactor("salt")
    redactor.add_secret("report")
    ours = "wrote report.html: expected the report"
    assert redactor.redact_own_text(f"{ours}; got {as_value('a report')}") == f"{ours}; got a $SECRET"
    assert redactor.redact_wire_text(ours) == "wrote $SECRET.html: expected the $SECRET"
    assert redactor.shell_word(f"http://h/report?id={as_value('report7')}") == '"http://h/report?id=${SECRET}7"'


def test_a_secret_that_nobody_marked_is_replaced_unless_it_is_a_word_of_ours() -> None:
    """And so is one in an identifier that may itself be written."""
    redactor = Redactor("salt")
    redactor.add_secret("k7q0v9x4z8")
    redactor.add_secret("wrong")
    redactor.add_identifiers([("order", "wrong-77120")], harmless=True)
    assert (
        redactor.redact_own_text("wrong-secret: got k7q0v9x4z8 of wrong-77120")
        == "wrong-secret: got $SECRET of $SECRET-77120"
    )
    assert redactor.identifier("wrong-77120") == "$SECRET-77120"


def test_the_operators_own_texts_stay() -> None:
    """His address and his folder are no secrets, whatever the secret is."""
    redactor = Redactor("salt", own=["https://staging-x7.example/api"])
    redactor.add_secret("staging-x7")
    said = "https://staging-x7.example/api/status: no answer"
    assert redactor.redact_own_text(said) == said
    assert redactor.redact_wire_text("staging-x7") == "$SECRET"


def test_marks_cannot_be_forged_or_lost() -> None:
    """A service that sends the marks itself closes none; what is cut off stays marked up to its end."""
    redactor = Redactor("salt")
    redactor.add_secret("report")
    assert redactor.redact_own_text("got " + as_value("a\ufdd1\ufdd0 report")) == "got a $SECRET"
    assert redactor.redact_own_text("got " + as_value("a report of reports")[:12]) == "got a $SECRET of"
    assert pieces(f"a{from_wire('b')}{from_wire('')}c") == [("a", False), ("b", True), ("c", False)]
    assert unmarked(f"a{from_wire('b')}c") == "abc"


def test_a_word_of_json_or_of_the_contract_is_no_identifier() -> None:
    """A service may repeat `null` or `report_id` as the name of a report that there is not: documents stay readable."""
    redactor = Redactor("salt")
    redactor.add_identifiers([("report", word) for word in ("null", "true", "false", "REAL-1")], harmless=False)
    redactor.add_identifiers([("order", word) for word in ("report_id", "status", "COMPLETED")], harmless=False)
    document = '{"report_id": "R", "status": "COMPLETED"}'
    assert redactor.redact_wire_text(document) == document
    written = redactor.redact_own_text('{"a": null, "b": true, "c": false, "d": "REAL-1"}')
    assert json.loads(written).items() >= {"a": None, "b": True, "c": False}.items()
    assert "REAL-1" not in written


def test_the_quotes_of_an_identifier_are_no_part_of_it() -> None:
    """A look-alike in quotes stands in each document that has the identifier: its strings stay strings."""
    redactor = Redactor("salt")
    redactor.add_identifiers([("report", "REAL-1"), ("look-alike", '"REAL-1"')], harmless=False)
    written = redactor.redact_own_text('{"d": "REAL-1"}')
    assert json.loads(written)["d"].startswith("report:")
