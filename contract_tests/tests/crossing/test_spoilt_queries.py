"""How much of the crossing table spoilt queries cover."""

from contract_tests.tests.crossing.test_table import TARGET
from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.crossing import spoilt_queries
from pacsimile_contract.crossing.table import call_forms
from pacsimile_contract.findings.story import Step, Story

HOME = "http://127.0.0.1:9"


def _spoilt(label: str, operation: str, query: str, scenario: str = "selectors.of_orders") -> Story:
    return Story(scenario, [Step(label, exchange(operation, 400, url=f"{HOME}/x?{query}"))])


def test_a_spoilt_query_counts_by_what_it_asks() -> None:
    """Its operation, selector and type are those of the query as it was sent."""
    asked = spoilt_queries.coverage(
        TARGET, [_spoilt("empty/getResult/alone", "getResult", "order_id=&report_type=pdf")]
    )
    assert asked is not None
    assert asked.asked == 6
    assert asked.by_property == {
        "malformed-name": (3, asked.by_property["malformed-name"][1]),
        "repeated-parameter": (0, asked.by_property["repeated-parameter"][1]),
        "unknown-parameter": (0, asked.by_property["unknown-parameter"][1]),
    }


def test_all_forms_in_all_ways_are_all_pairs() -> None:
    """What the service has in each form leaves nothing out."""
    words = {"order": "order_id=A", "study": "study_uid=1.2", "limit": "organizationId=o&limit=1"}
    stories = []
    for operation, selector, kind in call_forms(TARGET).forms:
        query = words.get(selector, "x=1") + ("" if kind == "-" else f"&report_type={kind}")
        told = [_spoilt(f"{what}/x", operation, query) for what in ("malformed", "repeated", "unknown-parameter")]
        if selector == "named":
            for one in told:
                object.__setattr__(one.steps[0].exchange.request, "body", b"{}")
        stories += told
    asked = spoilt_queries.coverage(TARGET, stories)
    assert asked is not None
    assert asked.asked == asked.possible


def test_other_calls_are_none_of_the_table() -> None:
    """Another scenario's, another label, and a type that is not offered."""
    others = [
        _spoilt("empty/getResult/alone", "getResult", "order_id=&report_type=pdf", "results.every_type"),
        _spoilt("none/getResult/selector", "getResult", "report_type=pdf"),
        _spoilt("empty/getResult/alone", "getResult", "order_id=&report_type=xml"),
    ]
    assert spoilt_queries.coverage(TARGET, others) is None
