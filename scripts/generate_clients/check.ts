// Uses openapi-fetch with the types that openapi-typescript made, as an integrator would.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const { BASE_URL, CLIENT_ID, CLIENT_SECRET, ORGANIZATION_ID } = process.env as Record<string, string>;
const organization = { organizationId: ORGANIZATION_ID! };
const api = createClient<paths>({ baseUrl: BASE_URL! });

// The typed data of a 200; anything else fails with the answer itself.
function expected<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  assert.equal(answer.response.status, 200, JSON.stringify(answer.error));
  assert.ok(answer.data);
  return answer.data;
}

async function token(): Promise<string> {
  const form = { grant_type: "client_credentials", client_id: CLIENT_ID!, client_secret: CLIENT_SECRET! } as const;
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  expected(await api.POST("/oauth2/token", { body: form, headers }));
  const basic = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString("base64");
  return expected(await api.GET("/oauth2/token", { headers: { Authorization: `Basic ${basic}` } })).access_token;
}

async function listing() {
  const listed = expected(await api.GET("/reports", { params: { query: organization } }));
  assert.equal(listed.count, listed.reports.length);
  return listed.reports;
}

const authorization = `Bearer ${await token()}`;
api.use({
  onRequest({ request }) {
    request.headers.set("Authorization", authorization);
  },
});

const unknown = await api.GET("/status", { params: { query: { order_id: "NO-SUCH-ORDER" } } });
assert.equal(unknown.response.status, 404);
assert.equal(unknown.error?.status, 404);

const oldest = (await listing())[0];
assert.ok(oldest, "no report is waiting");
const { order_id, report_id } = oldest;

const order = expected(await api.GET("/status", { params: { query: { order_id } } }));
assert.equal(order.status, "COMPLETED");
const orders = expected(await api.GET("/orderId", { params: { query: { study_uid: order.study_uid } } }));
assert.ok(orders.order_ids.includes(order_id));
const report = expected(await api.GET("/results", { params: { query: { order_id, report_type: "json" } } }));
assert.ok(typeof report === "object" && report !== null && "report_id" in report);
assert.equal(report.report_id, report_id);

const named = { params: { query: organization }, body: { report_ids: [report_id] } };
assert.deepEqual(expected(await api.POST("/reports", named)).acknowledged, [report_id]);
assert.equal(expected(await api.POST("/reports", named)).count, 0);
assert.ok(!(await listing()).some((one) => one.report_id === report_id));
console.log(`typescript: ${report_id} fetched and acknowledged`);
