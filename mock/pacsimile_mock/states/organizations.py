"""Makes states with organizations and clients."""

from __future__ import annotations

from pacsimile_mock.clock import SECOND
from pacsimile_mock.control_errors import bad_request
from pacsimile_mock.control_params import Params
from pacsimile_mock.seed.submission import Submission
from pacsimile_mock.states.maker import Maker, Values
from pacsimile_spec.scopes import SCOPES
from pacsimile_spec.statuses import COMPLETED

MOST_READY = 100_000
HOUR = 3600 * SECOND


def fresh_organization(maker: Maker, params: Params) -> Values:
    """Make an organization with `ready_reports` ready reports and two clients."""
    count = params.integer("ready_reports", 0, MOST_READY, 0)
    client = maker.organization(params)
    seconds = params.each_seconds("completed_seconds", count) if "completed_seconds" in params else _spread(count)
    offsets = params.each_offset("offsets", count) if "offsets" in params else [None] * count
    first = maker.submitter.now() - round(max(seconds, default=0) * SECOND) - SECOND
    orders = maker.submitter.submit_all(
        [
            Submission(
                client.organization_id,
                COMPLETED,
                first + round(at * SECOND) - HOUR,
                first + round(at * SECOND),
                offset=minutes,
            )
            for at, minutes in zip(seconds, offsets, strict=True)
        ]
    )
    orders.sort(key=lambda order: (order.plan[-1].at, order.number))
    second = maker.submitter.client(client.organization_id)
    return maker.values(
        client,
        order_ids=[order.order_id for order in orders],
        report_ids=[order.report_id(1) for order in orders],
        second_client_id=second.client_id,
        second_client_secret=second.client_secret,
    )


def other_organization(maker: Maker, params: Params) -> Values:
    """Make another organization with one ready report."""
    client = maker.organization(params)
    order = maker.submitter.submit(
        Submission(
            client.organization_id,
            COMPLETED,
            maker.submitter.now() - HOUR,
            study_group=maker.submitter.study_group(),
        )
    )
    return maker.values(
        client,
        order_id=order.order_id,
        study_uid=order.study_uid,
        study_group=order.study_group,
        report_id=order.report_id(1),
    )


def client_with_scopes(maker: Maker, params: Params) -> Values:
    """Make a client that has only the scopes given."""
    scopes = params.words("scopes", SCOPES)
    return maker.values(maker.submitter.client(maker.organization(params).organization_id, scopes), scopes=list(scopes))


def throttled(maker: Maker, params: Params) -> Values:
    """Refuse the next API call with this client's token, once."""
    client = maker.client(params)
    status = params.integer("status", 429, 503)
    if status not in (429, 503):
        raise bad_request("'status' must be 429 or 503")
    maker.world.throttle(client.client_id, status)
    return maker.values(client)


def _spread(count: int) -> list[float]:
    """Return the times of reports in seconds: a second apart, or less where they would span more than an hour."""
    step = 1.0 if count <= 3600 else 3600 / count
    return [index * step for index in range(count)]
