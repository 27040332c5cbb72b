"""The kill matrix on a page: a row for each defect, a column for each requirement."""

from collections import Counter
from collections.abc import Sequence

from pacsimile_contract.english import ranged
from pacsimile_contract.findings.registry import judged_requirements
from pacsimile_contract.judging.bench import NOT_TESTED_YET
from pacsimile_contract.reporting.html.markup import Markup, element, joined, with_code
from pacsimile_contract.reporting.html.page import page, section
from pacsimile_contract.reporting.report_json import versions
from pacsimile_contract.runner.matrix import Row
from pacsimile_contract.runner.matrix_summary import REASONS, Summary, shortcomings, summarized
from pacsimile_spec import requirements

_COLOURS = {
    "killed": "pass", "killed elsewhere": "warn", "survived": "fail", "error": "error",
    NOT_TESTED_YET: "not-exercised",
}  # fmt: skip


def matrix_page(found: Sequence[Row], *, whole: bool, facts: str) -> str:
    """Return the page of a matrix; `whole` where every defect was tried, `facts` says how it came about."""
    damaged = [one for one in found if one.defect.name]
    met = {name for one in damaged for name in (one.defect.requirement, *one.red, *one.warned_by, *one.errors)}
    columns = [name for name in requirements() if name in judged_requirements() and (whole or name in met)]
    summary = summarized(found, whole=whole)
    body = joined(
        _head(found, summary, shortcomings(found, whole=whole), facts),
        section("matrix", "Defects by requirements", _filters(damaged), _legend(), _table(damaged, columns, summary)),
        section("requirements", "Requirements", _requirements(summary)),
        section("defects", "Defects", *(_defect(one) for one in damaged)),
    )
    return page("Kill matrix", body, wide=True)


def _badge(outcome: str) -> Markup:
    return element("span", outcome, class_=f"badge {_COLOURS[outcome]}")


def _head(found: Sequence[Row], summary: Summary, lacking: Sequence[str], facts: str) -> Markup:
    outcome = "survived" if lacking else "killed"
    said = f"{summary.must_killed} of {summary.must} MUST defects are killed by the requirement named for them."
    clean = f"The undamaged mock is {_health(found)}."
    red = f"Rows red for the median defect: {summary.median_red:g}, at most {summary.most_red}."
    how = ", ".join(f"{name} {version[:12]}" for name, version in versions().items())
    return element(
        "header", element("h1", "Kill matrix"),
        element("p", _badge(outcome), " ", said, class_=f"verdict {_COLOURS[outcome]}"),
        element("p", clean, " ", red), *(element("p", f"Not as it must be: {one}.", class_="note") for one in lacking),
        element("p", f"{facts}; {how}", class_="where"),
    )  # fmt: skip


def _health(found: Sequence[Row]) -> str:
    """Return how the undamaged mock is: clean, or what it should not be."""
    undamaged = [one for one in found if not one.defect.name]
    odd = [name for one in undamaged for name in (*one.killed_by, *one.warned_by, *one.errors)]
    crashed = [one.crashed for one in undamaged if one.crashed]
    return f"not clean: {', '.join(crashed or odd)}" if crashed or odd else "clean"


def _filters(damaged: Sequence[Row]) -> Markup:
    boxes = [
        element(
            "label", element("input", type="checkbox", checked=True, value=outcome, class_="verdict-filter"),
            _badge(outcome), f" {number}",
        )
        for outcome, number in Counter(one.outcome for one in damaged).most_common()
    ]  # fmt: skip
    search = element(
        "label", "Search ", element("input", type="search", id="search", placeholder="STATUS-2, token, limit …"),
        class_="search",
    )  # fmt: skip
    return element(
        "form", element("fieldset", element("legend", "Show"), *boxes), search,
        element("output", "", id="shown", aria_live="polite"), class_="filters script-only", role="search",
    )  # fmt: skip


def _legend() -> Markup:
    return element(
        "p", "F: the requirement FAILs, W: it warns, E: it could not be judged. Framed: the requirement named for the "
        "defect. The first row counts the defects that this requirement alone turns red for.", class_="where",
    )  # fmt: skip


def _table(damaged: Sequence[Row], columns: Sequence[str], summary: Summary) -> Markup:
    head = [element("th", element("span", name), scope="col", title=requirements()[name].title) for name in columns]
    alone = [
        element(
            "td", str(len(summary.alone[name])) if name in summary.alone else "",
            class_="alone" if summary.alone.get(name) else "alone none",
        )
        for name in columns
    ]  # fmt: skip
    table = element(
        "table",
        element("thead", element("tr", element("th", "Defect", scope="col"), *head)),
        element("tbody", element("tr", element("th", "killed by it alone", scope="row"), *alone),
                *(_row(one, columns) for one in damaged)),
        class_="matrix",
    )  # fmt: skip
    return element(
        "div", table, class_="matrix-frame", tabindex=0, role="region", aria_label="The table, which scrolls"
    )


def _row(one: Row, columns: Sequence[str]) -> Markup:
    name = element("a", one.defect.name, href=f"#{one.defect.name}", title=one.defect.summary)
    head = element("th", _badge(one.outcome) if one.outcome != "killed" else None, " ", name, scope="row")
    words = element("td", " ".join((one.defect.requirement, one.defect.summary, *one.red)), hidden=True)
    return element(
        "tr", head, *(_cell(one, column) for column in columns), words, data_verdict=one.outcome,
    )  # fmt: skip


def _cell(one: Row, column: str) -> Markup:
    by_sign = (("F", "fail", one.killed_by), ("W", "warn", one.warned_by), ("E", "error", one.errors))
    sign, colour = next(((sign, colour) for sign, colour, names in by_sign if column in names), ("", ""))
    classes = " ".join(name for name in (colour, "named" if column == one.defect.requirement else "") if name)
    return element("td", sign, class_=classes or None)


def _requirements(summary: Summary) -> Markup:
    alone = sum(bool(defects) for defects in summary.alone.values())
    lines = [f"{alone} of {len(summary.alone)} requirements are red alone for at least one defect."]
    if summary.only_with_others:
        lines.append(f"Red together with others only: {ranged(summary.only_with_others)}.")
    if summary.never_red:
        lines.append(f"Red for no defect: {ranged(summary.never_red)}.")
    unproven = (*summary.only_with_others, *summary.never_red)
    lines += [f"{name}: {REASONS[name]}." for name in unproven if name in REASONS]
    return joined(*(element("p", line) for line in lines))


def _defect(one: Row) -> Markup:
    clause = requirements()[one.defect.requirement]
    said = [element("li", element("code", name), ": ", text) for name, text in one.summaries]
    head = joined(_badge(one.outcome), element("code", one.defect.name, class_="check"))
    return element(
        "div",
        element(
            "details", element("summary", head), element("p", one.defect.summary),
            element("p", "Breaks ", element("code", clause.id), f" {clause.title} ({one.defect.level})"),
            element("blockquote", element("p", with_code(clause.words))),
            element("p", one.crashed, class_="note") if one.crashed else None, element("ul", *said),
        ),
        id=one.defect.name, class_="part",
    )  # fmt: skip
