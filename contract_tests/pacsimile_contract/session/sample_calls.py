"""One harmless call of each operation that takes a token, of what is there where states or discovery know it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from pacsimile_contract.dialects.vocabulary import selects_by
from pacsimile_contract.errors import Absent, Forbidden, NotExercised
from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.provider.states import ProvidedState
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
    names = known_names(session)
    home = {"organizationId": names["organizationId"]}

    def by(operation: str) -> dict[str, object]:
        selector = "order_id" if selects_by(session.dialect, operation, "order_id") else "study_uid"
        return {selector: names[selector]}

    return [
        Sample("getStatus", by("getStatus")),
        Sample("getOrderIds", {"study_uid": names["study_uid"]}),
        Sample("getResult", {**by("getResult"), "report_type": session.plain_type}),
        Sample("getGroupReport", {"study_group": names["study_group"], "report_type": session.plain_group_type}),
        Sample("listReports", home),
        Sample("acknowledgeReports", home, {"report_ids": []}),
    ]


def known_names(session: Session, *, own: bool = False) -> dict[str, str | None]:
    """Return by parameter what calls name: a COMPLETED order, its study, a group and an organization.

    They are those of shared states, or with `own` of states of the scenario's own; where there are none, what nobody
    has.
    """
    ask = session.fresh_state if own else session.state
    order, group = ("own-order", "own-group") if own else (None, None)

    def find(name: str, nobodys: str, state: str, label: str | None, **params: object) -> str:
        try:
            return str(
                known[state][name] if state in known else known.setdefault(state, ask(state, label, **params))[name]
            )
        except NotExercised:
            return session.lookalike(nobodys)

    known: dict[str, ProvidedState] = {}
    return {
        "order_id": find("order_id", NOBODYS_ORDER, "order_in_status", order, status="COMPLETED"),
        "study_uid": find("study_uid", NOBODYS_STUDY, "order_in_status", order, status="COMPLETED"),
        "study_group": find("study_group", NOBODYS_GROUP, "study_group", group, statuses=["COMPLETED"]),
        "organizationId": session.home.organization_id,
    }


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
