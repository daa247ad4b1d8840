"""What the roads look like on a map: their lines, classes and names."""

from __future__ import annotations

import geopandas as gpd
import shapely

from gis.crs import LONLAT
from routing.network import StreetNetwork


def road_frame(network: StreetNetwork) -> gpd.GeoDataFrame:
    """
    Lay out the roads of a network as lines.

    Returns
    -------
    roads
        One row per edge, in the order of the network: `road_class` (the OpenStreetMap word),
        `structure` (bridge, tunnel or empty), `name` (empty if it has none), and lines in
        EPSG:4326.
    """
    lines = [shapely.LineString(network.line(edge)) for edge in range(network.edges)]
    profiles = [network.profiles[number] for number in network.edge_profile]
    return gpd.GeoDataFrame(
        {
            "road_class": [profile.road_class for profile in profiles],
            "structure": [profile.structure for profile in profiles],
            "name": [network.names[number] if number >= 0 else "" for number in network.edge_name],
        },
        geometry=lines,
        crs=LONLAT,
    )
