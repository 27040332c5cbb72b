"""Hold mocks and servers beside a mock's answers: a mock shows no drift, and a server that is written otherwise does.

Prints what differs of each server of `examples/`, and fails where a mock differs from itself in a dialect, or where a
server that is known to say something otherwise does not.
"""

import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from contract_tests.tests.helpers.example_servers import EXAMPLE_SERVERS, served
from pacsimile.drift.mock_answers import answers_of, sample_answers
from pacsimile_contract.drift.catalogue import Catalogue
from pacsimile_contract.drift.comparison import Comparison, Drift
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.provider.mock_worlds import Mock
from pacsimile_contract.target.dialects import given_dialect
from pacsimile_mock.testing.server import Server

DIALECTS = ("camel", "legacy", "minimal")
KNOWN = {"small_server": "reports[].version", "node_server": "reports[].links"}
"""A member of each server's listings that the mock does not have."""


def compared(catalogue: Catalogue, exchanges: tuple[Exchange, ...]) -> Drift:
    """Compare calls."""
    comparison = Comparison(catalogue, lambda exchange: True)
    for exchange in exchanges:
        comparison.add(exchange)
    return comparison.drift


def show(name: str, drift: Drift) -> None:
    """Print what differs."""
    print(f"{name}: {len(drift.differences)} differences in {drift.compared} calls")
    for each, seen in drift.sorted():
        told = f"{each.kind} {each.place}: {each.service}; mock: {each.mock}"
        print(f"  {each.operation}, {each.situation}: {told} ({seen.count} calls, first {seen.first})")


def main() -> int:
    """Compare all, and return the exit status."""
    faults = []
    with Server("--scenario", "empty") as server, closing(Mock(server.url, server.line["control_token"])) as mock:
        for name in DIALECTS:
            given = given_dialect(name)
            drift = compared(Catalogue(sample_answers(mock, given, 0)), sample_answers(mock, given, 1))
            show(name, drift)
            faults += [name] if drift.differences or not drift.compared else []
        ours = Catalogue(sample_answers(mock, None))
        for example in EXAMPLE_SERVERS:
            if example.name in KNOWN:
                with served(example) as target:
                    drift = compared(ours, answers_of(target))
                show(example.name, drift)
                there = {(each.place, each.service) for each in drift.differences}
                faults += [] if (KNOWN[example.name], "there") in there else [example.name]
    for name in faults:
        print(f"{name}: not as expected", file=sys.stderr)
    return int(bool(faults))


sys.exit(main())
