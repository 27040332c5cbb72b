// What pages do beyond showing: the journal follows calls, and the API's page makes them. All texts from the mock are
// written as text, never as HTML.
"use strict";
document.documentElement.classList.add("script");

const MOST_ROWS = 200;
const UPDATE_MS = 200;

/** Add calls to the journal as they arrive: a few times a second, and never more rows than can be looked at. */
function follow(bar) {
  const body = document.querySelector("[data-calls]");
  const pause = bar.querySelector("[data-pause]");
  const state = bar.querySelector("[data-state]");
  let source = null;
  let known = new Set();
  let waiting = [];
  let leftOut = 0;
  let loading = false;
  let paused = false;
  let missed = false;
  let words = state.textContent;

  /** Begin to follow. Calls that came while nobody followed are taken from the page, which has the last ones. */
  function begin() {
    source = new EventSource(bar.dataset.follow);
    source.addEventListener("open", () => {
      tell("Live: the newest call is first.");
      missed = true;
      load();
    });
    source.addEventListener("error", () => tell(
      source.readyState === EventSource.CLOSED
        ? "Not live: too many pages follow the journal, or you are signed out. Load the page again."
        : "The mock does not answer: trying again."
    ));
    source.addEventListener("call", (event) => {
      const call = JSON.parse(event.data);
      leftOut += call.lost_before;
      waiting.push(call);
      if (waiting.length > MOST_ROWS) leftOut += waiting.splice(0, waiting.length - MOST_ROWS).length;
    });
  }

  async function load() {
    if (paused || loading || !missed) return;
    loading = true;
    missed = false;
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const rows = page.querySelector("[data-calls]")?.rows;
      if (rows) body.replaceChildren(...rows);
      known = new Set([...body.querySelectorAll("a")].map((link) => link.textContent));
    } catch {
      missed = true;
    }
    loading = false;
    show();
  }

  function tell(text) {
    words = text;
    const now = paused ? "Paused." : words;
    state.textContent = leftOut ? `${now} ${leftOut} calls are not shown: there were too many.` : now;
  }

  function show() {
    if (paused || loading || waiting.length === 0) return;
    const rows = waiting.filter((call) => !known.has(String(call.number))).map((call) => row(call, bar.dataset.entry));
    waiting = [];
    body.prepend(...rows.reverse());
    while (body.rows.length > MOST_ROWS) body.lastElementChild.remove();
    if (body.rows.length) document.querySelector("[data-none]")?.remove();
    if (leftOut) tell(words);
  }

  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    tell(words);
    load();
  });
  document.addEventListener("visibilitychange", () => {  // a browser has few connections to a host
    source.close();
    if (!document.hidden) begin();
  });
  setInterval(show, UPDATE_MS);
  begin();
}

/** Return a call as a row of the journal. */
function row(call, address) {
  const line = document.createElement("tr");
  line.className = `c${Math.floor(call.status / 100)}`;
  const link = element("a", String(call.number));
  link.href = address + call.number;
  const query = Object.entries(call.parameters).map(([name, value]) => `${name}=${value}`).join("&");
  const asked = query && ["GET", "HEAD", "DELETE", "OPTIONS"].includes(call.method) ? `${call.path}?${query}` : call.path;
  const took = call.duration_us < 1e6 ? `${(call.duration_us / 1000).toFixed(1)} ms` : `${(call.duration_us / 1e6).toFixed(1)} s`;
  const why = cell((call.got && call.requirement ? `${call.requirement}: ${call.got}` : call.got || call.requirement || "").slice(0, 300));
  if (call.fault) why.append(" ", element("span", `fault ${call.fault}`, "fault"));
  if (!call.delivered) why.append(" ", element("span", "not delivered", "fault"));
  line.append(
    cell(link), cell(call.at.slice(11, 23)), cell(element("b", String(call.status), "code")),
    cell(element("code", `${call.method} ${asked}`.slice(0, 310))),
    cell(call.client_id ?? (call.claimed_client_id ? `(${call.claimed_client_id}?)` : "-")), cell(took), why,
  );
  return line;
}

function cell(content) {
  const made = document.createElement("td");
  made.append(content);
  return made;
}

function element(name, text, kind) {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

/** Make the call that a form of the API's page describes, and show the answer. */
async function tryOut(event) {
  event.preventDefault();
  const form = event.target;
  const output = form.querySelector("[data-answer]");
  const write = (text) => { output.hidden = false; output.firstElementChild.textContent = text; };
  const client = document.querySelector("[data-client]").selectedOptions[0];
  const basic = "Basic " + btoa(`${client.value}:${client.dataset.secret}`);
  try {
    const headers = { Authorization: basic };
    if (form.dataset.token) {
      const given = await fetch(form.dataset.token, { headers });
      if (!given.ok) return write(`No token: ${given.status}\n\n${await given.text()}`);
      const values = Object.values(await given.json());
      headers.Authorization = "Bearer " + values.filter((value) => typeof value === "string").sort((a, b) => b.length - a.length)[0];
    }
    let path = form.dataset.path;
    const query = new URLSearchParams();
    for (const field of form.querySelectorAll("[data-in]")) {
      if (field.value === "") continue;
      if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
      else if (field.dataset.in === "header") headers[field.name] = field.value;
      else query.append(field.name, field.value);
    }
    const options = { method: form.dataset.method, headers };
    const body = form.querySelector("[data-body]");
    if (body && body.value) {
      options.body = body.value;
      headers["Content-Type"] = form.dataset.token ? "application/json" : "application/x-www-form-urlencoded";
    }
    const address = query.size ? `${path}?${query}` : path;
    const answer = await fetch(address, options);
    const shown = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const isText = /json|text|xml|hl7/.test(answer.headers.get("Content-Type") ?? "");
    const content = isText ? (await answer.text()).slice(0, 20000) : `(${(await answer.arrayBuffer()).byteLength} bytes)`;
    write(`${options.method} ${address}\n\n${answer.status} ${answer.statusText}\n${shown}\n\n${content}`);
  } catch (error) {
    write(`No answer: ${error.message}`);
  }
}

for (const bar of document.querySelectorAll("[data-follow]")) follow(bar);
for (const form of document.querySelectorAll("[data-try]")) form.addEventListener("submit", tryOut);
