"""A call of an operation that passed the first steps of the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pacsimile_mock.clock import Instant
from pacsimile_mock.exchange import Call
from pacsimile_mock.oauth2.model import Grant


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, with which parameters, at which instant."""

    call: Call
    grant: Grant
    values: Mapping[str, str]
    report_ids: list[str] | None
    """The reports that an acknowledgement names; None: the call has no body, or the operation takes none."""
    now: Instant

    @property
    def organization_id(self) -> str:
        """The caller's organization."""
        return self.grant.organization_id

    @property
    def client_id(self) -> str:
        """The caller."""
        return self.grant.client_id
