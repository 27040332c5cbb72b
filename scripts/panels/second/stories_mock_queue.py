"""Stories of the mock's faults in the queue."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from scripts.panels.play import Server, shows


@shows("mock-listing-has-the-most-recent-order-of-a-study")
def older_orders(server: Server) -> bool:
    """A study has two COMPLETED orders: both reports are listed."""
    made = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    listed = [report["order_id"] for report in server.caller(made).listed()]
    return sorted(listed) == sorted(made["order_ids"])


@shows("mock-acknowledging-forgets-every-clients-listing")
def forgets_all(server: Server) -> bool:
    """One client lists the oldest report, another one all three; each then acknowledges: the second still takes two."""
    made = server.state("fresh_organization", ready_reports=3)
    first, second = server.caller(made), server.caller(made, "second_")
    first.listing(limit=1)
    second.listing()
    return first.acknowledge() == made["report_ids"][:1] and second.acknowledge() == made["report_ids"][1:]


@shows("mock-acknowledges-as-many-as-were-listed")
def late_finisher(server: Server) -> bool:
    """A report that was completed an hour ago becomes known after a listing: the POST does not take it."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    listed = caller.listing()
    late = server.state("report_becomes_ready", organization_id=made["organization_id"], completed_seconds_ago=7200)
    return caller.acknowledge() == listed and caller.listing() == [late["report_id"]]


@shows("mock-acknowledging-lists-what-remains")
def repeated_post(server: Server) -> bool:
    """A client lists one of two reports and acknowledges twice: the other report stays."""
    made = server.state("fresh_organization", ready_reports=2)
    caller = server.caller(made)
    caller.listing(limit=1)
    taken = [caller.acknowledge(), caller.acknowledge()]
    return taken == [made["report_ids"][:1], []] and caller.listing() == made["report_ids"][1:]


@shows("mock-last-chunk-of-ids-is-dropped")
def last_chunk(server: Server) -> bool:
    """A POST names 1,000 unknown ids and a report behind them: the report is acknowledged."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    ids = [f"unknown-{number}" for number in range(1000)] + made["report_ids"]
    return caller.acknowledge(ids) == made["report_ids"] and caller.listing() == []


@shows("mock-superseded-report-takes-its-successor-along")
def successor(server: Server) -> bool:
    """A listed report is amended before the POST without a body: the amended version is still listed."""
    made = server.state("fresh_organization", ready_reports=1)
    caller = server.caller(made)
    caller.listing()
    amended = server.state("report_amended", report_id=made["report_ids"][0])["report_id"]
    return caller.acknowledge() == made["report_ids"] and caller.listing() == [amended]


@shows("mock-limit-cuts-before-it-sorts")
def cuts_before(server: Server) -> bool:
    """The order that was submitted last was completed first: a listing of one has its report."""
    made = server.state("fresh_organization", ready_reports=3, completed_seconds=[20, 10, 0])
    return server.caller(made).listing(limit=1) == made["report_ids"][:1]


@shows("mock-two-calls-acknowledge-one-report")
def both_acknowledge(server: Server) -> bool:
    """Two clients name one report at once, eight times over: one of the two says that it marked it."""
    made = server.state("fresh_organization", ready_reports=8)
    callers = [server.caller(made), server.caller(made, "second_")]
    claims = []
    with ThreadPoolExecutor(2) as pool:
        for report_id in made["report_ids"]:
            asked = [pool.submit(caller.acknowledge, [report_id]) for caller in callers]
            claims.append(sum(len(each.result()) for each in asked))
    return claims == [1] * 8


@shows("mock-acknowledgement-reaches-other-clients-late")
def reaches_late(server: Server) -> bool:
    """One client acknowledges its listing; what another one lists at once is empty."""
    made = server.state("fresh_organization", ready_reports=2)
    first, second = server.caller(made), server.caller(made, "second_")
    first.listing()
    first.acknowledge()
    return second.listing() == []
