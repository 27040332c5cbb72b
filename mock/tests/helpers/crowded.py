"""A crowd of calls upon one organization of a world: what must not come of them, whoever is first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import orjson

from pacsimile_mock.clock import SECOND
from pacsimile_mock.exchange import Answer, Call
from pacsimile_spec import operations

JSON = {"content-type": "application/json"}
READY = 4

Asked = tuple[str, str, str, Sequence[str] | None]
"""Operation, query, token, and the reports named."""


def overlapping(probe: Any) -> Iterator[str]:
    """Act in an organization of four ready reports, at the same moment in each step; yield what is odd."""
    home = probe.state("fresh_organization", ready_reports=READY + 2)
    tokens = [probe.token_of(home), probe.token_of(home, second=True)]
    mine, asked = {"organization_id": home["organization_id"]}, f"organizationId={home['organization_id']}"
    tokens.append(probe.token_of(probe.state("client_with_scopes", scopes=["reports.read"], **mine)))
    waiting = probe.state("report_becomes_ready", unready=True, **mine)
    probe.told.clear()  # the clients' names follow from how many there are, and these are no answers to compare
    world, ready = probe.world, home["report_ids"][2:]
    yield from _listing(world, asked, tokens)
    order, study = f"order_id={home['order_ids'][2]}&report_type=json", f"study_uid={waiting['study_uid']}"
    _one(world, ("getResult", order, tokens[0], None))
    yield from _marking(probe, asked, tokens, ready, waiting, order)
    world.clock.advance(SECOND)
    newest = probe.state("report_amended", report_id=ready[0], **mine)["report_id"]
    beside: list[Asked] = [("getStatus", study, tokens[0], None), ("listReports", asked, tokens[2], None)]
    fetched, *_ = _together(world, [("getResult", order, tokens[0], None), *beside])
    if ("X-Report-Id", newest) not in fetched.headers:
        yield "the former version"
    advanced = probe.state("report_becomes_ready", study_uid=waiting["study_uid"], **mine)["order_id"]
    _, told, _ = _together(world, [("getResult", order, tokens[0], None), *beside])
    if orjson.loads(told.body).get("order_id") != advanced:
        yield "the former order"


def _listing(world: Any, asked: str, tokens: list[str]) -> Iterator[str]:
    one: Asked = ("listReports", asked, tokens[0], None)
    page: Asked = ("listReports", asked + "&limit=1", tokens[1], None)
    _one(world, ("listReports", asked + "&limit=2", tokens[0], None))
    for answer in _together(world, [one, page, ("listReports", asked, tokens[2], None)]):
        ids = _ids(answer)
        if answer.status != 200:
            yield "a valid token refused"
        if len(ids) > len(set(ids)):
            yield "listed twice"
    shared = _together(world, [("listReports", asked + "&limit=2", tokens[0], None), page])
    done = _one(world, ("acknowledgeReports", asked, tokens[0], None))
    if set(_marked(done)) != set(_ids(shared[0])):
        yield "another listing acknowledged"
    _one(world, ("listReports", asked + "&limit=1", tokens[0], None))


def _marking(
    probe: Any, asked: str, tokens: list[str], ready: list[str], waiting: dict[str, Any], order: str
) -> Iterator[str]:
    stranger = probe.token_of(probe.state("fresh_organization"))
    probe.told.clear()
    _one(probe.world, ("listReports", asked + "&limit=3", tokens[0], None))
    steps: list[Asked] = [
        ("getResult", order, stranger, None),
        ("listReports", asked, tokens[2], None),
        ("acknowledgeReports", asked, tokens[1], [ready[0], ready[3]]),
        ("acknowledgeReports", asked, tokens[0], None),
    ]
    fetched, listed, named, first = _together(probe.world, steps, lambda: _complete(probe, waiting))
    marked = [*_marked(first), *_marked(named)]
    if len(marked) > len(set(marked)):
        yield "marked twice"
    if waiting["report_id"] in marked:
        yield "marked what became ready meanwhile"
    possible: tuple[set[str], ...] = (set(ready), set(ready[1:3]), set(ready[3:]), set())
    if set(_ids(listed)) - {waiting["report_id"]} not in possible:
        yield "a torn listing"
    if fetched.status == 200:
        yield "shown to a stranger"
    if set(_ids(_one(probe.world, ("listReports", asked, tokens[0], None)))) != {waiting["report_id"]}:
        yield "another listing afterwards"


def _complete(probe: Any, waiting: dict[str, Any]) -> None:
    known = {"order_id": waiting["order_id"], "organization_id": waiting["organization_id"]}
    probe.state("order_advanced", status="COMPLETED", **known)


def _together(world: Any, steps: Sequence[Asked], change: Any = lambda: None) -> list[Answer]:
    """Make calls, each begun when those before it are over or hold their window open."""
    pending: list[Future[Answer]] = []
    with ThreadPoolExecutor(len(steps)) as threads:
        for step in steps:
            pending.append(threads.submit(_one, world, step))
            while _begun(world) + sum(one.done() for one in pending) < len(pending):
                wait(pending[-1:], timeout=0.001)
        change()
        return [one.result() for one in pending]


def _begun(world: Any) -> int:
    calls = world.pipeline.__dict__.get("concurrent_calls")
    return 0 if calls is None else len(calls.active)


def _one(world: Any, step: Asked) -> Answer:
    operation, query, token, named = step
    known, body = operations()[operation], b"" if named is None else orjson.dumps({"report_ids": list(named)})
    headers = {"authorization": f"Bearer {token}"} | (JSON if named is not None else {})
    answer: Answer = world.answer(
        Call(known.method, known.path, query, headers, body, len(body) or None, operation=operation)
    )
    return answer


def _ids(answer: Answer) -> list[str]:
    return [one["report_id"] for one in orjson.loads(answer.body).get("reports", ())]


def _marked(answer: Answer) -> list[str]:
    return list(orjson.loads(answer.body).get("acknowledged", ()))
