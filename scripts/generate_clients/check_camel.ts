// Uses openapi-fetch with the types that openapi-typescript made of the dialect camel, as an integrator would.
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

const basic = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString("base64");
const { access_token } = expected(await api.GET("/oauth2/token", { headers: { Authorization: `Basic ${basic}` } }));
api.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${access_token}`);
  },
});

const unknown = await api.GET("/status", { params: { query: { orderId: "NO-SUCH-ORDER" } } });
assert.equal(unknown.error?.status, 404);
const listed = expected(await api.GET("/reports", { params: { query: organization } })).data;
assert.equal(listed.total, listed.reports.length);
const oldest = listed.reports[0];
assert.ok(oldest, "no report is waiting");
const { orderId, reportId } = oldest;
const order = expected(await api.GET("/status", { params: { query: { orderId } } })).data;
assert.equal(order.status, "COMPLETED");
const { studyInstanceUid } = order;
assert.ok(expected(await api.GET("/orderId", { params: { query: { studyInstanceUid } } })).data.orderIds.includes(orderId));
const report = expected(await api.GET("/results", { params: { query: { orderId, reportType: "json" } } }));
assert.ok(typeof report === "object" && report !== null && "reportId" in report);
assert.equal(report.reportId, reportId);
const named = { params: { query: organization }, body: { reportIds: [reportId] } };
assert.deepEqual(expected(await api.POST("/reports", named)).data.acknowledged, [reportId]);
console.log(`typescript, camel: ${reportId} fetched and acknowledged`);
