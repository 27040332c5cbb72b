"""What the scenarios of wrong queries ask for that nobody has."""

from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contract_tests.tests.helpers import real_service
from pacsimile_contract.findings.registry import scenarios
from pacsimile_contract.generation.flawed_uids import LONGEST, valid_unknown
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import States
from pacsimile_spec.identifiers import STUDY_UID

LEVELS = ["standard", "full"]


@pytest.mark.parametrize("level", LEVELS)
def test_a_uid_that_nobody_has_is_long_where_ours_are_short(serve: Callable[..., Any], level: Any) -> None:
    """ORDERID-4: of `1.17` each UID of the same length may be a study of somebody's."""
    fixture = {"order_in_status": [{"status": "COMPLETED", "order_id": "17", "study_uid": "1.17"}]}
    target = serve(real_service.answer).target(states=States(fixtures=fixture))
    run = Run(target, Options(level=level))
    session = Session(run, "selectors.of_uids")
    next(one for one in scenarios() if one.name == "selectors.of_uids").play(session)
    run.close()
    urls = [urlsplit(one.request.url) for _, one in session.story.below("valid-unknown")]
    asked = [parse_qs(one.query)["study_uid"][0] for one in urls]
    assert len(asked) == (1 if level == "standard" else 9)
    assert min(map(len, asked)) > 20


def test_the_valid_uid_that_is_always_sent_has_components_past_each_integer() -> None:
    """PS3.5 section 9: a component may have as many digits as fit, more than 32 or 64 bits hold."""
    uid = valid_unknown("1.2.3", Random(0))[0]
    assert len(uid) == LONGEST
    assert STUDY_UID.fullmatch(uid)
    assert {len(component) for component in uid.split(".")} >= {1, 10, 11, 20}
    assert any(2**31 < int(component) < 10**10 for component in uid.split("."))
    assert "0" in uid.split(".")
