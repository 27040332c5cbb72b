// Orders, the versions of their reports, and the organization they belong to: what is true at this instant.

import { randomBytes } from "node:crypto";

/** The forms of an order's report that are offered. */
export const OFFERED_TYPES = ["fhir", "json", "pdf", "txt"];
export const STATUSES = ["RECEIVED", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED"];
export const FINAL = new Set(["COMPLETED", "FAILED", "CANCELLED"]);
let counter = 0;

/** A new identifier: a letter, a hyphen and twenty characters. */
export const newId = (letter) => `${letter}-${randomBytes(10).toString("hex").toUpperCase()}`;

/** An order; instants in milliseconds. `rank` tells which of two was submitted later (STATUS-2). */
export class Order {
  constructor(fields) {
    this.orderId = newId("E");
    this.firstReportId = newId("R");
    this.rank = ++counter;
    this.status = "RECEIVED";
    this.progress = 0;
    this.completedAt = null;
    this.versions = [];
    Object.assign(this, { studyGroup: null, offset: "Z", reportTypes: OFFERED_TYPES }, fields);
    this.updatedAt = this.createdAt;
  }

  /** The newest version of its report; undefined before there is one. */
  get newest() {
    return this.versions.at(-1);
  }
}

/** All that one organization submitted, by every name it may be asked for; nothing is shared with another. */
export class Organization {
  constructor(organizationId) {
    this.organizationId = organizationId;
    this.orders = new Map();
    this.studies = new Map();
    this.groups = new Map();
    this.versions = new Map();
    this.waiting = new Set();
  }

  /** Takes an order in. */
  submit(order) {
    this.orders.set(order.orderId, order);
    push(this.studies, order.studyUid, order);
    if (order.studyGroup !== null) push(this.groups, order.studyGroup, order);
    return order;
  }

  /** A study's orders, newest first: by the instant of creation, ties by submission (ORDERID-2). */
  ofStudy(studyUid) {
    const newer = (a, b) => b.createdAt - a.createdAt || b.rank - a.rank;
    return [...(this.studies.get(studyUid) ?? [])].sort(newer);
  }

  /** Moves an order on; COMPLETED makes its report ready in the same instant (CONS-1). */
  move(order, status, at, offset = "Z") {
    order.status = status;
    order.updatedAt = at;
    if (status === "PROCESSING") order.progress = Math.max(order.progress, 5);
    if (status !== "COMPLETED") return;
    order.progress = 100;
    order.completedAt = at;
    this.#publish({ reportId: order.firstReportId, order, number: 1, supersedes: null, completedAt: at, offset });
  }

  /** A new version after the newest one, which is listed no more but stays known (BATCH-12). */
  amend(order, at) {
    const { newest } = order;
    this.waiting.delete(newest);
    order.updatedAt = at;
    const next = { reportId: newId("R"), number: newest.number + 1, supersedes: newest.reportId };
    return this.#publish({ ...next, order, completedAt: at, offset: "Z" });
  }

  #publish(fields) {
    const version = { ...fields, rank: ++counter, acknowledged: false };
    version.order.versions.push(version);
    this.versions.set(version.reportId, version);
    this.waiting.add(version);
    return version;
  }
}

function push(lists, key, value) {
  if (!lists.has(key)) lists.set(key, []);
  lists.get(key).push(value);
}

/** Whether a version replaced an earlier one. */
export const statusOf = (version) => (version.number > 1 ? "amended" : "final");

/** The instant of a change: now, but a millisecond after the last at least, so that it shows (STATUS-7). */
export const nextChange = (order, now) => Math.max(now, order.updatedAt + 1);
