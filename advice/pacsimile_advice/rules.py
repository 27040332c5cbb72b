"""The ten rules of `docs/client_rules.md`, each with the mistakes of a client that breaks it."""

from __future__ import annotations

import re
from dataclasses import dataclass

PAGE = "docs/client_rules.md"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its number, its title, which is a heading of the page, and the ids of its mistakes."""

    number: int
    title: str
    mistakes: tuple[str, ...]

    @property
    def heading(self) -> str:
        """Its heading on the page."""
        return f"{self.number}. {self.title}"

    @property
    def link(self) -> str:
        """Where it stands: the page, and the anchor that GitHub and others make of its heading."""
        return f"{PAGE}#{re.sub('[^a-z0-9 -]', '', self.heading.lower()).replace(' ', '-')}"


RULES = (
    Rule(1, "Keep one token until shortly before its end", ("ADVICE-TOKEN-EACH-CALL", "ADVICE-TOKEN-EARLY")),
    Rule(2, "Keep secrets and tokens out of URLs", ("ADVICE-SECRET-IN-URL",)),
    Rule(3, "After a 401, get one new token and repeat once", ("ADVICE-401-IGNORED", "ADVICE-401-STORM")),
    Rule(4, "Wait as long as the service asks, and come back", ("ADVICE-RETRY-AFTER", "ADVICE-409-FINAL")),
    Rule(5, "Repeat what failed for now, after growing pauses", ("ADVICE-NOT-RETRIED", "ADVICE-RETRIED-AT-ONCE")),
    Rule(6, "Ask by order id, less and less often", ("ADVICE-STEADY-POLLING", "ADVICE-STUDY-VIEW")),
    Rule(7, "Read the list to its end, amended reports too", ("ADVICE-FIRST-PAGE-ONLY", "ADVICE-AMENDED-IGNORED")),
    Rule(8, "Fetch a report once, and check that it is whole", ("ADVICE-FETCHED-TWICE", "ADVICE-BROKEN-BODY")),
    Rule(
        9,
        "Acknowledge by id what you have stored",
        ("ADVICE-ACK-UNREAD", "ADVICE-ACK-LOST-LISTING", "ADVICE-ACK-SHARED-LISTING", "ADVICE-ACK-ORDER-IDS"),
    ),
    Rule(
        10,
        "Keep one verified connection, and call what is described",
        ("ADVICE-CONNECTION-EACH-CALL", "ADVICE-TLS-UNVERIFIED", "ADVICE-NOT-DESCRIBED"),
    ),
)
LINKS = {mistake: rule.link for rule in RULES for mistake in rule.mistakes}
"""Where the rule stands that a mistake breaks, by the mistake's id."""
