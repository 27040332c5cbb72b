"""A long conversation with a world: what it says is compared between an undamaged world and a defective one."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import crowded
import orjson

from pacsimile_mock.clock import SECOND
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.states import catalogue
from pacsimile_mock.worlds import Worlds
from pacsimile_spec import operations
from pacsimile_spec.report_types import REPORT_TYPES

START = 1_790_000_000 * SECOND
STATUSES = ["COMPLETED", "PROCESSING"]


class Probe:
    """Talks to one world, and writes down what it answers, but for what is drawn anew each time."""

    def __init__(self, defect: str | None) -> None:
        worlds = Worlds("http://localhost", WorldOptions(scenario="empty"))
        self.world = worlds.create(WorldOptions(scenario="empty", defects=(defect,) if defect else ()))
        self.world.clock.freeze()
        self.world.clock.set(START + 10**9 * SECOND)
        self.told: list[str] = []
        self.primary = self.state("fresh_organization")
        self.token = self.token_of(self.primary)

    def state(self, name: str, **params: Any) -> dict[str, Any]:
        """Make a provider state."""
        return catalogue.make(self.world, {"state": name, "params": params})

    def mine(self, name: str, **params: Any) -> dict[str, Any]:
        """Make a provider state of the first organization."""
        return self.state(name, organization_id=self.primary["organization_id"], **params)

    def call(
        self,
        operation: str | None,
        query: str = "",
        *,
        token: str | None = "",
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        method: str = "GET",
        path: str = "/nowhere",
    ) -> Answer:
        """Make a call and write the answer down."""
        known = operations().get(operation or "")
        sent = {"authorization": f"Bearer {self.token if token == '' else token}"} if token is not None else {}
        call = Call(
            known.method if known else method,
            known.path if known else path,
            query,
            {**sent, **(headers or {})},
            body,
            len(body) or None,
            operation=operation,
        )
        answer = self.world.answer(call)
        self.note(f"{operation} {query} -> {answer.status} {answer.media_type} {self._shown(answer, call)}")
        return answer

    def note(self, line: str) -> None:
        """Write a line down, world names and tokens left out."""
        self.told.append(line.replace(getattr(self, "token", "T"), "T").replace(self.world.name, "W"))

    def _shown(self, answer: Answer, call: Call) -> str:
        headers = sorted((name, value) for name, value in answer.headers if name != "Date")
        body = answer.body if b'"access_token":' not in answer.body else self._token_shown(answer.body)
        return f"{headers} {body!r}".replace(call.request_id, "ID")

    @staticmethod
    def _token_shown(body: bytes) -> bytes:
        content = orjson.loads(body)
        claims = content["access_token"].split(".")[1]
        decoded = orjson.loads(_unpadded(claims))
        content["access_token"] = decoded["exp"] - decoded["iat"]
        return orjson.dumps(content)

    def token_of(self, client: dict[str, Any], scope: str | None = None, *, second: bool = False) -> str:
        """Get a token by the form and Basic."""
        prefix = "second_" if second else ""
        basic = basic_of(client[prefix + "client_id"], client[prefix + "client_secret"])
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        answer = self.call("postToken", body=urlencode(form).encode(), token=None, headers=FORM | basic)
        return str(orjson.loads(answer.body).get("access_token"))


FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}


def basic_of(client_id: str, secret: str) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"authorization": "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()}


def _unpadded(text: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _part(content: Any) -> str:
    return urlsafe_b64encode(orjson.dumps(content)).rstrip(b"=").decode()


def tokens(probe: Probe) -> None:
    """All ways of asking for a token."""
    who = basic_of(probe.primary["client_id"], probe.primary["client_secret"])
    pair = {"client_id": probe.primary["client_id"], "client_secret": probe.primary["client_secret"]}
    grant = "grant_type=client_credentials"
    probe.call("getToken", token=None, headers=who)
    for headers, body in (
        (who, grant),
        ({}, grant + "&" + urlencode(pair)),
        (who, grant + "&" + urlencode(pair)),
        (basic_of(pair["client_id"], "wrong"), grant),
        (basic_of("nobody", "wrong"), grant),
        ({}, grant),
        (who, "grant_type=invented"),
        (who, ""),
        (who, f"{grant}&{grant}"),
        (who, f"{grant}&scope=status.read"),
        (who, f"{grant}&scope=ingest.write"),
        (who, f"{grant}&scope=invented"),
    ):
        probe.call("postToken", body=body.encode(), token=None, headers=FORM | headers)
    probe.call("getToken", "client_secret=invented", token=None, headers=who)


def forged(probe: Probe) -> None:
    """Tokens that must not open anything."""
    order = "order_id=" + probe.mine("order_in_status", status="COMPLETED")["order_id"]
    probe.call("getStatus", order, token=None)
    probe.call("getStatus", order, token="random")
    probe.call("getStatus", f"{order}&access_token={probe.token}", token=None)
    header, claims, signature = probe.token.split(".")
    for forgery in (
        f"{_part({'alg': 'none', 'typ': 'at+jwt'})}.{claims}.",
        f"{header}.{claims}.{signature[:-6]}AAAAAA",
        _hs256(probe, claims),
    ):
        probe.call("getStatus", order, token=forgery)
    for changed in (
        {"claims": {"iss": "http://elsewhere"}},
        {"claims": {"aud": "elsewhere"}},
        {"claims": {"nbf": probe.world.clock.now() // SECOND + 600}},
        {"header": {"typ": "logout+jwt"}},
        {"header": {"kid": "unknown"}},
        {"header": {"crit": ["x"], "x": 1}},
    ):
        probe.call("getStatus", order, token=probe.mine("token_with", **changed)["access_token"])
    for scopes in (["status.read"], ["reports.read"], ["ingest.write"]):
        token = probe.token_of(probe.mine("client_with_scopes", scopes=scopes))
        for operation, query in (
            ("getStatus", order),
            ("acknowledgeReports", f"organizationId={probe.primary['organization_id']}"),
        ):
            probe.call(operation, query, token=token)
    probe.call("getStatus", "unknown=1", token=None)


def _hs256(probe: Probe, claims: str) -> str:
    key = probe.world.jwt.keys.current
    signed = f"{_part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': key.kid})}.{claims}"
    mac = hmac.digest(key.as_pem(private=False), signed.encode(), hashlib.sha256)
    return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def orders(probe: Probe) -> None:
    """Statuses, studies and groups."""
    study = probe.mine("study_with_orders", statuses=["COMPLETED", "COMPLETED", "PROCESSING"])
    other = probe.mine("study_with_orders", statuses=["COMPLETED"] * 3, seconds=[0, 5, 5], submitted=[3, 2, 1])
    zones = probe.mine("study_with_orders", statuses=["COMPLETED"] * 2, offsets=["+09:00", "-05:00"])
    failed = probe.mine("order_in_status", status="FAILED")
    cancelled = probe.mine("order_in_status", status="CANCELLED")
    waiting = probe.mine("order_in_status", status="RECEIVED")
    many = probe.mine("study_with_orders", statuses=["COMPLETED"] * 120)
    for order_id in [*study["order_ids"], failed["order_id"], cancelled["order_id"], waiting["order_id"]]:
        probe.call("getStatus", f"order_id={order_id}")
        for report_type in ("json", "txt", "fhir", "csv", "docx"):
            probe.call("getResult", f"order_id={order_id}&report_type={report_type}")
            probe.call("getResult", f"order_id={order_id}&report_type={report_type}")
    for uid in (study["study_uid"], other["study_uid"], zones["study_uid"], many["study_uid"], "1.2.3", "1.02.3"):
        for operation, extra in (("getStatus", ""), ("getOrderIds", ""), ("getResult", "&report_type=json")):
            probe.call(operation, f"study_uid={uid}{extra}")
            probe.call(operation, f"study_uid={uid}%0A{extra}")
    first = study["order_ids"][0]
    for query in (
        "",
        "order_id=",
        f"order_id={first[:-1]}",
        f"order_id={first.lower()}",
        "order_id=NO-SUCH",
        f"order_id={first}&order_id={first}",
        f"order_id={first}&study_uid=1.2.3",
        f"order_id={first}&colour=red",
        "order_id=%C3%A4",
    ):
        probe.call("getStatus", query)
    probe.mine("order_advanced", order_id=waiting["order_id"], status="PROCESSING")
    for progress in (20, 60):
        probe.mine("order_advanced", order_id=waiting["order_id"], progress=progress)
        probe.call("getStatus", f"order_id={waiting['order_id']}")
    for _ in range(20):
        probe.call("getOrderIds", f"study_uid={study['study_uid']}")


def groups(probe: Probe) -> None:
    """Reports of study groups."""
    for statuses in (["COMPLETED", "FAILED"], ["COMPLETED", "COMPLETED"], STATUSES, ["FAILED", "CANCELLED"]):
        group = probe.mine("study_group", statuses=statuses)
        name = group["study_group"]
        probe.call("getGroupReport", f"study_group={name}&report_type=json")
        probe.call("getGroupReport", f"study_group={name}&report_type=csv")
        if "COMPLETED" in statuses:
            status = probe.world.store.find_order(group["order_ids"][0])
            assert status is not None
            probe.mine("report_amended", report_id=status.report_id(1))
            probe.call("getGroupReport", f"study_group={name}&report_type=json")
            probe.call("getResult", f"order_id={group['order_ids'][0]}&report_type=json")
    probe.call("getGroupReport", "study_group=nobody&report_type=json")


def documents(probe: Probe) -> None:
    """Reports in every type, before and after an amendment, and those of a study group beside another."""
    order = probe.mine("order_in_status", status="COMPLETED")["order_id"]
    group = probe.mine("study_group", statuses=["COMPLETED", "FAILED", "CANCELLED", "COMPLETED"])
    probe.mine("study_group", statuses=["FAILED", "COMPLETED"])
    kept = probe.world.store.find_order(order)
    member = probe.world.store.find_order(group["order_ids"][0])
    assert kept is not None
    assert member is not None
    for amended in (False, True):
        if amended:
            probe.mine("report_amended", report_id=kept.report_id(1))
            probe.mine("report_amended", report_id=member.report_id(1))
        for name, known in REPORT_TYPES.items():
            if known.of_order:
                probe.call("getResult", f"order_id={order}&report_type={name}")
            if known.of_group:
                probe.call("getGroupReport", f"study_group={group['study_group']}&report_type={name}")


def queue(probe: Probe) -> None:
    """Listing and acknowledging."""
    home = probe.state("fresh_organization", ready_reports=130, completed_seconds=[0] * 4 + list(range(126)))
    token, second = probe.token_of(home), probe.token_of(home, second=True)
    owner = f"organizationId={home['organization_id']}"
    at_home = {"organization_id": home["organization_id"]}
    probe.state("order_in_status", status="PROCESSING", **at_home)

    def listing(extra: str = "", by: str = token) -> None:
        probe.call("listReports", owner + extra, token=by)

    def acknowledge(body: Any = None, by: str = token) -> None:
        sent = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        probe.call("acknowledgeReports", owner, token=by, body=sent, headers=JSON if sent else {})

    acknowledge()
    listing()
    listing("&limit=1")
    listing("&limit=2")
    acknowledge()
    acknowledge()
    listing()
    ids = home["report_ids"]
    for body in ({"report_ids": [ids[5], "NO-SUCH"]}, b"{", {"report_ids": []}, {"report_ids": ["NO-SUCH"]}):
        acknowledge(body)
        listing()
    listing(by=second)
    probe.state("report_becomes_ready", **at_home)
    listing()
    acknowledge(by=second)
    listing()
    late = probe.state("report_becomes_ready", completed_seconds_ago=1000, **at_home)
    acknowledge()
    listing()
    probe.state("report_amended", report_id=ids[5], **at_home)
    probe.state("report_amended", report_id=late["report_id"], **at_home)
    listing()
    acknowledge()
    listing()
    acknowledge()
    acknowledge()
    listing()
    probe.call("getStatus", f"order_id={home['order_ids'][5]}", token=token)
    probe.call("getResult", f"order_id={home['order_ids'][5]}&report_type=json", token=token)
    fetched = probe.state("report_becomes_ready", **at_home)
    probe.call("getResult", f"order_id={fetched['order_id']}&report_type=json", token=token)
    listing()


def isolation(probe: Probe) -> None:
    """Two organizations."""
    mine = probe.mine("order_in_status", status="COMPLETED")
    other = probe.state("other_organization")
    shared = probe.mine("study_shared_between_organizations")
    group = probe.mine("study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=STATUSES)
    same = probe.mine("study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=["COMPLETED"])
    for query in (f"order_id={other['order_id']}", "order_id=ORD-AAAAAA-999999", f"study_uid={other['study_uid']}"):
        probe.call("getStatus", query)
        probe.call("getResult", query + "&report_type=json")
    for uid in (other["study_uid"], shared["study_uid"], "1.2.3"):
        probe.call("getOrderIds", f"study_uid={uid}")
    for name in (other["study_group"], group["study_group"], same["study_group"]):
        probe.call("getGroupReport", f"study_group={name}&report_type=json")
    for organization in (other["organization_id"], "unknown"):
        probe.call("acknowledgeReports", f"organizationId={organization}", body=b"[]", headers=JSON)
        probe.call("listReports", f"organizationId={organization}")
        probe.call("acknowledgeReports", f"organizationId={organization}")
    body = orjson.dumps({"report_ids": [other["report_id"]]})
    probe.call("acknowledgeReports", f"organizationId={mine['organization_id']}", body=body, headers=JSON)


def protocol(probe: Probe) -> None:
    """Paths, methods, and refusals on demand."""
    probe.call(None)
    probe.call(None, path="/status", method="PUT")
    probe.state("throttled", client_id=probe.primary["client_id"], status=503)
    probe.call("getStatus", "order_id=x")


def rare(probe: Probe) -> None:
    """What goes wrong the second time, past the hundredth, by a second, or while calls overlap."""
    header, claims, signature = probe.token.split(".")
    altered = orjson.loads(_unpadded(claims)) | {"jti": "altered"}
    probe.call("getStatus", "order_id=NO-SUCH", token=f"{header}.{_part(altered)}.{signature}")
    home = probe.state("fresh_organization", ready_reports=111, completed_seconds=list(range(111)))
    token, at_home = probe.token_of(home), {"organization_id": home["organization_id"]}
    owner, ids = f"organizationId={home['organization_id']}", home["report_ids"]
    probe.call("listReports", owner, token=token)
    amended = probe.state("report_amended", report_id=ids[0], **at_home)
    for named in ([amended["report_id"]], [amended["report_id"]], ids[1:110]):
        sent = orjson.dumps({"report_ids": named})
        probe.call("acknowledgeReports", owner, token=token, body=sent, headers=JSON)
        probe.call("listReports", owner, token=token)
    study = probe.mine("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    probe.call("getResult", f"study_uid={study['study_uid']}&report_type=hl7v2")
    new = "1.3.6.1.4.1.32473.1.77"
    probe.call("getOrderIds", f"study_uid={new}")
    probe.mine("order_in_status", status="COMPLETED", study_uid=new)
    probe.call("getOrderIds", f"study_uid={new}")
    _both_acknowledge(probe, owner, token, ids[110])


def _both_acknowledge(probe: Probe, owner: str, token: str, report_id: str) -> None:
    """Acknowledge one report twice at once; how often it was marked is written down."""
    path, sent = "/reports", orjson.dumps({"report_ids": [report_id]})
    headers = JSON | {"authorization": f"Bearer {token}"}
    calls = [Call("POST", path, owner, headers, sent, len(sent), operation="acknowledgeReports") for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(probe.world.answer, calls))
    probe.note(f"marked {sum(orjson.loads(answer.body)['count'] for answer in answers)} times")


def corners(probe: Probe) -> None:
    """The queue's corners: late finishers, superseded reports, repeats; very many at once; what is recorded."""
    home = probe.state("fresh_organization", ready_reports=44)
    token, at_home = probe.token_of(home), {"organization_id": home["organization_id"]}
    owner, ids = f"organizationId={home['organization_id']}", home["report_ids"]
    waiting = probe.state("order_in_status", status="PROCESSING", **at_home)
    probe.call("listReports", owner + "&limit=2", token=token)
    probe.state("order_advanced", order_id=waiting["order_id"], status="COMPLETED", **at_home)
    probe.state("report_becomes_ready", completed_seconds_ago=9000, **at_home)
    probe.state("report_amended", report_id=ids[40], **at_home)
    probe.call("acknowledgeReports", owner, token=token)
    probe.call("listReports", owner + "&limit=2", token=token)
    for named in (ids[40:41], ids[2:22], ids[2:22]):
        sent = orjson.dumps({"report_ids": named})
        probe.call("acknowledgeReports", owner, token=token, body=sent, headers=JSON)
        probe.call("listReports", owner, token=token)
    probe.call("acknowledgeReports", owner, token=token, headers=JSON, body=b"{")
    probe.call("listReports", owner, token=token, headers={"x-http-method-override": "POST"})
    for query in (owner + "&limit=0", owner + "%00"):
        probe.call("listReports", query, token=token)
    probe.call("getStatus", f"order_id={home['order_ids'][0]}", token=token, headers={"cookie": "a=b"})
    probe.call("getOrderIds", "study_uid=1.2.3", token=None)
    probe.call("getGroupReport", "study_group=nobody&report_type=json", token=None)
    empty = probe.state("fresh_organization", ready_reports=0)
    probe.call("listReports", f"organizationId={empty['organization_id']}", token=probe.token_of(empty))
    group = probe.mine("study_group", statuses=["COMPLETED"] * 41)["study_group"]
    for asked in (f"{group}&report_type=csv", f"{group}%20&report_type=csv", f"{group}&report_type=pdf"):
        probe.call("getGroupReport", f"study_group={asked}")
    many = probe.state("fresh_organization", ready_reports=1001, completed_seconds=[at // 7 for at in range(1001)])
    probe.call("listReports", f"organizationId={many['organization_id']}", token=probe.token_of(many))
    probe.note(str([(one.operation, one.status, one.request_id == "-") for one in probe.world.journal.entries()]))


def generated(probe: Probe) -> None:
    """Corners of the input: spellings, lengths and escapes that only what is generated comes to."""
    order = probe.mine("order_in_status", status="COMPLETED")["order_id"]
    owner = f"organizationId={probe.primary['organization_id']}"
    uid = "1.3.6.1.4.1.32473.10000000000"
    for operation, query in (
        ("listReports", f"{owner}&limit=%2B101"),
        ("listReports", f"{owner}&limit={2**63}"),
        ("listReports", f"{owner}."),
        ("getStatus", f"study_uid={uid}"),
        ("getStatus", f"study_uid={uid}.{'7' * (62 - len(uid))}"),
        ("getStatus", f"order_id={'A' * 64}"),
        ("getStatus", f"order_id={order}&_=1"),
        ("getStatus", f"order_id=%6a{order}"),
        ("getResult", f"order_id={order}&report_type=json%20"),
    ):
        probe.call(operation, query)
    header, claims, signature = probe.token.split(".")
    probe.call("getStatus", f"order_id={order}", token=f"{header}.{claims}=.{signature}")
    bearer = {"authorization": f"Bearers {probe.token}"}
    probe.call("getStatus", f"order_id={order}", token=None, headers=bearer)
    who = basic_of(probe.primary["client_id"], probe.primary["client_secret"])
    probe.call("getToken", "scope=reports.ack%20status.read", token=None, headers=who)


def details(probe: Probe) -> None:
    """What was refused in between, what changes after it was asked for, and what comes first of two faults."""
    _refused_in_between(probe)
    _changes(probe)
    own = probe.primary["organization_id"]
    for query in (f"organizationId={own}&limit=1", f"organizationId={own}&colour=red", "organizationId="):
        probe.call("acknowledgeReports", query)
    long_names = orjson.dumps({"report_ids": [f"{number:064}" for number in range(10_000)]})
    probe.call("acknowledgeReports", f"organizationId={own}", body=long_names, headers=JSON)
    failed = probe.mine("order_in_status", status="FAILED", report_types=["json"])["order_id"]
    probe.call("getResult", f"order_id={failed}&report_type=pdf")
    probe.world.clock.advance(SECOND // 2)  # the newest order is created at that, in the midst of a second
    study = probe.mine("study_with_orders", statuses=STATUSES, seconds=[0, 0.4], submitted=[2, 1])["study_uid"]
    probe.world.clock.advance(SECOND // 2)
    probe.call("getStatus", f"study_uid={study}")
    probe.mine("order_in_status", status="COMPLETED", study_group="g" * 127 + "a")
    for asked in ("g" * 127 + "b&report_type=json", "nobody&report_type=fhir"):
        probe.call("getGroupReport", f"study_group={asked}")
    for path, query in (("/STATUS", f"order_id={failed}"), ("/orderid", f"study_uid={study}")):
        probe.call(None, query, path=path)
    signed, _, signature = probe.token.rpartition(".")
    probe.call("getStatus", f"order_id={failed}", token=f"{signed}.{signature[::-1]}")


def _refused_in_between(probe: Probe) -> None:
    for operation, query, body in (
        ("listReports", "&limit=0", b""),
        ("listReports", "X", b""),
        ("acknowledgeReports", "", b"{"),
    ):
        home = probe.state("fresh_organization", ready_reports=1)
        token, owner = probe.token_of(home), f"organizationId={home['organization_id']}"
        probe.call("listReports", owner, token=token)
        probe.call(operation, owner + query, token=token, body=body, headers=JSON if body else {})
        probe.call("acknowledgeReports", owner, token=token)


def _changes(probe: Probe) -> None:
    order = probe.mine("order_in_status", status="PROCESSING")
    kept = probe.world.store.find_order(order["order_id"])
    assert kept is not None
    for change in ({"progress": 95}, {"status": "COMPLETED"}, None):
        for operation, extra in (("getStatus", ""), ("getOrderIds", ""), ("getResult", "&report_type=json")):
            probe.call(operation, f"study_uid={order['study_uid']}{extra}")
        if change is not None:
            probe.mine("order_advanced", order_id=order["order_id"], **change)
    probe.mine("report_amended", report_id=kept.report_id(1))
    for operation in ("getStatus", "getOrderIds"):
        probe.call(operation, f"study_uid={order['study_uid']}")


def histories(probe: Probe) -> None:
    """Sequences of listing, acknowledging and amending, each in an organization of its own."""
    one, two, page, rest = (1, None), (2, None), (1, 1), (1, 9)
    for acts in (
        (one, "post", two, "amend", "name", "name", one, rest, page, "post", "post", one),
        ((2, 1), one, "amend", page, "post", one, "amend", rest, "post", "name", one),
        (one, "post", "ready", two, "post", one),
        (one, "name", "amend", "fetch", one, "post", "name"),
        (one, "name", "ready", one, "post", one),
        (one, "name", "name", "post", one, "ready", "post", rest, one),
        ("amend", "name", "amend", one, page),
        (page, "ready", "post", rest, one, "amend", (1, 2), one),
        (one, "post", "amend", "fetch", one),
        (one, "wait", "post", one),
    ):
        _history(probe, acts)


def _history(probe: Probe, acts: tuple[Any, ...]) -> None:
    home = probe.state("fresh_organization", ready_reports=2)
    tokens, owner = {1: probe.token_of(home), 2: probe.token_of(home, second=True)}, home["organization_id"]
    mine, newest, asked = {"organization_id": owner}, home["report_ids"][0], f"organizationId={owner}"
    for act in acts:
        if act == "amend":
            newest = probe.state("report_amended", report_id=newest, **mine)["report_id"]
        elif act == "ready":
            probe.state("report_becomes_ready", **mine)
        elif act == "wait":
            probe.world.clock.advance(1900 * SECOND)
        elif act == "post":
            probe.call("acknowledgeReports", asked, token=tokens[1])
        elif act == "name":
            sent = orjson.dumps({"report_ids": [newest, home["report_ids"][0]]})
            probe.call("acknowledgeReports", asked, token=tokens[1], body=sent, headers=JSON)
        elif act == "fetch":
            probe.call("getResult", f"order_id={home['order_ids'][0]}&report_type=json", token=tokens[1])
        else:
            probe.call("listReports", asked + (f"&limit={act[1]}" if act[1] else ""), token=tokens[act[0]])


def at_once(probe: Probe) -> None:
    """Calls that overlap: written down is not who came first, but what must not be whoever does."""
    probe.note(f"odd: {sorted(set(crowded.overlapping(probe)))}")


def passing_time(probe: Probe) -> None:
    """Tokens a minute old, an hour old, and half a minute past their end."""
    order = "order_id=" + probe.mine("order_in_status", status="COMPLETED")["order_id"]
    fresh = probe.token_of(probe.primary)
    for seconds in (61, 3538, 1, 59, 400):
        probe.world.clock.advance(seconds * SECOND)
        probe.call("getStatus", order, token=fresh)


CHAPTERS = (
    tokens,
    forged,
    orders,
    groups,
    queue,
    isolation,
    protocol,
    rare,
    corners,
    generated,
    details,
    documents,
    histories,
    at_once,
    passing_time,
)
"""What the conversation is about: what takes longest comes as late as it can, before the tokens end."""


def transcript(defect: str | None) -> Iterator[list[str]]:
    """Everything that a world with this defect, or none, says in the whole conversation: chapter by chapter."""
    probe = Probe(defect)
    for chapter in CHAPTERS:
        chapter(probe)
        yield probe.told
        probe.told = []
