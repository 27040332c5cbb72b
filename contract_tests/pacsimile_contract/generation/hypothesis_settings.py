"""Settings of Hypothesis for a run: the same seed draws the same, and no file is written."""

import os
import random
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from hypothesis import settings
    from hypothesis.internal.constants_ast import Constants
    from hypothesis.internal.intervalsets import IntervalSet

    _Intervals = tuple[IntervalSet, IntervalSet]

Result = TypeVar("Result")

_ONCE = threading.Lock()
_NOWHERE = Path(os.devnull) / "hypothesis"
"""A folder that cannot be made, so that its content is kept in memory."""


def quiet(examples: int, *, shrink: bool = True, steps: int = 50) -> "settings":
    """Return settings without database, deadline, health checks and output, whatever profile the environment chose.

    Args:
        examples: the greatest number of generated examples.
        shrink: whether a failing example is shrunk.
        steps: the greatest number of steps of a state machine.
    """
    from hypothesis import HealthCheck, Phase, Verbosity, settings

    _prepare()
    _share_random()
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    return settings(
        settings.get_profile("default"), max_examples=max(examples, 1), database=None, deadline=None,
        derandomize=False, print_blob=False, verbosity=Verbosity.quiet, suppress_health_check=list(HealthCheck),
        phases=phases, report_multiple_bugs=True, stateful_step_count=steps,
    )  # fmt: skip


def _prepare() -> None:
    """Disable, once a process, what makes Hypothesis' runs differ or leaves files."""
    from hypothesis.internal import charmap
    from hypothesis.internal.conjecture import providers

    with _ONCE:
        if providers._get_local_constants is _no_constants:
            return
        # it mixes constants of local modules into what it draws: an editable install would ask otherwise than a wheel
        providers._get_local_constants = _no_constants
        providers.CONSTANTS_CACHE.cache.clear()
        # tables of characters are kept in files, whatever `database` says
        _writing_nothing(charmap.charmap)
        compute = charmap.intervals_from_codec
        charmap.intervals_from_codec = cache(lambda codec: _encodable(codec, compute))


def _share_random() -> None:
    """Give this thread the generator of all: each scenario is played in a thread of its own."""
    from hypothesis import core

    threads = getattr(core, "threadlocal", None)
    if threads is not None and threads._hypothesis_global_random is None:
        threads._hypothesis_global_random = _generator()


@cache
def _generator() -> random.Random:
    """Return Hypothesis' own generator. To register another for each thread, it would collect all garbage each time."""
    from hypothesis import register_random

    made = [random.Random(0)]  # noqa: S311 (repeatable, not secret); in a list, since it looks for what refers to it
    register_random(made[0])
    return made[0]


def _no_constants() -> "Constants":
    from hypothesis.internal.constants_ast import Constants

    return Constants()


def _writing_nothing(compute: Callable[[], Result]) -> Result:
    from hypothesis.configuration import set_hypothesis_home_dir

    set_hypothesis_home_dir(_NOWHERE)
    try:
        return compute()
    finally:
        set_hypothesis_home_dir(None)


def _encodable(codec: str, compute: "Callable[[str], _Intervals]") -> "_Intervals":
    """Return the characters that a codec encodes. Those of UTF-8 are known: computing them takes a second."""
    from hypothesis.internal.intervalsets import IntervalSet

    if codec == "utf-8":
        return IntervalSet(((0, 0xD7FF), (0xE000, 0x10FFFF))), IntervalSet(())
    return _writing_nothing(lambda: compute(codec))
