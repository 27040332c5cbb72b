// Follows the proxy: asks for what is new, and puts what the page's server wrote, each value escaped, in its place.
"use strict";
(() => {
  document.documentElement.classList.add("script");
  const UPDATE_MS = 1000, MOST_ROWS = 200;

  const copy = async (words) => {
    try { await navigator.clipboard.writeText(words); return true; } catch { return false; }
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    button.textContent = await copy(button.parentElement.querySelector("pre").textContent) ? "Copied" : "Select it";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });

  const bar = document.querySelector("[data-follow]");
  if (!bar) return;
  const body = document.querySelector("[data-calls]"), state = bar.querySelector("[data-state]"), pause = bar.querySelector("[data-pause]");
  let paused = false, busy = false;
  const tell = (words) => { if (state.textContent !== words) state.textContent = words; };
  const version = () => document.querySelector("[data-version]").dataset.version;
  const newest = () => Number(body.rows[0]?.dataset.number ?? 0);

  function take(page) {
    const summary = page.querySelector("[data-summary]"), shown = document.querySelector("[data-summary]");
    const whole = "whole" in summary.dataset, rows = [...page.querySelectorAll("[data-calls] > tr")];
    if (whole) shown.replaceChildren(...summary.childNodes);
    else shown.firstElementChild.replaceWith(summary.firstElementChild);
    if (whole) body.replaceChildren(...rows); else body.prepend(...rows);
    while (body.rows.length > MOST_ROWS) body.lastElementChild.remove();
    if (body.rows.length) document.querySelector("[data-none]")?.remove();
  }

  async function look() {
    if (paused || busy || document.hidden) return;
    busy = true;
    try {
      const answer = await fetch(`${bar.dataset.follow}?after=${newest()}&version=${version()}`, { redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      take(new DOMParser().parseFromString(await answer.text(), "text/html"));
      tell("Live: the newest call is first.");
    } catch {
      tell("Not live: the proxy has ended, or another one was started. Its reports have every call.");
    }
    busy = false;
  }

  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    if (paused) tell("Paused."); else look();
  });
  document.addEventListener("visibilitychange", look);
  setInterval(look, UPDATE_MS);
  look();
})();
