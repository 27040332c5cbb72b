"""Hypothesis, as a run of contract tests needs it: the same seed asks the same, and nothing is written anywhere."""

import os
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
"""A folder that cannot be made: what would be kept there is kept in memory."""


def quiet(examples: int, *, shrink: bool = True, steps: int = 50) -> "settings":
    """Return settings, whatever profile the environment chose: no database, no deadline, no health checks, no prints.

    `examples` are generated at most, and what breaks is made smaller where `shrink`; `steps` are a state machine's.
    """
    from hypothesis import HealthCheck, Phase, Verbosity, settings

    _prepare()
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    return settings(
        settings.get_profile("default"), max_examples=max(examples, 1), database=None, deadline=None,
        derandomize=False, print_blob=False, verbosity=Verbosity.quiet, suppress_health_check=list(HealthCheck),
        phases=phases, report_multiple_bugs=True, stateful_step_count=steps,
    )  # fmt: skip


def _prepare() -> None:
    """Take from Hypothesis, once a process, what would make runs differ or leave files."""
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
    """Return what a codec encodes; of UTF-8 it is known, and costs a second to find out."""
    from hypothesis.internal.intervalsets import IntervalSet

    if codec == "utf-8":
        return IntervalSet(((0, 0xD7FF), (0xE000, 0x10FFFF))), IntervalSet(())
    return _writing_nothing(lambda: compute(codec))
