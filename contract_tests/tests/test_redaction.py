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


def test_what_is_no_unicode_can_be_written_all_the_same() -> None:
    """A target may answer with lone surrogates, in identifiers, secrets or anywhere."""
    redactor = Redactor("salt")
    redactor.add_secret("secret\ud800", "$TOKEN")
    redactor.add_identifiers([("report", "REAL\udfff")], harmless=False)
    assert redactor.identifier("\ud800").startswith("id:")
    assert redactor.text("secret\ud800 REAL\udfff \udcff").split()[::2] == ["$TOKEN", "\\udcff"]
