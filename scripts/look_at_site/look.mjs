// Opens the documentation's site from its files, with the network cut off: every page, the search, the pictures, wide and
// as narrow as a phone, light and dark. Says what is wrong.
//
//   node look.mjs CHROMIUM SITE PICTURES

import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const [executablePath, site, pictures] = process.argv.slice(2);
const VIEWS = [
  { name: "wide-light", viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  { name: "wide-dark", viewport: { width: 1280, height: 900 }, colorScheme: "dark" },
  { name: "phone-light", viewport: { width: 390, height: 844 }, colorScheme: "light" },
];
const JUDGED = ["index.html", "verify.html", "reference.html"]; // by axe: what is on these is on all
const SEARCHED = "acknowledgement";
const faults = [];

function watched(page, place) {
  page.on("request", (request) => {
    if (!/^(file|data|blob|about):/.test(request.url())) faults.push(`${place()}: asks for ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    if (request.failure().errorText !== "net::ERR_ABORTED") faults.push(`${place()}: has no ${request.url()}`);
  });
  page.on("pageerror", (error) => faults.push(`${place()}: ${error.message}`));
}

async function everyPage(page, pages) {
  for (const file of pages) {
    page.place = file;
    await page.goto(pathToFileURL(path.join(site, file)).href);
    const seen = await page.evaluate(() => ({
      heading: document.querySelector("h1")?.textContent ?? "",
      pictures: [...document.images].filter((image) => !image.complete || image.naturalWidth === 0).map((image) => image.src),
      wide: document.documentElement.scrollWidth > innerWidth,
      raw: [...document.querySelectorAll("article p")].filter((text) => /^```|^\|.*\|$/m.test(text.textContent)).length,
    }));
    if (!seen.heading) faults.push(`${file}: no heading`);
    for (const picture of seen.pictures) faults.push(`${file}: a picture is not shown: ${picture}`);
    if (seen.wide) faults.push(`${file}: scrolls sideways`);
    if (seen.raw) faults.push(`${file}: Markdown is shown as it was written`);
  }
}

async function search(page) {
  page.place = "the search";
  await page.goto(pathToFileURL(path.join(site, "index.html")).href);
  await page.keyboard.press("Control+k");
  const field = page.getByLabel("Search").filter({ visible: true }).last();
  await field.pressSequentially(SEARCHED);
  const result = page.locator("a", { hasText: /acknowledge/i }).filter({ visible: true }).and(page.locator("[role=option], li a"));
  try {
    await result.first().waitFor({ timeout: 10000 });
    await page.screenshot({ path: path.join(pictures, "search.png") });
    const before = page.url();
    await result.first().click();
    await page.waitForURL((address) => address.href !== before, { timeout: 10000 });
  } catch {
    faults.push(`the search does not lead to a page for ${SEARCHED}`);
  }
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--allow-file-access-from-files=false"] });
const pages = readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html") && name !== "404.html").sort();
for (const view of VIEWS) {
  const context = await browser.newContext({ viewport: view.viewport, colorScheme: view.colorScheme });
  await context.setOffline(true);
  const page = await context.newPage();
  watched(page, () => `${view.name}, ${page.place}`);
  await everyPage(page, view.name === "wide-light" ? pages : JUDGED);
  for (const file of JUDGED) {
    await page.goto(pathToFileURL(path.join(site, file)).href);
    await page.screenshot({ path: path.join(pictures, `${view.name}-${file}.png`) });
    await page.addScriptTag({ path: axe });
    const { violations } = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa"], resultTypes: ["violations"] }));
    for (const violation of violations.filter((found) => ["serious", "critical"].includes(found.impact)))
      faults.push(`${view.name}, ${file}: ${violation.id}: ${violation.nodes[0].html.slice(0, 160)} (${violation.nodes.length} times)`);
  }
  if (view.name === "wide-light") await search(page);
  await context.close();
}
await browser.close();
for (const fault of faults) console.error(fault);
console.log(`${pages.length} pages, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
