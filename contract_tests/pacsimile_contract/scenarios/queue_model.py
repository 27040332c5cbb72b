"""Generated histories of the queue: clients list, acknowledge and fetch while reports become ready and are amended."""

from pacsimile_contract.checkers.queue_model import FITS_THE_MODEL, MODELLED, smallest_broken
from pacsimile_contract.dialects.vocabulary import acknowledges_listings, acknowledges_names
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.generation.queue_machine import Amount, generate
from pacsimile_contract.generation.queue_player import Player
from pacsimile_contract.generation.queue_shrinking import shrink_history
from pacsimile_contract.session import Session

SPENDS = {"full": 600}
HISTORIES = {"full": 70}
STEPS = {"full": 14}
"""Acts of a history, including its beginning, without the listing at its end."""
RESERVE = {"full": 60}
"""Requests kept for shrinking a history that breaks a rule."""

BLOCKING = tuple(requirement for requirement in MODELLED if requirement not in ("CONS-1", "BATCH-14"))


@scenario(
    *FITS_THE_MODEL,
    needs=("fresh_organization", "report_becomes_ready", "order_advanced", "report_amended"),
    # overlapping calls (CONS-1) and outages (BATCH-14) show by chance what a history shows for certain
    blocked_by=("AUTH-1", "AUTH-17", "STATUS-1", "RESULTS-1", "PROTO-3", *BLOCKING),
    level="full",
    moves_clock=True,
    spends=SPENDS,
)
def generated_histories(session: Session) -> None:
    """Play histories until a rule is broken, then smaller ones. When played again, play only the smallest."""
    player, level = Player(session), session.level
    if session.first is not None:
        worst = smallest_broken(session.first)
        if worst is not None:
            player.play_all([event.act for event in worst[0].events])
        return
    session.need_requests(RESERVE[level] + 1)
    seed, passing = session.draw.getrandbits(32), level == "full"
    given = session.target.dialect
    unsaid = given is not None and not given.dialect.acknowledges_with_answer
    forms = {"posts": acknowledges_listings(session.dialect), "names": acknowledges_names(session.dialect)}
    barred = frozenset(kind for kind, there in forms.items() if not there)
    broken = generate(player, Amount(seed, HISTORIES[level], STEPS[level], RESERVE[level], passing, barred, unsaid))
    if broken is not None and not session.rehearsed:
        shrink_history(player, list(player.acts), broken)
