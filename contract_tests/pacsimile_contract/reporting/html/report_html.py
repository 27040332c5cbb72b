"""`report.html`: a run for people. One file that needs no network, works from a disk, prints, and can be sent."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.failures_page import failures_section
from pacsimile_contract.reporting.html.exchange_page import View, copyable
from pacsimile_contract.reporting.html.markup import Markup, element, joined, with_code
from pacsimile_contract.reporting.html.measured_page import coverage_section, latency_section
from pacsimile_contract.reporting.html.page import page, section
from pacsimile_contract.reporting.html.requirement_page import badge, requirement, slug
from pacsimile_contract.reporting.report_json import versions
from pacsimile_contract.reporting.supplies import supplies
from pacsimile_contract.reporting.words import MEANING, counted, exit_words, sorted_for_readers
from pacsimile_contract.run.events import Event, InventoryTaken, RunFinished


def report_page(done: RunFinished, inventory: Sequence[str] = (), finished_at: str = "") -> str:
    """Return the page of a finished run; `inventory` are the lines said before it, `finished_at` when it ended."""
    view = View(done.redactor, _steps(done))
    target = done.target.base_url
    body = joined(
        _head(done, target),
        failures_section(done),
        section("counts", "All verdicts", *_counts(done)),
        section("requirements", "Requirements", _filters(done), *_requirements(done, view)),
        section("inventory", "Data to judge with", _lacking(done), _inventory(done, inventory)),
        section("coverage", "Coverage", coverage_section(done.exchanges)),
        section("latency", "Latency", latency_section(done.exchanges)),
        section("repeat", "To repeat a call", _repeat(done)),
        section("run", "The run", _facts(done, target, finished_at)),
    )
    return page(f"{_verdict(done).value}: {target}", body)


def _steps(done: RunFinished) -> Mapping[int, str]:
    steps: dict[int, str] = {}
    for story, _ in done.stories:
        for step in story.steps:
            steps.setdefault(step.exchange.number, f"{done.redactor.text(step.label)} of {story.scenario}")
    return steps


def _verdict(done: RunFinished) -> Verdict:
    """Return the word of the run's exit status."""
    by_status = {0: Verdict.PASS, 1: Verdict.FAIL, 3: Verdict.NOT_EXERCISED}
    return by_status.get(done.exit_status, Verdict.ERROR)


def _head(done: RunFinished, target: str) -> Markup:
    verdict = _verdict(done)
    said = f"Exit status {done.exit_status}: {exit_words(done)}."
    diagnosis = done.redactor.text(done.diagnosis) if done.diagnosis else None
    return element(
        "header", element("h1", "Contract test of ", element("code", target)),
        element("p", badge(verdict), " ", said, class_=f"verdict {slug(verdict)}"),
        element("p", diagnosis, class_="diagnosis") if diagnosis else None,
    )  # fmt: skip


def _counts(done: RunFinished) -> list[Markup]:
    counts = [
        element("li", element("b", str(number)), badge(one), element("span", MEANING[one]))
        for one, number in counted(done.judgements)
    ]
    notes = (element("p", with_code(done.redactor.text(note)), class_="note") for note in done.notes)
    return [element("ul", *counts, class_="counts"), *notes]


def _lacking(done: RunFinished) -> Markup | None:
    """Return what to supply so that more is judged, each once."""
    lines = supplies(one for one in done.judgements if one.verdict is Verdict.NOT_EXERCISED)
    if not lines:
        return None
    items = (element("li", with_code(done.redactor.text(line))) for line in lines)
    return joined(element("p", "Not exercised, by what to supply:"), element("ul", *items, class_="inventory"))


def _inventory(done: RunFinished, lines: Sequence[str]) -> Markup:
    if not lines:
        return element("p", "Was not taken in this run.", class_="where")
    told: list[list[str]] = []
    for line in map(done.redactor.text, lines):
        if line.startswith("  ") and told:
            told[-1].append(line.strip())
        else:
            told.append([line])
    return element("ul", *(_told(*one) for one in told), class_="inventory")


def _told(line: str, *below: str) -> Markup:
    """Return a line of the inventory, with the lines that belong to it."""
    more = element("ul", *(element("li", one) for one in below)) if below else None
    return element("li", with_code(line), more)


def _filters(done: RunFinished) -> Markup:
    boxes = [
        element(
            "label", element("input", type="checkbox", checked=True, value=one.value, class_="verdict-filter"),
            badge(one), f" {number}",
        )
        for one, number in counted(done.judgements)
    ]  # fmt: skip
    search = element(
        "label", "Search ", element("input", type="search", id="search", placeholder="STATUS-2, 409 …"),
        class_="search",
    )  # fmt: skip
    buttons = [element("button", f"{verb} all", type="button", id=f"{verb.lower()}-all") for verb in ("Open", "Close")]
    return element(
        "form", element("fieldset", element("legend", "Show"), *boxes), search, *buttons,
        element("output", "", id="shown", aria_live="polite"), class_="filters script-only", role="search",
    )  # fmt: skip


def _requirements(done: RunFinished, view: View) -> list[Markup]:
    return [requirement(one, view) for one in sorted_for_readers(done.judgements)]


def _repeat(done: RunFinished) -> Markup:
    asked = (one.request.url.partition("?")[0] for one in done.exchanges if one.operation == "getToken")
    endpoint = next(asked, f"{done.target.oauth2_endpoint}/token")
    call = f"""curl -s -u "$CLIENT:$SECRET" '{endpoint}?grant_type=client_credentials'"""
    token = f"TOKEN=$({call} | jq -r .access_token)"
    lines = [". private/identifiers.env"] if done.redactor.variables() else []
    why = (
        "The lines above name no secret: set CLIENT and SECRET to the client that each call names, then get a token. "
        "What was wrong on purpose, as $FORGED_TOKEN, is made by the lines before its call. "
        "Identifiers without the synthetic mark are variables such as $ORDER_1: their values lie beside this page in "
        "private/identifiers.env, for the eyes of whoever ran the tests."
    )
    return joined(element("p", why), copyable("\n".join([*lines, token]), "command"))


def _facts(done: RunFinished, target: str, finished_at: str) -> Markup:
    options = done.options
    facts = {
        "Target": target, "Run": done.run_id, "Ended": finished_at, "Profile": done.profile, "Level": options.level,
        "Seed": str(options.seed), "Requirements": ", ".join(options.requirements) or "all",
        "Requests": f"{done.requests}, without calls for states", "Seconds": f"{done.seconds:.1f}", **versions(),
    }  # fmt: skip
    rows = (joined(element("dt", name), element("dd", value)) for name, value in facts.items() if value)
    return element("dl", *rows, class_="facts")


class ReportHtml:
    """Writes `report.html` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "report.html"
        self._inventory: Sequence[str] = ()

    def __call__(self, event: Event) -> None:
        """Write at the end of the run."""
        if isinstance(event, InventoryTaken):
            self._inventory = event.lines
        if isinstance(event, RunFinished):
            now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
            self._path.write_text(report_page(event, self._inventory, now), "utf-8")
