"""A port that says what a test wants, HTTP or not."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

Talk = Callable[[socket.socket, Event], None]
"""What is done with a connection; it ends once the event is set."""


@contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """Accept connections, let `talk` have each, and give the address without its scheme."""
    over, threads = Event(), []

    def converse(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            talk(connection, over)

    def accept(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not over.is_set():
                threads.append(Thread(target=converse, args=(listening.accept()[0],)))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = Thread(target=accept, args=(listening,))
        accepting.start()
        port = listening.getsockname()[1]
        try:
            yield f"127.0.0.1:{port}"
        finally:
            over.set()
            with contextlib.suppress(OSError):  # wakes it: a close alone does not, and shutdown not everywhere
                socket.create_connection(("127.0.0.1", port)).close()
            listening.close()
            for thread in (accepting, *threads):
                thread.join(5.0)


def silent(connection: socket.socket, over: Event) -> None:
    """Take the connection and never answer."""
    over.wait()


def saying(content: bytes, *, unasked: bool = False) -> Talk:
    """Say this once asked, or at once, and end the connection when the other side does."""

    def talk(connection: socket.socket, over: Event) -> None:
        if not unasked:
            connection.recv(65536)
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    return talk


def dripping(head: bytes, piece: bytes, seconds: float) -> Talk:
    """Say the head, and then one piece after the other, without an end."""

    def talk(connection: socket.socket, over: Event) -> None:
        connection.recv(65536)
        connection.sendall(head)
        while not over.wait(seconds):
            connection.sendall(piece)

    return talk
