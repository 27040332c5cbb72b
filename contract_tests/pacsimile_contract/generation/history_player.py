"""Play drawn histories over the session, each in organizations of its own, and record every act under its label."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.client.requests import basic
from pacsimile_contract.dialects.vocabulary import API_SCOPES
from pacsimile_contract.errors import CannotTell, NotExercised
from pacsimile_contract.history_model.acts import (
    LIMITED,
    LONGER_NAME,
    NEWCOMER,
    NO_TOKEN,
    OPERATIONS,
    OTHER_ORGANIZATION,
    OTHER_SELECTOR,
    UNKNOWN,
    UNKNOWN_PARAMETER,
    UNKNOWN_REPORT,
    WRONG_BODY,
    WRONG_LIMIT,
    WRONG_SECRET,
    WRONG_TYPE,
    Act,
)
from pacsimile_contract.history_model.recorded_histories import RecordedHistory, history_of, label, learn_places
from pacsimile_contract.provider.lookalikes import lookalike
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import NO_TOKEN as WITHOUT_TOKEN
from pacsimile_contract.session import Session
from pacsimile_contract.session.barrier import together
from pacsimile_contract.session.delivery import FRESH, ORDINARY
from pacsimile_contract.session.sample_calls import NOBODYS_GROUP, NOBODYS_ORDER, NOBODYS_STUDY
from pacsimile_contract.target.model import Client

_NOBODYS = {"o": NOBODYS_ORDER, "s": NOBODYS_STUDY, "g": NOBODYS_GROUP}
_NOBODYS_REPORT = "RPT-0000-000000"
_SELECTOR = {"o": "order_id", "s": "study_uid", "g": "study_group"}

Send = Callable[[], object]


class HistoryPlayer:
    """Plays histories one after the other.

    Attributes:
        session: what sends the calls, makes the states and keeps the record.
        reserve: the number of requests that a history must leave.
    """

    def __init__(self, session: Session, reserve: int = 0) -> None:
        self.session, self.reserve = session, reserve
        self._number = 0
        self._place = self._learned = 0
        self._nobodys: dict[str, str] = {}
        self._begin()

    def _begin(self) -> None:
        self._number, self._place, self._learned = self._number + 1, 0, 0
        self._history = RecordedHistory(self._number)
        self._tokens: dict[str, str] = {}
        self._clients: dict[int, Client] = {}
        self._organizations: dict[int, str] = {}

    def play_all(self, acts: Sequence[Act]) -> RecordedHistory:
        """Play a history as far as the requests suffice.

        An act that the states of the target do not offer is left out, and with it each act that refers to it.

        Returns:
            The history as it is recorded, up to the last act that was played.

        Raises:
            NotExercised: there are no fresh organizations.
            CannotTell: the harness, the network or the state URL failed.
        """
        self._begin()
        number = 0

        def moment(act: Act) -> int:
            nonlocal number
            number += not act.together
            return number

        for _, at_once in groupby(acts, moment):
            group = list(at_once)
            if self.session.requests_left < len(group) + self.reserve:
                break
            self._play(group)
        return history_of(self.session.story, self._number)

    def _play(self, group: Sequence[Act]) -> None:
        sends: list[Send] = []
        for act in group:
            if not self._is_possible(act):
                continue
            if act.is_call:
                sends.append(self._call(act))
            elif len(group) > 1:
                sends.append(self._deferred(act))
            else:
                self._make(act)
        if len(sends) > 1:
            together(sends)
        elif sends:
            sends[0]()
        self._learn()

    def _is_possible(self, act: Act) -> bool:
        """Tell whether all that an act refers to was made: what a state does not offer was not."""
        ids = self._history.ids
        needed = [name for name in act.about if name not in (*UNKNOWN.values(), UNKNOWN_REPORT)]
        if act.kind == "amends":
            needed.append(f"{act.about[0]}.{int(act.made[0].partition('.')[2]) - 1}")
        has_token = act.kind == "token" or act.fault == NO_TOKEN or act.token in self._tokens
        has_client = act.kind in ("begins", "neighbours") or act.who in self._clients
        return all(name in ids for name in needed) and has_client and (has_token or not act.is_call)

    def _record(self, act: Act, ids: Mapping[str, str]) -> str:
        self._place += 1
        at = label(self._number, self._place)
        self._history.learn_ids(act.organization, ids)
        self.session.note(at, {"act": act.document(), "ids": dict(ids)})
        return at

    def _learn(self) -> None:
        """Learn the ids of reports from the answers since last time, so that later acts can name them."""
        learn_places(self._history, self.session.story, range(self._learned + 1, self._place + 1))
        self._learned = self._place

    # What states do

    def _make(self, act: Act) -> None:
        try:
            ids = self._ids_made(act)
        except NotExercised:
            if act.kind == "begins":
                raise
            return
        self._record(act, ids)

    def _deferred(self, act: Act) -> Send:
        """Return a function that makes a state while calls are under way, and records it once its ids are known."""
        self._place += 1
        at = label(self._number, self._place)

        def make() -> None:
            ids = self._ids_made(act)
            self.session.note(at, {"act": act.document(), "ids": dict(ids)})

        return make

    def _ids_made(self, act: Act) -> dict[str, str]:
        if act.kind == "passes":
            self.session.time_passes(act.seconds[0])
            return {}
        if act.kind in ("begins", "neighbours"):
            return self._begin_organization(act)
        organization = self._organizations[act.organization]
        if act.kind == "limits":
            made = self._state(act, "client_with_scopes", scopes=list(act.scopes), organization_id=organization)
            self._clients[LIMITED] = made.client
            return {}
        if act.kind == "joins":
            made = self._state(act, "client_with_scopes", scopes=list(API_SCOPES), organization_id=organization)
            self._clients[NEWCOMER] = made.client
            return {}
        state, params = self._state_and_params(act)
        made = self._state(act, state, organization_id=organization, **params)
        return self._named(act, made)

    def _state_and_params(self, act: Act) -> tuple[str, dict[str, Any]]:
        """Return the state that does an act, and its params."""
        ids = self._history.ids
        about = {_SELECTOR[name[0]]: ids[name] for name in act.about}
        if act.kind == "studies":
            more: dict[str, Any] = {"seconds": list(act.seconds)} if act.seconds else {}
            more |= {"submitted": list(act.submitted)} if act.submitted else {}
            return "study_with_orders", {"statuses": list(act.statuses), **more}
        if act.kind == "groups":
            return "study_group", {"statuses": list(act.statuses)}
        if act.kind == "submits":
            types = {"report_types": list(act.types)} if act.types else {}
            return "order_in_status", {"status": act.statuses[0], **about, **types}
        if act.kind == "finishes":
            return "order_advanced", {**about, "status": act.statuses[0]}
        if act.kind == "amends":
            order, _, version = act.made[0].partition(".")
            return "report_amended", {"report_id": ids[f"{order}.{int(version) - 1}"]}
        return "report_becomes_ready", {**about, **({"unready": True} if act.kind == "announces" else {})}

    def _named(self, act: Act, made: ProvidedState) -> dict[str, str]:
        """Return the identifiers of what an act made."""
        if act.kind == "finishes":
            return {}
        if act.kind == "amends":
            return {act.made[0]: str(made["report_id"])}
        if act.kind in ("studies", "groups"):
            whole = "study_uid" if act.kind == "studies" else "study_group"
            return {act.made[0]: str(made[whole]), **self._each(act.made[1:], made, "order_ids")}
        ids = {act.made[0]: str(made["order_id"])}
        return ids if act.kind == "submits" else ids | {f"{act.made[0]}.1": str(made["report_id"])}

    def _begin_organization(self, act: Act) -> dict[str, str]:
        own = self._state(act, "fresh_organization", ready_reports=len(act.made))
        if not own.owned:
            self.session.lack("needs the state fresh_organization: supply it by `states: url`")
        self._clients[act.who] = own.client
        if own.second is not None and act.kind == "begins":
            self._clients[2] = own.second
        self._organizations[act.organization] = own.organization_id
        orders, reports = (self._each(act.made, own, key) for key in ("order_ids", "report_ids"))
        return orders | {f"{name}.1": report for name, report in reports.items()}

    def _each(self, names: Sequence[str], made: ProvidedState, key: str) -> dict[str, str]:
        """Return the identifier of each name, of a state that made several things."""
        identifiers = [str(identifier) for identifier in made[key]] if names else []
        if len(identifiers) != len(names) and not self.session.rehearsed:
            raise CannotTell(f"the state {made.state} answered with {len(identifiers)} {key}: {len(names)} were wanted")
        return dict(zip(names, identifiers, strict=False))

    def _state(self, act: Act, state: str, **params: Any) -> ProvidedState:
        return self.session.fresh_state(state, f"made/{self._number}/{self._place + 1}/{act.kind}", **params)

    # What clients do

    def _call(self, act: Act) -> Send:
        if act.kind == "token":
            return lambda: self._ask_token(act)
        parameters, named = self._parameters(act)
        body: Mapping[str, object] | None = None
        if act.kind == "names":
            body = {"report_ids": [named[name] for name in act.about]}
        if act.fault == WRONG_BODY:
            body = {}
        at = self._record(act, {name: identifier for name, identifier in named.items() if name in self._nobodys})
        client, token = self._clients[act.who], WITHOUT_TOKEN if act.fault == NO_TOKEN else self._tokens[act.token]
        delivery = FRESH if act.fresh else ORDINARY
        return lambda: self.session.call(
            OPERATIONS[act.kind], at, parameters, client=client, token=token, body=body, delivery=delivery
        )

    def _parameters(self, act: Act) -> tuple[dict[str, object], dict[str, str]]:
        """Return the parameters of a call, and the identifier of each name that it is about."""
        named = {name: self._identifier(name) for name in act.about}
        parameters: dict[str, object] = {}
        if act.kind in ("lists", "posts", "names"):
            parameters = {"organizationId": self._organization(act)}
            parameters["limit"] = 0 if act.fault == WRONG_LIMIT else act.limit
        else:
            selector = _SELECTOR[_letter(act.about[0])]
            parameters = {selector: named[act.about[0]]}
            if act.fault == OTHER_SELECTOR:
                second = "s" if selector == "order_id" else "o"
                parameters[_SELECTOR[second]] = self._identifier(UNKNOWN[second])
        if act.report_type:
            parameters["report_type"] = "docx" if act.fault == WRONG_TYPE else act.report_type
        if act.fault == UNKNOWN_PARAMETER:
            parameters["colour"] = "blue"
        return parameters, named

    def _organization(self, act: Act) -> str:
        """Return the organization that a call names."""
        own = self._organizations[act.organization]
        if act.fault == LONGER_NAME:
            return self.session.derived(f"{own}-2", own)
        if act.fault != OTHER_ORGANIZATION:
            return own
        known = self._organizations.get(3 - act.organization)
        return known if known is not None else self.session.lookalike(own)

    def _identifier(self, name: str) -> str:
        if name in self._history.ids:
            return self._history.ids[name]
        if name not in self._nobodys:
            usual = _NOBODYS_REPORT if name == UNKNOWN_REPORT else _NOBODYS[_letter(name)]
            self._nobodys[name] = self.session.lookalike(usual)
        return self._nobodys[name]

    def _ask_token(self, act: Act) -> None:
        client, at = self._clients[act.who], self._record(act, {})
        is_wrong, secret = act.fault == WRONG_SECRET, client.client_secret
        if is_wrong:
            secret = lookalike(secret, self.session.draw)
            self.session.hide(secret)
        scope = {"scope": " ".join(act.scopes)} if act.scopes else {}
        exchange = self.session.ask_token(
            at, authorization=basic(client.client_id, secret), client=None if is_wrong else client,
            parameters={"grant_type": "client_credentials", **scope},
        )  # fmt: skip
        if exchange.succeeded and facts.gives_token(exchange):
            self._tokens[act.made[0]] = str(facts.token(exchange).access_token)


def _letter(name: str) -> str:
    return next((letter for letter, unknown in UNKNOWN.items() if name == unknown), name[0])
