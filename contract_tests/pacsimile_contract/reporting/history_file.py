"""`history.jsonl`: the run's exchanges and stories, one JSON object a line, from which it can be judged again.

This is the single writer of exchanges: Authorization and secrets are replaced, identifiers without the synthetic mark
are salted hashes, bodies are kept only with that mark, else their known members and a digest.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.events import Event, RunFinished
from pacsimile_contract.exchange import Exchange, Headers
from pacsimile_contract.history import Story
from pacsimile_contract.redaction import Redactor

_HIDDEN = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
_CLEAR = frozenset(
    {
        "status", "progress", "report_types", "created_at", "updated_at", "completed_at", "count", "report_status",
        "token_type", "expires_in", "scope", "error", "type", "title", "errors", "parameter", "reason",
    }
)  # fmt: skip
"""Members that name no patient: written as they are, with identifiers in their text replaced."""


def records(done: RunFinished) -> Iterator[dict[str, Any]]:
    """Yield the records of a run: one `run`, each `exchange`, each `story`."""
    yield {
        "record": "run", "run_id": done.run_id, "target": done.redactor.text(done.target.base_url),
        "profile": done.profile, "level": done.options.level, "seed": done.options.seed,
        "requirements": list(done.options.requirements), "requests": done.requests, "seconds": done.seconds,
    }  # fmt: skip
    for exchange in done.exchanges:
        yield _exchange(exchange, done.redactor)
    for story, judged_by in done.told:
        yield _story(story, judged_by, done.redactor)


def _exchange(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    request, answer = exchange.request, exchange.answer
    record: dict[str, Any] = {
        "record": "exchange", "number": exchange.number, "operation": request.operation, "method": request.method,
        "url": redactor.text(request.url), "sent": _headers(request.headers, redactor),
        "given": {name: redactor.text(value) for name, value in request.given.items()}, "client": request.client,
        "started": exchange.started, "ended": exchange.ended,
    }  # fmt: skip
    if answer is None:
        return {**record, "failure": exchange.failure}
    headers, version = _headers(answer.headers, redactor), answer.version
    shown = {"status": answer.status, "version": version, "headers": headers, "jwt": _jwt(exchange, redactor)}
    return {**record, **shown, "body": _body(exchange, redactor)}


def _headers(headers: Headers, redactor: Redactor) -> list[list[str]]:
    return [[name, "$HIDDEN" if name.lower() in _HIDDEN else redactor.text(value)] for name, value in headers]


def _jwt(exchange: Exchange, redactor: Redactor) -> Any:
    if exchange.jwt is None:
        return None
    kept = ("exp", "iat", "nbf", "iss", "aud", "scope", "alg", "typ", "kid")
    parts = {side: {name: value for name, value in exchange.jwt[side].items() if name in kept} for side in exchange.jwt}
    return json.loads(redactor.text(json.dumps(parts)))


def _body(exchange: Exchange, redactor: Redactor) -> dict[str, Any]:
    body, said = exchange.body, exchange.json
    if not body:
        return {"text": ""}
    if exchange.operation in ("getToken", "postToken") and isinstance(said, dict):
        hidden = {name: "$TOKEN" for name in ("access_token", "refresh_token", "id_token") if name in said}
        return {"text": redactor.text(json.dumps({**said, **hidden}))}
    if redactor.all_synthetic or facts.is_synthetic(exchange):
        return _whole(body, redactor)
    digest = {"sha256_salted": redactor.digest(body), "length": len(body)}
    return {**digest, "facts": _known(said, redactor)} if isinstance(said, dict | list) else digest


def _whole(body: bytes, redactor: Redactor) -> dict[str, Any]:
    try:
        return {"text": redactor.text(body.decode("utf-8"))}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _known(value: Any, redactor: Redactor) -> Any:
    """Keep of a JSON value what names no patient: identifiers hashed, states and times as they are."""
    if isinstance(value, list):
        return [_known(one, redactor) for one in value]
    if not isinstance(value, dict):
        return redactor.identifier(value) if isinstance(value, str) else value
    kept: dict[str, Any] = {}
    for name, member in value.items():
        if name in _CLEAR:
            kept[name] = json.loads(redactor.text(json.dumps(member)))
        elif name in facts.IDENTIFYING or isinstance(member, list | dict):
            kept[name] = _known(member, redactor)
    return kept


def _story(story: Story, judged_by: tuple[tuple[str, str], ...], redactor: Redactor) -> dict[str, Any]:
    values: Mapping[str, Any] = json.loads(
        redactor.text(json.dumps({name: dict(v) for name, v in story.values.items()}))
    )
    return {
        "record": "story", "scenario": story.scenario, "judged_by": [list(one) for one in judged_by],
        "steps": [[step.label, step.exchange.number] for step in story.steps], "values": values,
        "stopped": [story.stopped[0].value, redactor.text(story.stopped[1])] if story.stopped else None,
    }  # fmt: skip


class HistoryJsonl:
    """Writes `history.jsonl` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "history.jsonl"

    def __call__(self, event: Event) -> None:
        """Write at the end of the run."""
        if isinstance(event, RunFinished):
            # a lone surrogate that a target sent becomes the escape by which JSON itself writes it
            with self._path.open("w", encoding="utf-8", errors="backslashreplace") as file:
                for record in records(event):
                    file.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")
