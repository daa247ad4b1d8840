"""How probable it is that a found place is the right one.

The figures are the shares of right answers among development messages, by what the answer rests
on; `benchmarks/locator` prints the table again.
"""

from __future__ import annotations

from collections.abc import Sequence

from gis.locator.spots import Spot


def confidence_of(spots: Sequence[Spot], *, home_only: bool = False) -> float:
    """Estimate the probability that a found unit is the right one."""
    if home_only:
        return 0.93
    confidence = 0.985
    for spot in spots:
        sureness = min((m.sureness for m in spot.mentions), default=1.0)
        confidence *= 1 - (1 - sureness) * 0.25
        if spot.heard:
            confidence *= 0.95
        if spot.inherited:
            confidence *= 0.96
        if spot.far:
            confidence *= 0.9
        if spot.preferred:
            confidence *= 0.8
    if len(spots) > 1:
        confidence *= 0.93
    return round(min(0.99, max(0.05, confidence)), 4)
