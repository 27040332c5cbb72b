// Opens the console as people do: wide and as narrow as a phone, light and dark, by keyboard. Says what is wrong.
//
//   node look.mjs CHROMIUM PICTURES STARTED      STARTED has the line of `serve --json`

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [executablePath, pictures, started] = process.argv.slice(2);
const mock = JSON.parse(readFileSync(started, "utf8"));
const home = `${mock.url}/_mock/ui`;
const world = `${home}/worlds/default`;
const ORDER = "ORD-5QBC5V-000003";
const PAGES = {
  journal: "/journal", call: "/journal/2", orders: "/orders", order: `/orders/${ORDER}`, queue: "/queue", clock: "/clock",
  faults: "/faults", clients: "/clients", advice: "/advice", reference: "/reference", worlds: "/../../worlds",
  ...Object.fromEntries(["json", "txt", "pdf", "fhir", "hl7v2", "dicom_sr"].map((type) => [`report-${type}`, `/orders/${ORDER}/reports/${type}`])),
};
const VIEWS = [
  { name: "wide-light", viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "wide-dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  { name: "phone-light", viewport: { width: 375, height: 812 }, colorScheme: "light" },
  { name: "phone-dark", viewport: { width: 375, height: 812 }, colorScheme: "dark" },
];
const HOSTILE = ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(2)>", "javascript:alert(3)", "\u202eevil\u2066", "{{7*7}}"];
const FIRST_PAINT_MS = 300;
const TALLEST = 4000; // of a picture, in pixels
const faults = [];
const say = (where, what) => faults.push(`${where}: ${what}`);

const basic = "Basic " + btoa(`${mock.clients[0].client_id}:${mock.clients[0].client_secret}`);
const token = (await (await fetch(mock.token_endpoint, { headers: { Authorization: basic } })).json()).access_token;
const call = (target, options = {}) => fetch(mock.url + target, { ...options, headers: { Authorization: `Bearer ${token}`, ...options.headers } });

await call("/status?order_id=NO-SUCH");
for (const text of HOSTILE) await call(`/status?order_id=${encodeURIComponent(text)}`);
for (const text of HOSTILE) await call(`/${encodeURIComponent(text)}`);
await call(`/reports?organization_id=${mock.clients[0].organization_id}&limit=3`);

// Elements that reach past the right edge, but for those inside of something that scrolls by itself
function tooWide() {
  const scrolls = (one) => one && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  const out = (one) => one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one.parentElement) && !scrolls(one);
  const shown = (one) => one.checkVisibility() && !one.closest(".visually-hidden") && !one.closest("svg");
  const found = [...document.querySelectorAll("body *")].filter((one) => shown(one) && out(one));
  const page = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
  return [...page, ...found.slice(0, 3).map((one) => `past the edge: ${one.outerHTML.slice(0, 120)}`)];
}

async function opened(browser, view) {
  const context = await browser.newContext({ viewport: view.viewport, colorScheme: view.colorScheme, bypassCSP: false });
  const page = await context.newPage();
  page.on("dialog", (dialog) => { say(page.url(), `a script ran: ${dialog.message()}`); dialog.dismiss(); });
  page.on("pageerror", (error) => say(page.url(), `a script failed: ${error.message}`));
  page.on("console", (message) => { if (message.type() === "error" && !/40\d|50\d/.test(message.text())) say(page.url(), message.text()); });
  page.on("request", (request) => { if (!request.url().startsWith(mock.url) && /^(https?|wss?):/.test(request.url())) say(page.url(), `asks another host: ${request.url()}`); });
  return { context, page };
}

async function look(page, view, name) {
  const where = `${name} ${view.name}`;
  await page.goto(world + PAGES[name]);
  if (name === "journal") await page.waitForFunction(() => /Live/.test(document.querySelector("[data-state]").textContent));
  for (const line of await page.evaluate(tooWide)) say(where, line);
  if (name !== "report-pdf") {  // whose frame is the browser's own viewer
    await page.evaluate(axe);  // by the debugger, whom the page's policy does not bind
    const results = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
    for (const one of results.violations) {
      if (["serious", "critical"].includes(one.impact)) say(where, `${one.id}: ${one.nodes[0].html.slice(0, 150)} (${one.nodes.length})`);
    }
  }
  if (name === "report-pdf") await page.waitForTimeout(1500);  // the browser's own viewer does not say when it is done
  const height = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), TALLEST);
  await page.screenshot({ path: path.join(pictures, `${name}-${view.name}.png`), clip: { x: 0, y: 0, width: view.viewport.width, height }, fullPage: true });
}

// The best of three, since the machine may be busy
async function firstPaint(page) {
  const times = [];
  for (let count = 0; count < 3; count += 1) {
    await page.goto(`${world}/journal`);
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length);
    times.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
  }
  console.log(`first paint of the journal: ${Math.round(Math.min(...times))} ms (wanted: at most ${FIRST_PAINT_MS})`);
}

async function byKeyboard(page, name) {
  await page.goto(world + PAGES[name]);
  for (let count = 0; count < 25; count += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const one = document.activeElement, style = getComputedStyle(one);
      return { what: `${one.tagName} ${one.textContent.trim().slice(0, 30)}`, is_page: one === document.body, visible: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 };
    });
    if (!stop.is_page && !stop.visible) say(`${name} by keyboard`, `no focus to be seen on ${stop.what}`);
  }
}

const press = (page, name) => page.getByRole("button", { name, exact: true }).first().click();

async function expectText(page, text, where) {
  await page.waitForFunction((wanted) => document.body.innerText.includes(wanted), text, { timeout: 5000 })
    .catch(() => say(where, `there is no '${text}'`));
}

// What each form does, as a person does it
async function use(page) {
  await page.goto(`${world}/journal`);
  await page.waitForFunction(() => /Live/.test(document.querySelector("[data-state]").textContent));
  await call("/status?order_id=ARRIVES-LATER");
  await expectText(page, "ARRIVES-LATER", "the live journal");
  await page.click("[data-pause]");
  await call("/status?order_id=WHILE-PAUSED");
  await page.waitForTimeout(600);
  if ((await page.innerText("main")).includes("WHILE-PAUSED")) say("the live journal", "goes on while it is paused");
  await page.click("[data-pause]");
  await expectText(page, "WHILE-PAUSED", "the live journal after a pause");
  const STREAM = "**/journal/stream*";
  await page.route(STREAM, async (route) => { await call("/status?order_id=BEFORE-THE-STREAM"); await route.continue(); });
  await page.goto(`${world}/journal`);
  await expectText(page, "BEFORE-THE-STREAM", "a call between the page and its stream");
  await page.unroute(STREAM);
  await page.route(STREAM, (route) => route.fulfill({ status: 503 }));
  await page.goto(`${world}/journal`);
  await expectText(page, "Not live", "a journal that nobody more may follow");
  await page.unroute(STREAM);
  await page.goto(`${world}/journal`);
  await page.selectOption("[name=status]", "2xx");
  await press(page, "Filter");
  if ((await page.innerText("[data-calls]")).includes("NO-SUCH")) say("the journal", "the filter does not hold");

  await page.goto(`${world}/orders`);
  await page.fill("form[method=post] [name=finishes]", "10m");
  await press(page, "Submit");
  await page.waitForURL(/orders\/ORD-/);
  const order = page.url().split("/").pop();
  await page.goto(`${world}/clock`);
  await press(page, "Stop it");
  await expectText(page, "stopped", "the clock");
  await page.fill("[name=advance][placeholder]", "601s");
  await press(page, "Advance");
  await page.goto(`${world}/orders/${order}`);
  await expectText(page, "COMPLETED", "an order whose time has come");
  await press(page, "Amend its report");
  await expectText(page, "no", "an amended order");
  if (await page.locator("tbody tr").count() !== 2) say("an amended order", "does not have two versions");
  await page.goto(`${world}/clock`);
  await press(page, "Let it run");

  await page.goto(`${world}/faults`);
  await page.selectOption("[name=operation]", "getStatus");
  await page.fill("[name=count]", "1");
  await press(page, "Set");
  await expectText(page, "status 503", "the faults");
  if ((await call(`/status?order_id=${ORDER}`)).status !== 503) say("the faults", "a fault that was set is not met");
  await press(page, "Remove all");
  await expectText(page, "No fault is set", "the faults");
  await page.fill("[name=nth]", "x");
  await press(page, "Set");
  await expectText(page, "nth", "a fault that is refused");

  await page.goto(`${world}/clients`);
  await page.fill("textarea", token);
  await press(page, "Read it");
  await expectText(page, "It is accepted for", "a token");
  await page.goto(`${world}/reference`);
  await page.click("#getStatus button");
  await page.waitForFunction(() => /\n\n(200|4\d\d) /.test(document.querySelector("#getStatus [data-answer]").textContent))
    .catch(() => say("the reference", "a call that is tried has no answer"));

  await page.goto(`${home}/worlds`);
  await press(page, "Make");
  await expectText(page, "No such call was made yet", "a new world");
  await page.goto(`${home}/worlds`);
  await press(page, "End");
  if (await page.getByRole("button", { name: "End", exact: true }).count()) say("the worlds", "a world that was ended is still there");
  await press(page, "Sign out");
  await expectText(page, "Control token", "signing out");
  await page.goto(`${world}/journal`);
  await expectText(page, "Sign in", "a page after signing out");
}

// The picture of README: a client's ordinary calls in a world of its own
async function portrait(page) {
  const made = await (await fetch(`${mock.control_url}/worlds`, { method: "POST", body: '{"pace": "manual"}', headers: { Authorization: `Bearer ${mock.control_token}` } })).json();
  const { client_id, client_secret, organization_id } = made.clients[0];
  const given = await (await fetch(made.token_endpoint, { headers: { Authorization: "Basic " + btoa(`${client_id}:${client_secret}`) } })).json();
  const orders = await (await fetch(`${mock.control_url}/worlds/${made.world}/orders?limit=3`, { headers: { Authorization: `Bearer ${mock.control_token}` } })).json();
  const [first, second, third] = orders.orders.map((order) => order.order_id);
  const ask = (target, options = {}) => fetch(made.base_url + target, { ...options, headers: { Authorization: `Bearer ${given.access_token}` } });
  for (const id of [first, second, third]) await ask(`/status?order_id=${id}`);
  await ask(`/results?order_id=${second}&report_type=pdf`);
  await ask(`/results?order_id=${third}&report_type=pdf`);
  await ask(`/status?orderId=${third}`);
  await ask(`/reports?organizationId=${organization_id}&limit=2`);
  await ask(`/reports?organizationId=${organization_id}`, { method: "POST" });
  await page.setViewportSize({ width: 1180, height: 560 });
  await page.goto(`${home}/worlds/${made.world}/journal`);
  await page.waitForFunction(() => /Live/.test(document.querySelector("[data-state]").textContent));
  await page.screenshot({ path: path.join(pictures, "console.png") });
  await page.setViewportSize(VIEWS[0].viewport);
  await fetch(`${mock.control_url}/worlds/${made.world}`, { method: "DELETE", headers: { Authorization: `Bearer ${mock.control_token}` } });
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (const view of VIEWS) {
  const { context, page } = await opened(browser, view);
  await page.goto(mock.console_url);
  if (page.url().includes("code=")) say("signing in", "the code stays in the address");
  if (view === VIEWS[0]) await firstPaint(page);
  for (const name of Object.keys(PAGES)) await look(page, view, name);
  if (view === VIEWS[0]) {
    for (const name of ["journal", "orders", "clock", "faults", "reference"]) await byKeyboard(page, name);
    await portrait(page);
    await use(page).catch(async (error) => say(`using ${page.url()}`, `${error.message}\n${await page.innerText("main")}`));
  }
  await context.close();
}
await browser.close();
for (const line of faults) console.error(line);
console.log(`${Object.keys(PAGES).length} pages in ${VIEWS.length} views each, every form used: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
