"""Reads the order that a call of the control API submits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from pacsimile_fixtures.people import Patient
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.control_errors import bad_request
from pacsimile_mock.control_params import Params
from pacsimile_mock.orders import lifecycle, polls
from pacsimile_mock.orders.lifecycle import Plan
from pacsimile_mock.orders.polls import Polls
from pacsimile_mock.seed import patients
from pacsimile_mock.seed.submission import Submission
from pacsimile_mock.states.maker import study_group, study_uid
from pacsimile_mock.worlds.world import World
from pacsimile_spec.statuses import COMPLETED, RECEIVED, STATUSES
from pacsimile_spec.suggestions import did_you_mean

FIELDS = (
    "organization_id",
    "status",
    "moves",
    "created_seconds_ago",
    "study_uid",
    "study_group",
    "report_types",
    "patient",
)


def read(world: World, params: Params) -> Submission:
    """Read an order that stays in `status`, or moves as `moves` says; the default is RECEIVED.

    Raises:
        ControlError: 400, where a member is missing or wrong, or two exclude each other.
    """
    owner = params.text_or("organization_id", world.first_organization())
    if owner not in world.organizations():
        hint = did_you_mean(owner, world.organizations())
        raise bad_request(f"there is no organization {owner[:100]!r} in this world: make it first{hint}")
    if "status" in params and "moves" in params:
        raise bad_request("give either 'status' (the order stays in it) or 'moves' (it moves), not both")
    ago = round(params.seconds("created_seconds_ago") * SECOND) if "created_seconds_ago" in params else 0
    created_at = world.clock.now() - ago
    moves = _moves(Params(params.mapping("moves"), MOVES), created_at) if "moves" in params else Moves()
    return Submission(
        owner,
        params.one_of("status", STATUSES, RECEIVED),
        created_at,
        study_uid=study_uid(params),
        study_group=study_group(params),
        report_types=params.report_types(),
        plan=moves.plan,
        polls=moves.polls,
        patient=_patient(Params(params.mapping("patient"), PATIENT)) if "patient" in params else None,
    )


MOVES = ("starts", "finishes", "outcome", "unit")
MOST_CALLS = 999


class Moves(NamedTuple):
    """How an order moves: with time by a plan, or with status calls by polls."""

    plan: Plan | None = None
    polls: Polls | None = None


def _moves(moves: Params, created_at: Instant) -> Moves:
    by_polls = moves.polls("finishes") is not None
    if moves.one_of("unit", ("seconds", "polls"), "polls" if by_polls else "seconds") == "seconds":
        return Moves(plan=_plan(moves, created_at))
    finishes = _calls(moves, "finishes", MOST_CALLS)
    starts = _calls(moves, "starts", finishes) if "starts" in moves else 1
    return Moves(polls=polls.planned(starts, finishes, moves.one_of("outcome", lifecycle.OUTCOMES, COMPLETED)))


def _calls(moves: Params, name: str, most: int) -> int:
    """Read a number of status calls: `3 polls`, or a number together with `"unit": "polls"`."""
    count = moves.polls(name)
    if count is None:
        return moves.integer(name, 1, most)
    if count > most:
        raise bad_request(f"{name!r} must be {most} polls at most")
    return count


def _plan(moves: Params, created_at: Instant) -> Plan:
    starts = moves.seconds("starts") if "starts" in moves else 0
    finishes = moves.seconds("finishes")
    if finishes < starts:
        raise bad_request("'finishes' must not lie before 'starts'")
    outcome = moves.one_of("outcome", lifecycle.OUTCOMES, COMPLETED)
    return lifecycle.moving(
        created_at, created_at + round(starts * SECOND), created_at + round(finishes * SECOND), outcome
    )


PATIENT = patients.FIELDS


def _patient(params: Params) -> Patient:
    family_name, given_name = (
        _matching(params, name, patients.is_name, patients.NAME) for name in ("family_name", "given_name")
    )
    if patients.is_too_long(family_name, given_name):
        raise bad_request(f"'patient' must have a {patients.TOGETHER}")
    return Patient(
        mrn=_matching(params, "mrn", patients.is_mrn, patients.MRN),
        family_name=family_name,
        given_name=given_name,
        birth_date=_day(params, "birth_date"),
        sex=params.one_of("sex", patients.SEXES),  # type: ignore[arg-type]  # it is one of these
        locale="en_US",
    )


def _matching(params: Params, name: str, accepts: Callable[[str], bool], expected: str) -> str:
    value = params.text(name)
    if not accepts(value):
        raise bad_request(f"{name!r} must be {expected}")
    return value


def _day(params: Params, name: str) -> date:
    value = params.text(name)
    try:
        if patients.DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # such as the 30th of February
    raise bad_request(f"{name!r} must be a day such as 1970-01-31")
