"""A service whose data carries no synthetic mark, as a hospital's does: what it says must never be written down."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

Reply = tuple[int, Mapping[str, str], bytes] | None

TOKEN = "opaque-t0ken-of-the-real-service-8141"
ORDERS = {f"ZK-2024-77120{one}": f"1.2.840.113619.2.55.3.77120{one}" for one in range(3, 7)}
GROUP = "Grünwald follow-up 88172"
PATIENT = {"mrn": "PID-5520417", "family_name": "Wojciechowska", "given_name": "Agnieszka", "birth_date": "1948-03-09",
           "sex": "F"}  # fmt: skip
FINDINGS = "Spiculated nodule of 14 mm in the left upper lobe."
TIMES = {
    "created_at": "2024-05-02T08:00:00Z",
    "updated_at": "2024-05-02T09:00:00Z",
    "completed_at": "2024-05-02T09:00:00Z",
}
HIDDEN = (TOKEN, *ORDERS, *ORDERS.values(), GROUP, *PATIENT.values(), FINDINGS, "RP-771203", "org-a", "client-1",
          "the-secret-of-client-1")  # fmt: skip
"""What must not be found in anything written, `F` aside."""

BROKEN: Reply = (500, {"Content-Type": "text/plain"}, b"")
"""What is answered where the service failed."""

USUAL = {"X-Request-Id": "req-1", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def document(status: int, content: object, **headers: str) -> Reply:
    """Return a JSON answer with the headers that every answer has."""
    kind = "application/problem+json" if status >= 400 else "application/json"
    return status, {"Content-Type": kind, **USUAL, **headers}, json.dumps(content).encode()


def problem(status: int, reason: str, **headers: str) -> Reply:
    """Return a problem that says whose data it is about, as careless services do."""
    detail = f"{PATIENT['given_name']} {PATIENT['family_name']}: {reason}"
    kind = f"urn:pacsimile:problem:{reason}"
    return document(status, {"type": kind, "title": reason, "status": status, "detail": detail}, **headers)


def answer(method: str, path: str, body: bytes) -> Reply:
    """Answer as the service does; whoever asks is let in, so that its data is seen."""
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(path).query, keep_blank_values=True).items()}
    place = urlsplit(path).path
    if place == "/oauth2/token":
        return document(200, {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600, "scope": "all"})
    found = _answers(place, asked)
    return found if found is not None else problem(404, "not-found")


def _answers(place: str, asked: Mapping[str, str]) -> Reply:
    by_study = {study: order for order, study in ORDERS.items()}
    order = asked.get("order_id") or by_study.get(asked.get("study_uid", ""), "")
    if place == "/reports":
        return document(
            200, {"organization_id": "org-a", "count": len(ORDERS), "reports": [_entry(one) for one in ORDERS]}
        )
    if place == "/report":
        return (200, {"Content-Type": "text/plain; charset=utf-8", **USUAL}, f"{GROUP}\n{_text(PATIENT)}".encode())
    if order not in ORDERS:
        return problem(404, "order-not-found")
    if place == "/orderId":
        return document(200, {"study_uid": ORDERS[order], "order_ids": [order]})
    if place == "/status":
        return document(200, _status(order))
    return document(200, _report(order), **{"X-Order-Id": order, "X-Report-Id": _entry(order)["report_id"]})


def _entry(order: str) -> dict[str, Any]:
    return {"report_id": order.replace("ZK-2024", "RP"), "order_id": order, "study_uid": ORDERS[order],
            "study_group": GROUP, "report_status": "final", "supersedes": None, "report_types": ["json", "txt"],
            "completed_at": TIMES["completed_at"]}  # fmt: skip


def _status(order: str) -> dict[str, Any]:
    return {"order_id": order, "study_uid": ORDERS[order], "study_group": GROUP, "status": "COMPLETED", "progress": 100,
            "report_types": ["json", "txt"], **TIMES}  # fmt: skip


def _report(order: str) -> dict[str, Any]:
    return {"report_id": _entry(order)["report_id"], "order_id": order, "accession_number": "ACC-771203",
            "study_uid": ORDERS[order], "report_status": "final", "patient": PATIENT, "findings": [FINDINGS],
            "impression": FINDINGS, "measurements": []}  # fmt: skip


def _text(patient: Mapping[str, str]) -> str:
    return f"{patient['family_name']}, {patient['given_name']} ({patient['mrn']})\n{FINDINGS}\n"


def leaks(text: str) -> list[str]:
    """Return what of HIDDEN stands in a text, as it is or percent-encoded or in JSON's escapes."""
    from urllib.parse import quote

    forms = {one: {one, quote(one, safe=""), json.dumps(one)[1:-1]} for one in HIDDEN if len(one) > 1}
    return [one for one, many in forms.items() if any(re.search(re.escape(form), text) for form in many)]
