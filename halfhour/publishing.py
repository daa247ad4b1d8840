"""What a check found, and which findings stand in the way of an import or a publication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from halfhour.places import LonLat
from halfhour.vocabulary import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing a check noticed, with its place.

    Attributes
    ----------
    check
        Which check, as a slug such as `overlap` or `child_outside_parent`.
    sentence
        What is wrong and what to do, in Chinese.
    codes
        Area codes (or row numbers, where there is no code) concerned.
    place
        A point to look at; None for findings about names and codes only.
    shape
        The void, overlap or sliver itself as a GeoJSON geometry in EPSG:4326, if there is one.
    """

    check: str
    severity: Severity
    sentence: str
    codes: tuple[str, ...] = ()
    place: LonLat | None = None
    shape: Mapping[str, Any] | None = None


def publishable(findings: Iterable[Finding]) -> bool:
    """Say whether nothing stands in the way: warnings pass, errors do not."""
    return all(finding.severity is not Severity.ERROR for finding in findings)
