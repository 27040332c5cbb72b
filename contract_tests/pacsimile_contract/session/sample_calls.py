"""One harmless call of each operation that takes a token, of what is there where states or discovery know it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pacsimile_contract.dialects.vocabulary import selects_by
from pacsimile_contract.errors import Absent, Forbidden, NotExercised
from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import ORDINARY, Delivery
from pacsimile_contract.target.model import Client

NOBODYS_ORDER, NOBODYS_STUDY, NOBODYS_GROUP = "ORD-0000-000000", "1.3.6.1.4.1.32473.0.1", "pacsimile-0000"
"""Asked for where nothing is known: a refusal of the token comes before the search."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A call: its operation, its parameters, and the JSON body that it takes (none for GET)."""

    operation: str
    parameters: Mapping[str, object]
    body: Mapping[str, object] | None = None


def _samples(session: Session) -> list[Sample]:
    """Return a call of each of the six operations; the acknowledgement names no report, so it marks none."""
    order, study, group = _known_order(session), _known_study(session), _known_group(session)
    home = {"organizationId": session.home.organization_id}

    def by(operation: str) -> dict[str, object]:
        return {"order_id": order} if selects_by(session.dialect, operation, "order_id") else {"study_uid": study}

    return [
        Sample("getStatus", by("getStatus")),
        Sample("getOrderIds", {"study_uid": study}),
        Sample("getResult", {**by("getResult"), "report_type": session.plain_type}),
        Sample("getGroupReport", {"study_group": group, "report_type": session.plain_group_type}),
        Sample("listReports", home),
        Sample("acknowledgeReports", home, {"report_ids": []}),
    ]


def _known(session: Session, find: Callable[[], str], nobodys: str) -> str:
    try:
        return find()
    except NotExercised:
        return session.lookalike(nobodys)


def _known_order(session: Session) -> str:
    return _known(session, lambda: str(session.state("order_in_status", status="COMPLETED")["order_id"]), NOBODYS_ORDER)


def _known_study(session: Session) -> str:
    return _known(
        session, lambda: str(session.state("order_in_status", status="COMPLETED")["study_uid"]), NOBODYS_STUDY
    )


def _known_group(session: Session) -> str:
    return _known(
        session, lambda: str(session.state("study_group", statuses=["COMPLETED"])["study_group"]), NOBODYS_GROUP
    )


class ForbiddenCollector:
    """Skips calls that the safety rules forbid. `finish` raises at the end what they forbade."""

    def __init__(self) -> None:
        self._forbidden: Forbidden | None = None

    @contextmanager
    def skipping(self) -> Iterator[None]:
        """Skip what the safety rules forbid or the service does not have, and go on after the block."""
        try:
            yield
        except Absent:
            return
        except Forbidden as error:
            self._forbidden = error

    def finish(self) -> None:
        """Raise the last Forbidden, if anything was skipped for one."""
        if self._forbidden is not None:
            raise self._forbidden


class SampleCalls(ForbiddenCollector):
    """Calls samples one by one."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._samples = _samples(session)

    def __iter__(self) -> Iterator[Sample]:
        return iter(self._samples)

    def of(self, operation: str) -> Sample:
        """Return the sample of an operation."""
        return next(sample for sample in self._samples if sample.operation == operation)

    def call(
        self,
        sample: Sample,
        label: str,
        *,
        token: str | None = None,
        client: Client | None = None,
        headers: Headers = (),
        extra: Mapping[str, object] | None = None,
        delivery: Delivery = ORDINARY,
    ) -> None:
        """Call a sample as step `label`, as `Session.call` has it; `extra` are further parameters."""
        parameters = {**sample.parameters, **(extra or {})}
        with self.skipping():
            self._session.call(
                sample.operation, label, parameters, client=client, token=token, headers=headers,
                body=sample.body, delivery=delivery,
            )  # fmt: skip
