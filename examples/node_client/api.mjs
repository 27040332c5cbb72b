// The results API as a Node program calls it: one token for all calls, and patience where the service asks for it.

import { setTimeout as sleep } from "node:timers/promises";

const TIMEOUT = 30_000; // milliseconds until a call that nobody answers is given up
const EARLY = 60; // seconds before its end at which a token is replaced
const LONGEST_WAIT = 3600; // seconds; no Retry-After of this API asks for more
const ATTEMPTS = 5; // calls made of one that is answered 429 or 503, before the client gives up

/** The service did something else than its description says; the message says what. */
export class Unexpected extends Error {}

/** Calls the API with the credentials of one client. */
export class ResultsApi {
  #token = null;
  #replaceAt = 0;

  constructor(url, clientId, clientSecret) {
    this.url = url.replace(/\/+$/, "");
    this.basic = "Basic " + Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  }

  /** Gives the token that is in use; it is kept, and replaced shortly before it expires. */
  async accessToken() {
    if (this.#token === null || performance.now() >= this.#replaceAt) {
      const answer = await this.#send("GET", `${this.url}/oauth2/token`, { Authorization: this.basic });
      await expect(answer, 200);
      const granted = await answer.json();
      this.#token = granted.access_token;
      this.#replaceAt = performance.now() + (granted.expires_in - EARLY) * 1000;
    }
    return this.#token;
  }

  /** Makes a call: with a new token after a 401, and again, when Retry-After says, after a 429 or 503. */
  async call(method, path, parameters, content) {
    let answer = await this.#attempt(method, path, parameters, content);
    if (answer.status === 401) {
      this.#token = null;
      answer = await this.#attempt(method, path, parameters, content);
    }
    for (let tries = 1; tries < ATTEMPTS && [429, 503].includes(answer.status); tries++) {
      await sleep(retryAfter(answer) * 1000);
      answer = await this.#attempt(method, path, parameters, content);
    }
    return answer;
  }

  async #attempt(method, path, parameters, content) {
    const query = Object.entries(parameters).map((pair) => pair.map(encodeURIComponent).join("="));
    const headers = { Authorization: `Bearer ${await this.accessToken()}` };
    if (content !== undefined) headers["Content-Type"] = "application/json";
    const body = content === undefined ? undefined : JSON.stringify(content);
    return this.#send(method, `${this.url}${path}?${query.join("&")}`, headers, body);
  }

  async #send(method, url, headers, body) {
    try {
      return await fetch(url, { method, headers, body, signal: AbortSignal.timeout(TIMEOUT) });
    } catch (error) {
      throw new Unexpected(`${method} ${url.split("?")[0]}: ${error.cause?.message || error.message}`);
    }
  }
}

/** Insists on one of these statuses; else tells what was answered, in the service's own words. */
export async function expect(answer, ...statuses) {
  if (statuses.includes(answer.status)) return;
  const told = (await answer.text()).slice(0, 300);
  throw new Unexpected(`${answer.url.split("?")[0]}: ${statuses.join(" or ")} expected, ${answer.status} came: ${told}`);
}

/** Reads how many seconds to wait before the next attempt: the header has seconds, or a date (RFC 9110 §10.2.3). */
export function retryAfter(answer) {
  const text = answer.headers.get("Retry-After") ?? "";
  const seconds = /^[0-9]+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  if (Number.isNaN(seconds)) {
    throw new Unexpected(`${answer.status} with Retry-After "${text}": seconds or a date expected`);
  }
  return Math.min(Math.max(seconds, 1), LONGEST_WAIT);
}
