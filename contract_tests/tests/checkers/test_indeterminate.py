"""The checker of BATCH-14 over a run: acknowledgements that were answered 5xx, or not at all."""

import json
from dataclasses import replace

import pytest

from contract_tests.tests.helpers.handwritten import exchange, listing, posted, verdicts
from pacsimile_contract.checkers.unanswered_acknowledgements import is_done_wholly_or_not
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import story_of_run
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.NOT_EXERCISED


def asked(answer: Exchange, client: str = "one", organization: str = "org-a", body: bytes | None = None) -> Exchange:
    """Return the exchange as this client asked it of this organization, with that body."""
    url = f"http://127.0.0.1:9/reports?organizationId={organization}"
    return replace(answer, request=replace(answer.request, url=url, client=client, body=body))


def failed(*named: str, **asker: str) -> Exchange:
    """Return an acknowledgement that was answered 500: of these reports, or without a body."""
    return asked(posted(status=500), body=json.dumps({"report_ids": named}).encode() if named else None, **asker)


def judged(*exchanges: Exchange) -> Verdict:
    """Return the verdict on a run."""
    return verdicts(is_done_wholly_or_not, story_of_run(exchanges))["wholly-or-not"]


@pytest.mark.parametrize("named", [(), ("a", "b"), ("a", "b", "unknown")])
@pytest.mark.parametrize(
    ("left", "verdict"), [("abc", PASS), ("c", PASS), ("bc", FAIL), ("ac", FAIL)]
)  # fmt: skip
def test_what_it_names_is_listed_still_or_none_of_it(named: tuple[str, ...], left: str, verdict: Verdict) -> None:
    """BATCH-14: by name, and without a body, of what its client listed last."""
    before = [asked(listing(*("abc" if named else "ab")))]
    assert judged(*before, failed(*named), asked(listing(*left))) is verdict


@pytest.mark.parametrize("failure", [posted(status=503), exchange("acknowledgeReports", None, method="POST")])
def test_each_that_may_or_may_not_be_done_is_judged(failure: Exchange) -> None:
    """Answered 5xx, or not at all; the second of a run as well as the first, and not one that was answered."""
    first, half = [asked(listing(*"ab")), asked(posted("x")), asked(failure), asked(listing())], asked(listing("c"))
    assert judged(*first, asked(listing(*"cd")), asked(failure), half) is FAIL
    assert judged(asked(listing(*"ab")), asked(posted("a")), asked(listing("b"))) is OPEN


def test_only_what_its_client_listed_last_in_its_organization_is_meant() -> None:
    """BATCH-5: another client's listing, another organization's, and one before are not meant by it."""
    last = asked(listing(*"ab"))
    for other in (asked(listing(*"cd"), client="two"), asked(listing(*"cd"), organization="org-b")):
        assert judged(last, other, failed(), asked(listing("a"))) is FAIL
    refused = asked(listing(status=500))
    assert judged(last, refused, failed(), asked(listing("a"))) is FAIL
    assert judged(last, asked(listing(*"cd")), failed(), asked(listing("a", "c", "d"))) is PASS
    assert judged(last, failed(), asked(listing("a"), organization="org-b")) is OPEN


def test_what_came_between_tells_nothing() -> None:
    """Another acknowledgement, a page, a refusal or a listing that was asked before the failure: not judged."""
    before, half = asked(listing(*"ab")), asked(listing("a"))
    same = json.dumps({"report_ids": ["a", "b"]}).encode()
    others = [asked(posted("a"), body=b'{"report_ids": ["a"]}'), asked(posted("a", "b"), client="two", body=same)]
    page = asked(exchange("listReports", 200, {"count": 1, "reports": [{"report_id": "a"}]}, asked={"limit": "1"}))
    for between in (*others, page, asked(listing(status=500))):
        assert judged(before, failed("a", "b"), between, half) is OPEN
    early = replace(half, started=1.0)
    assert judged(before, replace(failed("a", "b"), ended=2.0), early) is OPEN
    assert judged(before, replace(failed("a", "b"), ended=1.0), early) is FAIL


def test_what_was_acknowledged_since_it_was_listed_is_not_meant() -> None:
    """BATCH-14: by name, by another client, by a call that may have been done; not by a refusal or elsewhere."""
    before, named_a = asked(listing(*"abc")), b'{"report_ids": ["a"]}'
    for since in (
        asked(posted("a"), body=named_a),
        asked(posted("a"), client="two", body=named_a),
        asked(posted(status=503), body=named_a),
    ):
        assert judged(before, since, failed(), asked(listing("b", "c"))) is PASS
        assert judged(before, since, failed(), asked(listing("b"))) is FAIL
    for elsewhere in (
        asked(posted(status=403), body=named_a),
        asked(posted("a"), body=named_a, organization="org-b"),
    ):
        assert judged(before, elsewhere, failed(), asked(listing("b", "c"))) is FAIL


def version(report_id: str, order_id: str, supersedes: str | None = None) -> dict[str, str | None]:
    """Return an entry of a listing: a report of that order."""
    return {"report_id": report_id, "order_id": order_id, "supersedes": supersedes}


def test_what_was_amended_since_is_not_meant() -> None:
    """BATCH-12: a report that was superseded is no longer listed, whether the POST was done or not."""
    before, put_off = asked(listing(*"abc")), asked(posted(status=503))
    for after, verdict in (
        (("a", "c", version("b2", "of-b", "b")), PASS),
        ((version("b2", "of-b", "b"),), PASS),
        (("a", version("b2", "of-b", "b")), FAIL),
        (("a", "c", version("b2", "of-b")), FAIL),
    ):
        assert judged(before, put_off, asked(listing(*after))) is verdict
        assert judged(before, put_off, put_off, asked(listing(*after))) is verdict


def test_what_was_amended_more_than_once_is_not_meant() -> None:
    """BATCH-12: though the next listing shows the newest version alone, or the amendment was acknowledged meanwhile."""
    before, put_off = asked(listing(*(version(name, f"of-{name}") for name in "ab"))), asked(posted(status=503))
    assert judged(before, put_off, asked(listing("a", version("b3", "of-b", "b2")))) is PASS
    assert judged(before, put_off, asked(listing("a", version("c3", "of-c", "c2")))) is FAIL
    others = asked(listing(version("b2", "of-b", "b")), client="two"), asked(posted("b2"), client="two")
    assert judged(before, *others, put_off, asked(listing("a"))) is PASS


def test_the_same_once_more_changes_nothing() -> None:
    """BATCH-14: a repeat by the same client is looked past; what follows is judged."""
    before, half = asked(listing(*"ab")), asked(listing("a"))
    assert judged(before, failed("a", "b"), failed("a", "b"), half) is FAIL


@pytest.mark.parametrize("body", [b"not JSON", b"[]", b"{}", b'{"report_ids": "ab"}', b'{"report_ids": 1}'])
def test_a_body_that_names_nothing_is_not_judged(body: bytes) -> None:
    """What our own scenarios send malformed asks for nothing."""
    assert judged(asked(listing(*"ab")), asked(posted(status=500), body=body), asked(listing("a"))) is OPEN
