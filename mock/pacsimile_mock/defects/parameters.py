"""Defects of how selectors and other parameters are read: too many, unknown, repeated, or malformed."""

from __future__ import annotations

from collections.abc import Mapping

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Call
from pacsimile_mock.parameters import pairs
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec import operations


def _query(kept: list[tuple[str, str]]) -> str:
    from urllib.parse import quote

    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in kept)


@defect("both-selectors-accepted", "STATUS-3")
class BothSelectors(Pipeline):
    """With both selectors the first one silently wins."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop the second selector."""
        selectors, given = operations()[operation_id].exactly_one_of, pairs(call.query)
        if len({name for name, _ in given} & set(selectors)) > 1:
            call.query = _query([(name, value) for name, value in given if name != selectors[-1]])
        return super().parameters(operation_id, call)


@defect("unknown-parameter-ignored", "STATUS-3")
class UnknownIgnored(Pipeline):
    """A parameter that the operation does not know is ignored."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Drop what is unknown."""
        known = {parameter.name for parameter in operations()[operation_id].parameters}
        call.query = _query([(name, value) for name, value in pairs(call.query) if name in known])
        return super().parameters(operation_id, call)


@defect("repeated-parameter-accepted", "STATUS-3")
class RepeatedAccepted(Pipeline):
    """Of a repeated parameter the last one wins."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Keep the last."""
        call.query = _query(list(dict(pairs(call.query)).items()))
        return super().parameters(operation_id, call)


@defect("study-uid-with-newline-accepted", "ORDERID-4")
class NewlineAccepted(Pipeline):
    """A study UID with a newline behind it passes for well-formed."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Strip it."""
        call.query = _query([(name, value.removesuffix("\n")) for name, value in pairs(call.query)])
        return super().parameters(operation_id, call)


@defect("study-uid-with-leading-zero-accepted", "ORDERID-4")
class LeadingZeroAccepted(Pipeline):
    """A study UID with leading zeros or too many characters passes for well-formed."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Let it in as it is."""
        given = dict(pairs(call.query))
        try:
            return super().parameters(operation_id, call)
        except Problem as problem:
            uid = given.get("study_uid", "")
            if problem.requirement == "ORDERID-4" and uid.replace(".", "").isdigit():
                return given
            raise
