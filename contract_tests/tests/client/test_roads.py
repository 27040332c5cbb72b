"""How a run reaches its target: TLS, proxies, gateways' headers, redirects; and where nothing of ours may go."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.certificates import Authority
from contract_tests.tests.helpers.tunnel import tunnelling
from pacsimile_contract.client.transport import Transport
from pacsimile_contract.client.wire import Wire, WireError
from pacsimile_contract.errors import UsageError
from pacsimile_contract.evidence.exchange import Answer, Request
from pacsimile_contract.evidence.history import History
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.events import Diagnosed, Event, RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Client, Limits, States, Target
from pacsimile_contract.target.reading import load_target

Start = Callable[..., Any]
SECRETS = {"ID": "client-1", "SECRET": "the-secret-of-client-1", "KEY": "the-key-of-the-gateway"}
STATUS = Options(requirements=("AUTH-1",))
"""One requirement, a handful of calls."""


def target_of(url: str, folder: Path, more: str = "") -> Target:
    """Return the target of a file that an operator would write."""
    file = folder / "staging.yaml"
    text = f"base_url: {url}\noauth2_endpoint: {url}/oauth2\norganization_id: org-a\n"
    file.write_text(f"{text}clients: {{primary: {{id: ID, secret: SECRET}}}}\n{more}", "utf-8")
    return load_target(file, SECRETS)


def judged(target: Target, options: Options = STATUS) -> tuple[RunFinished, str]:
    """Run, and return the end with the first line that says what is the matter."""
    lines: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Diagnosed):
            lines.append(event.line)

    return run(target, options, [listen]), lines[0] if lines else ""


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Return an authority that the machine does not trust."""
    return Authority(tmp_path, "ours")


def test_an_authority_of_ones_own_is_trusted_by_word(serve: Start, authority: Authority, tmp_path: Path) -> None:
    """`tls: {ca}`, a path beside the target file: the service is judged."""
    server = serve(real_service.answer, authority.server())
    done, line = judged(target_of(server.url, tmp_path, "tls: {ca: ours.pem}\n"))
    assert (done.exit_status, line) == (0, "")


def test_a_certificate_that_is_not_right_is_said_first(serve: Start, authority: Authority, tmp_path: Path) -> None:
    """Nothing is sent, and a line says what is wrong: whom to trust is the operator's to say, all else is not."""
    stranger = Authority(tmp_path, "stranger")
    cases = [
        (stranger.server(), "unable to get local issuer certificate", 2),
        (authority.server(expired=True), "certificate has expired", 4),
        (authority.server("api.example"), "IP address mismatch", 4),
    ]
    for context, words, status in cases:
        server = serve(real_service.answer, context)
        done, line = judged(target_of(server.url, tmp_path, "tls: {ca: ours.pem}\n"))
        assert done.exit_status == status
        assert line.startswith(f"{server.url}/oauth2: no answer: TLS: ")
        assert words in line
        assert "See `tls: {ca, client_cert, client_key}`" in line
        assert server.requests == []


def test_a_certificate_of_the_client_is_shown(serve: Start, authority: Authority, tmp_path: Path) -> None:
    """Where the service wants one: without it the first line says so, with it the service is judged."""
    server = serve(real_service.answer, authority.server(clients=authority))
    done, line = judged(target_of(server.url, tmp_path, "tls: {ca: ours.pem}\n"))
    assert done.exit_status == 4
    assert "no answer: " in line  # then an alert of TLS or a reset, whichever comes first
    assert "client_cert, client_key}` in the target file" in line
    certificate, key = authority.client()
    tls = f"tls: {{ca: ours.pem, client_cert: {certificate.name}, client_key: {key.name}}}\n"
    done, line = judged(target_of(server.url, tmp_path, tls))
    assert (done.exit_status, line) == (0, "")


@pytest.mark.parametrize("failure", ["reset", "closed"])
def test_a_connection_refused_after_the_handshake_asks_for_a_certificate(
    failure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes first there: under TLS 1.3 a server refuses us when our handshake is done already."""

    def lost(*_: object, **__: object) -> Answer:
        raise WireError(failure)

    monkeypatch.setattr(Wire, "send", lost)
    done, line = judged(target_of("https://127.0.0.1:1", tmp_path))
    assert done.exit_status == 4
    assert f"no answer: {failure} once TLS was spoken; does it want a certificate of ours? " in line


def test_a_key_of_another_certificate_is_told_on_load(authority: Authority, tmp_path: Path) -> None:
    """By its line."""
    certificate, _ = authority.client()
    _, other = Authority(tmp_path, "other").client()
    tls = f"tls: {{ca: ours.pem, client_cert: {certificate.name}, client_key: {other.name}}}\n"
    with pytest.raises(UsageError, match=r"staging\.yaml:5: tls\.client_key: expected PEM files of a certificate"):
        target_of("https://127.0.0.1:1", tmp_path, tls)


def test_a_proxy_gets_every_request(serve: Start, tmp_path: Path) -> None:
    """With the whole address, as proxies want it; the service itself is not asked directly."""
    proxy = serve(lambda method, path, body: real_service.answer(method, path.removeprefix(url), body))
    url = "http://127.0.0.1:9"  # nobody listens there
    done, line = judged(target_of(url, tmp_path, f"proxy: {proxy.url}\n"))
    assert (done.exit_status, line) == (0, "")
    assert {path.startswith(f"{url}/") for _, path, _, _ in proxy.requests} == {True}
    assert {headers["Host"] for _, _, headers, _ in proxy.requests} == {"127.0.0.1:9"}


def test_plain_http_behind_an_https_address_is_named(serve: Start, tmp_path: Path) -> None:
    """`https:` of a port without TLS: what speaks there, and what to write."""
    url = serve(real_service.answer).url.replace("http:", "https:")
    done, line = judged(target_of(url, tmp_path))
    assert done.exit_status == 4
    assert "this port does not speak TLS; if it speaks plain HTTP, write http:// in the target file" in line


def test_tls_goes_through_a_proxy_unread(serve: Start, authority: Authority, tmp_path: Path) -> None:
    """By CONNECT; the proxy sees neither path nor secret, and a certificate is verified as ever."""
    server = serve(real_service.answer, authority.server())
    with tunnelling() as proxy:
        done, line = judged(target_of(server.url, tmp_path, f"proxy: {proxy.url}\ntls: {{ca: ours.pem}}\n"))
        assert (done.exit_status, line) == (0, "")
        assert {one.rpartition(" ")[0] for one in proxy.lines} == {f"CONNECT {server.url.removeprefix('https://')}"}
        seen = b"".join(proxy.bytes_seen)
        assert not [one for one in (b"/token", b"Authorization", b"client-1", b"org-a") if one in seen]
        done, line = judged(target_of(server.url, tmp_path, f"proxy: {proxy.url}\n"))
        assert (done.exit_status, "TLS: " in line) == (2, True)


def test_a_proxy_that_does_not_let_us_through_is_named(serve: Start, authority: Authority, tmp_path: Path) -> None:
    """Its address, and what it said."""
    server = serve(real_service.answer, authority.server())
    with tunnelling(refuses=True) as proxy:
        done, line = judged(target_of(server.url, tmp_path, f"proxy: {proxy.url}\ntls: {{ca: ours.pem}}\n"))
    assert done.exit_status == 2
    assert f"through the proxy {proxy.url}: the proxy answers 407" in line
    done, line = judged(target_of("http://127.0.0.1:9", tmp_path, "proxy: http://127.0.0.1:9\n"))
    assert done.exit_status == 2
    assert "through the proxy http://127.0.0.1:9: refused" in line


def test_what_a_gateway_wants_is_sent_and_not_written(serve: Start, tmp_path: Path) -> None:
    """`headers` with values from the environment: on each request, and in no line of evidence."""
    server = serve(real_service.answer)
    done, _ = judged(target_of(server.url, tmp_path, "headers: {x-api-key: KEY}\n"))
    assert {headers.get("x-api-key") for _, _, headers, _ in server.requests} == {SECRETS["KEY"]}
    assert done.redactor.redact_own_text(SECRETS["KEY"]) == "$SECRET"


def test_headers_of_a_gateway_go_nowhere_else(serve: Start) -> None:
    """Not to the keys of another host, and not over plain HTTP where the service has TLS (SEC-4's call)."""
    sent: list[Request] = []

    class Kept(Wire):
        def send(self, request: Request, *_: object, **__: object) -> Answer:
            sent.append(request)
            return Answer(200, ())

    home = "https://api.staging.example"
    target = Target(
        home, "https://auth.staging.example/oauth2", {"primary": Client("primary", "a", "b")},
        headers=(("x-api-key", SECRETS["KEY"]),), jwks_url="https://keys.example/jwks",
    )  # fmt: skip
    transport = Transport(target, History(), "0", wire=Kept())
    transport.safety.invent("invented")
    plain = (("Authorization", "Bearer invented"),)
    transport.send(Request("GET", f"{home}/status"))
    transport.send(Request("GET", "https://auth.staging.example/oauth2/token"))
    transport.send(Request("GET", "https://keys.example/jwks"))
    transport.send(Request("GET", "http://api.staging.example/status", plain))
    assert ["x-api-key" in dict(one.headers) for one in sent] == [True, True, False, False]


def test_keys_are_fetched_where_the_target_file_says(serve: Start, tmp_path: Path) -> None:
    """`jwks_url`, on another host too, without a token; no metadata are looked for then."""
    keys = serve(lambda method, path, body: real_service.document(200, {"keys": []}))
    token = "eyJhbGciOiJFUzI1NiJ9.eyJleHAiOjB9.c2ln"

    def say(method: str, path: str, body: bytes) -> Any:
        given = {"access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": "x"}
        return real_service.document(200, given) if "/token" in path else real_service.problem(401, "no")

    server = serve(say)
    target = target_of(server.url, tmp_path, f"jwks_url: {keys.url}/jwks\n")
    run(replace(target, listing_allowed=True), Options(requirements=("AUTH-12",)))
    assert [path for _, path, _, _ in keys.requests] == ["/jwks"]
    assert "Authorization" not in keys.requests[0][2]
    assert not [path for _, path, _, _ in server.requests if ".well-known" in path]


def test_no_redirect_is_followed(serve: Start, tmp_path: Path) -> None:
    """Whatever is asked, states and metadata among it: the other host hears nothing."""
    other = serve(real_service.answer)

    def say(method: str, path: str, body: bytes) -> Any:
        if "/token" in path:
            return real_service.answer(method, path, body)
        if "no-such-path" in path:
            return real_service.problem(404, "not-found")
        return 307, {"Location": f"{other.url}{path}"}, b""

    server = serve(say)
    target = replace(target_of(server.url, tmp_path), listing_allowed=True)
    run(target, Options())
    with_states = replace(target, states=States(f"{server.url}/states", "the-token-of-the-states"))
    done = run(with_states, Options(requirements=("STATUS-1",)))
    assert other.requests == []
    assert next(one for one in done.judgements if one.requirement.id == "STATUS-1").verdict is not Verdict.PASS


@pytest.mark.parametrize(
    "more",
    [
        {"states": States("http://states.example/states", "the-token-of-the-states")},
        {"proxy": "http://proxy.example:3128"},
    ],
)
def test_no_secret_leaves_in_the_clear_beside_the_service(more: dict[str, Any]) -> None:
    """The token of the state URL, and what a proxy elsewhere would read: refused before anything is sent."""
    target = Target("http://127.0.0.1:9", "http://127.0.0.1:9/oauth2", {"primary": Client("primary", "a", "b")})
    with pytest.raises(UsageError, match="no secret is sent over plain HTTP off this machine"):
        run(replace(target, limits=Limits(timeout=0.2), **more), Options())
