// Uses openapi-fetch with the types that openapi-typescript made of the dialect legacy, as an integrator would.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const { BASE_URL, CLIENT_ID, CLIENT_SECRET, ORGANIZATION_ID } = process.env as Record<string, string>;
const query = { site: ORGANIZATION_ID! };
const api = createClient<paths>({ baseUrl: BASE_URL! });

// The typed data of a 200; anything else fails with the answer itself.
function expected<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  assert.equal(answer.response.status, 200, JSON.stringify(answer.error));
  assert.ok(answer.data);
  return answer.data;
}

const basic = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString("base64");
const { access_token } = expected(await api.GET("/auth/token", { headers: { Authorization: `Basic ${basic}` } }));
api.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${access_token}`);
  },
});

const unknown = await api.GET("/v1/order/status", { params: { query: { order: "NO-SUCH-ORDER" } } });
assert.equal(unknown.response.status, 404);
assert.match(unknown.error?.message ?? "", /NO-SUCH-ORDER/);
const listed = expected(await api.GET("/v1/report/pending", { params: { query } }));
const oldest = listed.reports[0];
assert.ok(oldest, "no report is waiting");
const { order_id, report_id } = oldest;
const order = expected(await api.GET("/v1/order/status", { params: { query: { order: order_id } } }));
assert.equal(order.status, 2);
const orders = expected(await api.GET("/v1/order/list", { params: { query: { study: order.study_uid } } }));
assert.ok(orders.order_ids.includes(order_id));
const asked = { params: { query: { order: order_id, format: "json" as const } } };
const report = expected(await api.GET("/v1/report/download", asked));
assert.ok(typeof report === "object" && report !== null && "report_id" in report);
assert.equal(report.report_id, report_id);
const done = await api.POST("/v1/report/pending", { params: { query }, body: { report_ids: [report_id] } });
assert.equal(done.response.status, 204);
console.log(`typescript, legacy: ${report_id} fetched and acknowledged`);
