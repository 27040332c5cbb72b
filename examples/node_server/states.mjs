// Provider states for contract tests: `POST /states` brings about what a test needs, and says what it is called.

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { rfc3339, SECOND } from "./clock.mjs";
import { Params, notHere, wrong } from "./params.mjs";
import { problem, unauthorized } from "./problems.mjs";
import * as data from "./states_data.mjs";
import { described, World } from "./world.mjs";

const digest = (text) => createHash("sha256").update(text).digest();

/** A client that has these scopes and no others. */
function clientWithScopes(world, params) {
  const scopes = params.scopes("scopes");
  const organization = world.organization(params);
  return described(organization, {}, world.service.tokens.addClient(organization.organizationId, scopes));
}

/** The client's next call to the API is answered 429 or 503. */
function throttled(world, params) {
  params.text("client_id");
  const client = world.client(params);
  const status = params.word("status", [429, 503]);
  const waiting = world.service.throttled.get(client.clientId) ?? [];
  world.service.throttled.set(client.clientId, [...waiting, status]);
  return described(world.service.organizationOf(client), {}, client);
}

/** The server's one clock moves on; no seconds only ask for the time. */
function timePasses(world, params) {
  const elapsed = params.seconds("seconds");
  const organization = world.organization(params);
  world.service.clock.advance(elapsed);
  return described(organization, { now: rfc3339(world.now()) });
}

/** A token signed with the real key, some of its claims or its header changed. */
function tokenWith(world, params, changes = {}) {
  const client = world.client(params) ?? world.organization(params).client;
  const claims = { ...changes, ...params.object("claims") };
  if ("client_id" in claims && claims.client_id !== client.clientId) throw notHere("name the client by its param");
  const token = world.service.tokens.issue(client, client.scopes, { claims, header: params.object("header") });
  return described(world.service.organizationOf(client), { access_token: token }, client);
}

/** A token that ended seven minutes ago. */
function expiredToken(world, params) {
  return tokenWith(world, params, { exp: Math.floor(world.now() / SECOND) - 420 });
}

const STATES = new Map([
  ["fresh_organization", [data.freshOrganization, ["ready_reports", "completed_seconds", "offsets"]]],
  ["other_organization", [data.otherOrganization, []]],
  ["client_with_scopes", [clientWithScopes, ["scopes"]]],
  ["order_in_status", [data.orderInStatus, ["status", "study_uid", "study_group", "report_types"]]],
  ["study_with_orders", [data.studyWithOrders, ["statuses", "seconds", "offsets", "submitted"]]],
  ["study_shared_between_organizations", [data.sharedStudy, ["statuses", "newer"]]],
  ["study_group", [data.studyGroup, ["statuses"]]],
  ["study_group_shared_between_organizations", [data.sharedGroup, ["statuses", "other_statuses"]]],
  ["report_becomes_ready", [data.reportBecomesReady, ["study_uid", "completed_seconds_ago", "unready"]]],
  ["report_amended", [data.reportAmended, ["report_id"]]],
  ["order_advanced", [data.orderAdvanced, ["order_id", "status", "progress"]]],
  ["throttled", [throttled, ["client_id", "status"]]],
  ["time_passes", [timePasses, ["seconds"]]],
  ["expired_token", [expiredToken, ["claims", "header", "client_id"]]],
  ["token_with", [tokenWith, ["claims", "header", "client_id"]]],
]);

/** The states URL; its bearer token is not one of the API's. */
export class States {
  constructor(service, token = randomBytes(24).toString("base64url")) {
    this.world = new World(service);
    this.token = token;
  }

  /** 200 with the state's values, 404 for a state that is not offered, 400 or 422 for wrong params. */
  answer(request) {
    if (request.method !== "POST") throw problem(405, "method-not-allowed", "POST a state.", { Allow: "POST" });
    const given = request.headers.authorization?.[0] ?? "";
    if (!timingSafeEqual(digest(given), digest(`Bearer ${this.token}`))) throw unauthorized(true);
    const { state, params = {}, action = "setup" } = read(request.body);
    if (!STATES.has(state)) throw problem(404, "no-such-state", "This state is not offered.");
    if (action !== "setup" || typeof params !== "object" || Array.isArray(params)) throw wrong("params are an object");
    const [make, known] = STATES.get(state);
    return { json: make(this.world, new Params(params ?? {}, known)) };
  }
}

function read(body) {
  try {
    const document = JSON.parse(body.toString("utf8"));
    if (typeof document?.state === "string") return document;
  } catch {
    // said below
  }
  throw wrong('the body is {"state": name, "params": {...}, "action": "setup"}');
}
