"""Nothing that the mock writes holds a token, a secret, a patient or an identifier that may be real (SEC-5, SEC-6).

A long session of calls that are right, wrong, refused, cut off and ill-treated by faults; then everything that was
written is searched: standard output behind the first line, standard error, the audit log, journals and their streams,
counters, verdicts, metrics, and the detail of every refusal.
"""

from __future__ import annotations

import json
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import IncompleteRead
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from mock.tests.helpers.fork_server import prepared
from mock.tests.helpers.served import PATIENCE, Reply, Served, environment

CONTROL_TOKEN = "control-token-4711-of-this-test"
INVENTED = "invented-secret-9f8e7d"
STRANGER = "stranger-4711"
"""A client id, a path, a media type that nobody knows: no secret."""
PATIENT = {
    "mrn": "MRN-REAL-778899",
    "family_name": "Quandt-Mustermann",
    "given_name": "Xanthippe",
    "birth_date": "1961-07-29",
    "sex": "F",
}
OWN_STUDY = "1.2.840.99999.77.4242"
OWN_GROUP = "Xanthippe Quandt-Mustermann, ward 7"
DEFECT = "non-ascii-is-500"
"""One that makes the mock fail, and write down why."""
ROUNDS = 6


class Session:
    """A client and a tester who do all sorts of things.

    `secrets` may stand in nothing that is written, `identities` only in answers to who asked for them.
    """

    def __init__(self, served: Served) -> None:
        self.served = served
        self.secrets = {CONTROL_TOKEN, INVENTED}
        self.identities = {OWN_STUDY, OWN_GROUP, quote(OWN_GROUP), *list(PATIENT.values())[:4]}
        self.refusals: list[bytes] = []
        self.worlds = ["default"]

    def call(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Reply:
        """Make a call, and keep what a refusal says; a fault may leave no answer."""
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        try:
            reply = self.served.call(method, target, given, body)
        except (IncompleteRead, ConnectionError):
            return Reply(0, {}, b"")
        if reply.status >= 400:
            self.refusals.append(reply.body)
        return reply

    def control(self, method: str, path: str, content: Any = None) -> Any:
        """Call the control API."""
        body = None if content is None else json.dumps(content).encode()
        reply = self.call(method, "/_mock" + path, body, Authorization=f"Bearer {CONTROL_TOKEN}")
        return json.loads(reply.body) if reply.body else None

    def world(self, **options: Any) -> dict[str, Any]:
        """Make a world."""
        made: dict[str, Any] = self.control("POST", "/worlds", options)
        self.worlds.append(made["world"])
        return made

    def token(self, client: dict[str, Any], **query: str) -> str:
        """Fetch a token; it, its signature and the secret are looked for from now on."""
        basic = b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
        asked = "&".join(f"{name}={quote(text)}" for name, text in query.items())
        token = json.loads(self.call("GET", f"/oauth2/token?{asked}", Authorization=f"Basic {basic}").body)[
            "access_token"
        ]
        self.secrets |= {client["client_secret"], basic, token, token.rpartition(".")[2]}
        return str(token)

    def play(self, client: dict[str, Any], world: str) -> None:
        """One round of everything, as this client."""
        token = self.token(client)
        bearer = f"Bearer {token}"
        organization = client["organization_id"]
        order = self.control("POST", f"/worlds/{world}/orders", self.submission(organization))
        listed = json.loads(self.call("GET", f"/reports?organizationId={organization}", Authorization=bearer).body)
        for report in listed["reports"][:2]:
            asked = f"/results?order_id={report['order_id']}&report_type=json"
            self.remember(self.call("GET", asked, Authorization=bearer).body)
        for target in (
            f"/status?order_id={order['order_id']}",
            f"/status?study_uid={OWN_STUDY}",
            f"/orderId?study_uid={OWN_STUDY}",
            f"/report?study_group={quote(OWN_GROUP)}&report_type=json",
            f"/results?study_uid={OWN_STUDY}&report_type=fhir",
            f"/status?order_id={order['order_id']}&access_token={token}",
            f"/status?patient={quote(OWN_GROUP)}",
            f"/status?order_id=%C3%A9{token}",
            f"/status?order_id={PATIENT['mrn']}",
            f"/reports?organizationId={PATIENT['family_name']}",
            f"/orders/{token}",
            f"/w/{STRANGER}/status",
        ):
            self.call("GET", target, Authorization=bearer)
        self.refused(client, token, organization)

    def submission(self, organization: str) -> dict[str, Any]:
        """An order of the user's own patient."""
        own = {"study_uid": OWN_STUDY, "study_group": OWN_GROUP, "patient": PATIENT}
        return {"organization_id": organization, "status": "COMPLETED", **own}

    def remember(self, report: bytes) -> None:
        """Whom a report names is looked for too."""
        told = json.loads(report)
        self.identities |= {told["patient"]["mrn"], told["patient"]["family_name"], told["accession_number"]}

    def refused(self, client: dict[str, Any], token: str, organization: str) -> None:
        """Calls that give away more than they should."""
        secret, target = client["client_secret"], f"/reports?organizationId={organization}"
        swapped = b64encode(f"{secret}:{client['client_id']}".encode()).decode()
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        self.secrets.add(swapped)
        self.call("GET", "/oauth2/token", Authorization=f"Basic {swapped}")
        self.call("GET", f"/oauth2/token?client_secret={INVENTED}&client_id={secret}")
        self.call(
            "POST", "/oauth2/token", f"grant_type={secret}&client_id={STRANGER}&client_secret={token}".encode(), **form
        )
        self.call("POST", "/oauth2/introspect", f"token={token}&client_id={STRANGER}&client_secret=x".encode(), **form)
        self.call("GET", "/status", Authorization=f"Bearer {token}x")
        self.call("GET", "/status", Authorization=f"Basic {token}")
        self.call(
            "POST", target, json.dumps({"report_ids": [token, secret, 5]}).encode(), Authorization=f"Bearer {token}"
        )
        self.call("POST", target, token.encode(), Authorization=f"Bearer {token}", Content_Type=f"text/{STRANGER}")
        self.call("GET", f"/_mock/worlds/{token}", Authorization=f"Bearer {token}")
        self.control("GET", "/worlds/nowhere/journal")
        self.control("POST", "/worlds", {"scenario": 5, "secret": secret})
        self.call("BREW", f"/{secret}", Authorization=f"Bearer {token}")
        revoked = f"token={token}&client_id={client['client_id']}&client_secret={secret}".encode()
        assert self.call("POST", "/oauth2/revoke", revoked, **form).status == 200

    def faults(self, world: str) -> None:
        """Let calls go wrong on the wire too."""
        for n, effect in enumerate(({"truncate": True}, {"reset": True}, {"malformed": True}, {"status": 503})):
            match = {"operation": "getOrderIds", "nth": n + 2, "study_uid": OWN_STUDY}
            self.control("POST", f"/worlds/{world}/faults", {"effect": effect, "match": match})

    def written(self) -> dict[str, str]:
        """All that can be asked about what happened."""
        found = {"metrics": self.call("GET", "/metrics").body.decode(), "refusals": b"\n".join(self.refusals).decode()}
        for world in self.worlds:
            for path in ("/journal?limit=1000", "/journal/counters"):
                found[f"{world}{path}"] = json.dumps(self.control("GET", f"/worlds/{world}{path}"))
            expected = {"operation": "getStatus", "parameters": {"study_uid": "1.2.3"}}
            judged = self.control("POST", f"/worlds/{world}/journal/verify", {"expectations": [expected]})
            found[f"{world} verdict"] = json.dumps(judged)
        return found


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[Served, dict[str, str]]]:
    """Serve, and gather what is written to standard output and error, and to the audit log, once it has ended."""
    output: dict[str, str] = {}
    given = ("--control-token", CONTROL_TOKEN, "--audit-log", str(folder / "audit.jsonl"), *options)
    process = subprocess.Popen(
        [*prepared(), "serve", "--port", "0", "--json", *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(folder),
    )
    with process:
        assert process.stdout is not None
        try:
            yield Served(process, json.loads(process.stdout.readline()), folder / "none"), output
        finally:
            process.terminate()
        told, errors = process.communicate(timeout=PATIENCE)
    audit = (folder / "audit.jsonl").read_text()
    output |= {"stdout": told.decode(), "stderr": errors.decode(), "audit": audit}


@contextmanager
def following(served: Served, output: dict[str, str]) -> Iterator[None]:
    """Follow the default world's journal meanwhile."""
    connection = served.connect()
    connection.sendall(
        b"GET /_mock/worlds/default/journal/follow HTTP/1.1\r\nHost: localhost\r\n"
        b"Authorization: Bearer " + CONTROL_TOKEN.encode() + b"\r\n\r\n"
    )
    received = bytearray(connection.recv(1 << 16))

    def read() -> None:
        with suppress(ConnectionResetError):  # events may be on their way when we shut down
            while part := connection.recv(1 << 16):
                received.extend(part)

    reader = threading.Thread(target=read)
    reader.start()
    yield
    connection.shutdown(2)
    reader.join(PATIENCE)
    connection.close()
    output["stream"] = received.decode()


REDACTED = "--redact-journal"


@pytest.mark.parametrize(
    "options",
    [(), (REDACTED,), ("--database", "sqlite:///{}/state.db", "--workers", "2", REDACTED)],
    ids=["one", "redacted", "two"],
)
def test_no_output_holds_what_is_private(tmp_path: Path, options: tuple[str, ...]) -> None:
    """One process in memory, and two workers on a database, with tokens of both formats.

    No secret and no token is written down, wherever it was sent; with `--redact-journal` no identity either.
    """
    with serving(tmp_path, *(option.format(tmp_path) for option in options)) as (served, output):
        session = Session(served)
        with following(served, output):
            worlds = [session.world(token_format=form, scenario="demo") for form in ("jwt", "opaque")]
            worlds += [session.world(defects=[DEFECT])]
            for made in worlds:
                session.faults(made["world"])
            for n in range(ROUNDS):
                session.play(served.line["clients"][0], "default")
                session.play(worlds[n % len(worlds)]["clients"][0], worlds[n % len(worlds)]["world"])
        output |= session.written()
    assert output["stdout"] == ""
    assert len(output["audit"].splitlines()) > 20 * ROUNDS
    assert len(session.secrets) > 4 * ROUNDS
    assert leaks(output, session.secrets) == set()
    told = {name: text for name, text in output.items() if name != "refusals"}
    assert bool(leaks(told, session.identities)) == (REDACTED not in options)


def leaks(output: dict[str, str], private: set[str]) -> set[tuple[str, str]]:
    """Where something stands that should not."""
    return {(where, text) for where, told in output.items() for text in private if text in told}
