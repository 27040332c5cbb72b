"""Generated histories of the whole service: what clients ask while orders, groups, amendments and time move on."""

import random
from collections.abc import Callable, Iterator, Mapping
from itertools import cycle

from pacsimile_contract.checkers.histories import FITS_EVERYTHING, GIVEN, MODELLED, first_wrong_answer, smallest_broken
from pacsimile_contract.dialects.vocabulary import acknowledges_listings, acknowledges_names
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.generation.history_calls import Abilities
from pacsimile_contract.generation.history_drawing import THEMES, draw_history
from pacsimile_contract.generation.history_player import HistoryPlayer
from pacsimile_contract.generation.history_rounds import Rounds, write_history
from pacsimile_contract.generation.history_rounds_of_clients import two_clients
from pacsimile_contract.generation.history_rounds_of_orders import a_day, orders_of_a_study
from pacsimile_contract.generation.history_shrinking import shrink_history
from pacsimile_contract.history_model.acts import Act
from pacsimile_contract.session import Session

ROUNDS: Mapping[str, Callable[[Rounds], None]] = {
    "study": orders_of_a_study, "queue": two_clients, "time": a_day,
}  # fmt: skip
"""By theme, what writes its rounds. They are played before anything is drawn."""
CALLS = {"standard": 24, "full": 30}
"""Calls of a drawn history, tokens among them."""
SPENDS = {"standard": 115, "full": 2000}
"""Most requests for histories. They leave at least RESERVE requests of the run unspent.

At level standard the rounds of all themes take them all, unless the service lacks something.
"""
FEW = 60
"""Requests that histories take in a run of a few requirements."""
RESERVE = {"standard": 60, "full": 200}
"""Requests kept to shrink a failing history. If none fails, the queue's histories use them."""
FIRST_THEMES: Mapping[str, tuple[str, ...]] = {
    "AUTH": ("queue", "tokens"), "STATUS": ("study",), "ORDERID": ("study",), "RESULTS": ("study",),
    "GROUP": ("study", "group"), "BATCH": ("queue", "time"), "CONS": ("study", "overlap"),
    "SEC": ("study", "neighbours"),
}  # fmt: skip
"""By the first word of a requirement's id, the themes that a run of few requirements begins with."""


@scenario(
    *FITS_EVERYTHING,
    # what another scenario shows for certain is told there
    blocked_by=("PROTO-3", *MODELLED),
    moves_clock=True,
    spends={level: SPENDS[level] + RESERVE[level] for level in SPENDS},
)  # fmt: skip
def whole_service(session: Session) -> None:
    """Play histories until an answer is wrong, then smaller ones. When played again, play only the smallest."""
    player, settle = HistoryPlayer(session), session.target.limits.settle
    session.note(GIVEN, {"settle": settle})
    if session.first is not None:
        worst = smallest_broken(session.first)
        if worst is not None:
            player.play_all(worst[0].acts[: worst[1].place + 1])
        return
    session.need_requests(RESERVE[session.level] + 1)
    player.reserve = max(session.requests_left - _most(session), RESERVE[session.level])
    chance, abilities = random.Random(session.draw.getrandbits(64)), _abilities(session)  # noqa: S311 (repeatable)
    for acts in _acts(session, chance, abilities):
        if session.requests_left <= player.reserve:
            return
        history = player.play_all(acts)
        broken = first_wrong_answer(history, settle)
        if broken is not None and not session.rehearsed:
            player.reserve = 0
            shrink_history(player, lambda played: first_wrong_answer(played, settle), history, broken)
            return


def _most(session: Session) -> int:
    """Return how many requests the histories may take."""
    return FEW if session.wanted else SPENDS[session.level]


def _acts(session: Session, chance: random.Random, abilities: Abilities) -> Iterator[tuple[Act, ...]]:
    """Yield the acts of one history after another: each theme's rounds, then what is drawn, without an end."""
    themes = _themes(session, chance)
    for theme in [theme for theme in themes if theme in ROUNDS] if session.wanted else ROUNDS:
        yield write_history(ROUNDS[theme], chance, abilities)
    for theme in cycle(themes):
        yield draw_history(chance, theme, CALLS[session.level], abilities)


def _themes(session: Session, chance: random.Random) -> list[str]:
    """Return the themes in the order of their turns; orders of one study have two."""
    themes = [*THEMES, "study"]
    chance.shuffle(themes)
    words = [name.partition("-")[0] for name in session.wanted]
    first = list(dict.fromkeys(theme for word in words for theme in FIRST_THEMES.get(word, ())))
    return first + [theme for theme in themes if theme not in first]


def _abilities(session: Session) -> Abilities:
    """Return what the service can be asked."""
    absent, dialect = session.target.absent, session.dialect
    views = {
        (kind, letter)
        for kind, operation in (("status", "getStatus"), ("result", "getResult"))
        for letter, selector in (("o", "order_id"), ("s", "study_uid"))
        if session.can_ask(operation, selector)
    }
    views |= {("ids", "s")} if "getOrderIds" not in absent else set()
    views |= {("group", "g")} if "getGroupReport" not in absent else set()
    views |= {("lists", "")} if "listReports" not in absent else set()
    if "acknowledgeReports" not in absent:
        views |= {("posts", "")} if acknowledges_listings(dialect) else set()
        views |= {("names", "")} if acknowledges_names(dialect) else set()
    return Abilities(
        frozenset(views), _plain_first(session.order_types, session.plain_type),
        _plain_first(session.group_types, session.plain_group_type), spells_alike=dialect is None,
    )  # fmt: skip


def _plain_first(types: tuple[str, ...], plain: str) -> tuple[str, ...]:
    return (plain, *(name for name in types if name != plain))
