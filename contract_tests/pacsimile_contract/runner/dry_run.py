"""A run without a service: what would be asked, and how long it takes within the limits. Nothing is sent.

Every call is answered at once by an obliging service, and time passes only where the run would wait: so a rehearsal has
as many requests as a run in which everything is there.
"""

import base64
import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.client.wire import Wire
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Answer, Request
from pacsimile_contract.findings.reasons import is_left_out
from pacsimile_contract.run.options import Options
from pacsimile_contract.target.model import Limits, Target
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

UNLIMITED = 10**9
"""More requests, and more seconds, than any run takes."""
ANSWER_SECONDS = 0.1
"""What a call is taken to cost."""
_TOKEN = ".".join(
    base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "ES256", "kid": "rehearsed"}, {"iss": "a", "aud": "b", "exp": 1735729200}, "signature")
)
_TIMES = {"created_at": "2025-01-01T10:00:00Z", "updated_at": "2025-01-01T10:05:00Z"}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a run would ask: calls by operation, its seconds within the rates, calls of the state URL, the limits."""

    calls: Counter[str]
    seconds: float
    states: int
    limits: Limits

    @property
    def requests(self) -> int:
        """All of them, tokens included; calls of the state URL are none."""
        return self.calls.total()

    @property
    def tokens(self) -> int:
        """Token requests."""
        return sum(self.calls[name] for name in TOKEN_OPERATIONS)


class ObligingWire(Wire):
    """Answers everything itself: tokens, one completed order and its report, states with whatever they are to have."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._target = target
        self.states = 0

    def send(
        self,
        request: Request,
        timeout: float,
        *,
        fresh: bool = False,
        again: bool = False,
        total_timeout: float | None = None,
    ) -> Answer:
        """Return an answer; nothing leaves."""
        if request.url == self._target.states.url:
            self.states += 1
            return _json(200, self._state(json.loads(request.body or b"{}")))
        if request.url.startswith(self._target.oauth2_endpoint + "/token"):
            return _json(200, {"access_token": _TOKEN, "token_type": "Bearer", "expires_in": 3600, "scope": "x"})
        return (
            self._operation(request) if authorization.sent_by(request) else _json(401, {"title": "a token is needed"})
        )

    def _operation(self, request: Request) -> Answer:
        asked = {name: values[-1] for name, values in parse_qs(urlsplit(request.url).query).items()}
        order, study = asked.get("order_id", "ORD-1"), asked.get("study_uid", "1.3.6.1.4.1.32473.1.1")
        entry = {"report_id": "RPT-1", "order_id": order, "study_uid": study, "study_group": "group-1",
                 "report_status": "final", "supersedes": None, "report_types": ["json"],
                 "completed_at": "2025-01-01T10:05:00Z"}  # fmt: skip
        known: dict[str | None, Any] = {
            "getStatus": {"order_id": order, "study_uid": study, "study_group": "group-1", "status": "COMPLETED",
                          "progress": 100, "report_types": ["json", "txt", "pdf"], **_TIMES,
                          "completed_at": _TIMES["updated_at"]},
            "getOrderIds": {"study_uid": study, "order_ids": [order]},
            "listReports": {"organization_id": asked.get("organizationId"), "count": 1, "reports": [entry]},
            "acknowledgeReports": {"count": 0, "acknowledged": [], "not_found": []},
        }  # fmt: skip
        return _json(200, known.get(request.operation, {}))

    def _state(self, asked: dict[str, Any]) -> dict[str, Any]:
        params = asked.get("params", {})
        number = f"{self.states:04}"
        many = len(params.get("statuses", ())) or params.get("ready_reports", 0) or 1
        orders = [f"ORD-{number}-{place}" for place in range(many)]
        client = {"client_id": f"client-{number}", "client_secret": f"rehearsed-{number}"}
        return {
            "organization_id": params.get("organization_id", f"org-{number}"), **client,
            "second_client_id": f"second-{number}", "second_client_secret": f"rehearsed-{number}",
            "other_client_id": f"other-{number}", "other_client_secret": f"rehearsed-{number}",
            "other_organization_id": f"org-other-{number}", "order_id": orders[0], "order_ids": orders,
            "other_order_id": f"ORD-9-{number}", "other_order_ids": [f"ORD-9-{number}"], "report_id": f"RPT-{number}",
            "report_ids": [f"RPT-{number}-{place}" for place in range(many)], "study_group": f"group-{number}",
            "study_uid": f"1.3.6.1.4.1.32473.2.{self.states}", "access_token": f"rehearsed-{number}",
            "now": "2025-01-01T10:00:00Z", "status": params.get("status"),
        }  # fmt: skip


def _json(status: int, document: Any) -> Answer:
    body = json.dumps(document).encode()
    kind = "application/json" if status < 400 else "application/problem+json"
    return Answer(status, (("Content-Type", kind), ("Date", "Wed, 01 Jan 2025 10:00:00 GMT")), body, body)


class _Time:
    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class _RehearsedPace(Pace):
    rehearsed = True

    def __init__(self, limits: Limits, passing: _Time) -> None:
        super().__init__(limits, lambda: passing.now, passing.sleep)
        self._passing = passing

    def take(self, *, token: bool) -> None:
        super().take(token=token)
        self._passing.sleep(ANSWER_SECONDS)


def rehearse(target: Target, options: Options) -> Rehearsal:
    """Return what a run of this target with these options would ask, were its time unlimited.

    If its requests do not suffice, they are unlimited too. Otherwise drawn histories use those that are left.
    """
    within, whole = _rehearsed(target, options, target.limits.max_requests)
    return within if whole else _rehearsed(target, options, UNLIMITED)[0]


def _rehearsed(target: Target, options: Options, most: int) -> tuple[Rehearsal, bool]:
    """Return what a run of at most so many requests would ask, and whether it would reach everything."""
    from pacsimile_contract.runner.runner import run

    limits = replace(target.limits, max_requests=most, max_time=float(UNLIMITED))
    rehearsed = replace(target, limits=limits)
    wire, passing = ObligingWire(rehearsed), _Time()
    asking = replace(options, report=None, allow_acknowledge=None, fail_fast=False, repeats=0)
    done = run(rehearsed, asking, wire=wire, pace=_RehearsedPace(limits, passing), blocking=False)
    calls = Counter(exchange.operation or "other paths and methods" for exchange in done.exchanges)
    whole = not any(is_left_out(story.stopped) for story, _ in done.stories)
    return Rehearsal(calls, passing.now, wire.states, target.limits), whole
