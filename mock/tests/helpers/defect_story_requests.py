"""A chapter about what few clients write: empty values, credentials in other forms, headers, and odd bodies."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from urllib.parse import urlencode

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from mock.tests.helpers.defect_probe import FORM, JSON, Probe, basic_of, part
from pacsimile_mock.oauth2 import canonical_jws

GRANT = {"grant_type": "client_credentials"}


def requests(probe: Probe) -> None:
    """Token requests, headers and bodies that are right, or nearly so, and that few clients send."""
    _token_requests(probe)
    order = "order_id=" + probe.mine("order_in_status", status="COMPLETED")["order_id"]
    for headers in (
        {"user-agent": "one"},
        {"user-agent": "another"},
        *[{"x-request-id": "0"}] * 2,
        {"origin": "https://a"},
    ):
        probe.call("getStatus", order, headers=headers)
    probe.call("getStatus", f"{order}&jwt={probe.token}", token=None)
    joined = {"authorization": f"Bearer nobodys, Bearer {probe.token}"}
    probe.call("getStatus", order, token=None, headers=joined)
    group = probe.mine("study_group", statuses=["COMPLETED"])["study_group"]
    odd = {"if-modified-since": "yesterday"}
    probe.call("getGroupReport", urlencode({"study_group": group, "report_type": "json"}), headers=odd)
    _bodies(probe)
    foreign = probe.state("other_organization")["order_id"]
    probe.call("getStatus", f"order_id={foreign}")
    for query in (f"&&{order}&", f"{order}&report_type=json"):
        probe.call("getStatus" if query.startswith("&") else "getResult", query)
    name, secret = probe.primary["client_id"], probe.primary["client_secret"]
    probe.call("getStatus", order, token=None, headers=basic_of(name, secret))
    probe.call("getStatus", order, token=_with_own_certificate(probe.token.split(".")[1]))
    alone = {"authorization": f"Basic {b64encode(b'no secret but this').decode()}"}
    probe.call("getToken", token=None, headers=alone)
    for _ in range(3):
        probe.call("getToken", token=None, headers=basic_of(name, "wrong"))
    probe.call("getStatus", order)
    entries = probe.world.journal.store.entries()
    probe.note(str(sum(entry.request_id == "-" for entry in entries)))


def _with_own_certificate(claims: str) -> str:
    """Return a token that brings the certificate of its key, which the key has signed itself."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    days = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, *days).sign(key, SHA256())
    header = {"alg": "ES256", "typ": "at+jwt", "x5c": [b64encode(certificate.public_bytes(Encoding.DER)).decode()]}
    signed = f"{part(header)}.{claims}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(SHA256())))
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return f"{signed}.{canonical_jws.encoded(canonical_jws.low(signature))}"


def _token_requests(probe: Probe) -> None:
    name, secret = probe.primary["client_id"], probe.primary["client_secret"]
    other, others = probe.primary["second_client_id"], probe.primary["second_client_secret"]
    escaped = basic_of(name, "".join(f"%{byte:02X}" for byte in secret.encode()))
    for headers, form in (
        (basic_of(name, secret), {"scope": ""}),
        (basic_of(name, secret), {"scope": "status.read"}),
        (basic_of(name, secret), {}),
        (escaped, {}),
        (basic_of(name, secret), {"client_id": name}),
        (basic_of(name, secret), {"client_id": other}),
        (basic_of(name, others), {"client_id": other}),
        ({}, {"client_id": name, "client_secret": "wrong"}),
    ):
        probe.call("postToken", body=urlencode(GRANT | form).encode(), token=None, headers=FORM | headers)
    probe.token_of(probe.primary, "reports.read")
    probe.call(
        "getOrderIds", "study_uid=1.2", token=probe.token_of(probe.mine("client_with_scopes", scopes=["reports.ack"]))
    )


def _bodies(probe: Probe) -> None:
    home = probe.state("fresh_organization", ready_reports=3)
    owner, token = f"organizationId={home['organization_id']}", probe.token_of(home)
    probe.call("listReports", owner + "&limit=1", token=token)
    first, *others = home["report_ids"]
    for name in others:
        body, keyed = orjson.dumps({"report_ids": [name]}), {"idempotency-key": "1"}
        probe.call("acknowledgeReports", owner, token=token, body=body, headers=JSON | keyed)
    for body in (orjson.dumps({"report_ids": ["A" * 65]}), b"\xef\xbb\xbf" + orjson.dumps({"report_ids": [first]})):
        probe.call("acknowledgeReports", owner, token=token, body=body, headers=JSON)
