"""Puts a proxy's events on the page."""

from __future__ import annotations

from pacsimile_contract.live_page.board import Board
from pacsimile_contract.proxy.events import (
    ExchangeFinished,
    FindingMade,
    JudgingStopped,
    MistakeMade,
    ProxyEnded,
    ProxyEvent,
    ProxyStarted,
)


class PageListener:
    """Hears a proxy's events, and keeps the board."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def __call__(self, event: ProxyEvent) -> None:
        """Put an event on the board."""
        board = self._board
        match event:
            case ProxyStarted(redactor=redactor):
                board.redactor = redactor
            case ExchangeFinished(exchange=exchange):
                board.add_call(exchange)
            case FindingMade():
                calls = tuple(exchange.number for exchange in event.exchanges)
                board.add_finding(event.verdict, event.requirement.named, event.expected, event.got, calls)
            case MistakeMade():
                client = "" if event.client is None else f" ({event.client})"
                board.add_mistake(f"{event.id}: {event.title}{client}", event.words, event.remedy, event.calls)
            case JudgingStopped(why=why):
                board.set_state(why)
            case ProxyEnded():
                board.set_state("The proxy has ended.")
