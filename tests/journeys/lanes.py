"""Lanes through every cell of the small township, as a file of lines."""

from __future__ import annotations

import json
from pathlib import Path

from tests.sketches import at


def lanes_file(path: Path, *, wide: int = 6, high: int = 4) -> Path:
    """Write a lattice of residential lanes, one in each row and column of the sketch."""
    rows = [[at(x + 0.5, y + 0.5) for x in range(wide)] for y in range(high)]
    columns = [[row[x] for row in rows] for x in range(wide)]
    features = [
        {
            "type": "Feature",
            "properties": {"highway": "residential", "name": f"{number}号巷"},
            "geometry": {"type": "LineString", "coordinates": [[p.lon, p.lat] for p in line]},
        }
        for number, line in enumerate([*rows, *columns], start=1)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path
