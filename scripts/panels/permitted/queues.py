"""Conducts of the queue, and of others who use the service meanwhile."""

from __future__ import annotations

import random
import threading
import time
from contextlib import suppress
from hashlib import sha256
from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.seed.submission import Submission, Submitter
from scripts.panels.permitted.conduct import conduct

OTHERS = (
    "docs/verify.md, Reading a verdict: “In an existing organization, others may submit, finish and amend orders during the run. An answer "
    "that this explains … is NOT-EXERCISED.”"
)


@conduct(
    "ties-are-listed-by-digest",
    "openapi.yaml, listReports: “The oldest `completed_at` comes first; equal ones have a stable order.”",
)
class TiesByDigest(QueueService):
    """Reports of one instant are listed in the order of a digest of their ids."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Sort again."""
        listed = super().unacknowledged(organization_id, now, None)
        listed.sort(key=lambda each: (each.version.ready_at, sha256(each.version.report_id.encode()).digest()))
        return listed[:limit]

    def remember(self, organization_id: str, client_id: str, listed: list[Listed], now: Instant) -> None:
        """Remember the ids."""
        super().remember(organization_id, client_id, listed, now)
        kept: dict[object, list[str]] = self.__dict__.setdefault("kept", {})
        kept[organization_id, client_id] = [each.version.report_id for each in listed]

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge what was listed."""
        kept: dict[object, list[str]] = self.__dict__.setdefault("kept", {})
        return super().acknowledge(organization_id, kept.get((organization_id, client_id), []), now)


def stir(submitter: Submitter, organization_id: str, lottery: random.Random, orders: list) -> None:
    """Submit, move or amend an order of an organization."""
    choice = lottery.random()
    if choice < 0.5 or not orders:
        status = lottery.choice(("COMPLETED", "COMPLETED", "PROCESSING", "RECEIVED", "FAILED"))
        created = submitter.now() - lottery.randrange(1, 3600) * SECOND
        earlier = lottery.choice(orders).study_uid if orders and lottery.random() < 0.2 else None
        group = "others" if lottery.random() < 0.3 else None
        if earlier is not None:
            created = submitter.now()
        orders.append(
            submitter.submit(Submission(organization_id, status, created, study_uid=earlier, study_group=group))
        )
        return
    order = lottery.choice(orders)
    now = submitter.now()
    state = order.state(now)
    if state.status == "COMPLETED":
        submitter.amend(order)
    elif state.status in ("RECEIVED", "PROCESSING"):
        submitter.advance(order, lottery.choice(("PROCESSING", "COMPLETED", "FAILED")))


def keep_stirring(world: Any, organization_id: str | None) -> None:
    """Move orders of an organization, a new one if none is given, for three minutes."""
    submitter, lottery, orders = Submitter(world), random.Random(4711), []
    own = organization_id or submitter.new_organization().organization_id
    end = time.monotonic() + 180
    while time.monotonic() < end:
        with suppress(ValueError):
            stir(submitter, own, lottery, orders)
        time.sleep(0.1)


@conduct(
    "other-organizations-are-busy",
    "requirements.yaml, SEC-3, SEC-8: organizations see only their own; PROTO-5: no answer depends on unrelated calls",
)
class OthersAreBusy(Pipeline):
    """An organization that the tests do not know submits, finishes and amends ten orders a second."""

    def answer(self, call: Call) -> Answer:
        """Begin with the first call of a world."""
        if "busy" not in self.__dict__:
            self.__dict__["busy"] = threading.Thread(target=keep_stirring, args=(self.world, None), daemon=True)
            self.__dict__["busy"].start()
        return super().answer(call)


@conduct("a-queue-that-others-fill", OTHERS, as_target=True)
class FilledByOthers(Pipeline):
    """The organization of the target file gets, finishes and amends ten orders a second; each tenth second others acknowledge."""

    def answer(self, call: Call) -> Answer:
        """Begin with the first call of the default world."""
        if "busy" not in self.__dict__ and self.world.name == "default":
            own = self.world.first_organization()
            self.__dict__["busy"] = threading.Thread(target=keep_stirring, args=(self.world, own), daemon=True)
            self.__dict__["busy"].start()
        return super().answer(call)
