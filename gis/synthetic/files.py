"""How does the demo township become files? The same bytes for the same township, everywhere."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np

from gis.synthetic.landmarks import Station
from gis.synthetic.osm_map import OsmMap, make_map
from gis.synthetic.people import Household, Volunteer
from gis.synthetic.placement import Placement
from gis.synthetic.terrain import Terrain
from gis.synthetic.township import Township

CELL_DEG = 0.0003
"""Spacing of the elevation grid's posts: about 30 m."""


def write_township(township: Township, folder: Path) -> list[Path]:
    """
    Write all files of a township below a folder, replacing what is there.

    Returns
    -------
    paths
        What was written: boundaries/, roads/ and demo/ below the folder.
    """
    contents = {
        "boundaries/demo_township.geojson": boundaries(township),
        "roads/demo_roads.osm.gz": _packed(osm_xml(make_map(township))),
        "demo/households.csv": _records(Household, township.households, by="id"),
        "demo/volunteers.csv": _records(Volunteer, township.volunteers, by="id"),
        "demo/stations.csv": _records(Station, township.stations),
        "demo/gazetteer.csv": _gazetteer(township),
        "demo/outside.csv": _outside(township),
        "demo/elevation.asc.gz": _packed(elevation(township.landscape.terrain, township.placement)),
    }
    paths = []
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        paths.append(path)
    return paths


def boundaries(township: Township) -> bytes:
    """GeoJSON of all areas, largest level first, one feature a line, seven decimals."""
    lines = [
        json.dumps(_feature(row), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        for row in township.areas.to_dict("records")
    ]
    head = '{"type":"FeatureCollection","name":"demo_township","features":[\n'
    return (head + ",\n".join(lines) + "\n]}\n").encode()


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    shape = row["geometry"]
    polygons = [
        [
            [[float(x), float(y)] for x, y in ring.coords]
            for ring in (part.exterior, *part.interiors)
        ]
        for part in shape.geoms
    ]
    one = len(polygons) == 1
    geometry = {
        "type": "Polygon" if one else "MultiPolygon",
        "coordinates": polygons[0] if one else polygons,
    }
    properties = {key: row[key] for key in ("code", "name", "level", "parent_code")}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def osm_xml(drawn: OsmMap) -> bytes:
    """Write an OpenStreetMap file, version 0.6: points by number, then lines."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="HalfHour">']
    for (lon, lat), number in drawn.nodes.items():
        head = f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"'
        inner = _tags(drawn.node_tags.get(number, {}))
        lines.append(f"{head}>{inner}</node>" if inner else f"{head}/>")
    for number, (refs, tags) in enumerate(drawn.ways, start=1):
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs) + _tags(tags)
        lines.append(f'<way id="{number}" version="1">{inner}</way>')
    return ("\n".join([*lines, "</osm>"]) + "\n").encode()


def _tags(tags: dict[str, str]) -> str:
    pairs = sorted(tags.items())
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in pairs)


def elevation(terrain: Terrain, placement: Placement) -> bytes:
    """ESRI ASCII grid in degrees: heights in metres with one decimal."""
    west, south, east, north = _box(terrain, placement)
    columns, rows = int((east - west) / CELL_DEG), int((north - south) / CELL_DEG)
    lon, lat = np.meshgrid(west + np.arange(columns) * CELL_DEG, south + np.arange(rows) * CELL_DEG)
    local = placement.to_local(np.column_stack((lon.ravel(), lat.ravel())))
    posts = terrain.frame.sample(terrain.heights_m, local).reshape(rows, columns)
    head = (
        f"ncols {columns}\nnrows {rows}\nxllcenter {west:.7f}\nyllcenter {south:.7f}\n"
        f"cellsize {CELL_DEG}\nnodata_value -9999\n"
    )
    body = "\n".join(" ".join(f"{post:.1f}" for post in row) for row in posts[::-1].tolist())
    return (head + body + "\n").encode()


def _box(terrain: Terrain, placement: Placement) -> tuple[float, float, float, float]:
    """Degrees west, south, east and north of a box that the raster fills."""
    frame = terrain.frame
    east_m, north_m = -frame.west_m, -frame.south_m
    corners = [[x, y] for x in (frame.west_m, east_m) for y in (frame.south_m, north_m)]
    lonlat = placement.to_lonlat(np.array(corners))
    thousandth = 0.001
    west, south = (
        np.ceil(lonlat[[0, 1], 0].max() / thousandth),
        np.ceil(lonlat[[0, 2], 1].max() / thousandth),
    )
    east, north = lonlat[[2, 3], 0].min(), lonlat[[1, 3], 1].min()
    return float(west * thousandth), float(south * thousandth), float(east), float(north)


def _gazetteer(township: Township) -> bytes:
    rows = (
        {
            "id": entry.id,
            "parent_id": entry.parent_id or "",
            "level": entry.level,
            "name": entry.name,
            "aliases": "|".join(entry.aliases),
            "lon": f"{entry.lon:.6f}",
            "lat": f"{entry.lat:.6f}",
        }
        for entry in township.gazetteer
    )
    return _table(("id", "parent_id", "level", "name", "aliases", "lon", "lat"), rows)


def _outside(township: Township) -> bytes:
    rows = ({"level": o.level, "name": o.name, "parent": o.parent} for o in township.outside)
    return _table(("level", "name", "parent"), rows)


def _records(kind: type, records: Iterable[Any], *, by: str | None = None) -> bytes:
    rows = [asdict(record) for record in records]
    if by:
        rows.sort(key=lambda row: row[by])
    for row in rows:
        row["lon"], row["lat"] = f"{row['lon']:.7f}", f"{row['lat']:.7f}"
    return _table([field.name for field in fields(kind)], rows)


def _table(columns: Iterable[str], rows: Iterable[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _packed(content: bytes) -> bytes:
    """Pack without a name or time in the header, so that equal content is equal bytes."""
    return gzip.compress(content, compresslevel=9, mtime=0)
