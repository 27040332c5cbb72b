// The queue of reports that nobody has acknowledged yet: listing is safe, acknowledging only marks.

import { rfc3339 } from "./clock.mjs";
import { statusOf } from "./orders.mjs";
import { problem } from "./problems.mjs";
import { reading } from "./query.mjs";

const MAX_IDS = 10_000;

/** Remembers, for each client and organization, what the most recent listing showed (BATCH-5, BATCH-9). */
export class Queue {
  #shown = new Map();

  /** The oldest reports that wait, by instant, ties in the order in which they became ready (BATCH-13). */
  list(client, organization, limit, remember) {
    const older = (a, b) => a.completedAt - b.completedAt || a.rank - b.rank;
    const chosen = [...organization.waiting].sort(older).slice(0, limit);
    if (remember) this.#shown.set(place(client, organization), chosen.map((version) => version.reportId));
    return { count: chosen.length, reports: chosen.map(entry), organization_id: organization.organizationId };
  }

  /** Marks the named reports, or without names those of this client's last listing, and nothing else. */
  acknowledge(client, organization, named) {
    const acknowledged = [];
    const unknown = [];
    for (const reportId of new Set(named ?? this.#shown.get(place(client, organization)) ?? [])) {
      const version = organization.versions.get(reportId);
      if (!version) unknown.push(reportId);
      else if (!version.acknowledged) {
        version.acknowledged = true;
        organization.waiting.delete(version);
        acknowledged.push(reportId);
      }
    }
    const { organizationId } = organization;
    return { not_found: unknown, acknowledged, count: acknowledged.length, organization_id: organizationId };
  }

  /** Forgets what a client's last listing showed. */
  forget(client, organization) {
    this.#shown.delete(place(client, organization));
  }
}

const place = (client, organization) => `${client.clientId} ${organization.organizationId}`;

function entry(version) {
  const { order } = version;
  return {
    supersedes: version.supersedes,
    report_id: version.reportId,
    report_status: statusOf(version),
    report_types: order.reportTypes,
    completed_at: rfc3339(version.completedAt, version.offset),
    study_group: order.studyGroup,
    study_uid: order.studyUid,
    order_id: order.orderId,
    links: { report: `results?order_id=${order.orderId}&report_type=${order.reportTypes[0]}` },
  };
}

/** The ids that a body names; null without a body, which is zero bytes and nothing else (BATCH-11). */
export function readReportIds(request) {
  if (!request.body.length) return null;
  const types = request.headers["content-type"] ?? [];
  const codings = (request.headers["content-encoding"] ?? []).filter((one) => one.trim().toLowerCase() !== "identity");
  if (types.length !== 1 || types[0].split(";")[0].trim().toLowerCase() !== "application/json" || codings.length) {
    throw problem(415, "unsupported-media-type", "Send application/json, not compressed.");
  }
  const bad = (detail) => problem(400, "invalid-body", detail);
  let document;
  try {
    document = JSON.parse(reading.text(request.body));
  } catch {
    throw bad("The body is not JSON.");
  }
  const members = document && typeof document === "object" && !Array.isArray(document) ? Object.keys(document) : [];
  const named = document?.report_ids;
  if (members.length !== 1 || !Array.isArray(named) || named.some((one) => typeof one !== "string")) {
    throw bad('The body is {"report_ids": [...]} with strings, and nothing else.');
  }
  if (named.length > MAX_IDS) throw bad(`Name ${MAX_IDS} reports at most.`);
  return named;
}
