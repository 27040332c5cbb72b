"""A long conversation with a world: what it says is compared between an undamaged world and a defective one."""

from __future__ import annotations

from collections.abc import Iterator

from mock.tests.helpers.defect_probe import Probe
from mock.tests.helpers.defect_story_amounts import amounts
from mock.tests.helpers.defect_story_inputs import generated, misspelt, protocol
from mock.tests.helpers.defect_story_isolation import isolation
from mock.tests.helpers.defect_story_kept import kept
from mock.tests.helpers.defect_story_names import forms, names, rare_states
from mock.tests.helpers.defect_story_near import near
from mock.tests.helpers.defect_story_orders import documents, groups, late_events, offers, orders, rare_reports
from mock.tests.helpers.defect_story_pieces import pieces
from mock.tests.helpers.defect_story_queue import at_once, histories, queue, repetition, states_between, surroundings
from mock.tests.helpers.defect_story_rare import corners, details, rare
from mock.tests.helpers.defect_story_requests import requests
from mock.tests.helpers.defect_story_spans import a_year, odd_values
from mock.tests.helpers.defect_story_tokens import forged, passing_days, passing_time, tokens, wrong_secrets

CHAPTERS = (
    tokens,
    wrong_secrets,
    forged,
    orders,
    groups,
    queue,
    isolation,
    protocol,
    rare,
    corners,
    generated,
    misspelt,
    near,
    names,
    rare_states,
    forms,
    requests,
    details,
    documents,
    late_events,
    offers,
    rare_reports,
    amounts,
    histories,
    repetition,
    states_between,
    surroundings,
    kept,
    at_once,
    odd_values,
    pieces,
    passing_time,
    passing_days,
    a_year,
)
"""What the conversation is about: what takes longest comes as late as it can, before the tokens end."""


def transcript(defect: str | None, dialect: str = "identity") -> Iterator[list[str]]:
    """Everything that a world with this defect, or none, says in the whole conversation: chapter by chapter."""
    probe = Probe(defect, dialect)
    for chapter in CHAPTERS:
        chapter(probe)
        yield probe.told
        probe.told = []
