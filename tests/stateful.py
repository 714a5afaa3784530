"""How random histories are played: a short fixed run with the suite, long and ever different ones on demand."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


def histories(*, short: tuple[int, int], long: tuple[int, int]) -> settings:
    """The settings of a state machine; short, long: (histories, steps of each) of either run.

    HYPOTHESIS_PROFILE=long asks for the long one.
    """
    examples, steps = long if LONG else short
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=not LONG,
        phases=tuple(Phase) if LONG else (Phase.generate,),
        database=None,
        suppress_health_check=list(HealthCheck),
    )
