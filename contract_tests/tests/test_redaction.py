"""What may be written down."""

from pacsimile_contract.redaction import Redactor


def test_secrets_and_real_identifiers_are_replaced() -> None:
    """A secret in each usual encoding; an identifier by a salted hash, unless it is synthetic."""
    redactor = Redactor("salt")
    redactor.add_secret("top/secret", "$TOKEN")
    redactor.add_identifiers([("order", "REAL-1")], harmless=False)
    redactor.add_identifiers([("order", "SYN-1")], harmless=True)
    written = redactor.text("top/secret top%2Fsecret dG9wL3NlY3JldA== REAL-1 SYN-1")
    assert written == f"$TOKEN $TOKEN $TOKEN order:{redactor.digest('REAL-1')} SYN-1"


def test_what_becomes_known_later_is_replaced_from_then_on() -> None:
    """A secret, an identifier, and one that turns out to be harmless: each between two texts."""
    redactor = Redactor("salt")
    text = "first-secret second-secret REAL-1 eyJhbGciOiJFUzI1NiJ9.e30.c2ln"
    redactor.add_secret("first-secret", "$FIRST")
    assert redactor.text(text) == "$FIRST second-secret REAL-1 $TOKEN"
    redactor.add_secret("second-secret", "$SECOND")
    redactor.add_identifiers([("order", "REAL-1")], harmless=False)
    assert redactor.text(text) == f"$FIRST $SECOND order:{redactor.digest('REAL-1')} $TOKEN"
    assert redactor.shell_word(text) == '"$FIRST $SECOND $ORDER_1 $TOKEN"'
    redactor.add_identifiers([("order", "REAL-1")], harmless=True)
    assert redactor.text(text) == "$FIRST $SECOND REAL-1 $TOKEN"
    assert redactor.variables() == {}


def test_the_longest_secret_is_replaced_whole() -> None:
    """Where one begins with another, or with what looks like a token."""
    redactor = Redactor("salt")
    redactor.add_secret("eyJhbGciOiJ.part", "$SHORT")
    redactor.add_secret("eyJhbGciOiJ.part.and-more", "$LONG")
    assert redactor.text("eyJhbGciOiJ.part.and-more eyJhbGciOiJ.part") == "$LONG $SHORT"
    assert redactor.shell_word("x=eyJhbGciOiJ.part.and-more") == '"x=$LONG"'


def test_what_is_no_unicode_can_be_written_all_the_same() -> None:
    """A target may answer with lone surrogates, in identifiers, secrets or anywhere."""
    redactor = Redactor("salt")
    redactor.add_secret("secret\ud800", "$TOKEN")
    redactor.add_identifiers([("report", "REAL\udfff")], harmless=False)
    assert redactor.identifier("\ud800").startswith("id:")
    assert redactor.text("secret\ud800 REAL\udfff \udcff").split()[::2] == ["$TOKEN", "\\udcff"]
