"use strict";
(() => {
  const root = document.documentElement, all = (what, within = document) => Array.from(within.querySelectorAll(what));
  const byId = (id) => document.getElementById(id);
  root.classList.add("script");

  const names = { "": "as the system", light: "light", dark: "dark" };
  const show = (theme) => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    byId("theme").textContent = "Theme: " + names[theme];
  };
  const remembered = () => { try { return localStorage.getItem("pacsimile-theme") || ""; } catch { return ""; } };
  let theme = new URLSearchParams(location.search).get("theme") || remembered();
  show(theme = theme in names ? theme : "");
  byId("theme").addEventListener("click", () => {
    const order = Object.keys(names);
    show(theme = order[(order.indexOf(theme) + 1) % order.length]);
    try { localStorage.setItem("pacsimile-theme", theme); } catch { /* a page from a disk may have no memory */ }
  });

  for (const heading of all("section > h2")) {
    const link = document.createElement("a");
    link.href = "#" + heading.parentElement.id;
    link.textContent = heading.textContent;
    byId("sections").append(link);
  }

  const items = all("[data-verdict]"), search = byId("search");
  const texts = new Map();
  const text = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const filter = () => {
    const verdicts = new Set(all(".verdict-filter:checked").map((box) => box.value));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) {
      item.hidden = !verdicts.has(item.dataset.verdict) || !words.every((word) => text(item).includes(word));
    }
    byId("shown").textContent = items.filter((item) => !item.hidden).length + " of " + items.length + " shown";
  };
  if (search) {
    for (const box of all(".verdict-filter")) box.addEventListener("change", filter);
    search.addEventListener("input", filter);
    search.form.addEventListener("submit", (event) => event.preventDefault());
    filter();
  }
  const openAll = (open) => () => all("[data-verdict]:not([hidden]) > details").forEach((details) => { details.open = open; });
  byId("open-all")?.addEventListener("click", openAll(true));
  byId("close-all")?.addEventListener("click", openAll(false));

  const reveal = () => {
    const item = byId(decodeURIComponent(location.hash.slice(1)));
    if (!item || item.tagName === "SECTION") return;
    item.hidden = false;
    for (const details of all(":scope > details", item)) details.open = true;
    item.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  const copy = async (words) => {
    try { await navigator.clipboard.writeText(words); return true; } catch { /* not allowed here: the old way */ }
    const area = Object.assign(document.createElement("textarea"), { value: words });
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const done = await copy(button.parentElement.querySelector("pre").textContent);
    button.focus();
    button.textContent = done ? "Copied" : "Select it";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || !search || /^(INPUT|TEXTAREA|SELECT)/.test(event.target.tagName)) return;
    event.preventDefault();
    search.focus();
  });
})();
