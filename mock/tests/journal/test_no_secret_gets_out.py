"""No secret and no token that a client sends is in anything that the mock keeps or shows, wherever it was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import click
import pytest

from mock.tests.helpers.in_process import Caller, Service, basic
from mock.tests.helpers.speaking import speaking
from pacsimile_mock.console import access
from pacsimile_mock.journal import audit
from pacsimile_mock.journal.call_line import call_line
from pacsimile_mock.journal.query import describe
from pacsimile_spec import operations

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
OTHERS = {"report_type": "json", "limit": "5", "study_uid": "1.2.3", "organizationId": "hospital"}


def make_calls(service: Service, caller: Caller, text: str) -> None:
    """Send a text in every parameter, in the path, in headers and bodies: alone, within a text, and percent-encoded."""
    for sent in (quote(text), f"x.{quote(text)}.y", "".join(f"%{byte:02X}" for byte in text.encode())):
        for operation in operations().values():
            names = [parameter.name for parameter in operation.parameters] or ["scope"]
            for name in names:
                target = f"{operation.path}?{name}={sent}"
                others = "".join(f"&{other}={OTHERS.get(other, 'x')}" for other in names if other != name)
                for query in (others, "", f"&{sent}=1"):
                    caller.call(operation.method, target + query)
                service.call(operation.method, target, {"Authorization": sent})
        for path in (f"/{sent}", f"/reports/{sent}", f"/w/{sent}/status"):
            caller.get(path)
    for body in (json.dumps({"report_ids": [text]}), json.dumps({text: [text]}), json.dumps(text), text):
        caller.post(body.encode())
        caller.post(body.encode(), text)
    caller.call("GET", "/status?order_id=1", headers=dict.fromkeys(("X-Request-Id", "Accept", "User-Agent"), text))
    for one, two in ((text, "b"), ("a", text), (text, text)):
        form = f"grant_type={quote(one)}&client_id={quote(two)}&client_secret={quote(one)}&scope={quote(two)}"
        for path in ("/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"):
            service.call("POST", path, FORM, form.encode())
            service.call("POST", path, {**FORM, "Authorization": basic(one, two)}, form.encode())


def ways_out(service: Service) -> Iterator[tuple[str, str]]:
    """Name and content of all that is shown of the calls. Of clients the control API shows the secret by design."""
    token, name = service.state.control_token, service.world.name
    for page in ("journal?limit=1000", "journal/advice", "journal/counters", "journal/lines"):
        reply = service.call("GET", f"/_mock/worlds/{name}/{page}", {"Authorization": f"Bearer {token}"})
        assert reply.status == 200
        yield page, reply.body.decode()
    yield "metrics", service.call("GET", "/metrics", {"Authorization": f"Bearer {token}"}).body.decode()
    service.wsgi.get(f"{access.SIGN_IN}?code={access.code_of(token)}")
    for page in ("journal", "advice"):
        answer = service.wsgi.get(f"{access.HOME}/worlds/{name}/{page}")
        assert answer.status_code == 200
        yield f"console {page}", answer.get_data(as_text=True)
    for entry in service.world.journal.store.entries():
        yield "entry", json.dumps(describe(entry))
        yield "audit log", audit.line(name, entry)
        yield "call line", click.unstyle(call_line(describe(entry), name))


@pytest.mark.parametrize("which", ["own", "one of letters", "another client's", "the control token", "an access token"])
@pytest.mark.parametrize("kind", ["plain", "redacted", "dialect"])
def test_a_secret_is_in_no_way_out(kind: str, which: str) -> None:
    """Neither in what is kept for advice alone, nor where it is redacted, nor in a dialect."""
    service = speaking("camel") if kind == "dialect" else Service(redact_journal=kind == "redacted")
    caller, other = service.client(), service.client()
    text = {
        "own": caller.client.client_secret,
        "one of letters": "demo-hospital-secret",
        "another client's": other.client.client_secret,
        "the control token": service.state.control_token,
        "an access token": other.token,
    }[which]
    make_calls(service, caller, text)
    shown = list(ways_out(service))
    assert [(name, line) for name, content in shown for line in content.splitlines() if text in line] == []
