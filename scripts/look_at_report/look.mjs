// Opens pages as people do: wide and as narrow as a phone, light and dark, by keyboard, on paper. Says what is wrong.
//
//   node look.mjs CHROMIUM PICTURES PAGE...      pictures and PDFs go to the folder PICTURES; a PAGE that is a link is
//                                                the live page of a proxy

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const [executablePath, pictures, ...pages] = process.argv.slice(2);
const VIEWS = [
  { name: "wide-light", viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  { name: "wide-dark", viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  { name: "phone-light", viewport: { width: 375, height: 844 }, colorScheme: "light" },
  { name: "phone-dark", viewport: { width: 375, height: 844 }, colorScheme: "dark" },
];
const MOST_OPEN = 6; // entries that are opened: what is in one is in all
const TALLEST = 6000; // of a picture, in pixels
const faults = [];

// Elements that reach past the right edge, but for those inside of something that scrolls by itself
function tooWide() {
  const scrolls = (one) => one && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  const out = (one) => one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one.parentElement) && !scrolls(one);
  const shown = (one) => one.checkVisibility() && !one.closest(".visually-hidden") && !one.closest("svg");
  const found = [...document.querySelectorAll("body *")].filter((one) => shown(one) && out(one));
  const page = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
  return [...page, ...found.slice(0, 3).map((one) => `past the edge: ${one.outerHTML.slice(0, 120)}`)];
}

async function openSome(page) {
  await page.evaluate((most) => {
    const entries = [...document.querySelectorAll("[data-verdict] > details")];
    for (const one of entries.slice(0, most).flatMap((entry) => [entry, ...entry.querySelectorAll("details")])) one.open = true;
  }, MOST_OPEN);
}

// The stops of the Tab key from the page's top, each with whether one sees where one is
async function stops(page, most) {
  const seen = [];
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
  for (let count = 0; count < most; count += 1) {
    await page.keyboard.press("Tab");
    seen.push(await page.evaluate(() => {
      const one = document.activeElement, style = getComputedStyle(one);
      const visible = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
      return { what: `${one.tagName} ${one.id || one.textContent.trim().slice(0, 30)}`, tag: one.tagName, visible };
    }));
  }
  return seen;
}

async function byKeyboard(page, say) {
  if (await page.locator("#search").count() === 0 || await page.locator("[data-verdict] > details").count() === 0) return;
  const seen = await stops(page, 40);
  for (const one of seen.filter((one) => one.tag !== "BODY" && !one.visible)) say(`no focus to be seen on ${one.what}`);
  if (!seen.some((one) => one.tag === "SUMMARY")) say("Tab does not reach the requirements");
  await page.keyboard.press("/");
  if (await page.evaluate(() => document.activeElement.id) !== "search") say("/ does not go to the search");
  await page.keyboard.type("nothing has these words");
  if (!/^0 of/.test(await page.locator("#shown").textContent())) say("the search finds what is not there");
  await page.locator("#search").fill("");
  const first = page.locator("[data-verdict]:not([hidden]) > details").first();
  const before = await first.evaluate((one) => one.open);
  await first.locator("> summary").focus();
  await page.keyboard.press("Enter");
  if (await first.evaluate((one) => one.open) === before) say("Enter neither opens nor closes a requirement");
}

async function judgedByAxe(page, say) {
  await page.evaluate(readFileSync(axe, "utf8"));  // by the debugger, whom the page's policy does not bind
  const { violations } = await page.evaluate(() => axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], resultTypes: ["violations"],
  }));
  for (const one of violations) say(`${one.id}: ${one.help}: ${one.nodes[0].html.slice(0, 160)} (${one.nodes.length} times)`);
}

async function look(browser, file, view) {
  const name = path.basename(path.dirname(file)) + "-" + path.basename(file, ".html");
  const { name: which, ...asked } = view;
  const context = await browser.newContext({ ...asked, bypassCSP: true });
  const page = await context.newPage();
  const say = (words) => faults.push(`${name}, ${which}: ${words}`);
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) say(`console: ${message.text()}`); });
  page.on("pageerror", (error) => say(`script: ${error.message}`));
  await page.goto(pathToFileURL(file).href);
  await page.screenshot({ path: path.join(pictures, `${name}-${which}.png`) });
  if (which === "wide-light") await byKeyboard(page, say);
  await openSome(page);
  for (const words of await page.evaluate(tooWide)) say(words);
  await judgedByAxe(page, say);
  await page.screenshot({ path: path.join(pictures, `${name}-${which}-open.png`), fullPage: true, clip: { x: 0, y: 0, width: asked.viewport.width, height: TALLEST } });
  if (which === "wide-dark") await page.pdf({ path: path.join(pictures, `${name}.pdf`), format: "A4" });
  await context.close();
}

// The policy that the page sets itself must let its own script and style work: looked at without bypassCSP
async function underItsPolicy(browser, file) {
  const page = await browser.newPage();
  page.on("console", (message) => { if (message.type() === "error") faults.push(`${file}: ${message.text()}`); });
  await page.goto(pathToFileURL(file).href);
  if (!await page.evaluate(() => document.documentElement.classList.contains("script"))) faults.push(`${file}: its script does not run`);
  await page.close();
}

// The page beside a proxy, under its own policy: it follows by itself, opens a call, and asks nobody else
async function lookLive(browser, link, view) {
  const { name: which, ...asked } = view, context = await browser.newContext(asked), page = await context.newPage();
  const say = (words) => faults.push(`live page, ${which}: ${words}`);
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) say(`console: ${message.text()}`); });
  page.on("pageerror", (error) => say(`script: ${error.message}`));
  page.on("request", (request) => { if (!request.url().startsWith(new URL(link).origin)) say(`asks ${request.url()}`); });
  const shown = async (name) => {
    for (const words of await page.evaluate(tooWide)) say(`${name}: ${words}`);
    await judgedByAxe(page, (words) => say(`${name}: ${words}`));
    await page.screenshot({ path: path.join(pictures, `live-${name}-${which}.png`), fullPage: true, clip: { x: 0, y: 0, width: asked.viewport.width, height: 2400 } });
  };
  await page.goto(link);
  if (page.url().includes("code=")) say("the code stays in the address");
  const newest = () => page.evaluate(() => Number(document.querySelector("[data-calls] > tr").dataset.number));
  const before = await newest();
  await page.waitForFunction((number) => Number(document.querySelector("[data-calls] > tr").dataset.number) > number, before, { timeout: 10000 })
    .catch(() => say("does not follow the calls"));
  await page.click("[data-pause]");
  await shown("calls");
  for (const one of (await stops(page, 12)).filter((one) => one.tag !== "BODY" && !one.visible)) say(`no focus to be seen on ${one.what}`);
  await page.click(".note a");
  await page.waitForURL(/calls/);
  await shown("call");
  await context.close();
}

// The picture of README: how the report of a run with defects begins
async function portrait(browser, file) {
  const page = await browser.newPage({ viewport: { width: 980, height: 490 } });
  await page.goto(pathToFileURL(file).href);
  await page.screenshot({ path: path.join(pictures, "report.png") });
  await page.close();
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (const link of pages.filter((page) => page.startsWith("http:"))) {
  for (const view of VIEWS) await lookLive(browser, link, view);
}
for (const file of pages.filter((page) => !page.startsWith("http:"))) {
  await underItsPolicy(browser, path.resolve(file));
  for (const view of VIEWS) await look(browser, path.resolve(file), view);
  if (file.endsWith("failing/report.html")) await portrait(browser, path.resolve(file));
}
await browser.close();
for (const one of faults) console.error(one);
console.log(`${pages.length} pages in ${VIEWS.length} views each: ${faults.length} faults`);
process.exitCode = faults.length ? 1 : 0;
