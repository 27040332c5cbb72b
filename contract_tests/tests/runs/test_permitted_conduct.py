"""What a correct service may do is no fault, permission by permission; nor is what the description leaves open."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import Message
from itertools import count
from typing import Any

import pytest

from contract_tests.tests.helpers.permitted import Permission, serving
from contract_tests.tests.helpers.permitted_answers import ANSWERS
from contract_tests.tests.helpers.permitted_conduct import CONDUCT, WIRE
from contract_tests.tests.helpers.permitted_described import SPARING
from contract_tests.tests.helpers.permitted_tokens import TOKENS, bad_requests
from contract_tests.tests.helpers.varied_server import Order, Organization, Request, Response
from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.client.requests import basic
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Client, Limits, States, Target

PERMISSIONS = {**ANSWERS, **CONDUCT, **TOKENS, **WIRE}
BAD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
EVERYTHING = ("*",)
ABOUT_REFUSALS = ("AUTH-*", "SEC-*", "STATUS-*", "ORDERID-*", "RESULTS-[1-8]")

TOGETHER: Sequence[tuple[tuple[str, ...], Sequence[str]]] = (
    (
        EVERYTHING,
        (
            "members that differ from answer to answer", "another zone in each answer", "identifiers in the detail",
            "several challenges", "types of problems that end after a slash", "400 for credentials that are none",
            "early hints", "replicas", "two lines", "busy now and then",
        ),
    ),
    (
        EVERYTHING,
        (
            "a firewall", "a narrow default set", "nine digits and -00:00", "media types in other spellings",
            "Retry-After as a date", "parameters named in the detail", "types of problems that end after a colon",
            "digests by more algorithms", "other names of files", "scopes in another order", "lists in another order",
            "upper case", "chunk extensions", "ties by name", "no txt",
        ),
    ),
    (
        EVERYTHING,
        (
            "whole seconds", "one token an hour", "integers with a fraction of zero", "spaces in JSON",
            "another instance", "closes silently", "no space", "401 before 404 and 405", "501 for methods of no path",
            "400 for two Authorization headers", "pdf alone", "Retry-After of an hour",
            "listings remembered for an hour",
        ),
    ),
    (("AUTH-*",), ("tokens of five minutes", "lower case", "JWTs", "a hundred live tokens")),
    (("AUTH-1?",), ("leeway of 300 s",)),
    (
        ("AUTH-7", "AUTH-8", "AUTH-1[03]", "RESULTS-[169]"),
        (
            "401 without an error", "refresh tokens", "the first of two headers", "secrets in the URL passed over",
            "no digest",
        ),
    ),
    (("RESULTS-*", "GROUP-*", "PROTO-5"), ("json alone", "second 60")),
    (("RESULTS-6", "RESULTS-7", "PROTO-5"), ("other bytes each time", "a json report with more members")),
    (("CONS-*", "BATCH-14"), ("answers that take their time",)),
)  # fmt: skip
"""Requirements that are looked at, and the permissions that are used at once: one that is a fault is then sought."""


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Let what a run waits for come to pass on the example's clock."""
    clocks: list[Any] = []
    wait = Pace.wait_within_budget

    def passes(pace: Pace, seconds: float) -> None:
        if seconds < 0.5:
            wait(pace, seconds)
        else:
            clocks[-1].advance(int(seconds * 1000))

    monkeypatch.setattr(Pace, "wait_within_budget", passes)
    yield clocks


@contextmanager
def target(permissions: Sequence[Permission], clocks: list[Any], profile: str) -> Iterator[Target]:
    """Serve, and return the target."""
    with serving(permissions) as line:
        clocks.append(line["clock"])
        own = line["client"]
        primary = Client("primary", own.client_id, own.client_secret, own.organization_id)
        yield Target(
            line["url"], line["oauth2_endpoint"], {"primary": primary}, profile,  # type: ignore[arg-type]
            states=States(line["states_url"], line["states_token"]), limits=Limits(timeout=30.0), hostile_input=True,
        )  # fmt: skip


def bad(
    permissions: Sequence[Permission], clocks: list[Any], requirements: tuple[str, ...], profile: str = "strict"
) -> dict[str, tuple[str, str]]:
    """Return what did not pass, with its verdict and why."""
    with target(permissions, clocks, profile) as one:
        done = run(one, Options(requirements=requirements))
    return {
        one.requirement.id: (one.verdict.value, done.redactor.redact_own_text(one.summary))
        for one in done.judgements
        if one.verdict in BAD
    }


def test_every_permission_is_tried() -> None:
    """In one group or the other."""
    assert sorted(name for _, names in TOGETHER for name in names) == sorted(PERMISSIONS)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        *((basic(client, "secret"), 401) for client in ("hospital", "column", "no-colon", "ÿ")),
        *(("Basic" + wrong, 400) for wrong in ("", " ", " !!!", " bm8tY29sb24=", " /////w==")),
    ],
)
def test_well_formed_credentials_are_never_called_malformed(authorization: str, status: int) -> None:
    """So a drawn client cannot make a run fail by its characters."""
    asked = Request("GET", "/oauth2/token", "", Message(), b"", "1")
    asked.headers["Authorization"] = authorization
    assert bad_requests(asked, lambda _: Response(b"{}", status=401)).status == status


@pytest.mark.parametrize(("requirements", "names"), TOGETHER, ids=lambda value: value[0])
def test_what_a_correct_service_may_do_is_no_fault(
    requirements: tuple[str, ...], names: Sequence[str], short_waits: list[Any]
) -> None:
    """Only a recommendation that is not followed is told, as a WARN; what fails is sought permission by permission."""
    used = [PERMISSIONS[name] for name in names]
    allowed = {pair for one in used for pair in one.found}
    found = bad(used, short_waits, requirements)
    faults = {name: why for name, why in found.items() if (name, why[0]) not in allowed}
    alone = {name: bad([PERMISSIONS[name]], short_waits, tuple(faults)) for name in names} if faults else {}
    assert not faults, {"together": faults, **{name: why for name, why in alone.items() if why}}
    assert {name for name, _ in allowed} <= set(found)


@pytest.mark.parametrize(
    ("name", "requirements"),
    [("status alone", EVERYTHING), ("404 for all", ABOUT_REFUSALS), ("403 for all", ABOUT_REFUSALS)],
)
def test_the_public_description_alone_is_enough_for_its_profile(
    name: str, requirements: tuple[str, ...], short_waits: list[Any]
) -> None:
    """A service that refuses what it must, in words of its own, gets WARNs under `documented`, and no FAIL."""
    found = bad([SPARING[name]], short_waits, requirements, "documented")
    assert {why[0] for why in found.values()} == {"WARN"}, {n: w for n, w in found.items() if w[0] != "WARN"}


def test_short_names_are_no_fault(monkeypatch: pytest.MonkeyPatch, short_waits: list[Any]) -> None:
    """Where orders and reports are called 1, 2, 3 …, what nobody has is not taken from among them."""
    numbers, submit = count(1), Organization.submit

    def numbered(organization: Organization, order: Order) -> None:
        order.order_id, order.first_report_id = str(next(numbers)), str(next(numbers))
        submit(organization, order)

    monkeypatch.setattr(Organization, "submit", numbered)
    assert bad([], short_waits, ("SEC-[1238]", "STATUS-[1348]", "ORDERID-*", "RESULTS-[145]", "BATCH-11")) == {}
