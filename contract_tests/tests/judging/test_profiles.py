"""What a broken fact and a broken form become in each profile: row by row, as the contract has it."""

import pytest

from pacsimile_contract.findings.part import Finding, fact, form, part, should
from pacsimile_contract.findings.registry import parts_of
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.bench import NOT_RUN
from pacsimile_contract.judging.judgement import judge
from pacsimile_contract.target.model import Profile
from pacsimile_spec import requirements

WEIGHTY = {
    "AUTH": (1, 3, 4, 6, 9, 11, 12, 13, 14, 16),
    "STATUS": (1, 2, 8),
    "ORDERID": (1,),
    "RESULTS": (1, 2, 3, 6, 7, 10, 11),
    "GROUP": (1, 2, 5),
    "BATCH": (1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
    "CONS": (1, 2),
    "SEC": (1, 2, 3, 4, 5, 6, 8),
    "PROTO": (5, 6),
    "STORAGE": (1,),
}
"""MUST rows that the public description states (D), or whose breach does harm (h): their facts bind everyone."""
MILD = {
    "AUTH": (2, 5, 7, 10, 15, 17, 18),
    "STATUS": (3, 4, 5, 6, 7),
    "ORDERID": (2, 3, 4),
    "RESULTS": (4, 5, 8),
    "GROUP": (3, 4),
    "BATCH": (4,),
    "PROTO": (1, 2, 3, 4),
}
"""The other MUST rows: what an RFC or our contract says, where nothing is lost."""
ADVICE = {"AUTH": (8,), "RESULTS": (9,), "SEC": (7,)}
"""SHOULD rows."""


def ids(rows: dict[str, tuple[int, ...]]) -> set[str]:
    """Return the ids of these rows."""
    return {f"{theme}-{number}" for theme, numbers in rows.items() for number in numbers}


def verdicts(requirement: str, name: str, finding: Finding, *, binding: bool = False) -> tuple[Verdict, Verdict]:
    """Return what a finding makes of one part, strictly and by the description alone."""
    row = requirements()[requirement]

    def of(profile: Profile) -> Verdict:
        judged = judge(row, (name,), [part(name, finding, binding=binding)], profile, NOT_RUN)
        assert judged.verdict is judged.parts[0].verdict
        return judged.verdict

    return of("strict"), of("documented")


def test_each_row_is_of_one_kind() -> None:
    """None is forgotten, none stands twice."""
    assert sorted(requirements()) == sorted([*ids(WEIGHTY), *ids(MILD), *ids(ADVICE)])


@pytest.mark.parametrize("requirement", list(requirements()))
def test_what_fails_and_what_warns(requirement: str) -> None:
    """Every part: `strict` fails fact and form of a MUST; `documented` the facts of D and h rows alone."""
    broken, misshapen, unwise = fact(False, "x", "y"), form(False, "x", "y"), should(False, "x", "y")
    bad, mild = Verdict.FAIL, Verdict.WARN
    told = {
        "fact": (bad, bad) if requirement in ids(WEIGHTY) else (bad, mild),
        "form": (bad, mild),
        "bound": (bad, bad),
    }
    if requirement in ids(ADVICE):
        told = dict.fromkeys(told, (mild, mild))
    for name in parts_of(requirement) or ("one",):
        assert verdicts(requirement, name, broken) == told["fact"]
        assert verdicts(requirement, name, misshapen) == told["form"]
        assert verdicts(requirement, name, broken, binding=True) == told["bound"]
        assert verdicts(requirement, name, unwise) == (mild, mild)
        assert verdicts(requirement, name, fact(True, "x", "x")) == (Verdict.PASS, Verdict.PASS)
