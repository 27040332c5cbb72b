import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { start } from "pacsimile-starter";

let mock;
before(async () => { mock = await start(); });
after(() => mock?.stop());

async function bearer(world) {
  const credentials = Buffer.from(`${world.clientId}:${world.clientSecret}`).toString("base64");
  const answer = await fetch(world.tokenEndpoint, { headers: { authorization: `Basic ${credentials}` } });
  return { authorization: `Bearer ${(await answer.json()).access_token}` };
}

async function status(world, order, headers) {
  const answer = await fetch(`${world.url}/status?order_id=${order.order_id}`, { headers });
  return answer.ok ? (await answer.json()).status : answer.status;
}

test("an order completes when the clock moves", async () => {
  const world = await mock.world();
  const order = await world.order({ status: "PROCESSING" });
  const headers = await bearer(world);
  assert.equal(await status(world, order, headers), "PROCESSING");
  await world.advance(20 * 60);
  assert.equal(await status(world, order, headers), "COMPLETED");
  assert.equal(await world.calls("getStatus"), 2);
  await world.expectGoodClient();
});

test("a world sees nothing of another", async () => {
  const [mine, theirs] = [await mock.world(), await mock.world()];
  const order = await theirs.order({ status: "COMPLETED" });
  assert.equal(await status(mine, order, await bearer(mine)), 404);
});

test("a fault is met once", async () => {
  const world = await mock.world();
  const order = await world.order({ status: "COMPLETED" });
  await world.fault({ effect: { status: 503 }, match: { operation: "getStatus" }, limit: { count: 1 } });
  const headers = await bearer(world);
  assert.equal(await status(world, order, headers), 503);
  assert.equal(await status(world, order, headers), "COMPLETED");
});

test("an order is moved by hand, and a refusal says why", async () => {
  const world = await mock.world();
  const order = await world.order();
  await world.move(order.order_id, "fail");
  assert.equal(await status(world, order, await bearer(world)), "FAILED");
  await assert.rejects(world.move(order.order_id, "finish"), /409/);
  await world.delete();
});

test("a client that did nothing is no good client", async () => {
  const world = await mock.world();
  await assert.rejects(world.expectGoodClient(), /made no call/);
});

test("what cannot be started says what to do", async () => {
  await assert.rejects(start({ command: "no-such-pacsimile" }), /install pacsimile/);
  await assert.rejects(start({ options: ["--no-such-option"] }), /--no-such-option/);
});
