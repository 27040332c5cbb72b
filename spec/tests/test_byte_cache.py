"""Bytes are remembered within a bound of their sum, as the mock remembers rendered reports."""

from threading import Barrier, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pacsimile_spec.byte_cache import ByteCache


class Renderer:
    """Counts how often each report is rendered."""

    def __init__(self) -> None:
        self.rendered: list[str] = []

    def ask(self, cache: ByteCache, key: str, length: int) -> bytes:
        """Ask for a report of a length."""

        def render() -> bytes:
            self.rendered.append(key)
            return key.encode().ljust(length)

        return cache.get(key, render)


def test_a_report_is_rendered_once() -> None:
    """And then the very bytes are given again."""
    cache, renderer = ByteCache(4 * 1024 * 1024), Renderer()
    assert renderer.ask(cache, "a", 10) is renderer.ask(cache, "a", 10)
    assert renderer.rendered == ["a"]


def test_the_least_recently_served_goes_first() -> None:
    """Not the first rendered."""
    cache, renderer = ByteCache(30), Renderer()
    for key in ("a", "b", "c", "a", "d", "a", "b"):
        renderer.ask(cache, key, 10)
    assert renderer.rendered == ["a", "b", "c", "d", "b"]


def test_a_report_larger_than_all_is_not_kept() -> None:
    """It would push out all others and go itself."""
    cache, renderer = ByteCache(30), Renderer()
    for key, length in (("a", 30), ("huge", 31), ("a", 30)):
        assert len(renderer.ask(cache, key, length)) == length
    assert renderer.rendered == ["a", "huge"]
    assert cache.size == 30


@settings(deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 40)), max_size=40))
def test_the_bound_holds_and_the_sum_is_right(asked: list[tuple[str, int]]) -> None:
    """Whatever is asked for, and in whichever order."""
    cache, renderer, lengths = ByteCache(60), Renderer(), dict[str, int]()
    for key, length in asked:
        content = renderer.ask(cache, key, lengths.setdefault(key, length + 1))
        assert content.startswith(key.encode())
        assert 0 <= cache.size <= 60
    kept = [key for key in lengths if (before := len(renderer.rendered)) == before and in_cache(cache, key)]
    assert cache.size == sum(lengths[key] for key in kept)


def in_cache(cache: ByteCache, key: str) -> bool:
    """Whether a report is kept."""
    missing: list[int] = []
    size = cache.size

    def render() -> bytes:
        missing.append(1)
        return b"x" * (cache.bound + 1)

    cache.get(key, render)
    assert cache.size == size
    return not missing


def test_a_failed_rendering_is_not_kept() -> None:
    """The next one tries again."""
    cache = ByteCache(4 * 1024 * 1024)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: bytes(1 // 0))
    assert cache.get("a", lambda: b"right") == b"right"


def test_two_who_ask_at_once_do_not_wait_for_each_other() -> None:
    """A slow rendering holds up nobody; both get a whole report, and the sum counts it once."""
    cache, barrier, got = ByteCache(4 * 1024 * 1024), Barrier(2, timeout=10), list[bytes]()

    def render() -> bytes:
        barrier.wait()
        return b"report"

    threads = [Thread(target=lambda: got.append(cache.get("a", render))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert got == [b"report"] * 2
    assert cache.size == len(b"report")
