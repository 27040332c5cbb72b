"""What was asked and how long it took, on a page: operations by responses by parameters, and plots of times."""

from collections.abc import Sequence

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.reporting.coverage import NOT_DESCRIBED, Coverage, Response, coverage, undescribed
from pacsimile_contract.reporting.html.markup import Markup, element, joined
from pacsimile_contract.reporting.latency import axis, figures, latencies, plot


def coverage_section(exchanges: Sequence[Exchange]) -> Markup:
    """Return for each operation its responses, those never seen included, each by the parameters asked with."""
    covered = coverage(exchanges)
    seen, described = sum(one.seen for one in covered), sum(one.described for one in covered)
    others = ", ".join(f"{count} times {status}" for status, count in undescribed(exchanges).items())
    return joined(
        element("p", f"{seen} of {described} described responses were seen. Beside each: how often it came, and with "
                "which parameters. What is not seen may need a fault that nobody made here."),
        *(_operation(one) for one in covered),
        element("p", f"Calls of other paths and methods, and bytes that are no HTTP: {others}.") if others else None,
    )  # fmt: skip


def _operation(one: Coverage) -> Markup:
    operation = one.operation
    name = joined(element("code", f"{operation.method} {operation.path}"), " ", operation.operation_id)
    head = element("tr", *(element("th", title, scope="col") for title in ("Response", "Calls", "Parameters")))
    rows = [_response(each) for each in one.responses if each.calls]
    table = element(
        "table", element("caption", name, f": {one.calls} calls, {one.seen} of {one.described} responses"),
        element("thead", head), element("tbody", *rows), class_="coverage",
    )  # fmt: skip
    unseen = ", ".join(each.status for each in one.responses if not each.calls)
    never = ", ".join(one.never_given) if one.calls else ""
    said = [f"Not seen: {unseen}." if unseen else "", f"Never given: {never}." if never else ""]
    return joined(table, element("p", " ".join(filter(None, said)), class_="where") if any(said) else None)


def _response(one: Response) -> Markup:
    status = joined(element("code", one.status), None if one.described else " not described")
    named = [element("span", _name(name), f" {count}", class_="chip") for name, count in one.parameters.items()]
    shown = joined(*named) if named else "without any"
    return element("tr", element("th", status, scope="row"), element("td", str(one.calls)), element("td", shown))


def _name(parameter: str) -> str:
    return parameter if parameter == NOT_DESCRIBED else element("code", parameter)


def latency_section(exchanges: Sequence[Exchange]) -> Markup:
    """Return a plot for each operation that was answered."""
    found = latencies(exchanges)
    if not found:
        return element("p", "No operation was answered.", class_="where")
    shared = axis(found)
    figures_of = [
        element(
            "figure",
            element("figcaption", element("code", one.operation), f" {len(one.seconds)} calls, {figures(one)}"),
            plot(one, shared),
        )
        for one in found
    ]
    note = (
        "From asking (connecting included) to the whole answer, as this machine saw it; one logarithmic axis for all. "
        "The solid mark is the median, the dashed one the 95th percentile. Slow but complete is never a FAIL."
    )
    return joined(element("p", note), *figures_of)
