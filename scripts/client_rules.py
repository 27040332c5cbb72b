"""Write the snippets of docs/client_rules.md, from the good clients, and its headings, from the code.

python scripts/client_rules.py            # writes the page
python scripts/client_rules.py --check    # exit status 1 where the page has others
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from pacsimile_advice.rules import PAGE, RULES, Rule

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = ROOT / "examples" / "good_clients"
LANGUAGES = (
    ("Python", "python", "results_requests.py"),
    ("JavaScript", "javascript", "results.mjs"),
    ("Java", "java", "Results.java"),
    ("C#", "csharp", "Results.cs"),
)
SECTION = re.compile(
    r"^## [^\n]*\n(?P<prose>.*?)<!-- rule (?P<number>\d+): written by scripts/client_rules\.py -->\n"
    r".*?<!-- end of rule -->\n",
    re.DOTALL | re.MULTILINE,
)


def snippet(file: str, rule: Rule) -> str:
    """Return the parts of a client's file that stand between a rule's markers."""
    text = (CLIENTS / file).read_text("utf-8")
    marked = re.compile(
        rf"^ *(?:#|//) rule {rule.number}\n(.*?)^ *(?:#|//) end of rule {rule.number}\n", re.DOTALL | re.M
    )
    parts = [dedent(part).strip("\n") for part in marked.findall(text)]
    if not parts:
        raise SystemExit(f"{file} has no part that is marked as rule {rule.number}")
    together = "\n\n".join(parts)
    # the formatter reads Python in pages too, and wants functions that stand alone two lines apart
    return re.sub(r"\n+(?=\ndef )", "\n\n", together) if file.endswith(".py") else together


def section(rule: Rule, prose: str) -> str:
    """Return a rule's section with its prose."""
    return "\n".join(_section(rule, prose)) + "\n"


def _section(rule: Rule, prose: str) -> Iterator[str]:
    yield f"## {rule.heading}\n{prose.rstrip()}\n"
    yield f"<!-- rule {rule.number}: written by scripts/client_rules.py -->"
    yield f"Advice: {', '.join(f'`{mistake}`' for mistake in rule.mistakes)}.\n"
    for name, fence, file in LANGUAGES:
        told = f"{name}, only shown" if file.endswith(".cs") else name
        yield f"<details><summary>{told}</summary>\n\n```{fence}\n{snippet(file, rule)}\n```\n\n</details>\n"
    yield "<!-- end of rule -->"


def written(page: str) -> str:
    """Return the page with the headings of the code and the snippets of the clients."""
    rules = {rule.number: rule for rule in RULES}
    return SECTION.sub(lambda found: section(rules[int(found["number"])], found["prose"]), page)


if __name__ == "__main__":
    path = ROOT / PAGE
    text = path.read_text("utf-8")
    if "--check" in sys.argv[1:]:
        sys.exit(text != written(text))
    path.write_text(written(text), "utf-8")
