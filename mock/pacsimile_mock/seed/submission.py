"""Submits and moves orders for the control API and the provider states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from secrets import token_urlsafe
from typing import NamedTuple, Protocol

from pacsimile_fixtures import identifiers
from pacsimile_fixtures.people import Patient
from pacsimile_mock.clock import SECOND, Clock, Instant
from pacsimile_mock.collection import collection_paused
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders import lifecycle
from pacsimile_mock.orders.lifecycle import Plan
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.polls import Polls
from pacsimile_mock.orders.store import Store
from pacsimile_mock.seed.build import offset
from pacsimile_spec.scopes import REPORTS_ACK, REPORTS_READ, STATUS_READ

ALL_SCOPES = (STATUS_READ, REPORTS_READ, REPORTS_ACK)
PROCESSING_TIME = 30 * SECOND


@dataclass(frozen=True, slots=True)
class Submission:
    """An order to be made; None for a value that follows from the others."""

    organization_id: str
    status: str
    created_at: Instant
    """When the order was received."""
    changed_at: Instant | None = None
    """When it reached its status."""
    study_uid: str | None = None
    study_group: str | None = None
    report_types: tuple[str, ...] | None = None
    offset: int | None = None
    """The UTC offset of its times, in minutes."""
    plan: Plan | None = None
    """How it moves with time; None for an order that stays in its status."""
    patient: Patient | None = None
    polls: Polls | None = None
    """How it moves with status calls; None for an order that does not."""


class Study(NamedTuple):
    """The properties that the orders of a study share."""

    number: int
    """The number that the synthetic data of the study follows from."""
    patient: Patient | None
    """The patient, if given; None for a synthetic one."""
    images_at: Instant
    """When the images arrived."""


class PopulatedWorld(Protocol):
    """A world that clients and orders are added to."""

    name: str
    options: WorldOptions
    clock: Clock
    clients: dict[str, Client]
    store: Store

    def organizations(self) -> set[str]:
        """Return the ids of the organizations."""

    def adding_clients(self) -> AbstractContextManager[None]:
        """Let no other call add clients meanwhile."""

    def add_clients(self, clients: Iterable[Client]) -> None:
        """Add clients."""


class Submitter:
    """Makes organizations, clients and orders in a world, and moves orders."""

    def __init__(self, world: PopulatedWorld) -> None:
        self.world = world

    def now(self) -> Instant:
        """Return the world's time."""
        return self.world.clock.now()

    def organization(self) -> str:
        """Return an unused name for an organization."""
        known = self.world.organizations()
        number = len(known) + 1
        while f"org-{number}" in known:
            number += 1
        return f"org-{number}"

    def new_organization(self) -> Client:
        """Make an organization, and return a client of it that has all scopes."""
        with self.world.adding_clients():
            return self.client(self.organization())

    def client(self, organization_id: str, scopes: tuple[str, ...] = ALL_SCOPES) -> Client:
        """Make a client of an organization; an organization exists once it has a client."""
        with self.world.adding_clients():
            number = len(self.world.clients) + 1
            client = Client(f"{organization_id}-{number}-{self.world.name}", token_urlsafe(18), organization_id, scopes)
            self.world.add_clients([client])
        return client

    def study_uid(self) -> str:
        """Return an unused study UID."""
        return identifiers.study_uid(self.world.options.seed, self.world.store.next_number())

    def study_group(self) -> str:
        """Return an unused name for a study group."""
        return identifiers.study_group(self.world.options.seed, self.world.store.next_number())

    def submit(self, submission: Submission) -> Order:
        """Submit one order."""
        return self.submit_all([submission])[0]

    def submit_all(self, submissions: list[Submission]) -> list[Order]:
        """Submit orders at one instant, in this order."""
        with self.world.store.transaction(), collection_paused(len(submissions)):
            studies: dict[str, Study] = {}
            first = self.world.store.next_number(len(submissions))
            settled = map(self.settled, submissions)
            orders = [self._order(submission, number, studies) for number, submission in enumerate(settled, first)]
            self.world.store.add(orders)
        return orders

    def settled(self, submission: Submission) -> Submission:
        """Return a submission with its plan and the UTC offset of its times; orders made of the result share them."""
        if submission.plan is not None and submission.offset is not None:
            return submission
        created_at, changed_at = submission.created_at, submission.changed_at
        if changed_at is None:
            changed_at = min(created_at + PROCESSING_TIME, self.now())
        return replace(
            submission,
            plan=submission.plan or lifecycle.parked(created_at, submission.status, changed_at),
            offset=offset(self.world.options.seed, created_at) if submission.offset is None else submission.offset,
        )

    def _study(self, submission: Submission, number: int, studies: dict[str, Study]) -> Study:
        """Return the study of a submission, as the study's first order determined it."""
        study_uid = submission.study_uid
        if study_uid is None:
            return Study(number, submission.patient, submission.created_at)
        if study_uid not in studies:
            known = self.world.store.orders_of_study(submission.organization_id, study_uid)
            first = _study_of(known) if known else Study(number, None, submission.created_at)
            studies[study_uid] = first if submission.patient is None else first._replace(patient=submission.patient)
        return studies[study_uid]

    def _order(self, submission: Submission, number: int, studies: dict[str, Study]) -> Order:
        seed = self.world.options.seed
        study = self._study(submission, number, studies)
        created_at = submission.created_at
        assert submission.plan is not None, "it is settled"
        assert submission.offset is not None, "it is settled"
        return Order(
            number=number,
            seed=seed,
            organization_id=submission.organization_id,
            order_id=identifiers.order_id(seed, number),
            study_uid=submission.study_uid or identifiers.study_uid(seed, number),
            study_number=study.number,
            study_group=submission.study_group,
            created_at=created_at,
            submitted=number,
            plan=submission.plan,
            offset=submission.offset,
            report_types=submission.report_types,
            patient=submission.patient or study.patient,
            polls=submission.polls,
            images_at=None if study.images_at == created_at else study.images_at,
        )

    def advance(self, order: Order, status: str, progress: int | None = None) -> None:
        """Move an order to a status now.

        Raises:
            ValueError: The life cycle forbids it, or the order no longer exists.
        """
        with self._held(order):
            order.plan, order.polls = lifecycle.with_status(order.plan, self.now(), status, progress), None
            self.world.store.change(order)

    @contextmanager
    def _held(self, order: Order) -> Iterator[None]:
        with self.world.store.transaction():
            if not self.world.store.lock(order):
                raise ValueError(f"the order {order.order_id} is not there any more: its world was begun anew")
            yield

    def amend(self, order: Order) -> str:
        """Amend the newest version of a COMPLETED order's report now, and return the new version's id (BATCH-12).

        Raises:
            ValueError: The order has no report yet, or no longer exists.
        """
        with self._held(order):
            if order.newest_version(self.now()) is None:
                raise ValueError(f"the order {order.order_id} has no report yet that could be amended")
            order.amendments = (*(at for at in order.amendments if at <= self.now()), self.now())
            self.world.store.change(order)
            return order.report_id(len(order.amendments) + 1)


def _study_of(orders: Sequence[Order]) -> Study:
    """Return the study of known orders."""
    first = orders[0]
    return Study(first.study_number, first.patient, first.created_at if first.images_at is None else first.images_at)
