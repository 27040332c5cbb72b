"""Sends the events of a run to its listeners. One that fails costs the others nothing."""

from collections.abc import Sequence

from pacsimile_contract.run.events import Event, Listener


class EventDispatcher:
    """Sends each event to every listener, but for those that have raised; `error` is what the first of them raised."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = list(listeners)
        self.error: Exception | None = None

    def dispatch(self, event: Event) -> None:
        """Send an event."""
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception as error:  # raised by `check`, once the reports are written
                self._listeners.remove(listener)
                self.error = self.error or error

    def check(self) -> None:
        """Raise what a listener raised."""
        if self.error is not None:
            raise self.error
