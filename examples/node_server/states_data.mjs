// The provider states about organizations, orders, studies, groups and reports.

import { HOUR, MINUTE, SECOND } from "./clock.mjs";
import { FINAL, nextChange, STATUSES } from "./orders.mjs";
import { notHere, wrong } from "./params.mjs";
import { API_SCOPES, described, newGroup, newUid } from "./world.mjs";

/** An organization with so many ready reports, and a second client. */
export function freshOrganization(world, params) {
  const count = params.number("ready_reports", 0, 200_000, 0);
  const seconds = params.secondsEach("completed_seconds", count);
  const offsets = params.offsets("offsets", count);
  const organization = world.organization(params);
  const first = world.now() - HOUR - seconds.reduce((a, b) => Math.max(a, b), 0);
  const orders = seconds.map((second, place) => {
    const completedAt = first + second;
    const fields = { completedAt, versionOffset: offsets[place] };
    return world.submit(organization, "COMPLETED", completedAt - MINUTE, fields);
  });
  orders.sort((a, b) => a.completedAt - b.completedAt || a.rank - b.rank);
  const second = world.service.tokens.addClient(organization.organizationId, API_SCOPES);
  return described(organization, {
    report_ids: orders.map((order) => order.firstReportId),
    order_ids: orders.map((order) => order.orderId),
    second_client_id: second.clientId,
    second_client_secret: second.clientSecret,
  });
}

/** One more organization than the one named, with one ready report in a group. */
export function otherOrganization(world, params) {
  world.named(params);
  const organization = world.newOrganization();
  const order = world.submit(organization, "COMPLETED", world.now() - HOUR, { studyGroup: newGroup() });
  const { orderId: order_id, studyUid: study_uid, studyGroup: study_group, firstReportId: report_id } = order;
  return described(organization, { order_id, study_uid, study_group, report_id });
}

/** One order; of a named study or group it is created this instant. */
export function orderInStatus(world, params) {
  const status = params.word("status", STATUSES);
  const fields = { reportTypes: params.types("report_types") };
  if (params.has("study_uid")) fields.studyUid = params.text("study_uid");
  if (params.has("study_group")) fields.studyGroup = params.text("study_group");
  const age = fields.studyUid || fields.studyGroup ? 0 : HOUR;
  const organization = world.organization(params);
  const order = world.submit(organization, status, world.now() - age, fields);
  return described(organization, { order_id: order.orderId, study_uid: order.studyUid });
}

/** A study with orders in these statuses, created and submitted as asked. */
export function studyWithOrders(world, params) {
  const statuses = params.statuses("statuses", 1000);
  const seconds = params.secondsEach("seconds", statuses.length);
  const offsets = params.offsets("offsets", statuses.length);
  const ranks = params.ranks("submitted", statuses.length);
  const organization = world.organization(params);
  const studyUid = newUid();
  const first = world.now() - HOUR - Math.max(...seconds);
  for (const place of [...ranks.keys()].sort((a, b) => ranks[a] - ranks[b])) {
    const fields = { studyUid, offset: offsets[place] };
    world.submit(organization, statuses[place], first + seconds[place], fields);
  }
  const order_ids = organization.ofStudy(studyUid).map((order) => order.orderId);
  return described(organization, { study_uid: studyUid, order_ids: order_ids.reverse() });
}

/** A study UID that two organizations use, one order each. */
export function sharedStudy(world, params) {
  const statuses = params.statuses("statuses", 2, ["COMPLETED", "COMPLETED"]);
  if (statuses.length !== 2) throw wrong("statuses are mine, then the other's");
  const mineIsNewer = params.word("newer", ["mine", "other"], "other") === "mine";
  const [mine, other, studyUid] = [world.organization(params), world.newOrganization(), newUid()];
  const at = world.now() - HOUR;
  const order = world.submit(mine, statuses[0], at + MINUTE * mineIsNewer, { studyUid });
  const others = world.submit(other, statuses[1], at + MINUTE * !mineIsNewer, { studyUid });
  const values = { study_uid: studyUid, order_id: order.orderId, other_order_id: others.orderId };
  return described(mine, { ...values, ...theOther(other) });
}

/** A group with an order in each of these statuses. */
export function studyGroup(world, params) {
  const statuses = params.statuses("statuses", 150);
  const [organization, group] = [world.organization(params), newGroup()];
  return described(organization, { study_group: group, order_ids: fill(world, organization, group, statuses) });
}

/** A group's name that two organizations use. */
export function sharedGroup(world, params) {
  const [statuses, others] = [params.statuses("statuses", 150), params.statuses("other_statuses", 150)];
  const [mine, other, group] = [world.organization(params), world.newOrganization(), newGroup()];
  const order_ids = fill(world, mine, group, statuses);
  const other_order_ids = fill(world, other, group, others);
  return described(mine, { study_group: group, order_ids, other_order_ids, ...theOther(other) });
}

/** A report that is ready this instant, or late, or whose id is only reserved. */
export function reportBecomesReady(world, params) {
  const unready = params.flag("unready");
  const ago = params.seconds("completed_seconds_ago");
  const fields = { completedAt: world.now() - ago };
  if (params.has("study_uid")) fields.studyUid = params.text("study_uid");
  const organization = world.organization(params);
  const createdAt = fields.completedAt - (ago || !fields.studyUid ? MINUTE : 0);
  const order = world.submit(organization, unready ? "PROCESSING" : "COMPLETED", createdAt, fields);
  return described(organization, { order_id: order.orderId, report_id: order.firstReportId });
}

/** A new version of the order whose report is named. */
export function reportAmended(world, params) {
  const reportId = params.text("report_id");
  const organization = world.owner(params, (candidate) => candidate.versions.has(reportId));
  const { order } = organization.versions.get(reportId);
  return described(organization, { report_id: organization.amend(order, nextChange(order, world.now())).reportId });
}

/** An order further along its path. */
export function orderAdvanced(world, params) {
  const orderId = params.text("order_id");
  const organization = world.owner(params, (candidate) => candidate.orders.has(orderId));
  if (params.has("status") === params.has("progress")) throw wrong("give either status or progress");
  const order = organization.orders.get(orderId);
  const at = nextChange(order, world.now());
  if (params.has("status")) toStatus(organization, order, params.word("status", STATUSES), at);
  else toProgress(order, params.number("progress", 0, 99), at);
  return described(organization, { status: order.status });
}

function toStatus(organization, order, status, at) {
  if (status === order.status) return;
  if (FINAL.has(order.status) || status === "RECEIVED") throw notHere("an order never goes back");
  organization.move(order, status, at);
}

function toProgress(order, progress, at) {
  if (FINAL.has(order.status) || progress < order.progress) throw notHere("progress never falls");
  if (progress > order.progress) Object.assign(order, { status: "PROCESSING", progress, updatedAt: at });
}

function fill(world, organization, group, statuses) {
  const at = world.now() - HOUR;
  const submit = (status, place) => world.submit(organization, status, at + place * SECOND, { studyGroup: group });
  return statuses.map((status, place) => submit(status, place).orderId);
}

function theOther({ organizationId, client }) {
  return {
    other_organization_id: organizationId,
    other_client_id: client.clientId,
    other_client_secret: client.clientSecret,
  };
}
