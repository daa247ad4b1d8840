"""How shapes are kept: shapely in Python, EPSG:4326 in PostGIS, x = longitude."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geoalchemy2 import Geometry
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Dialect, LargeBinary, func
from sqlalchemy.types import TypeDecorator

from gis.crs import LONLAT
from halfhour.places import LonLat

SRID = 4326


class Shape(TypeDecorator[BaseGeometry]):
    """
    A geometry column whose values are shapely geometries.

    Values travel as binary, so that a coordinate comes back as exactly the number that was
    stored. Spatial indexes are written in the tables, where they can be seen.
    """

    impl = Geometry
    cache_ok = True

    def __init__(self, kind: str) -> None:
        super().__init__(kind, srid=SRID, spatial_index=False)

    def bind_expression(self, bindparam: Any) -> ColumnElement[Any]:
        """Read the bytes on the server."""
        return func.ST_GeomFromWKB(bindparam, SRID, type_=self)

    def bind_processor(self, _dialect: Dialect) -> Callable[[Any], bytes | None]:
        """Write a geometry as bytes."""
        return _as_bytes

    def result_processor(
        self, _dialect: Dialect, _coltype: object
    ) -> Callable[[Any], BaseGeometry | None]:
        """Read bytes as a geometry."""
        return _as_shape


def _as_bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(shapely.to_wkb(value))


def _as_shape(value: Any) -> BaseGeometry | None:
    return None if value is None else shapely.from_wkb(bytes(value))


def as_binary(column: Any) -> ColumnElement[bytes]:
    """Ask for a geometry as bytes, for `frame_of`."""
    return func.ST_AsBinary(column, type_=LargeBinary())


def frame_of(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> gpd.GeoDataFrame:
    """
    Make a frame of rows that end with a geometry from `as_binary`.

    All geometries are read at once, several times faster than one by one.
    """
    known = [tuple(row) for row in rows]
    shapes = shapely.from_wkb(np.array([row[-1] for row in known], dtype=object))
    table = pd.DataFrame([row[:-1] for row in known], columns=list(columns))
    return gpd.GeoDataFrame(table, geometry=shapes, crs=LONLAT)


def point_at(place: LonLat) -> shapely.Point:
    """Make a point of a place."""
    return shapely.Point(place.lon, place.lat)


def place_of(point: shapely.Point) -> LonLat:
    """Make a place of a point."""
    return LonLat(point.x, point.y)
