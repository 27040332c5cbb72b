"""The initial data of the server: two organizations, five clients, and an order in each status."""

from small_server.state_params import STATUSES
from small_server.state_world import API_SCOPES, MINUTE, World, new_group, new_uid
from small_server.tokens import Client


def furnish(world: World, client_id: str | None = None, secret: str | None = None) -> list[Client]:
    """Create the demonstration's data. The first client, with this id and secret, may do everything."""
    mine, other = world.new_organization("small-hospital", client_id, secret), world.new_organization()
    now = world.service.clock.now()
    study_uid, group = new_uid(), new_group()
    for position, status in enumerate(STATUSES):
        world.submit(mine, status, now - (60 - position) * MINUTE)
        world.submit(mine, "COMPLETED", now - (90 - position) * MINUTE, study_group=group)
    world.submit(mine, "COMPLETED", now - 50 * MINUTE, study_uid=study_uid)
    world.submit(mine, "PROCESSING", now - 40 * MINUTE, study_uid=study_uid)
    world.submit(other, "COMPLETED", now - 30 * MINUTE, study_uid=study_uid)
    add_client = world.service.tokens.add_client
    return [
        world.client_of(mine),
        add_client(mine.organization_id, API_SCOPES),
        world.client_of(other),
        add_client(mine.organization_id, ("status.read",)),
        add_client(mine.organization_id, ("ingest.write",)),
    ]
