"""Generated histories on a real server: never faulted where it is right, made small where not, within the requests."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import verdicts
from pacsimile_contract.checkers.histories import FITS_EVERYTHING, PART, smallest_broken
from pacsimile_contract.client.wire import Wire
from pacsimile_contract.errors import BudgetSpent
from pacsimile_contract.evidence.exchange import Answer, Request
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.generation.history_calls import Abilities
from pacsimile_contract.generation.history_drawing import THEMES, draw_history
from pacsimile_contract.generation.history_rounds import write_history
from pacsimile_contract.history_model.acts import WRONG_SECRET, Act, without_dangling_names
from pacsimile_contract.history_model.recorded_histories import histories
from pacsimile_contract.history_model.truth import Truth
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.scenarios.histories import RESERVE, ROUNDS, SPENDS, whole_service
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Target

VIEWS = frozenset(
    {
        ("status", "o"), ("status", "s"), ("result", "o"), ("result", "s"), ("ids", "s"), ("group", "g"), ("lists", ""),
        ("posts", ""), ("names", ""),
    }
)  # fmt: skip


EVERYTHING = Abilities(VIEWS, ("json", "pdf", "dicom_pdf"), ("json", "csv"))


class OrdersOldestFirst(Wire):
    """On the way back a study's order ids are turned round."""

    def send(self, request: Request, *args: Any, **more: Any) -> Answer:
        """Turn them."""
        answer = super().send(request, *args, **more)
        if request.operation != "getOrderIds" or answer.status != 200:
            return answer
        said = json.loads(answer.body)
        body = json.dumps({**said, "order_ids": said["order_ids"][::-1]}).encode()
        return replace(answer, body=body, raw=body)


def played(target: Target, most: int, wire: Wire | None = None, first: Story | None = None) -> tuple[Story, int]:
    """Play histories with a share of requests beside those kept for shrinking; the story, and how many were asked."""
    run = Run(target, Options(seed=3), wire=wire)
    session = Session(run, "histories.whole_service", 1 if first is None else 2, first)
    try:
        with run.transport.pace.share(most + RESERVE["standard"]):
            whole_service(session)
    finally:
        run.close()
    return session.story, run.transport.pace.requests


def test_a_correct_server_is_asked_the_same_and_never_faulted(small_target: Target) -> None:
    """The same seed plays the same acts, within its share of the requests."""
    told = [played(small_target, 50) for _ in range(2)]
    acts = [[event.act for history in histories(story) for event in history.events] for story, _ in told]
    assert acts[0] == acts[1]
    assert len(acts[0]) > 50
    assert all(smallest_broken(story) is None and asked <= 50 for story, asked in told)
    found = [verdicts(checker, told[0][0])[PART] for checker in FITS_EVERYTHING]
    assert found.count(Verdict.PASS) > 10
    assert set(found) <= {Verdict.PASS, Verdict.NOT_EXERCISED}


def test_a_run_without_requests_for_them_says_so(small_target: Target) -> None:
    """Else a report would look as if they had been played."""
    with pytest.raises(BudgetSpent, match="not reached"):
        played(small_target, 0)


def test_a_wrong_answer_is_made_small_and_told_again_alone(small_target: Target) -> None:
    """Order ids in the wrong order: a study with two orders shows it, and is played again alone."""
    story, _ = played(small_target, 200, OrdersOldestFirst())
    worst = smallest_broken(story)
    assert worst is not None
    assert worst[1].requirement == "ORDERID-2"
    broken = [checker.requirement for checker in FITS_EVERYTHING if verdicts(checker, story)[PART] is Verdict.FAIL]
    assert broken == ["ORDERID-2"]
    assert worst[1].place <= 4
    again, asked = played(small_target, 200, OrdersOldestFirst(), story)
    assert histories(again)[0].acts == worst[0].acts[: worst[1].place + 1]
    assert smallest_broken(again) is not None
    assert asked <= 3


@pytest.mark.parametrize("theme", ROUNDS)
def test_rounds_are_written_alike_for_every_seed(theme: str) -> None:
    """Each act is about names that acts before it made; the seed draws connections alone."""
    written = [write_history(ROUNDS[theme], random.Random(seed), EVERYTHING) for seed in range(2)]
    assert without_dangling_names(written[0]) == list(written[0])
    assert [replace(act, fresh=False, token="") for act in written[0]] == [
        replace(act, fresh=False, token="") for act in written[1]
    ]


def test_the_rounds_of_all_themes_are_played_at_level_standard() -> None:
    """They fit into what histories may spend. Where a service lacks something, what is left is drawn."""
    written = [write_history(write, random.Random(0), EVERYTHING) for write in ROUNDS.values()]
    assert sum(act.is_call for acts in written for act in acts) <= SPENDS["standard"]


def test_rounds_list_beside_orders_that_have_no_report() -> None:
    """While the newest order of a study is RECEIVED, CANCELLED or FAILED, and while a group is not complete."""
    truth, seen = Truth(), set[tuple[str, str]]()
    for act in write_history(ROUNDS["study"], random.Random(0), EVERYTHING):
        if not act.is_call:
            truth.take(act)
        elif act.kind == "lists" and truth.orders:
            seen.add(("study", truth.of_study("s1", 1)[0].status))
            seen |= {("group", order.status) for order in truth.of_group("g1", 1)}
    assert seen >= {("study", status) for status in ("COMPLETED", "RECEIVED", "CANCELLED", "FAILED")}
    assert seen >= {("group", status) for status in ("RECEIVED", "PROCESSING", "CANCELLED", "FAILED")}


def test_rounds_leave_out_what_a_service_does_not_have() -> None:
    """Neither groups, nor order ids, nor acknowledgements by listing, nor a second report type."""
    views = VIEWS - {("group", "g"), ("ids", "s"), ("posts", ""), ("status", "s")}
    for write in ROUNDS.values():
        acts = write_history(write, random.Random(0), Abilities(views, spells_alike=False))
        assert {act.kind for act in acts}.isdisjoint({"group", "ids", "posts", "limits"})
        assert not any(act.kind == "status" and act.about[0].startswith("s") for act in acts)
        assert not any(act.scopes or act.fault not in ("", WRONG_SECRET) for act in acts)
        assert {act.report_type for act in acts} <= {"", "json"}


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_drawn_refers_to_what_was_made(theme: str) -> None:
    """Each act is about names that acts before it made, has a token that was asked for, and can be stored."""
    acts = draw_history(random.Random(theme), theme, 60, Abilities(VIEWS, ("json", "pdf", "dicom_pdf")))
    assert without_dangling_names(acts) == list(acts)
    assert sum(act.is_call for act in acts) >= 60
    assert acts == draw_history(random.Random(theme), theme, 60, Abilities(VIEWS, ("json", "pdf", "dicom_pdf")))


def test_nothing_is_drawn_that_a_service_does_not_have() -> None:
    """A service without groups, order ids and acknowledgements by listing is asked for none."""
    views = VIEWS - {("group", "g"), ("ids", "s"), ("posts", ""), ("status", "s")}
    for theme in THEMES:
        acts = draw_history(random.Random(theme), theme, 40, Abilities(views, spells_alike=False))
        assert {act.kind for act in acts}.isdisjoint({"group", "ids", "posts", "limits"})
        assert not any(act.kind == "status" and act.about[0].startswith("s") for act in acts)
        assert not any(act.scopes for act in acts)


NARROW = {
    "statuses by order alone": frozenset({("status", "o")}),
    "reports by study alone": frozenset({("result", "s")}),
    "order ids alone": frozenset({("ids", "s")}),
    "listings alone": frozenset({("lists", "")}),
    "by name alone": frozenset({("lists", ""), ("names", "")}),
    "without a body alone": frozenset({("lists", ""), ("posts", "")}),
    "groups alone": frozenset({("group", "g")}),
    "nothing": frozenset[tuple[str, str]](),
}


@pytest.mark.parametrize("views", NARROW.values(), ids=NARROW)
def test_little_can_be_asked_of_a_service_that_has_little(views: frozenset[tuple[str, str]]) -> None:
    """No call is drawn that it does not have, no time passes where it cannot, and no draw goes on for ever."""
    for theme in THEMES:
        for seed in range(2):
            acts = draw_history(
                random.Random(seed), theme, 12, Abilities(views, passes=seed == 0, spells_alike=seed == 0)
            )
            assert without_dangling_names(acts) == list(acts)
            asked = {(act.kind, act.about[0][0] if act.about else "") for act in acts if act.is_call} - {("token", "")}
            kinds = {kind for kind, _ in asked}
            assert kinds <= {kind for kind, _ in views}
            assert seed == 0 or "passes" not in {act.kind for act in acts}


def test_no_unfinished_order_waits_while_days_pass() -> None:
    """What a service does with it then is its own affair."""
    drawn = [draw_history(random.Random(seed), "time", 30, Abilities(VIEWS)) for seed in range(30)]
    for acts in (*drawn, write_history(ROUNDS["time"], random.Random(0), EVERYTHING)):
        status: dict[str, str] = {}
        for act in acts:
            status.update(_statuses(act))
            if act.kind == "passes":
                assert set(status.values()) <= {"COMPLETED", "FAILED", "CANCELLED"}


def _statuses(act: Act) -> dict[str, str]:
    names = act.about[:1] if act.kind == "finishes" else [name for name in act.made if name.startswith("o")]
    if act.kind == "announces":
        return dict.fromkeys(names, "RECEIVED")
    return dict(zip(names, act.statuses, strict=False))
