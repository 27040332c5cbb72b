"""The target file: what it says, and how an error in it reads."""

from pathlib import Path

import pytest

from pacsimile_contract.errors import TargetFileError
from pacsimile_contract.target.model import Target, is_loopback
from pacsimile_contract.target.operations import absence_reason
from pacsimile_contract.target.reading import load_target

SECRETS = {
    "ID": "client-1",
    "SECRET": "s3cret-s3cret",
    "OTHER": "client-2",
    "KEY": "k3y-k3y",
    "STATES": "st4tes",
    "EMPTY": "",
}
GOOD = """\
base_url: https://api.staging.example/
oauth2_endpoint: https://auth.staging.example/oauth2
organization_id: org-a
clients:
  primary: {id: ID, secret: SECRET}
  other_org: {id: OTHER, secret: SECRET, organization_id: org-b}
"""


def load(tmp_path: Path, text: str) -> Target:
    """Load a target file with this text."""
    path = tmp_path / "staging.yaml"
    path.write_text(text, "utf-8")
    return load_target(path, SECRETS)


def test_a_short_file_has_calm_defaults(tmp_path: Path) -> None:
    """Off loopback: profile documented, slow, no listing, one wrong secret, no hostile input."""
    target = load(tmp_path, GOOD)
    assert (target.base_url, target.profile) == ("https://api.staging.example", "documented")
    assert (target.limits.rate, round(target.limits.token_rate * 60), target.limits.max_requests) == (5.0, 5, 3000)
    assert (target.listing_allowed, target.wrong_secrets, target.hostile_input) == (False, 1, False)
    assert target.primary.client_id == "client-1"
    assert target.clients["other_org"].organization_id == "org-b"


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    """Every key has its effect."""
    target = load(
        tmp_path,
        GOOD
        + """\
profile: strict
dialect: identity
headers: {x-api-key: KEY}
limits: {rate: 30/m, timeout: 250ms, max_requests: 7, max_time: 5m}
listing: {allowed: true}
acknowledge: {allowed: true, organization_id: org-a}
probes: {wrong_secrets: 0, forged_tokens: false, hostile_input: true}
exclusive: true
states: {url: "https://api.staging.example/states", token: STATES,
  fixtures: {study_group: {statuses: [COMPLETED], study_group: G, order_ids: [O-1]}}}
accept_not_exercised: [{id: BATCH-9, reason: "one client only", until: 2027-03-01}]
""",
    )
    assert (target.limits.rate, target.limits.timeout, target.limits.max_time) == (0.5, 0.25, 300.0)
    assert (target.headers, target.states.token) == ((("x-api-key", "k3y-k3y"),), "st4tes")
    assert (target.listing_allowed, target.acknowledge_organization, target.exclusive) == (True, "org-a", True)
    assert target.accepted[0].until is not None
    group = {"statuses": ["COMPLETED"], "study_group": "G", "order_ids": ["O-1"]}
    assert target.states.fixtures == {"study_group": group}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (GOOD + "listings: {allowed: true}\n", 7, "unknown key; expected one of base_url"),
        (GOOD + "listing:\n  allowed: maybe\n", 8, 'listing.allowed: expected true or false; got "maybe"'),
        (GOOD + "listing: {allowed: yes}\n", 7, "expected true or false"),
        (GOOD + "limits: {rate: fast}\n", 7, "limits.rate: expected requests a second, minute or hour, such as 5/s"),
        (GOOD + "limits: {max_requests: many}\n", 7, "expected a number of requests"),
        (GOOD.replace("secret: SECRET}", "secret: MISSING}", 1), 5, "the environment variable MISSING is not set"),
        (GOOD.replace("secret: SECRET}", "secret: EMPTY}", 1), 5, "the environment variable EMPTY is empty"),
        (GOOD.replace("id: ID", "id: 'a literal-id'"), 5, "the name of an environment variable"),
        (GOOD.replace("base_url: https", "base_url: ftp"), 1, "an http or https address"),
        (GOOD.replace("oauth2_endpoint", "oauth_endpoint"), 2, "unknown key"),
        ("clients: {primary: {id: ID, secret: SECRET}}\n", 1, "lacks base_url"),
        (GOOD + "profile: lax\n", 7, "strict or documented"),
        (GOOD + "dialect: camels\n", 7, "did you mean 'camel'"),
        (GOOD + "dialect: [camel]\n", 7, "a shipped dialect, or the path of a dialect file"),
        (GOOD + "tls: {ca: nowhere.pem}\n", 7, "expected a PEM file"),
        (GOOD + "exclusive: true\nexclusive: true\n", 8, "expected exclusive once; it is given twice"),
        (GOOD + "limits: {max_requests: true}\n", 7, "1 or more; got true"),
        (GOOD + "listing:\n  allowed: 'true'\n", 8, 'expected true or false; got "true"'),
        (GOOD + "listing: {allowed: null}\n", 7, "expected true or false; got null"),
        (GOOD + "accept_not_exercised:\n  - {id: BATCH-9, reason: x, until: 2027-13-01}\n", 8, "expected a date"),
        ("base_url: [unclosed\n", 2, "is not YAML"),
        ("", 1, "lacks base_url"),
        ("- a list\n", 1, "a mapping that says where the service is"),
    ],
)
def test_an_error_names_file_line_and_what_was_expected(tmp_path: Path, text: str, line: int, words: str) -> None:
    """A typing error is found on load."""
    with pytest.raises(TargetFileError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'staging.yaml'}:{line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("secret: SECRET}", "secret: demo-s3cret}", 1),
        GOOD.replace("secret: SECRET}", "secret: S3cretOfTheDemo}", 1),
        GOOD.replace("secret: SECRET}", "secret: [demo-s3cret]}", 1),
        GOOD.replace("id: ID", "id: demo-s3cret"),
        GOOD.replace("{id: ID, secret: SECRET}", "'ID:demo-s3cret'"),
        "base_url: https://a.example\noauth2_endpoint: https://a.example\nclients: 'ID:demo-s3cret'\n",
        GOOD + "headers: {x-api-key: demo-s3cret}\n",
        GOOD + "headers: 'x-api-key: demo-s3cret'\n",
        GOOD + "states: {token: demo-s3cret}\n",
        GOOD + "tls: {passphrase: demo-s3cret}\n",
        GOOD + 'tls: {client_cert: a.pem, client_key: "-----BEGIN PRIVATE KEY-----\\ns3cret"}\n',
        GOOD + "proxy: https://user:demo-s3cret@proxy.example\n",
        GOOD.replace("https://api", "user:demo-s3cret@api"),
        GOOD.replace("https://api", "https://user:demo-s3cret@api"),
    ],
)
def test_a_secret_in_the_file_is_not_repeated(tmp_path: Path, text: str) -> None:
    """What may be a secret, written in the place of a variable's name or in an address, is not in the error."""
    with pytest.raises(TargetFileError, match="expected") as caught:
        load(tmp_path, text)
    assert "s3cret" not in str(caught.value).casefold()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (GOOD.replace("org-a", "my-organization"), 3, "write the organization of the primary client"),
        (GOOD.replace("org-b", "other-organization"), 6, "write the organization of the client `other_org`"),
        (GOOD + "acknowledge: {allowed: true, organization_id: my-organization}\n", 7, "of the primary client"),
    ],
)
def test_a_placeholder_is_refused(tmp_path: Path, text: str, line: int, words: str) -> None:
    """What `--init` wrote for the user to replace is refused where it still stands."""
    with pytest.raises(TargetFileError) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(f"{tmp_path / 'staging.yaml'}:{line}: ")
    assert "is the placeholder that --init wrote" in str(caught.value) and words in str(caught.value)


def test_an_unreadable_file_says_so(tmp_path: Path) -> None:
    """No file: one line."""
    with pytest.raises(TargetFileError, match="cannot be read"):
        load_target(tmp_path / "none.yaml", {})


def test_secrets_are_not_in_a_representation(tmp_path: Path) -> None:
    """A target in a traceback or log shows no secret."""
    assert "s3cret" not in repr(load(tmp_path, GOOD).clients)


def test_loopback_is_known_by_address_and_name() -> None:
    """127.0.0.0/8, ::1 and localhost."""
    assert all(map(is_loopback, ("http://127.0.0.1:1", "http://127.9.9.9", "https://[::1]:2", "http://localhost:3/x")))
    others = (
        "http://10.0.0.1",
        "https://localhost.example",
        "http://128.0.0.1",
        "http://api.localhost",
        "http://0.0.0.0",
    )
    assert not any(map(is_loopback, others))


def test_a_dialect_is_a_shipped_one_or_a_file_beside_the_target_file(tmp_path: Path) -> None:
    """What it leaves out is absent too; one that spells as the contract does is none."""
    (tmp_path / "vendor.yaml").write_text("name: vendor\noperations: {getOrderIds: false, postToken: false}\n", "utf-8")
    target = load(tmp_path, GOOD + "dialect: vendor.yaml\noperations: {getStatus: false}\n")
    assert target.dialect is not None
    assert (target.dialect.dialect.name, target.absent) == ("vendor", {"getOrderIds", "getStatus"})
    assert absence_reason(target, "getOrderIds") == "the dialect vendor says `operations: {getOrderIds: false}`"
    assert absence_reason(target, "getStatus") == "the target file says `operations: {getStatus: false}`"
    (tmp_path / "own.yaml").write_text("name: own\n", "utf-8")
    assert load(tmp_path, GOOD + "dialect: own.yaml\n").dialect is None
    (tmp_path / "wrong.yaml").write_text("name: wrong\ntimes: never\n", "utf-8")
    with pytest.raises(TargetFileError, match=r"staging.yaml:7: dialect: .*wrong.yaml:2: times: expected rfc3339"):
        load(tmp_path, GOOD + "dialect: wrong.yaml\n")
