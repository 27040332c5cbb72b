"""Claims and headers that resemble a service's own: none is right, and each kind of likeness is there."""

from pacsimile_contract.generation import near_claims

HEADER = {"alg": "ES256", "kid": "Key-1", "typ": "at+jwt"}
CLAIMS = {"iss": "https://api.example", "aud": ["urn:results", "urn:other"], "exp": 1}


def test_what_resembles_is_not_right() -> None:
    """Neither alone nor among several."""
    params = near_claims.wrong_params(HEADER, CLAIMS, "nobodys")
    issuers = [change["claims"]["iss"] for change in params["wrong-iss"]]
    assert issuers[0].startswith(CLAIMS["iss"])
    assert CLAIMS["iss"].startswith(issuers[1])
    assert CLAIMS["iss"] not in issuers
    for change in params["wrong-aud"]:
        audience = change["claims"]["aud"]
        assert {"urn:results", "urn:other"}.isdisjoint(audience if isinstance(audience, list) else [audience])
    assert "Key-1" not in [change["header"]["kid"] for change in params["unknown-kid"]]
    assert "at+jwt" not in [change["header"]["typ"] for change in params["typ-of-another-kind"]]


def test_the_path_of_an_issuer_at_another_host_is_not_right() -> None:
    """An issuer that is no URL has no host."""
    for issuer, wrong in (
        ("https://api.example:8443/oauth2?a=b", ["https://another-host.invalid/oauth2?a=b"]),
        ("https://a.example/w/1/oauth2", ["https://another-host.invalid/w/1/oauth2"]),
        ("urn:issuer", []), ("https://[", []), (None, []),
    ):  # fmt: skip
        changes = near_claims.issuer_at_another_host({"iss": issuer})
        assert [change["claims"]["iss"] for change in changes] == wrong


def test_a_slash_at_the_end_of_an_address_means_nothing() -> None:
    """A service may take its own address with and without it."""
    issuers = near_claims.wrong_params(HEADER, {"iss": "https://api.example/"}, "x")["wrong-iss"]
    assert "https://api.example" not in [change["claims"]["iss"] for change in issuers]


def test_where_nothing_is_known_what_nobody_has_is_tried() -> None:
    """A token need not have a claim that others can resemble."""
    params = near_claims.wrong_params({}, {}, "nobodys")
    assert params["wrong-iss"] == [{"claims": {"iss": near_claims.ISSUER}}]
    assert params["wrong-aud"] == [{"claims": {"aud": near_claims.AUDIENCE}}, {"claims": {"aud": []}}]
    assert params["unknown-kid"] == [{"header": {"kid": "nobodys"}}]


def test_the_first_of_each_part_comes_first() -> None:
    """Where calls are few, no part is left out; one that stands there twice comes twice as often."""
    params = [("a", [{"claims": {"x": 1}}, {"claims": {"x": 2}}]), ("b", [{"claims": {"y": 1}}])]
    assert [part for part, _ in near_claims.round_robin(params)] == ["a", "b", "a"]
    assert [part for part, _ in near_claims.round_robin([*params, params[0]])] == ["a", "b", "a", "a", "a"]
