"""Exchanges and stories written by hand, to test checkers with: what a good and a bad server would have said."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pacsimile_contract.evidence.exchange import Answer, Exchange, Headers, Request
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.story import Missing, Step, Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.bench import NOT_RUN
from pacsimile_contract.judging.evaluation import evaluate
from pacsimile_contract.judging.judgement import Judgement, judge
from pacsimile_contract.target.model import Profile
from pacsimile_spec import requirements

ALL_IS_WELL = ("as described", "in it", "named as such", "so it is", "the same")
"""What checkers say of a comparison that holds."""

HOME = "http://127.0.0.1:9"


def exchange(  # noqa: PLR0913 (each is a part of an exchange that a test may set)
    operation: str | None = "getStatus",
    status: int | None = 200,
    document: Any = None,
    *,
    asked: Mapping[str, str] | None = None,
    headers: Headers = (),
    body: bytes | None = None,
    media_type: str | None = None,
    method: str = "GET",
    sent: Headers = (),
    url: str = HOME + "/",
    jwt: Mapping[str, Any] | None = None,
    failure: str = "timeout",
    number: int = 1,
) -> Exchange:
    """Return an exchange: `asked` parameters, an answer of `status` (None: none came, for `failure`).

    `document` is answered as JSON (as problem+json above 399, but for the token operations); `body` as it is.
    """
    request = Request(method, url, sent, operation=operation, given=dict(asked or {}))
    if status is None:
        return Exchange(number, request, None, failure)
    content = json.dumps(document).encode() if document is not None else (body or b"")
    token = operation in ("getToken", "postToken")
    usual = "application/problem+json" if status >= 400 and not token else "application/json"
    kind = media_type if media_type is not None else (usual if document is not None else "")
    given = {name.lower() for name, _ in headers}
    typed = (("Content-Type", kind),) if kind and "content-type" not in given else ()
    return Exchange(number, request, Answer(status, headers + typed, content, content), jwt=jwt)


def problem(reason: str, status: int, **members: Any) -> dict[str, Any]:
    """Return a problem document of that reason."""
    shown = {"title": reason.replace("-", " "), "status": status, "detail": "", "instance": "/"}
    return {"type": f"urn:pacsimile:problem:{reason}", **shown, **members}


def story(*steps: tuple[str, Exchange], **given: Mapping[str, Any]) -> Story:
    """Return a story of (label, exchange) steps, with the values noted under each label in `given`."""
    return Story("by-hand", [Step(label, one) for label, one in steps], dict(given))


def judged(checker: Checker, told: Story, profile: Profile = "strict") -> Judgement:
    """Return the judgement of a checker's requirement on one story, whose failures do not sound as if all were well."""
    with suppress(Missing):
        list(checker(told))  # what it raises is shown as it is, and not as an ERROR
    row = requirements()[checker.requirement]
    judgement = judge(row, checker.parts, evaluate(checker, told), profile, NOT_RUN)
    findings = [one.finding for part in judgement.parts for one in part.evidence if one.finding is not None]
    assert not [one for one in findings if not one.holds and one.got in ALL_IS_WELL]
    return judgement


def verdicts(checker: Checker, told: Story, profile: Profile = "strict") -> dict[str, Verdict]:
    """Return the verdict of each part of a checker on one story, by the part's name."""
    return {one.check.partition("/")[2]: one.verdict for one in judged(checker, told, profile).parts}


def listing(*reports: str | Mapping[str, Any], status: int = 200, **asked: str) -> Exchange:
    """Return a listing of these reports, each by its id or as an entry; another status is a problem."""
    entries = [{"report_id": one} if isinstance(one, str) else dict(one) for one in reports]
    said = {"count": len(entries), "reports": entries} if status == 200 else problem("internal-error", status)
    return exchange("listReports", status, said, asked=asked)


def posted(
    *acknowledged: str, not_found: tuple[str, ...] = (), status: int | None = 200, reason: str = "invalid-body"
) -> Exchange:
    """Return an acknowledgement of these reports; another status is a problem of that reason."""
    said: dict[str, Any] = {
        "acknowledged": list(acknowledged),
        "count": len(acknowledged),
        "not_found": list(not_found),
    }
    if status != 200:
        said = problem(reason, status or 0)
    return exchange("acknowledgeReports", status, said, method="POST")
