"""Chapters about tokens: how they are asked for, which ones are refused, and when they end."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from urllib.parse import urlencode

import orjson
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry

from mock.tests.helpers.defect_probe import FORM, Probe, basic_of, part
from mock.tests.helpers.forging import other_signature
from pacsimile_mock.clock import SECOND
from pacsimile_mock.oauth2 import canonical_jws


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
        (who, f"{grant}&scope=status.read+openid"),
        (who, f"{grant}&state=a"),
    ):
        probe.call("postToken", body=body.encode(), token=None, headers=FORM | headers)
    probe.call("getToken", "client_secret=invented", token=None, headers=who)


def wrong_secrets(probe: Probe) -> None:
    """Secrets that are nearly right, those of others, and a client that is named twice."""
    name, secret = probe.primary["client_id"], probe.primary["client_secret"]
    grant = "grant_type=client_credentials"
    for wrong in (secret[:-1], f"{secret}7", f" {secret}", chr(ord(secret[0]) + 0xFEE0) + secret[1:]):
        form = urlencode({"client_id": name, "client_secret": wrong})
        probe.call("getToken", token=None, headers=basic_of(name, wrong))
        probe.call("postToken", body=f"{grant}&{form}".encode(), token=None, headers=FORM)
    probe.call("getToken", token=None, headers=basic_of(name, probe.primary["second_client_secret"]))
    beside = f"{grant}&{urlencode({'client_id': name})}".encode()
    probe.call("postToken", body=beside, token=None, headers=FORM | basic_of(name, "wrong"))
    for wrong in (f"{secret}:7", f"{secret[:-1]}%", hashlib.sha256(secret.encode()).hexdigest()):
        probe.call("getToken", token=None, headers=basic_of(name, wrong))
    probe.call("getToken", token=None, headers=basic_of(f"{name} ", secret))
    probe.call("postToken", body=beside, token=None, headers=FORM)
    nobodys = f"{grant}&{urlencode({'client_id': 'nobody', 'client_secret': secret})}".encode()
    probe.call("postToken", body=nobodys, token=None, headers=FORM)
    whole = f"{grant}&{urlencode({'client_id': name, 'client_secret': secret})}".encode()
    probe.call("postToken", body=whole, token=None, headers=FORM | basic_of(name, "wrong"))


def forged(probe: Probe) -> None:
    """Tokens that must not open anything."""
    order = "order_id=" + probe.mine("order_in_status", status="COMPLETED")["order_id"]
    probe.call("getStatus", order, token=None)
    probe.call("getStatus", order, token="random")
    probe.call("getStatus", f"{order}&access_token={probe.token}", token=None)
    header, claims, signature = probe.token.split(".")
    for forgery in (
        f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{claims}.",
        f"{header}.{claims}.{signature[:-6]}AAAAAA",
        _hs256(probe, claims),
        _with_own_key(probe, claims),
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


def _with_own_key(probe: Probe, claims: str) -> str:
    """Return a token that brings its key."""
    key = ECKey.generate_key("P-256")
    header = {"alg": "ES256", "typ": "at+jwt", "kid": probe.world.jwt.keys.current.kid}
    signed = f"{part(header | {'jwk': key.as_dict(private=False)})}.{claims}"
    signature = JWSRegistry.algorithms["ES256"].sign(signed.encode(), key)
    return f"{signed}.{canonical_jws.encoded(canonical_jws.low(signature))}"


def _hs256(probe: Probe, claims: str) -> str:
    key = probe.world.jwt.keys.current
    signed = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': key.kid})}.{claims}"
    mac = hmac.digest(key.as_pem(private=False), signed.encode(), hashlib.sha256)
    return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def passing_time(probe: Probe) -> None:
    """Tokens a minute old, an hour old, half a minute past their end, and one that begins in half a minute."""
    order = "order_id=" + probe.mine("order_in_status", status="COMPLETED")["order_id"]
    fresh = probe.token_of(probe.primary)
    name, secret = probe.primary["client_id"], probe.primary["client_secret"]
    form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
    for more in ({}, {"scope": "status.read"}):
        given = probe.call("postToken", body=urlencode(form | more).encode(), token=None, headers=FORM)
        token = str(orjson.loads(given.body).get("access_token"))
        probe.call("acknowledgeReports", f"organizationId={probe.primary['organization_id']}", token=token)
    soon = probe.world.clock.now() // SECOND + 30
    early = probe.mine("token_with", claims={"nbf": soon, "exp": soon + 3600})["access_token"]
    probe.call("getStatus", order, token=early)
    for seconds in (61, 3538, 1, 59, 400):
        probe.world.clock.advance(seconds * SECOND)
        probe.call("getStatus", order, token=fresh)
        probe.call("getStatus", order, token=early)
    signed, _, signature = fresh.rpartition(".")
    twin = canonical_jws.encoded(other_signature(canonical_jws.decoded(signature)))
    probe.call("getStatus", order, token=f"{signed}.{twin}")


def passing_days(probe: Probe) -> None:
    """A report that nobody acknowledges, an order that failed and an open study: a day later, and a week after that."""
    home = probe.state("fresh_organization", ready_reports=2)
    failed = probe.mine("order_in_status", status="FAILED")["order_id"]
    open_study = probe.mine("study_with_orders", statuses=["COMPLETED", "PROCESSING"])["study_uid"]
    for days in (1, 7):
        probe.world.clock.advance(days * 86_400 * SECOND)
        probe.call("getStatus", f"order_id={failed}", token=probe.token_of(probe.primary))
        probe.call("listReports", f"organizationId={home['organization_id']}", token=probe.token_of(home))
        report = f"study_uid={open_study}&report_type=json"
        probe.call("getResult", report, token=probe.token_of(probe.primary))
