// Starts the pacsimile mock for tests, gives each test a world of its own, and stops the mock. Needs nothing but Node.

import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

const FIXED = ["serve", "--port", "0", "--json", "--no-runtime-file", "--pace", "realtime"];
const STOP_MILLISECONDS = 20_000;
const FINISHES_SECONDS = 15 * 60; // by the world's clock, so an order completes only when a test moves it

/** Start a mock on a free port of loopback. */
export async function start({ command = process.env.PACSIMILE_COMMAND ?? "pacsimile", options = [] } = {}) {
  const env = { ...process.env, PACSIMILE_ENDS_WITH_INPUT: "1" }; // so it ends with this process, also where that is killed
  const child = spawn(command, [...FIXED, ...options], { stdio: ["pipe", "pipe", "pipe"], env });
  const end = () => child.kill();
  process.once("exit", end);
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text) => { words = (words + text).slice(-4000); });
  const ended = new Promise((resolve) => {
    child.once("close", () => { process.off("exit", end); resolve(); });
    child.once("error", () => { process.off("exit", end); resolve(); });
  });
  const line = await new Promise((resolve, reject) => {
    child.once("error", () => reject(new Error(
      `${command} cannot be started: install pacsimile, or set PACSIMILE_COMMAND to where it is`)));
    child.once("close", () => reject(new Error(words.trim() || "pacsimile ended without a word")));
    createInterface({ input: child.stdout }).once("line", resolve);
  });
  return new Mock(child, ended, JSON.parse(line));
}

class Mock {
  #child;
  #ended;
  #line;

  constructor(child, ended, line) {
    this.#child = child;
    this.#ended = ended;
    this.#line = line;
    this.url = line.url;
  }

  /** Make a world: its own credentials, orders, clock and journal. `dialect` is a name, or the path of a file. */
  async world({ scenario = "empty", dialect, ...more } = {}) {
    const isFile = dialect && /[./\\]/.test(dialect);
    const spoken = isFile ? await readFile(dialect, "utf8") : dialect;
    return new World(this, await this.call("POST", "/worlds", { scenario, ...(spoken && { dialect: spoken }), ...more }));
  }

  /** Call the control API. The answer is its JSON, or undefined where it has no body. */
  async call(method, path, content) {
    const answer = await fetch(this.#line.control_url + path, {
      method,
      headers: { authorization: `Bearer ${this.#line.control_token}`, "content-type": "application/json" },
      body: content === undefined ? undefined : JSON.stringify(content),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** Stop the mock, and wait until it has ended. */
  async stop() {
    this.#child.kill();
    const late = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MILLISECONDS);
    await this.#ended;
    clearTimeout(late);
  }
}

class World {
  #mock;

  constructor(mock, fields) {
    this.#mock = mock;
    this.name = fields.world;
    this.url = mock.url;
    this.tokenEndpoint = mock.url + fields.token_endpoint.slice(fields.base_url.length);
    this.clients = fields.clients;
    this.clientId = fields.clients[0].client_id;
    this.clientSecret = fields.clients[0].client_secret;
    this.organizationId = fields.clients[0].organization_id;
  }

  /** Call the control API of this world. */
  call(method, path, content) {
    return this.#mock.call(method, `/worlds/${this.name}${path}`, content);
  }

  /** Submit an order. One that is RECEIVED or PROCESSING completes after fifteen minutes of the world's clock. */
  order({ status = "RECEIVED", ...more } = {}) {
    const starts = { RECEIVED: FINISHES_SECONDS / 2, PROCESSING: 0 }[status];
    const course = starts === undefined ? { status } : { moves: { starts, finishes: FINISHES_SECONDS } };
    return this.call("POST", "/orders", { ...course, ...more });
  }

  /** Move an order: start, progress, finish, fail, cancel or amend. */
  move(orderId, action, content = {}) {
    return this.call("POST", `/orders/${encodeURIComponent(orderId)}/${action}`, content);
  }

  /** Advance the world's clock by this many seconds. */
  advance(seconds) {
    return this.call("POST", "/clock", { advance: seconds });
  }

  /** Set a fault, such as `{ effect: { status: 503 }, match: { operation: "getStatus" }, limit: { count: 1 } }`. */
  fault(fault) {
    return this.call("POST", "/faults", fault);
  }

  /** How many calls of an operation the journal has. */
  async calls(operation) {
    return (await this.call("GET", `/journal?limit=1&operation=${encodeURIComponent(operation)}`)).count;
  }

  /** Throw if a client of this world made a mistake, or no call. The message says what to do. */
  async expectGoodClient() {
    const { advice, calls } = await this.call("GET", "/journal/advice");
    if (!calls) throw new Error(`the client made no call: its base address in this test is ${this.url}`);
    if (advice.length) throw new Error(advice.map((entry) => `${entry.title}: ${entry.remedy}`).join("\n"));
  }

  /** End the world. */
  delete() {
    return this.call("DELETE", "");
  }
}
