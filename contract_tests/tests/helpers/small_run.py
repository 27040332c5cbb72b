"""A finished run made by hand, with a verdict of each kind: what the reports are tried with."""

import json
from collections.abc import Sequence
from typing import Any

from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.findings.part import Part, cannot_tell, fact, form, not_applicable, part, should
from pacsimile_contract.findings.story import Step, Story
from pacsimile_contract.judging.bench import NOT_RUN, Bench
from pacsimile_contract.judging.judgement import Judgement, judge
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.target.model import Client, Target
from pacsimile_spec import requirements

URL = "https://api.example"
HOSTILE = "</script><script>alert(1)</script>\x1b[2J\u202e\x00`\"'&$(id) ]]>"
"""What a service may answer in order to rule a page, a terminal, a shell or a document."""
VERSIONS = {"pacsimile": "1.2.3", "python": "3.11.0", "openapi_sha256": "0" * 64}


def call(number: int, operation: str, path: str, status: int | None, said: Any = None, **headers: str) -> Exchange:
    """Return an exchange with a token: `said` is answered as JSON, or as it is where it is bytes."""
    sent = (("Authorization", "Bearer the-token-sent"), ("User-Agent", "pacsimile"))
    request = Request("GET", URL + path, sent, operation=operation, client="primary")
    exchange = Exchange(number, request, started=10.0 + number, ended=10.0 + number + 0.004 * number)
    exchange.at = 1_800_000_000.25 + number
    if status is None:
        exchange.failure = "timeout"
        return exchange
    kind = "application/json" if status < 400 else "application/problem+json"
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    shown = (("Content-Type", kind), *((name.replace("_", "-"), value) for name, value in headers.items()))
    exchange.answer = Answer(status, shown, body, body)
    return exchange


CALLS = (
    call(1, "getToken", "/oauth2/token?grant_type=client_credentials", 200, {"access_token": "the-token-sent"}),
    call(2, "getStatus", "/status?order_id=ORD-OLD", 200, {"order_id": "ORD-OLD", "synthetic": True}),
    call(
        3,
        "getStatus",
        "/status?study_uid=1.2.3",
        200,
        {"order_id": "ORD-OLD", "patient": "Jane Doe"},
        X_Request_Id="req-3",
    ),
    call(4, "getResult", "/results?order_id=ORD-OLD&report_type=pdf", 404, {"title": "No", "detail": "Jane Doe"}),
    call(5, "listReports", "/reports?organizationId=org-a&limit=2", None),
)


def said() -> dict[str, list[Part]]:
    """Return what was said of some requirements."""
    return {
        "AUTH-1": [part("token", fact(True, "a token", "one"), on=CALLS[0])],
        "STATUS-2": [
            part("latest", fact(False, "order_id ORD-NEW", "ORD-OLD"), on=CALLS[1:3]),
            part("latest", fact(False, "order_id ORD-NEW", "ORD-OLD"), on=CALLS[1]),
            part("tie", fact(True, "the later", "the later"), on=CALLS[2]),
        ],
        "RESULTS-1": [part("pdf", form(False, "media type application/pdf", HOSTILE), on=CALLS[3])],
        "RESULTS-9": [part("matches", should(False, "the digest", "another"), on=CALLS[3])],
        "BATCH-1": [cannot_tell("listed", "no answer: timeout", [CALLS[4]])],
        "SEC-4": [not_applicable("tls", "the service is on this machine")],
    }


def judged() -> list[Judgement]:
    """Return a judgement of each row of the contract; those that nothing was said of were not selected."""
    bench, found = Bench("strict"), said()
    others = bench.judgements([])
    rows = requirements()
    made = {
        name: judge(rows[name], list(dict.fromkeys(one.name for one in parts)), parts, "strict", NOT_RUN)
        for name, parts in found.items()
    }
    return [made.get(one.requirement.id, one) for one in others]


def finished(judgements: Sequence[Judgement] | None = None, *, all_synthetic: bool = False, **more: Any) -> RunFinished:
    """Return the end of a run with a FAIL of fact and one of form, a WARN, an ERROR, a PASS, an N/A, and lacks."""
    redactor = Redactor("salt", all_synthetic=all_synthetic)
    redactor.add_secret("the-token-sent", "$TOKEN")
    redactor.add_identifiers([("order", "ORD-OLD"), ("order", "ORD-NEW")], harmless=False)
    told = Story("status.newest", [Step("by-order", CALLS[1]), Step("by-study", CALLS[2])])
    values: dict[str, Any] = {
        "target": Target(URL, URL + "/oauth2", {"primary": Client("primary", "client-1", "secret-1", "org-a")}),
        "options": Options(seed=7), "profile": "strict", "run_id": "0a1b2c3d", "redactor": redactor,
        "judgements": judged() if judgements is None else judgements, "exchanges": CALLS,
        "stories": [(told, (("STATUS-2", "newest"),))], "requests": len(CALLS), "seconds": 1.25, "exit_status": 1,
        "notes": ["a note"],
    }  # fmt: skip
    return RunFinished(**{**values, **more})
