"""Perform acts over the session, in a new organization for each history, each recorded under its label."""

from collections.abc import Sequence
from typing import Any

from pacsimile_contract.errors import NotExercised
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.queue_model.acts import FOREIGN, UNKNOWN, Act
from pacsimile_contract.queue_model.events import BrokenRule
from pacsimile_contract.queue_model.judge import judge_history
from pacsimile_contract.queue_model.recorded_histories import RecordedHistory, history_of, label
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Client

LONG_AGO = 7200
"""Age in seconds of a report that finished late: older than those that `begins` makes."""


class Player:
    """Plays histories one after the other. `lacking` holds the kinds of acts whose state is not offered."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.lacking: set[str] = set()
        self._number = 0
        self._invented_ids: dict[str, str] = {}
        self.acts: list[Act] = []
        self._ids: dict[str, str] = {}
        self._orders: dict[str, str] = {}
        self._own: ProvidedState | None = None

    def play_all(self, acts: Sequence[Act]) -> BrokenRule | None:
        """Play a whole history. Return the first rule that it breaks; None where it breaks none."""
        for act in acts:
            broken = self.play(act)
            if broken is not None:
                return broken
        return None

    def play(self, act: Act) -> BrokenRule | None:
        """Perform one act; `begins` begins a new history. Return the first rule that the history breaks, if any."""
        if act.kind in self.lacking or not self._knows(act):
            return None
        if act.kind == "begins":
            self._number, self.acts = self._number + 1, []
            self._ids, self._orders = {}, {}
        try:
            made = {} if act.is_call else self._make(act)
        except NotExercised:
            if act.kind == "begins":
                raise
            self.lacking.add(act.kind)
            return None
        self._record(act, made)
        if act.is_call:
            self._call(act)
        return judge_history(self.recorded.events).broken

    def _knows(self, act: Act) -> bool:
        """Tell whether all reports of an act were made: those of a state that is not offered were not."""
        known = self._orders if act.kind in ("asks", "fetches", "finishes") else self._ids
        return all(name in known or name in (UNKNOWN, FOREIGN) for name in act.about)

    @property
    def recorded(self) -> RecordedHistory:
        """The history that is being played, as it is recorded."""
        return history_of(self.session.story, self._number)

    def _record(self, act: Act, made: dict[str, str]) -> None:
        named = {name: self._invented_id(name) for name in act.about if name in (UNKNOWN, FOREIGN)}
        self._ids.update(made | named)
        self.acts.append(act)
        self.session.note(
            label(self._number, len(self.acts)), {"act": act.document(), "ids": {**made, **named}}
        )  # fmt: skip

    def _invented_id(self, name: str) -> str:
        if name not in self._invented_ids:
            foreign = name == FOREIGN
            self._invented_ids[name] = (
                str(self.session.state("other_organization")["report_id"])
                if foreign
                else self.session.lookalike(next(iter(self._ids.values())))
            )
        return self._invented_ids[name]

    # What states do

    def _make(self, act: Act) -> dict[str, str]:
        organization = (
            {} if self._own is None or act.kind == "begins" else {"organization_id": self._own.organization_id}
        )
        if act.kind == "begins":
            return self._begin(act)
        if act.kind == "passes":
            self.session.time_passes(act.seconds)
            return {}
        if act.kind == "finishes":
            self._state("order_advanced", order_id=self._orders[act.about[0]], status=act.status, **organization)
            return {}
        if act.kind == "amends":
            made = self._state("report_amended", report_id=self._ids[act.about[0]], **organization)
            return {act.made[0]: str(made["report_id"])}
        late = {"completed_seconds_ago": LONG_AGO} if act.late else {}
        unready = {"unready": True} if act.kind == "announces" else {}
        made = self._state("report_becomes_ready", **late, **unready, **organization)
        self._orders[act.made[0]] = str(made["order_id"])
        return {act.made[0]: str(made["report_id"])}

    def _begin(self, act: Act) -> dict[str, str]:
        count = len(act.made)
        ties = {"completed_seconds": [0] * count} if act.late and count else {}
        own = self._state("fresh_organization", ready_reports=count, **ties)
        if not own.owned or own.second is None:
            self.session.lack("needs the state fresh_organization with a second client")
        self._own = own
        self._orders.update(zip(act.made, own["order_ids"], strict=True))
        return dict(zip(act.made, own["report_ids"], strict=True))

    def _state(self, state: str, **params: Any) -> ProvidedState:
        return self.session.fresh_state(state, f"made/{self._number}/{len(self.acts) + 1}", **params)

    # What clients do

    def _call(self, act: Act) -> None:
        assert self._own is not None
        client: Client = self._own.client if act.who == 1 or self._own.second is None else self._own.second
        at, organization = label(self._number, len(self.acts)), self._own.organization_id
        call = self.session.call
        if act.kind == "lists":
            call("listReports", at, client=client, organizationId=organization, limit=act.limit)
        elif act.kind == "posts":
            call("acknowledgeReports", at, client=client, organizationId=organization)
        elif act.kind == "names":
            document = {"report_ids": [self._ids[name] for name in act.about]}
            call("acknowledgeReports", at, client=client, organizationId=organization, body=document)
        elif act.kind == "asks":
            call("getStatus", at, client=client, order_id=self._orders[act.about[0]])
        else:
            kind = self.session.plain_type
            call("getResult", at, client=client, order_id=self._orders[act.about[0]], report_type=kind)
