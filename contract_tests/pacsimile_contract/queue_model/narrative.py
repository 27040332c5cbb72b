"""A generated history as numbered lines for a reader: who did what, what came back, which rule that breaks."""

from collections.abc import Sequence

from pacsimile_contract.queue_model.acts import Act
from pacsimile_contract.queue_model.events import BrokenRule, PlayedAct, outcome_in_words


def narrate(history: Sequence[PlayedAct], broken: BrokenRule) -> tuple[str, ...]:
    """Return the history as numbered lines. The line that breaks a rule is marked."""
    lines = []
    for place, event in enumerate(history):
        line = f"{place + 1}. {_done(event.act)}{_came_back(event)}"
        mark = f"   <- {broken.requirement}: {broken.why}" if place == broken.place else ""
        lines.append(line + mark)
    return tuple(lines)


def _came_back(event: PlayedAct) -> str:
    return f" -> {outcome_in_words(event)}" if event.act.is_call else ""


def _done(act: Act) -> str:
    about, made = ", ".join(act.about), ", ".join(act.made)
    limit = "" if act.limit is None else f" with limit={act.limit}"
    return {
        "begins": f"a new organization: {_ready(act)}",
        "readies": f"{made} becomes ready{', completed hours ago' if act.late else ''}",
        "announces": f"an order is submitted; its report will be {made}",
        "finishes": f"the order of {about} becomes {act.status}",
        "amends": f"{about} is amended: {made} supersedes it",
        "passes": f"{act.seconds / 60:g} minutes pass",
        "lists": f"client {act.who} lists{limit}",
        "posts": f"client {act.who} posts without a body",
        "names": f"client {act.who} acknowledges {about} by name",
        "asks": f"client {act.who} asks for the status of the order of {about}",
        "fetches": f"client {act.who} fetches the report of the order of {about}",
    }[act.kind]


def _ready(act: Act) -> str:
    if len(act.made) < 2:
        return f"{act.made[0]} is ready" if act.made else "no report is ready"
    return f"{', '.join(act.made)} are ready{', completed at one instant' if act.late else ''}"
