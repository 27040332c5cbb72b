"""The hard conditions: what each world has, what goes wrong in it, and what happens while the program runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

NOTICE_MS = 1000
"""Milliseconds by which an answer is held back, so that what it brings about has happened when it arrives."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happens once, while the program runs.

    Attributes:
        kind: `amend`, `finish`, `fail`, `cancel`: moves an order. `expire`: an hour passes. `throttle`: the next call
            is refused. `restart`: the service restarts.
        operation: The operation whose call brings it about; None: it happens when nothing waits any more.
        nth: Which call of that operation, from 1.
        of_held: Whether calls count only if they are about an order under way.
        at_start: Whether it happens before the program starts.
    """

    kind: str
    operation: str | None = None
    nth: int = 1
    of_held: bool = False
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition.

    Attributes:
        name: What `--condition` chooses it by.
        summary: What is hard, on one line.
        good: What a good client does.
        ready: The number of reports that are ready at the start, all since the same instant. None for what is usual: a
            few, one after the other, or those of the user's scenario.
        held: The number of orders under way; acts alone move them.
        faults: Faults of the world, as the control API takes them.
        defects: Names of defects of the world.
        ahead: Seconds by which the world's clock is ahead of the machine's, or behind if negative.
        acts: What happens while the program runs.
        own_server: Whether it needs a service of its own, which may restart.
    """

    name: str
    summary: str
    good: str
    ready: int | None = None
    held: int = 0
    faults: Sequence[Mapping[str, Any]] = ()
    defects: Sequence[str] = ()
    ahead: float = 0.0
    acts: Sequence[Act] = field(default=())
    own_server: bool = False


def _fault(
    effect: Mapping[str, Any], operation: str | None, *, count: int | None = None, **match: Any
) -> dict[str, Any]:
    conditions = match if operation is None else {"operation": operation, **match}
    return {"match": conditions, "effect": dict(effect), "limit": {} if count is None else {"count": count}}


def _each_once(effect: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return faults that the first listing, the second report and the first acknowledgement meet."""
    turns = (("listReports", 1), ("getResult", 2), ("acknowledgeReports", 1))
    return [_fault(effect, operation, nth=nth) for operation, nth in turns]


def _late(operation: str, **match: Any) -> dict[str, Any]:
    return _fault({"latency_ms": NOTICE_MS}, operation, **match)


CONDITIONS: tuple[Condition, ...] = (
    Condition("calm", "nothing goes wrong", "Lists, fetches each report, acknowledges it."),
    Condition(
        "token-expiry",
        "an hour passes while the second report is fetched, so that the token ends",
        "Gets a new token after the 401, and repeats the call once.",
        faults=[_late("getResult", nth=2)],
        acts=[Act("expire", "getResult", 2)],
    ),
    Condition(
        "503-retry-after",
        "a listing, a report and an acknowledgement are answered 503 with Retry-After",
        "Waits as long as Retry-After says, and repeats the call.",
        faults=_each_once({"status": 503, "retry_after": 1}),
    ),
    Condition(
        "503-bare",
        "502 and then 503 without Retry-After to a listing, and 503 again after the first report",
        "Pauses, longer each time, and repeats the call.",
        faults=[_fault({"status": 502}, "listReports", nth=1), _late("getResult", nth=1)],
        defects=["throttled-without-retry-after"],
        acts=[Act("throttle", at_start=True), Act("throttle", "getResult", 1)],
    ),
    Condition(
        "reset-before",
        "the connection is reset before the service acts: listing, report, acknowledgement",
        "Repeats the call.",
        faults=_each_once({"reset": "request"}),
    ),
    Condition(
        "reset-listing",
        "the connection is reset after the service has listed: it knows what the client does not",
        "Lists again before it acknowledges.",
        faults=[_fault({"reset": "answer"}, "listReports", nth=1)],
    ),
    Condition(
        "reset-acknowledgement",
        "the connection is reset after the service has acknowledged",
        "Acknowledges again, or lists to see what is left.",
        faults=[_fault({"reset": "answer"}, "acknowledgeReports", nth=1)],
    ),
    Condition(
        "truncated",
        "the body of a listing and of a report ends in the middle, short of Content-Length",
        "Throws away what came, and asks again.",
        faults=[_fault({"truncate": True}, "listReports", nth=1), _fault({"truncate": True}, "getResult", nth=2)],
    ),
    Condition(
        "half-a-report",
        "half a report comes with a Content-Length that fits; only Content-Digest does not",
        "Compares Content-Digest, and fetches the report again.",
        faults=[_fault({"malformed": True}, "getResult", nth=2)],
    ),
    Condition(
        "ready-in-between",
        "after each of the first three listings, another report becomes ready before the answer arrives",
        "Acknowledges what it has fetched and nothing else.",
        held=3,
        faults=[_late("listReports", count=3)],
        acts=[Act("finish", "listReports", nth) for nth in (1, 2, 3)] + [Act("finish")] * 3,
    ),
    Condition(
        "amendment",
        "a report is amended while it is fetched, and another one after it was acknowledged",
        "Fetches the new version too, although it has the old one.",
        faults=[_late("getResult", nth=1)],
        acts=[Act("amend", "getResult", 1), Act("amend")],
    ),
    Condition(
        "slow-token",
        "the token endpoint takes two seconds",
        "Waits, keeps the token, and uses it for all calls.",
        faults=[_fault({"latency_ms": 2000}, operation) for operation in ("getToken", "postToken")],
    ),
    Condition(
        "key-rotation",
        "the service changes its signing key while the second report is fetched: all tokens end",
        "Gets a new token after the 401, and repeats the call once.",
        faults=[_fault({"key_rotation": True}, "getResult", nth=2)],
    ),
    Condition(
        "backlog",
        "10,000 reports wait",
        "Works through them page by page, and acknowledges each page.",
        ready=10_000,
    ),
    Condition(
        "ties",
        "60 reports became ready in the same instant",
        "Tells reports apart by their id, not by their time.",
        ready=60,
    ),
    Condition(
        "failed-order",
        "of two orders under way one fails and one is cancelled: there will be no report",
        "Stops asking for them, and delivers the others.",
        held=2,
        faults=[_late("getStatus", count=3), _late("getResult", count=1)],
        acts=[
            Act("fail", "getStatus", 2, of_held=True),
            Act("cancel", "getResult", 2, of_held=True),
            Act("fail"),
            Act("cancel"),
        ],
    ),
    Condition(
        "drip",
        "the bodies of a listing and of two reports come in small pieces",
        "Reads on as long as bytes come.",
        faults=[
            _fault({"drip": {"bytes": 64, "interval_ms": 50}}, "listReports", nth=1),
            _fault({"drip": {"bytes": 256, "interval_ms": 25}}, "getResult", count=2),
        ],
    ),
    Condition(
        "restart",
        "the service restarts while the second report is fetched",
        "Repeats calls, with pauses that grow, until the service is there again.",
        faults=[_late("getResult", nth=2)],
        acts=[Act("restart", "getResult", 2)],
        own_server=True,
    ),
    Condition(
        "clock-ahead",
        "the service's clock is ten minutes ahead of yours",
        "Counts `expires_in` from when the token came, and compares no time of the service with its own.",
        ahead=600.0,
    ),
    Condition(
        "clock-behind",
        "the service's clock is ten minutes behind yours",
        "Counts `expires_in` from when the token came, and compares no time of the service with its own.",
        ahead=-600.0,
    ),
)
"""In the order in which they are shown; the first one is the control."""


def chosen(globs: Sequence[str]) -> list[Condition]:
    """Return the conditions that match one of the patterns, all without any.

    Raises:
        KeyError: a pattern matches none; it is the error's argument.
    """
    for glob in globs:
        if not any(fnmatchcase(condition.name, glob) for condition in CONDITIONS):
            raise KeyError(glob)
    return [
        condition for condition in CONDITIONS if not globs or any(fnmatchcase(condition.name, glob) for glob in globs)
    ]
