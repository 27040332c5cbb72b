// A table that is wider than a phone scrolls: by keyboard too.
const reachable = () => document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code").forEach((box) => { box.tabIndex = 0; });
addEventListener("load", () => { reachable(); new MutationObserver(reachable).observe(document.body, { childList: true, subtree: true }); });
