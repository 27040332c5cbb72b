// Fetches every report that waits into a folder, and acknowledges what was stored: Node's `fetch`, no packages.
//
//     node results.mjs FOLDER [--poll] [--order ORDER_ID]
//
// The environment says where and who: API_URL, TOKEN_URL, CLIENT_ID, CLIENT_SECRET, ORGANIZATION_ID. `--order` waits for
// that order first. `--poll` stays, and looks again after a pause. Exit status 0: nothing waits any more; 1: the service
// could not be used, and one line says why.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const TIMEOUT = 30_000; // milliseconds after which a call without an answer is given up
const EARLY = 60; // seconds before its end at which a token is replaced
const ATTEMPTS = 8; // at a call that fails for now, before the program gives up
export const FIRST_PAUSE = Number(process.env.FIRST_PAUSE ?? "2"); // seconds; each further pause is twice as long
const LONGEST_PAUSE = 300; // seconds up to which pauses grow
export const LIMIT = 100; // reports that a listing has at most

/** The service did not do what was asked. The message says what it did. */
export class GivenUp extends Error {}

/** An answer did not arrive as it was sent. */
export class Broken extends Error {}

/** Calls the results API as one client, and keeps its reports in a folder. */
export class Results {
  constructor(folder) {
    const { API_URL, TOKEN_URL, CLIENT_ID, CLIENT_SECRET, ORGANIZATION_ID } = process.env;
    this.apiUrl = API_URL.replace(/\/+$/, "");
    this.tokenUrl = TOKEN_URL;
    this.credentials = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString("base64");
    this.organizationId = ORGANIZATION_ID;
    this.folder = folder;
    this.token = null;
    this.replaceAt = 0;
  }

  // rule 1
  /** Returns the token. It is kept, and replaced shortly before it expires. */
  async accessToken() {
    if (this.token === null || performance.now() >= this.replaceAt) {
      const answer = this.expect200(await this.repeat(() => this.requestToken()));
      const granted = JSON.parse(answer.body);
      this.token = granted.access_token;
      this.replaceAt = performance.now() + (granted.expires_in - EARLY) * 1000;
    }
    return this.token;
  }
  // end of rule 1

  // rule 2
  /** Asks for a token. The secret is in the Authorization header. */
  requestToken() {
    const headers = { Authorization: `Basic ${this.credentials}` };
    return this.exchange("POST", this.tokenUrl, headers, new URLSearchParams({ grant_type: "client_credentials" }));
  }

  /** Makes a call once. The token is in the Authorization header. */
  async send(method, path, parameters, content) {
    const headers = { Authorization: `Bearer ${await this.accessToken()}` };
    if (content !== undefined) headers["Content-Type"] = "application/json";
    const body = content === undefined ? undefined : JSON.stringify(content);
    return this.exchange(method, `${this.apiUrl}${path}?${new URLSearchParams(parameters)}`, headers, body);
  }
  // end of rule 2

  // rule 10
  /** Sends a request over a kept connection, whose certificate is verified, and reads the answer to its end. */
  async exchange(method, url, headers, body) {
    const signal = AbortSignal.timeout(TIMEOUT);
    const answer = await fetch(url, { method, headers: { "Accept-Encoding": "identity", ...headers }, body, signal });
    const { status, headers: answered } = answer;
    return { url, status, headers: answered, body: Buffer.from(await answer.arrayBuffer()) };
  }
  // end of rule 10

  // rule 3
  /** Makes a call. After a 401 repeats it once, with a new token. */
  async call(method, path, parameters, content) {
    let answer = await this.repeat(() => this.send(method, path, parameters, content));
    if (answer.status === 401) {
      this.token = null;
      answer = await this.repeat(() => this.send(method, path, parameters, content));
    }
    return answer;
  }
  // end of rule 3

  // rule 5
  /** Sends until an answer came whole and decides something, with a pause after each failure. */
  async repeat(send) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      let wait = this.pause(attempt);
      try {
        const answer = await send();
        this.checkWhole(answer);
        if (!this.failedForNow(answer)) return answer;
        wait = Math.max(wait, this.retryAfter(answer));
      } catch (error) {
        if (error instanceof GivenUp || /CERT|SIGNED|ERR_TLS/.test(error.cause?.code)) throw error;
      }
      await sleep(wait * 1000);
    }
    throw new GivenUp(`${ATTEMPTS} attempts failed: is ${this.apiUrl} in service?`);
  }

  /** Returns the seconds of a pause: twice as long each time, with some chance in it. */
  pause(attempt) {
    return Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE) * (1 + Math.random() / 2);
  }
  // end of rule 5

  // rule 4
  /** Tells whether to ask again later: also after a 409 with Retry-After, which is not final. */
  failedForNow({ status, headers }) {
    return status === 429 || status >= 500 || (status === 409 && headers.has("Retry-After"));
  }

  /** Returns the seconds that the service asks to wait. The header has seconds or a date (RFC 9110 §10.2.3). */
  retryAfter({ headers }) {
    const text = headers.get("Retry-After") ?? "0";
    const seconds = /^[0-9]+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
    return Number.isNaN(seconds) ? 0 : seconds;
  }
  // end of rule 4

  // rule 6
  /** Asks for an order's status, by its id and after growing pauses, until it is final. */
  async waitFor(orderId) {
    let pause = FIRST_PAUSE;
    while (["RECEIVED", "PROCESSING"].includes((await this.get("/status", { order_id: orderId })).status)) {
      await sleep(pause * 1000);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }
  // end of rule 6

  // rule 7
  /** Fetches all that waits, page by page, until a listing is not full; returns the number of reports. */
  async collect() {
    for (let number = 0; ; ) {
      const listed = await this.listing();
      const stored = [];
      for (const report of listed) {
        const id = await this.take(report);
        if (id !== null) stored.push(id);
      }
      await this.acknowledge(stored);
      number += stored.length;
      if (listed.length < LIMIT || stored.length === 0) return number;
    }
  }

  /** Returns the oldest reports that are not acknowledged. */
  async listing() {
    return (await this.get("/reports", { organizationId: this.organizationId, limit: LIMIT })).reports;
  }

  /** Stores a listed report, amended or not, and returns its id; null where it is not to be had any more. */
  async take(report) {
    if (existsSync(this.path(report.report_id))) return report.report_id; // its acknowledgement is missing only
    const answer = await this.fetch(report);
    if (answer === null) return null;
    const id = answer.headers.get("X-Report-Id"); // a newer one, if it was amended meanwhile
    await this.store(id, answer.body);
    if (report.supersedes !== null && existsSync(this.path(report.supersedes))) {
      await rename(this.path(report.supersedes), path.join(this.folder, `${report.supersedes}.superseded`));
    }
    return id;
  }
  // end of rule 7

  // rule 8
  /** Fetches a report once. */
  async fetch({ order_id, report_types }) {
    const report_type = report_types.includes("json") ? "json" : report_types[0];
    const answer = await this.call("GET", "/results", { order_id, report_type });
    return [404, 409].includes(answer.status) ? null : this.expect200(answer);
  }

  /** Compares what came with the digest that was sent: `fetch` compares the length. `repeat` asks again. */
  checkWhole({ headers, body }) {
    const digest = headers.get("Content-Digest");
    const sha256 = createHash("sha256").update(body).digest("base64");
    if (digest !== null && !digest.includes(`sha-256=:${sha256}:`)) throw new Broken("the digest differs");
    if ((headers.get("Content-Type") ?? "").startsWith("application/json")) JSON.parse(body);
  }
  // end of rule 8

  // rule 9
  /** Writes a report: first under another name, so that no half of it ever has its own. */
  async store(reportId, content) {
    await writeFile(`${this.path(reportId)}.part`, content);
    await rename(`${this.path(reportId)}.part`, this.path(reportId));
  }

  /** Acknowledges by their ids the reports that are stored, and nothing else. */
  async acknowledge(report_ids) {
    if (report_ids.length === 0) return;
    this.expect200(await this.call("POST", "/reports", { organizationId: this.organizationId }, { report_ids }));
  }
  // end of rule 9

  /** Returns where a report is stored. No id leads out of the folder. */
  path(reportId) {
    return path.join(this.folder, `${encodeURIComponent(reportId)}.report`);
  }

  /** Makes a GET that must succeed, and returns its JSON. */
  async get(path, parameters) {
    return JSON.parse(this.expect200(await this.call("GET", path, parameters)).body);
  }

  /** Requires 200. Otherwise throws GivenUp with the service's own words. */
  expect200(answer) {
    if (answer.status === 200) return answer;
    throw new GivenUp(`${answer.url.split("?")[0]} answered ${answer.status}: ${answer.body.toString().slice(0, 300)}`);
  }
}

/** Collects once, or for ever with pauses that grow while nothing comes. */
async function run(client, orderId, poll) {
  if (orderId !== undefined) await client.waitFor(orderId);
  for (let pause = FIRST_PAUSE; ; await sleep(pause * 1000)) {
    const number = await client.collect();
    console.log(`stored and acknowledged ${number} reports`);
    if (!poll) return;
    pause = number > 0 ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
  }
}

/** Runs the program, with this client. */
export async function main(Client = Results) {
  try {
    const options = { poll: { type: "boolean", default: false }, order: { type: "string" } };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    await mkdir(positionals[0], { recursive: true });
    await run(new Client(positionals[0]), values.order, values.poll);
  } catch (error) {
    console.error(`results: ${error.cause?.message || error.message}`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main();
