"""Eight connections at once, which list, acknowledge, fetch and ask, and let orders be finished and submitted."""

import itertools
import random
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.checkers import consistency, under_load
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.queue_model.concurrent_calls import BEFORE, CALLS, CHANGES
from pacsimile_contract.session import Session
from pacsimile_contract.session.barrier import Actor, freely, in_rounds
from pacsimile_contract.session.sample_calls import NOBODYS_STUDY
from pacsimile_contract.target.model import Client

READY = 10
"""How many reports wait at the beginning."""
PAGE = 3
"""The limit of every other listing of the two clients, so that their listings differ."""
DELAYS = (0.0, 0.0, 0.002, 0.006)
"""Delays in seconds, by which a call may begin amid those of others."""
ROUNDS = {"standard": 3, "full": 5}
"""Rounds in each of which every connection makes one call."""


@scenario(
    consistency.takes_effect_at_one_instant,
    under_load.is_good_beside_others,
    under_load.stays_apart_under_load,
    needs=("fresh_organization", "report_becomes_ready", "order_advanced", "report_amended", "other_organization"),
    blocked_by=(
        "AUTH-1", "CONS-1", "STATUS-1", "STATUS-2", "ORDERID-1", "RESULTS-1", "RESULTS-2", "RESULTS-11", "BATCH-1",
        "BATCH-2", "BATCH-3", "BATCH-5", "BATCH-6", "BATCH-9", "BATCH-11", "BATCH-12", "BATCH-13", "SEC-1", "PROTO-3",
    ),
    late=True,
)  # fmt: skip
def eight_at_once(session: Session) -> None:
    """Act in rounds, all at the same moment; at level full also each as fast as it can."""
    crowd = _Crowd(session)
    in_rounds(crowd.actors(), ROUNDS[session.level])
    if session.level == "full":
        freely(crowd.actors(), ROUNDS["full"])
    crowd.list_all("first", crowd.own.client)


class _Crowd:
    """Eight actors that use one organization at once, and what they share."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.own = session.fresh_state("fresh_organization", "queue", ready_reports=READY)
        if self.own.second is None:
            session.lack("needs a second client of the same organization: `second_client_id` of fresh_organization")
        self._own_organization: dict[str, Any] = {"organization_id": self.own.organization_id}
        self._number, self._changes = itertools.count(1), itertools.count(1)
        self._study = session.lookalike(NOBODYS_STUDY)
        self._watcher, self._other = self._watching(), session.state("other_organization").client
        self._orders: list[str] = list(self.own["order_ids"])
        self._reports: list[str] = list(self.own["report_ids"])
        self._waiting: list[ProvidedState] = []
        self._shown: dict[str, list[str]] = {}
        self._prepare()

    def _watching(self) -> Client:
        """Return a client that only reads, so that its listings affect no acknowledgement."""
        scopes = ["status.read", "reports.read"]
        try:
            return self._session.fresh_state(
                "client_with_scopes", "watching", scopes=scopes, **self._own_organization
            ).client
        except NotExercised:
            return self.own.client

    def _prepare(self) -> None:
        session = self._session
        waits = 2 * ROUNDS[session.level] * (2 if session.level == "full" else 1)
        for _ in range(waits):
            self._waiting.append(
                session.fresh_state("report_becomes_ready", "waiting", unready=True, **self._own_organization)
            )
        known = zip(self._orders, self._reports, strict=True)
        settle = session.target.limits.settle
        session.note(BEFORE, {"versions": [list(pair) for pair in known], "settle": settle})
        for client in (self.own.client, self.own.second, self._watcher, self._other):
            session.token(client)

    def actors(self) -> list[Actor]:
        """Return the eight actors."""
        acts = (
            self._first, self._second, self._watch, self._strange, self._fetch, self._ask, self._complete, self._submit,
        )  # fmt: skip
        return [act(random.Random(self._session.draw.getrandbits(64))) for act in acts]  # noqa: S311 (repeatable)

    # What each does

    def _call(
        self,
        who: str,
        operation: str,
        client: Client,
        asked: Mapping[str, object] | None = None,
        *,
        named: list[str] | None = None,
        **more: Any,
    ) -> Exchange:
        label = f"{CALLS}/{next(self._number)}-{who}"
        if named is not None:
            self._session.note(label, {"report_ids": named})
        body = None if named is None else {"report_ids": named}
        return self._session.call(operation, label, asked, client=client, body=body, **more)

    def list_all(self, who: str, client: Client, limit: int | None = None) -> None:
        """List, and share what was listed with the other actors."""
        organization = self.own.organization_id
        asked = self._call(who, "listReports", client, organizationId=organization, limit=limit)
        self._shown[who] = [report_id for report_id in facts.listing(asked).report_ids if report_id is not None]

    def _first(self, draw: random.Random) -> Actor:
        """List, acknowledge that without a body, and then by name two thirds of what the watcher was shown."""
        client, organization = self.own.client, self.own.organization_id

        def acknowledge(by_name: bool) -> None:
            named = None
            if by_name:
                named = [report_id for place, report_id in self._seen() if place != 0]
                self._wait(draw)
            self._call("first", "acknowledgeReports", client, named=named, organizationId=organization)

        for limit in itertools.cycle([PAGE, None]):
            yield partial(self.list_all, "first", client, limit)
            yield partial(acknowledge, by_name=False)
            yield partial(acknowledge, by_name=True)

    def _second(self, draw: random.Random) -> Actor:
        """List too; acknowledge by name half of what only this client was shown, and some that both were shown.

        Then acknowledge by name two thirds of what the watcher was shown, half of them as the first client does.
        """
        client, organization = self.own.second or self.own.client, self.own.organization_id

        def acknowledge(as_the_first: bool) -> None:
            own, others = self._shown.get("second", []), self._shown.get("first", [])
            alone = [report_id for report_id in own if report_id not in others]
            named = [*alone[::2], *draw.sample(others, len(others) // 2)]
            if as_the_first:
                named = [report_id for place, report_id in self._seen() if place != 1]
            self._wait(draw)
            self._call("second", "acknowledgeReports", client, named=named, organizationId=organization)

        for limit in itertools.cycle([None, PAGE]):
            yield partial(self.list_all, "second", client, limit)
            yield partial(acknowledge, as_the_first=False)
            yield partial(acknowledge, as_the_first=True)

    def _watch(self, draw: random.Random) -> Actor:
        """List only, as the client that acknowledges nothing."""

        def watch() -> None:
            self._wait(draw)
            self.list_all("watcher", self._watcher)

        if self._watcher is self.own.client:
            yield from self._ask(draw)
        while True:
            yield watch

    def _seen(self) -> list[tuple[int, str]]:
        """Return what the watcher was shown last, each report with 0, 1 or 2: the third to which it belongs.

        Where nobody watches, return what the second client was shown.
        """
        shown = self._shown.get("watcher") or self._shown.get("second", [])
        return [(place % 3, report_id) for place, report_id in enumerate(shown)]

    @staticmethod
    def _wait(draw: random.Random) -> None:
        time.sleep(draw.choice(DELAYS))

    def _strange(self, draw: random.Random) -> Actor:
        """Ask for reports as a client of another organization."""

        def ask() -> None:
            label, order = f"beside/{next(self._number)}-result", draw.choice(self._orders)
            self._wait(draw)
            kind = self._session.plain_type
            self._session.call("getResult", label, client=self._other, order_id=order, report_type=kind)

        while True:
            yield ask

    def _fetch(self, draw: random.Random) -> Actor:
        """Fetch the report that is amended, and in turn any: of an order that is being completed, of the study."""

        def fetch(asked: Mapping[str, object]) -> None:
            self._wait(draw)
            self._call("fetcher", "getResult", self._watcher, asked)

        while True:
            yield partial(fetch, {"order_id": self._orders[0], "report_type": self._session.plain_type})
            yield partial(fetch, {**self._selector(draw), "report_type": draw.choice(self._session.order_types[:3])})

    def _ask(self, draw: random.Random) -> Actor:
        """Ask for the status of an order while it is being completed, once more, and for any other one."""

        def ask(selector: Mapping[str, object]) -> None:
            self._wait(draw)
            operation = draw.choice(["getStatus", "getOrderIds"]) if "study_uid" in selector else "getStatus"
            self._call("asker", operation, self._watcher, selector)

        while True:
            order = {"order_id": self._waiting[-1]["order_id"] if self._waiting else self._orders[0]}
            yield partial(ask, order)
            yield partial(ask, order)
            yield partial(ask, self._selector(draw))

    def _selector(self, draw: random.Random) -> dict[str, str]:
        choices = [{"study_uid": self._study}, {"order_id": self._orders[0]}, {"order_id": draw.choice(self._orders)}]
        if self._waiting:
            choices += [{"order_id": self._waiting[-1]["order_id"]}] * 2
        return draw.choice(choices)

    def _complete(self, draw: random.Random) -> Actor:
        """Let orders become COMPLETED whose report id is known before."""

        def complete() -> None:
            self._wait(draw)
            order = self._waiting[-1]
            known = {"kind": "completed", "order_id": order["order_id"], "report_id": order["report_id"]}
            params = {"order_id": order["order_id"], "status": "COMPLETED", **self._own_organization}
            self._change("order_advanced", known, params)
            self._orders.append(self._waiting.pop()["order_id"])

        while True:
            yield complete

    def _submit(self, draw: random.Random) -> Actor:
        """Submit an order of the study, ready at once, and amend a report, in turn."""

        def submit() -> None:
            known = {"kind": "submitted", "study_uid": self._study}
            made = self._change("report_becomes_ready", known, {"study_uid": self._study, **self._own_organization})
            self._orders.append(made["order_id"])

        def amend() -> None:
            known = {"kind": "amended", "order_id": self._orders[0]}
            made = self._change("report_amended", known, {"report_id": self._reports[0], **self._own_organization})
            self._reports[0] = made["report_id"]

        while True:
            yield submit
            yield amend

    def _change(self, state: str, known: dict[str, str], params: dict[str, Any]) -> ProvidedState:
        """Make a state, and note when it began and ended."""
        began = time.monotonic()
        made = self._session.fresh_state(state, f"made/{next(self._changes)}", **params)
        ended = time.monotonic()
        named = {name: made[name] for name in ("order_id", "report_id") if name not in known and name in made.values}
        self._session.note(f"{CHANGES}/{next(self._changes)}", {**known, **named, "began": began, "ended": ended})
        return made
