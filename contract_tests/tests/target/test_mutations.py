"""Whatever stands in a file of the operator's: one line that names file and line, never a traceback."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pacsimile_contract.client.transport import Transport
from pacsimile_contract.errors import UsageError
from pacsimile_contract.evidence.history import History
from pacsimile_contract.judging.baseline import load_baseline
from pacsimile_contract.target.model import Target
from pacsimile_contract.target.reading import load_target

SECRETS = {"ID": "client-1", "SECRET": "s3cret-s3cret", "KEY": "k3y-k3y", "LONG": "x" * 5000, "LINES": "a\nb"}
WHOLE = """\
base_url: http://127.0.0.1:8080/api
oauth2_endpoint: https://auth.staging.example/oauth2
profile: strict
dialect: identity
organization_id: org-a
clients:
  primary: {id: ID, secret: SECRET}
  other_org: {id: ID, secret: SECRET, organization_id: org-b}
headers: {x-api-key: KEY}
tls: {}
proxy: http://proxy.example:3128
limits: {rate: 5/s, token_rate: 5/m, timeout: 10s, listing_timeout: 60s, settle: 0s, wait: 1h, max_requests: 3000}
listing: {allowed: true}
acknowledge: {allowed: true, organization_id: org-a}
probes: {wrong_secrets: 1, forged_tokens: true, hostile_input: false}
exclusive: false
plain_http: {allowed: true, reason: "container on this runner"}
states: {url: http://127.0.0.1:8080/states, token: KEY, timeout: 120s, fixtures: {study_group: {FIXTURE}}}
jwks_url: https://auth.staging.example/keys
accept_not_exercised: [{id: BATCH-9, reason: x, until: 2027-03-01}]
""".replace("FIXTURE", "statuses: [COMPLETED], study_group: G, order_ids: [O-1]")
KNOWN = """\
# what is known
- {check: BATCH-9/own-listing, reason: ticket 17, until: 2999-01-01}
- check: STATUS-4/unknown-order
  reason: >
    ticket 18
"""
PIECES = (
    "", " ", "\n", "\t", "\0", "\x1b", "\ufeff", "é", "\u2028", "'", '"', ":", "-", "&a ", "*a", "{", "}", "[", "]",
    ",", "#", "--5", "? [x]: 1\n", "<<: ", "!!binary x", "%YAML 9.9\n", "---\n", "...\n", "null", "~", "true", "-1",
    "1e99",
    "9" * 400 + "/s", "9" * 400, "999999999h", "0s", "0.0000001s", "http://", "http://[", "http://h:99999", "ftp://x",
    "http://a:b@c", "http://h h", "LINES", "LONG", "NOT_SET", "2027-13-45", "BATHC-9", "authorization",
    "x-http-method-override", "a b", "\\", "/dev/null", "{ca: ca.pem}",
    "{client_cert: ca.pem}", "{ca: \"a\\0b\"}", "&a [*a]", "[" * 40,
)  # fmt: skip
Edit = tuple[int, int, str]
"""Where, how many characters are taken away, and what is put there."""


def edited(text: str, edits: list[Edit]) -> str:
    """Return the text with the edits made, one after the other."""
    for place, length, piece in edits:
        at = place % (len(text) + 1)
        text = text[:at] + piece + text[at + length :]
    return text


def value_of(line: int, piece: str) -> list[Edit]:
    """Return an edit that puts a piece in the place of a top-level value."""
    before = "\n".join(WHOLE.split("\n")[:line])
    row = WHOLE.split("\n")[line]
    at = len(before) + (1 if line else 0) + row.index(":") + 2
    return [(at, len(before) + (1 if line else 0) + len(row) - at, piece)]


EDITS = st.lists(
    st.tuples(st.integers(0, len(WHOLE)), st.sampled_from((0, 0, 1, 3, 12)), st.sampled_from(PIECES)),
    min_size=1,
    max_size=3,
)
VALUES = st.builds(
    value_of, st.sampled_from([0, 1, 2, 3, 4, 9, 10, 15, 18]), st.sampled_from(PIECES) | st.text(max_size=9)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a file that is there."""
    made = tmp_path_factory.mktemp("files")
    (made / "ca.pem").write_text("no certificate\n", "utf-8")
    return made


def read_or_line(path: Path, text: str, read: Callable[[Path], Any]) -> Any:
    """Return what is read, or None where one line said what is wrong."""
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        return read(path)
    except UsageError as error:
        said = str(error)
        assert re.match(re.escape(str(path)) + r"(:[1-9][0-9]*)?: .", said), said
        assert len(said.splitlines()) == 1, said
        assert said.isprintable(), said
        return None


def read_target(path: Path) -> Target:
    """Read a target file with the secrets that there are."""
    return load_target(path, SECRETS)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS | VALUES)
@example(edits=[(0, 0, "x: &a [*a]\n")])
@example(edits=[(0, 0, "x: " + "[" * 5000 + "\n")])
@example(edits=[(0, 0, "? [x]\n: 1\n")])
@example(edits=[(0, 0, '"a\\nb": 1\n')])
@example(edits=value_of(0, '"http://h\\nx"'))
@example(edits=value_of(11, '{timeout: "5s\\n"}'))
@example(edits=value_of(11, "{max_requests: " + "9" * 5000 + "}"))
@example(edits=value_of(11, "{rate: " + "9" * 400 + "/s}"))
@example(edits=value_of(8, "{x-key: LINES}"))
def test_a_damaged_target_file_is_told_in_one_line(folder: Path, edits: list[Edit]) -> None:
    """It is read, or refused with its line; of what was read a transport can be made."""
    target = read_or_line(folder / "staging.yaml", edited(WHOLE, edits), read_target)
    if target is not None:
        Transport(target, History(), "0").close()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_a_damaged_baseline_is_told_in_one_line(folder: Path, edits: list[Edit]) -> None:
    """The same for known failures."""
    read_or_line(folder / "known.yaml", edited(KNOWN, edits), load_baseline)


def test_the_whole_file_is_good(folder: Path) -> None:
    """What is damaged above can be read."""
    assert isinstance(read_or_line(folder / "staging.yaml", WHOLE, read_target), Target)
    assert len(read_or_line(folder / "known.yaml", KNOWN, load_baseline)) == 2


@pytest.mark.parametrize(
    ("line", "value", "words"),
    [
        (0, "https://name:pass@host", "without name and password"),
        (0, "http://host:99999", "Port out of range"),
        (0, "http://[::1", "Invalid IPv6 URL"),
        (1, "https://bücher.example/oauth2", "xn--"),
        (4, "org-b", 'clients.other_org.organization_id: expected the other organization\'s; got "org-b"'),
        (4, "org-c", "acknowledge: expected its organization_id, the same as that of the primary client"),
        (13, "{allowed: true}", "acknowledge: expected its organization_id"),
        (8, "{Authorization: KEY}", "headers.Authorization: is what the tests themselves send"),
        (8, "{X-HTTP-Method-Override: KEY}", "no method-override header is sent along"),
        (8, "{a b: KEY}", "is no name of a header"),
        (8, "{x-api-key: LINES}", "holds white space around the value, or a line break"),
        (9, "{ca: ca.pem}", "tls.ca: expected a PEM file of certificates"),
        (9, "{client_cert: ca.pem}", "tls.client_cert: expected PEM files of a certificate and its key"),
        (9, '{ca: "no\\0where"}', "tls.ca: there is no such file"),
        (9, "{client_key: ca.pem}", "expected the client_cert that it belongs to"),
        (11, "{timeout: 0s}", "limits.timeout: expected at least 1ms, as 0 lets nothing be asked; got 0s"),
        (11, "{wait: 200h}", "limits.wait: expected a duration up to 7d"),
        (17, "{url: 'http://u:p@h/states'}", "states.url: expected an http or https address"),
        (19, "[{id: BATHC-9, reason: x}]", "accept_not_exercised.0.id: there is no requirement BATHC-9"),
    ],
)
def test_what_the_schema_cannot_say_is_checked_too(folder: Path, line: int, value: str, words: str) -> None:
    """Each with the line that it stands on."""
    path = folder / "staging.yaml"
    path.write_text(edited(WHOLE, value_of(line, value)), "utf-8")
    with pytest.raises(UsageError) as caught:
        read_target(path)
    told = 8 if words.startswith("clients") else 14 if words.startswith("acknowledge") else line + 1
    assert str(caught.value).startswith(f"{path}:{told}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("client", "words"),
    [
        (
            "other_org: {id: ID, secret: SECRET}",
            "other_org.organization_id: expected the other organization's; got none",
        ),
        (
            "same_org: {id: ID, secret: SECRET, organization_id: org-b}",
            "same_org.organization_id: expected none, or that",
        ),
        ("same_org: {id: ID, secret: SECRET}", "same_org.id: expected another client than the primary one"),
    ],
)
def test_a_client_of_the_wrong_organization_is_told(folder: Path, client: str, words: str) -> None:
    """A right service would look wrong, or what the client is for would quietly stay open."""
    path = folder / "staging.yaml"
    path.write_text(WHOLE.replace("other_org: {id: ID, secret: SECRET, organization_id: org-b}", client), "utf-8")
    with pytest.raises(UsageError) as caught:
        read_target(path)
    assert str(caught.value).startswith(f"{path}:8: clients.{words}")
