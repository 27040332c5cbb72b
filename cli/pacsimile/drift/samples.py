"""Sample calls of each operation in each situation, to which a mock's answers are compared with a service's.

A call that the dialect cannot express is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress

from pacsimile_contract import facts
from pacsimile_contract.client.requests import basic
from pacsimile_contract.errors import Absent, Blocked, NotApplicable, NotExercised
from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.delivery import Delivery
from pacsimile_contract.session.sample_calls import NOBODYS_GROUP, NOBODYS_ORDER, NOBODYS_STUDY
from pacsimile_contract.target.model import Client
from pacsimile_spec.operation_ids import API_OPERATIONS
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.scopes import INGEST_WRITE, REPORTS_ACK, STATUS_READ
from pacsimile_spec.statuses import COMPLETED, FINAL, STATUSES

_AT_ONCE = Delivery(return_throttling=True)
_READ_AT_ONCE = ("json", "fhir", "hl7v2", "dicom_sr")
"""Types of which reports differ most from each other, and which are made and read in little time."""
_MORE_REPORTS = 6
_GRANT: Mapping[str, object] = {"grant_type": "client_credentials"}


def play(session: Session) -> None:
    """Make every sample call. The exchanges are in the run's history."""
    samples = _Samples(session)
    for part in (
        samples.tokens, samples.orders, samples.studies, samples.groups, samples.listings, samples.acknowledgements,
        samples.unknown, samples.malformed, samples.refused, samples.throttled,
    ):  # fmt: skip
        part()


class _Samples:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._order = session.fresh_state("order_in_status", status=COMPLETED)
        self._organization = session.home.organization_id

    def _ask(
        self,
        operation: str,
        parameters: Mapping[str, object] | None = None,
        *,
        client: Client | None = None,
        token: str | None = None,
        headers: Headers = (),
        query: str | None = None,
        body: bytes | Mapping[str, object] | None = None,
    ) -> None:
        with suppress(Absent, Blocked, NotApplicable, NotExercised):
            self._session.call(
                operation, operation, parameters, client=client, token=token, headers=headers, query=query, body=body,
                delivery=_AT_ONCE,
            )  # fmt: skip

    def tokens(self) -> None:
        """Ask for tokens, with all scopes, with one, with an unknown one, and with wrong credentials."""
        client = self._session.primary
        right, wrong = basic(client.client_id, client.client_secret), basic(client.client_id, "wrong")
        for method in ("GET", "POST"):
            twice = list[tuple[str, object]](_GRANT.items()) * 2
            asked: tuple[tuple[str | None, Mapping[str, object] | list[tuple[str, object]]], ...] = (
                (right, _GRANT),
                (right, {**_GRANT, "scope": STATUS_READ}),
                (right, {**_GRANT, "scope": "unknown"}),
                (right, {**_GRANT, "scope": INGEST_WRITE}),
                (right, {"grant_type": "password"}),
                (right, {}),
                (wrong, _GRANT),
                (None, _GRANT),
                (right, twice),
            )
            for authorization, parameters in asked:
                self._session.ask_token("token", method=method, authorization=authorization, parameters=parameters)

    def _retrieve(self, order: ProvidedState, types: Iterable[str] = _READ_AT_ONCE) -> None:
        for report_type in types:
            self._ask("getResult", {"order_id": order["order_id"], "report_type": report_type}, client=order.client)

    def _look(self, order: ProvidedState) -> None:
        """Ask twice for the status, so that it is known from the answer before, and for the report."""
        for _ in range(2):
            self._ask("getStatus", {"order_id": order["order_id"]}, client=order.client)
        self._retrieve(order)

    def orders(self) -> None:
        """Look at orders in each status, with and without a group, at one with few types, and at an amended one."""
        session, shown = self._session, []
        for status in STATUSES:
            shown.append(session.fresh_state("order_in_status", status=status))
            shown.append(session.fresh_state("order_in_status", status=status, study_group=f"pacsimile {status}"))
        for status in STATUSES:  # before the status of any is known
            self._retrieve(session.fresh_state("order_in_status", status=status))
        shown += [
            session.fresh_state("order_in_status", status=COMPLETED, report_types=[few]) for few in ("pdf", "json")
        ]
        more = [session.fresh_state("order_in_status", status=COMPLETED) for _ in range(_MORE_REPORTS)]
        for order in (*shown, *more):
            self._look(order)
        for order in more:
            self._retrieve(order, ("dicom_pdf",))
        self._retrieve(self._order, REPORT_TYPES)
        self._ask("getStatus", {"study_uid": self._order["study_uid"]}, client=self._order.client)
        self._amend()

    def _amend(self) -> None:
        """List a report, amend it, and list and fetch it again."""
        with suppress(Absent, NotExercised):
            own = self._session.fresh_state("fresh_organization", ready_reports=2)
            listing = {"organizationId": own.organization_id}
            listed = self._session.call("listReports", "before", listing, client=own.client)
            entry = (facts.listing(listed).reports or ())[0]
            self._session.fresh_state("report_amended", report_id=entry.report_id, organization_id=own.organization_id)
            self._ask("listReports", listing, client=own.client)
            for _ in range(2):
                self._ask("getStatus", {"order_id": entry.order_id}, client=own.client)
            for report_type in (*_READ_AT_ONCE, "dicom_pdf"):
                asked = {"order_id": entry.order_id, "report_type": report_type}
                self._ask("getResult", asked, client=own.client)

    def studies(self) -> None:
        """Ask for studies with one order and with several, of which the newest is in each status."""
        for statuses in ([COMPLETED], *([COMPLETED, status] for status in STATUSES)):
            study = self._session.fresh_state("study_with_orders", statuses=statuses)
            named = {"study_uid": study["study_uid"]}
            self._ask("getOrderIds", named, client=study.client)
            self._ask("getStatus", named, client=study.client)
            for report_type in _READ_AT_ONCE:
                self._ask("getResult", {**named, "report_type": report_type}, client=study.client)

    def groups(self) -> None:
        """Ask for groups whose orders have all ended, in several ways, and for one that is not complete."""
        for statuses in ([COMPLETED], [COMPLETED, COMPLETED], sorted(FINAL), [COMPLETED, "PROCESSING"], ["FAILED"]):
            group = self._session.fresh_state("study_group", statuses=statuses)
            for report_type in REPORT_TYPES if statuses == [COMPLETED] else ("json", "csv"):
                asked = {"study_group": group["study_group"], "report_type": report_type}
                self._ask("getGroupReport", asked, client=group.client)

    def listings(self) -> None:
        """List no reports, one, and several, some of them with a group."""
        session = self._session
        for ready in (0, 1, 3):
            own = session.fresh_state("fresh_organization", ready_reports=ready)
            if ready == 3:
                session.fresh_state(
                    "order_in_status", status=COMPLETED, study_group="pacsimile listed",
                    organization_id=own.organization_id,
                )  # fmt: skip
            for limit in (None, 1, 100):
                listing = {"organizationId": own.organization_id, "limit": limit}
                self._ask("listReports", listing, client=own.client)

    def acknowledgements(self) -> None:
        """Acknowledge a listing, some reports by name, unknown ones, and with bodies that cannot be used."""
        own = self._session.fresh_state("fresh_organization", ready_reports=3)
        place = {"organizationId": own.organization_id}
        with suppress(Absent):
            listed = facts.listing(self._session.call("listReports", "listed", place, client=own.client)).report_ids
            for named in (listed[:1], ["RPT-0000-000000"], []):
                self._ask("acknowledgeReports", place, client=own.client, body={"report_ids": named})
        json_type = (("Content-Type", "application/json"),)
        for content in (b"{", b"[]", b'{"report_ids": 1}', b'{"report_ids": [1]}'):
            self._ask("acknowledgeReports", place, client=own.client, body=content, headers=json_type)
        text = (("Content-Type", "text/plain"),)
        self._ask("acknowledgeReports", place, client=own.client, body=b'{"report_ids": []}', headers=text)
        for _ in range(2):  # once with a listing before it, once without
            self._ask("acknowledgeReports", place, client=own.client)

    def unknown(self) -> None:
        """Ask for what nobody has, and for what another organization has."""
        foreign = self._session.fresh_state("other_organization")
        for order, study, group in (
            (NOBODYS_ORDER, NOBODYS_STUDY, NOBODYS_GROUP),
            (
                foreign.values.get("other_order_id"),
                foreign.values.get("other_study_uid"),
                foreign.values.get("other_study_group"),
            ),
        ):
            for operation, asked in (
                ("getStatus", {"order_id": order}), ("getStatus", {"study_uid": study}),
                ("getOrderIds", {"study_uid": study}),
                ("getResult", {"order_id": order, "report_type": "pdf"}),
                ("getResult", {"study_uid": study, "report_type": "pdf"}),
                ("getGroupReport", {"study_group": group, "report_type": "pdf"}),
            ):  # fmt: skip
                if None not in asked.values():
                    self._ask(operation, asked)
        for operation in ("listReports", "acknowledgeReports"):
            self._ask(operation, {"organizationId": "nobodys-organization"})

    def malformed(self) -> None:
        """Leave parameters out, send them twice, spoil their values, and add one that is unknown."""
        order, study = f"order_id={self._order['order_id']}", f"study_uid={self._order['study_uid']}"
        kind, place = "report_type=pdf", f"organizationId={self._organization}"
        for operation, good, spoilt in (
            ("getStatus", (order,), ("order_id=a%20b", "study_uid=1.02")),
            ("getOrderIds", (study,), ("study_uid=1.02",)),
            ("getResult", (order, kind), ("order_id=a%20b&report_type=pdf", f"{order}&report_type=xml", "study_uid=x")),
            (
                "getGroupReport",
                ("study_group=g", kind),
                ("study_group=&report_type=pdf", "study_group=g&report_type=xml"),
            ),
            (
                "listReports",
                (place,),
                (f"{place}&limit=0", f"{place}&limit=x", f"{place}&limit=10001", "organizationId=a%20b"),
            ),
            ("acknowledgeReports", (place,), ("organizationId=a%20b",)),
        ):
            whole = "&".join(good)
            queries = ["", f"{whole}&other=1", f"{whole}&{good[0]}", *good, *spoilt]
            if "order_id" in whole:
                queries += [f"{whole}&{study}", kind]
            for query in dict.fromkeys(queries):
                if query != whole:
                    self._ask(operation, query=query)

    def refused(self) -> None:
        """Call without a token, with one that is none, with one that has expired, and with one that lacks the scope."""
        session = self._session
        expired = str(session.fresh_state("expired_token")["access_token"])
        status_alone = session.fresh_state("client_with_scopes", scopes=[STATUS_READ]).client
        without_status = session.fresh_state("client_with_scopes", scopes=[REPORTS_ACK]).client
        for operation in API_OPERATIONS:
            for token in (NO_TOKEN, "no-token", expired):
                self._ask(operation, self._good(operation), token=token)
            lacking = without_status if operation in ("getStatus", "getOrderIds", "getResult") else status_alone
            self._ask(operation, self._good(operation), client=lacking)

    def throttled(self) -> None:
        """Call each operation while the client is put off with 429 and with 503."""
        own = self._session.fresh_state("fresh_organization", ready_reports=0)
        token = self._session.token(own.client)
        for status in (429, 503):
            for operation in API_OPERATIONS:
                self._session.fresh_state("throttled", client_id=own.client.client_id, status=status)
                self._ask(operation, self._good(operation), client=own.client, token=token)

    def _good(self, operation: str) -> dict[str, object]:
        order, study = {"order_id": self._order["order_id"]}, {"study_uid": self._order["study_uid"]}
        asked: Mapping[str, dict[str, object]] = {
            "getStatus": order, "getOrderIds": study, "getResult": {**order, "report_type": "pdf"},
            "getGroupReport": {"study_group": NOBODYS_GROUP, "report_type": "pdf"},
        }  # fmt: skip
        return asked.get(operation, {"organizationId": self._organization})
