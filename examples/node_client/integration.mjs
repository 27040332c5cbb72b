// Plays a whole integration against the results API, and says at once what is not as promised.
//
//     node integration.mjs --url http://127.0.0.1:8080 --client-id demo-hospital \
//         --client-secret demo-hospital-secret --organization demo-hospital [order ...]
//
// It waits for an order's report, fetches it, lists what is new, and acknowledges; meanwhile a second order becomes
// ready, whose report must be in the next listing. Node 20, no packages. Exit status 0: all was as it should be.

import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

import { ResultsApi, Unexpected, expect, retryAfter } from "./api.mjs";

// Orders of the demonstration that move, in the order in which they become ready.
const MOVING = ["000006", "000007", "000009", "000010", "000011"].map((number) => `ORD-5QBC5V-${number}`);
const OPEN = ["RECEIVED", "PROCESSING"];

const OPTIONS = {
  url: { type: "string", default: "http://127.0.0.1:8080" },
  "client-id": { type: "string", default: "demo-hospital" },
  "client-secret": { type: "string", default: "demo-hospital-secret" },
  organization: { type: "string", default: "demo-hospital" },
};

function check(holds, otherwise) {
  if (!holds) throw new Unexpected(otherwise);
}

/** Takes over one report, while the next becomes ready between the listing and its acknowledgement. */
async function integrate(api, organization, orders) {
  const [first, second] = await underWay(api, orders);
  await wait(api, first);
  await fetchAll(api, first);
  const listed = await listing(api, organization);
  check(names(listed, first), `the report of ${first} is ready and not listed`);
  check(!names(listed, second), `${second} was ready before the listing: name an order that takes longer`);
  for (const report of listed) await result(api, { order_id: report.order_id, report_type: "json" });
  await wait(api, second);
  await acknowledgeListing(api, organization, listed);
  await acknowledgeNamed(api, organization, second);
}

/** Finds two orders that are not ready yet. */
async function underWay(api, orders) {
  const waiting = [];
  for (const order of orders) {
    if (OPEN.includes((await status(api, order)).status)) waiting.push(order);
  }
  check(waiting.length >= 2, "fewer than two orders are under way: start the mock anew, or name two such orders");
  return waiting;
}

async function status(api, order) {
  const answer = await api.call("GET", "/status", { order_id: order });
  await expect(answer, 200);
  return answer.json();
}

/** Polls until the order is COMPLETED; the refusal of its report says when to ask again. */
async function wait(api, order) {
  let now = await status(api, order);
  for (; now.status !== "COMPLETED"; now = await status(api, order)) {
    check(OPEN.includes(now.status), `${order} ended as ${now.status}: there will be no report`);
    console.log(`${order} is ${now.status}, ${now.progress} %`);
    const refusal = await api.call("GET", "/results", { order_id: order, report_type: "json" });
    await expect(refusal, 409, 200);
    await refusal.arrayBuffer();
    if (refusal.status === 409) await sleep(retryAfter(refusal) * 1000);
  }
  console.log(`${order} is COMPLETED and offers ${now.report_types.join(", ")}`);
}

async function result(api, parameters) {
  const answer = await api.call("GET", "/results", parameters);
  await expect(answer, 200);
  return { id: answer.headers.get("X-Report-Id"), content: Buffer.from(await answer.arrayBuffer()) };
}

/** Fetches the report in each type, by the order and by its study: it is the same one. */
async function fetchAll(api, order) {
  const { study_uid, report_types } = await status(api, order);
  for (const report_type of report_types) {
    const byOrder = await result(api, { order_id: order, report_type });
    const byStudy = await result(api, { study_uid, report_type });
    check(byOrder.content.equals(byStudy.content), `the ${report_type} report differs by order and by study`);
    console.log(`fetched ${byOrder.id} as ${report_type}, ${byOrder.content.length} bytes`);
  }
}

/** Lists the reports that are not acknowledged yet. */
async function listing(api, organizationId) {
  const answer = await api.call("GET", "/reports", { organizationId });
  await expect(answer, 200);
  const { count, reports } = await answer.json();
  check(count === reports.length, `count is ${count}, which is not the list's length`);
  console.log(`listed ${count} reports`);
  return reports;
}

function names(reports, order) {
  return reports.some((report) => report.order_id === order);
}

/** Acknowledges the last listing, or with a body the reports that it names. */
async function acknowledge(api, organizationId, content) {
  const answer = await api.call("POST", "/reports", { organizationId }, content);
  await expect(answer, 200);
  const { count, acknowledged } = await answer.json();
  console.log(`acknowledged ${count} reports`);
  return acknowledged;
}

/** Acknowledges without a body: exactly what was listed, once. */
async function acknowledgeListing(api, organization, listed) {
  const done = await acknowledge(api, organization);
  const wanted = listed.map((report) => report.report_id);
  check(`${done.sort()}` === `${wanted.sort()}`, "another set was acknowledged than listed");
  check((await acknowledge(api, organization)).length === 0, "the same acknowledgement, repeated, took effect again");
}

/** Finds the report that became ready in between in the next listing, and acknowledges it by its id. */
async function acknowledgeNamed(api, organization, order) {
  const reports = (await listing(api, organization)).filter((report) => report.order_id === order);
  const ids = reports.map((report) => report.report_id);
  check(ids.length === 1, `${order} became ready after the listing, and its report is lost`);
  check(`${await acknowledge(api, organization, { report_ids: ids })}` === ids[0], `${ids[0]} was not acknowledged`);
  check(!names(await listing(api, organization), order), `${order} is listed although acknowledged`);
}

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const api = new ResultsApi(values.url, values["client-id"], values["client-secret"]);
  await integrate(api, values.organization, positionals.length > 0 ? positionals : MOVING);
  console.log("all as it should be");
} catch (error) {
  console.error(`integration: ${error.message}`);
  process.exitCode = 1;
}
