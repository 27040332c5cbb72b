"""What the scenarios of wrong queries ask for that nobody has."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contract_tests.tests.helpers import real_service
from pacsimile_contract.findings.registry import scenarios
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import States

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
