"""Histories, played over a session that is played too: what is sent, what is left out, and what ends the play."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.errors import CannotTell, NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.generation.history_player import HistoryPlayer
from pacsimile_contract.generation.queue_player import Player
from pacsimile_contract.history_model.acts import LONGER_NAME, NEWCOMER, OTHER_SELECTOR, UNKNOWN_PARAMETER, Act
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.queue_model.acts import FOREIGN, UNKNOWN
from pacsimile_contract.queue_model.acts import Act as QueueAct
from pacsimile_contract.target.model import Client

OURS, SECOND = Client("ours", "a", "x", "org-a", owned=True), Client("second", "b", "x", "org-a", owned=True)


class Session:
    """Makes states, sends nothing, and remembers what it was asked for."""

    requests_left, rehearsed, plain_type, draw = 99, False, "json", None

    def __init__(self, *, owned: bool = True, lacking: str = "", short: bool = False) -> None:
        self.story, self.asked = Story("by-hand"), list[tuple[str, dict[str, Any]]]()
        self._owned, self._lacking, self._short = owned, lacking, short

    def note(self, label: str, values: dict[str, Any]) -> None:
        """Keep what the checker reads."""
        self.story.values[label] = values

    def lack(self, why: str) -> None:
        """End."""
        raise NotExercised(why)

    def state(self, state: str, **params: Any) -> ProvidedState:
        """Make any state, with identifiers of its own."""
        return self.fresh_state(state, "", **params)

    def fresh_state(self, state: str, label: str, **params: Any) -> ProvidedState:
        """Make a state; one that is lacking is not offered."""
        del label
        if state == self._lacking:
            raise NotExercised(state)
        self.asked.append((state, params))
        count = params.get("ready_reports", 1) - self._short
        values = {
            "organization_id": "org-a", "order_id": "O9", "report_id": "R9",
            "order_ids": [f"O{number}" for number in range(count)],
            "report_ids": [f"R{number}" for number in range(count)],
        }  # fmt: skip
        return ProvidedState(state, values, OURS, owned=self._owned, second=SECOND)

    def call(self, operation: str, label: str, parameters: Any = None, **more: Any) -> None:
        """Note a call, and its answer."""
        given = dict(parameters) if parameters is not None else {}
        self.asked.append((operation, given | {name: more[name] for name in more if name in ("order_id", "body")}))
        self.story.add(label, replace(exchange(operation, 200, {}), number=len(self.asked)))

    def ask_token(self, label: str, **_: Any) -> Exchange:
        """Give a token."""
        answered = exchange("getToken", 200, {"access_token": "T", "token_type": "Bearer"})
        self.story.add(label, answered)
        return answered

    def lookalike(self, text: str) -> str:
        """Return something like a text."""
        return f"like {text}"

    def derived(self, text: str, origin: str) -> str:
        """Return what was made of another."""
        return f"{text} of {origin}"


BEGUN = (Act("begins", made=("o1",)), Act("token", made=("t1",)))


def test_calls_that_are_wrong_on_purpose_are_sent_so() -> None:
    """With a second selector, an unknown parameter, or the name of an organization that begins alike."""
    session = Session()
    HistoryPlayer(session).play_all(
        (
            *BEGUN,
            Act("status", about=("o1",), token="t1", fault=OTHER_SELECTOR),
            Act("status", about=("o1",), token="t1", fault=UNKNOWN_PARAMETER),
            Act("lists", token="t1", fault=LONGER_NAME),
            Act("status", about=("o7",), token="t1"),
        )
    )
    two, more, longer = [
        parameters for operation, parameters in session.asked if operation in ("getStatus", "listReports")
    ]
    assert two["order_id"] == "O0"
    assert two["study_uid"].startswith("like ")
    assert more["colour"] == "blue"
    assert longer["organizationId"] == "org-a-2 of org-a"


def test_a_state_and_a_call_at_once() -> None:
    """Both are recorded; the state once its identifiers are known."""
    session = Session()
    history = HistoryPlayer(session).play_all(
        (*BEGUN, Act("readies", made=("o2",)), Act("lists", token="t1", together=True))
    )
    assert [event.act.kind for event in history.events] == ["begins", "token", "readies", "lists"]
    assert history.ids["o2"] == "O9"


def test_a_client_that_comes_later_lists_as_itself() -> None:
    """A state makes it in the organization of the others; without that state, what it asks is left out."""
    lists = [*BEGUN, Act("joins"), Act("token", NEWCOMER, made=("t5",)), Act("lists", NEWCOMER, token="t5")]
    session = Session()
    history = HistoryPlayer(session).play_all(lists)
    assert [event.act.kind for event in history.events][-3:] == ["joins", "token", "lists"]
    assert session.asked[-1][0] == "listReports"
    made = next(params for state, params in session.asked if state == "client_with_scopes")
    assert made == {"scopes": ["status.read", "reports.read", "reports.ack"], "organization_id": "org-a"}
    without = HistoryPlayer(Session(lacking="client_with_scopes")).play_all(lists)
    assert {"joins", "lists"}.isdisjoint(event.act.kind for event in without.events)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"owned": False}, NotExercised, "needs the state fresh_organization"),
        ({"lacking": "fresh_organization"}, NotExercised, "fresh_organization"),
        ({"short": True}, CannotTell, "answered with 0 order_ids: 1 were wanted"),
    ],
)
def test_what_ends_a_history(given: dict[str, Any], error: type[Exception], words: str) -> None:
    """An organization that is not new, none, or one without the orders that were asked for."""
    with pytest.raises(error, match=words):
        HistoryPlayer(Session(**given)).play_all(BEGUN)


def test_a_state_that_is_not_offered_is_left_out_of_a_queue() -> None:
    """And with it each act about what it would have made."""
    session = Session(lacking="report_becomes_ready")
    player = Player(session)
    acts = (QueueAct("begins", made=("r1",)), QueueAct("readies", made=("r2",)), QueueAct("readies", made=("r3",)))
    assert player.play_all((*acts, QueueAct("asks", 1, about=("r2",)), QueueAct("asks", 1, about=("r1",)))) is None
    assert player.lacking == {"readies"}
    assert session.asked[1:] == [("getStatus", {"order_id": "O0"})]


def test_names_that_nobody_has_are_like_those_that_somebody_has() -> None:
    """One of another organization is real; each stays the same as long as the play lasts."""
    session = Session()
    player = Player(session)
    named = QueueAct("names", 1, about=(UNKNOWN, FOREIGN))
    player.play_all((QueueAct("begins", made=("r1",)), named))
    player.play_all((QueueAct("begins", made=("r1",)), named))
    bodies = [parameters["body"] for operation, parameters in session.asked if operation == "acknowledgeReports"]
    assert bodies == [{"report_ids": ["like R0", "R9"]}] * 2
    assert [state for state, _ in session.asked].count("other_organization") == 1


def test_a_queue_needs_two_clients_of_one_organization() -> None:
    """Else what one does to the other is not seen."""
    with pytest.raises(NotExercised, match="with a second client"):
        Player(Session(owned=False)).play_all((QueueAct("begins", made=("r1",)),))
