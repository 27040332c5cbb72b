// The service: every operation, and the one order in which a call is checked (AUTH-15).

import { Clock, rfc3339 } from "./clock.mjs";
import { grant } from "./grants.mjs";
import { groupReport } from "./groups.mjs";
import { FINAL } from "./orders.mjs";
import { endedWithoutReport, insufficientScope, notFound, notReady, problem, typeNotAvailable } from "./problems.mjs";
import { readQuery } from "./query.mjs";
import { Queue, readReportIds } from "./queue.mjs";
import { Reports } from "./reports.mjs";
import { Tokens } from "./tokens.mjs";

const SELECTORS = ["order_id", "study_uid"];

/** The whole state. Calls take effect one after the other, for none of them waits for anything (CONS-1). */
export class Service {
  clock = new Clock();
  tokens = new Tokens(this.clock);
  queue = new Queue();
  reports = new Reports();
  organizations = new Map();
  throttled = new Map();

  /** The answer to a call; a Refusal is thrown. */
  answer(request) {
    const methods = ROUTES.get(request.path);
    if (!methods) throw this.#nothingHere(request);
    const allowed = [...methods.keys()].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
    const Allow = [...allowed, "OPTIONS"].join(", ");
    if (request.method === "OPTIONS") return { status: 204, headers: { Allow } };
    const route = methods.get(request.method === "HEAD" ? "GET" : request.method);
    if (!route) throw problem(405, "method-not-allowed", "Use a method that Allow names.", { Allow });
    if (!route.scope) return { ...route.operation(this, null, request) };
    const { client, scopes } = this.tokens.verify(request.headers);
    const status = this.throttled.get(client.clientId)?.shift();
    if (status) throw busy(status);
    if (!this.covers(scopes, route.scope)) throw insufficientScope(route.scope);
    return route.operation(this, client, request);
  }

  /** Whether a token's scopes hold the one that is needed. */
  covers(scopes, needed) {
    return scopes.includes(needed);
  }

  /** The caller's own organization, the only one that an operation ever looks into. */
  organizationOf(client) {
    return this.organizations.get(client.organizationId);
  }

  /** An unknown path is told to callers with a token alone (PROTO-2). */
  #nothingHere(request) {
    try {
      this.tokens.verify(request.headers);
    } catch {
      return problem(403, "forbidden", "There is nothing here for you.");
    }
    return problem(404, "not-found", "Check the address.");
  }
}

function busy(status) {
  const reason = status === 429 ? "too-many-requests" : "service-unavailable";
  return problem(status, reason, "Wait a moment.", { "Retry-After": "1" });
}

/** The order named, or the most recent one of the study (STATUS-1, STATUS-2). */
function selected(service, client, values) {
  const organization = service.organizationOf(client);
  const named = values.has("order_id");
  const [newest] = named ? [] : organization.ofStudy(values.get("study_uid"));
  const order = named ? organization.orders.get(values.get("order_id")) : newest;
  if (!order) throw notFound(named ? "order" : "study");
  return order;
}

function getStatus(service, client, request) {
  const order = selected(service, client, readQuery(request.query, { oneOf: SELECTORS }));
  return {
    json: {
      created_at: rfc3339(order.createdAt, order.offset),
      updated_at: rfc3339(order.updatedAt),
      completed_at: order.completedAt === null ? null : rfc3339(order.completedAt),
      report_types: order.newest ? order.reportTypes : [],
      progress: order.progress,
      status: order.status,
      is_final: FINAL.has(order.status),
      study_group: order.studyGroup,
      study_uid: order.studyUid,
      order_id: order.orderId,
    },
  };
}

function getOrderIds(service, client, request) {
  const studyUid = readQuery(request.query, { required: ["study_uid"] }).get("study_uid");
  const orders = service.organizationOf(client).ofStudy(studyUid);
  if (!orders.length) throw notFound("study");
  return { json: { order_ids: orders.map((order) => order.orderId), newest: orders[0].orderId, study_uid: studyUid } };
}

/** The newest version of an order's report. Retrieving changes nothing (RESULTS-6). */
function getResult(service, client, request) {
  const values = readQuery(request.query, { required: ["report_type"], oneOf: SELECTORS });
  const order = selected(service, client, values);
  const type = values.get("report_type");
  if (type === "csv") throw typeNotAvailable();
  if (!FINAL.has(order.status)) throw notReady(service.clock.now());
  if (order.status !== "COMPLETED") throw endedWithoutReport(`order-${order.status.toLowerCase()}`);
  if (!order.reportTypes.includes(type)) throw typeNotAvailable();
  return service.reports.ofOrder(client.organizationId, order.newest, type);
}

function getGroupReport(service, client, request) {
  const values = readQuery(request.query, { required: ["study_group", "report_type"] });
  const group = values.get("study_group");
  const members = service.organizationOf(client).groups.get(group) ?? [];
  return groupReport(client.organizationId, group, members, values.get("report_type"), service.clock.now());
}

/** 403 for any but the caller's own, whether it exists or not (SEC-2). */
function own(service, client, organizationId) {
  if (organizationId === client.organizationId) return service.organizationOf(client);
  throw problem(403, "organization-not-allowed", "Name your own organization.");
}

function listReports(service, client, request) {
  const values = readQuery(request.query, { required: ["organizationId"], optional: ["limit"] });
  const organization = own(service, client, values.get("organizationId"));
  const limit = values.has("limit") ? Number(values.get("limit")) : undefined;
  return { json: service.queue.list(client, organization, limit, request.method === "GET") };
}

/** Marks reports as received, once everything about the call is known to be right. */
function acknowledgeReports(service, client, request) {
  const values = readQuery(request.query, { required: ["organizationId"] });
  const named = readReportIds(request);
  const organization = own(service, client, values.get("organizationId"));
  return { json: service.queue.acknowledge(client, organization, named) };
}

const token = { operation: (service, _, request) => ({ json: grant(service.tokens, request) }) };
const open = (json) => new Map([["GET", { operation: (service) => ({ json: json(service) }) }]]);
const ROUTES = new Map([
  ["/oauth2/token", new Map([["GET", token], ["POST", token]])],
  ["/oauth2/keys", open((service) => service.tokens.keys())],
  ["/status", new Map([["GET", { scope: "status.read", operation: getStatus }]])],
  ["/orderId", new Map([["GET", { scope: "status.read", operation: getOrderIds }]])],
  ["/results", new Map([["GET", { scope: "reports.read", operation: getResult }]])],
  ["/report", new Map([["GET", { scope: "reports.read", operation: getGroupReport }]])],
  ["/reports", new Map([
    ["GET", { scope: "reports.read", operation: listReports }],
    ["POST", { scope: "reports.ack", operation: acknowledgeReports }],
  ])],
]);
