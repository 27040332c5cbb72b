// What the server starts with: two organizations, five clients, and an order in each status.

import { MINUTE } from "./clock.mjs";
import { STATUSES } from "./orders.mjs";
import { API_SCOPES, newGroup, newUid } from "./world.mjs";

/** Makes the demonstration's data; the first client may do everything the API offers. */
export function furnish(world, credentials) {
  const mine = world.newOrganization("ward-north", credentials);
  const other = world.newOrganization("ward-south");
  const now = world.now();
  const [studyUid, studyGroup] = [newUid(), newGroup()];
  STATUSES.forEach((status, place) => {
    world.submit(mine, status, now - (60 - place) * MINUTE);
    world.submit(mine, "COMPLETED", now - (90 - place) * MINUTE, { studyGroup });
  });
  world.submit(mine, "COMPLETED", now - 50 * MINUTE, { studyUid });
  world.submit(mine, "PROCESSING", now - 40 * MINUTE, { studyUid });
  world.submit(other, "COMPLETED", now - 30 * MINUTE, { studyUid });
  const { tokens } = world.service;
  return [
    mine.client,
    tokens.addClient(mine.organizationId, API_SCOPES),
    other.client,
    tokens.addClient(mine.organizationId, ["status.read"]),
    tokens.addClient(mine.organizationId, ["ingest.write"]),
  ];
}
