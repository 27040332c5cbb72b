"""Proposes where a token request has the client's credentials."""

from __future__ import annotations

from pacsimile_contract.learn.contract import parameter_facts
from pacsimile_contract.learn.matching.matched_source import MatchedSource
from pacsimile_contract.learn.matching.pairs import decide
from pacsimile_contract.learn.matching.parameters import CREDENTIALS, parameter_scores
from pacsimile_contract.learn.service import Operation, Parameter, Shape
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS


def propose_credentials(source: MatchedSource) -> None:
    """Propose where a token request has its credentials, and ask how unknown parameters are treated."""
    calls = [call for name in TOKEN_OPERATIONS for call in source.calls(name)]
    place = ("token", "credentials")
    places = [_credentials_of(source, call) for call in calls]
    known = [(kind, why) for kind, why in places if kind]
    if known:
        kind, why = known[0]
        sure = all(other == kind for other, _ in known)
        source.proposal.add(place, kind, sure=sure, evidence=why)
    elif source.operations:
        question = (
            "where does a token request have the client's id and secret: HTTP Basic, the form, the query, headers?"
        )
        source.proposal.ask(place, question)
    if source.operations:
        question = (
            "does the service refuse a parameter that it does not know, or ignore it? Write ignored where it does"
        )
        source.proposal.ask(("unknown_parameters",), question)


def _credentials_of(source: MatchedSource, call: Operation) -> tuple[str, str]:
    """Return (place of the credentials of a call, evidence), both empty if it does not show them.

    Where the call has parameters for the credentials, their names are proposed too.
    """
    facts = [parameter_facts()[name] for name in CREDENTIALS]
    given = {
        "headers": [p for p in call.parameters if p.place == "header" and p.name.lower() != "authorization"],
        "query": [p for p in call.parameters if p.place == "query"],
        "body": _form(call),
    }
    given["headers"] += [
        Parameter(scheme.partition(" ")[2], "header", Shape())
        for scheme in call.schemes
        if scheme.startswith("header ")
    ]
    if "basic" in call.schemes:
        return "basic", "its security scheme is HTTP Basic"
    for kind in ("headers", "query", "body"):
        theirs = given[kind]
        pairs = decide(parameter_scores(facts, theirs)) if theirs else [None, None]
        if all(pair is not None for pair in pairs):
            for name, pair in zip(CREDENTIALS, pairs, strict=True):
                assert pair is not None
                line = ("parameters", name)
                source.proposal.add(line, theirs[pair.place].name, sure=pair.sure, evidence=pair.score.evidence)
            return kind, f"{call.label} has both there"
    return "", ""


def _form(call: Operation) -> list[Parameter]:
    return [
        Parameter(name, "form", shape)
        for media_type, content in call.bodies.items()
        if "form" in media_type
        for name, shape in content.shape.members.items()
    ]
